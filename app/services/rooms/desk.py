"""「选房」 at the desk: one view, its pages by what they are about."""

from app.services.rooms.desk_after import AfterPages
from app.services.rooms.desk_doors import DoorPages
from app.services.rooms.desk_people import PeoplePages
from app.services.rooms.desk_pools import PoolPages
from app.services.rooms.desk_rounds import RoundPages
from app.services.rooms.figures import figures


class Selection(RoundPages, PoolPages, DoorPages, PeoplePages, AfterPages):
    """Rounds; of a round its board, pools, rooms, freshmen, log, placement and figures."""


desk = (Selection, figures)
