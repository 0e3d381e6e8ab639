"""What the desk shows of the campus's own nouns: people and rights, places, the calendar."""

from app.desk.views.calendar import CALENDAR
from app.desk.views.people import PEOPLE
from app.desk.views.places import PLACES
from app.desk.views.units import Units

HANDED = (
    ("人", "fa fa-users", (*PEOPLE, Units)),
    ("地方", "fa fa-map-location-dot", PLACES),
    ("校历", "fa fa-calendar", CALENDAR),
)
