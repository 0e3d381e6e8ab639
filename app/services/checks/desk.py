"""What operators and heads see of checks at the desk."""

from app.services.checks.desk_faults import Faults
from app.services.checks.desk_lists import Lists, Places
from app.services.checks.desk_results import Results
from app.services.checks.desk_visits import Visits
from app.services.checks.figures import figures

desk = (Visits, Faults, Results, Lists, Places, figures)
