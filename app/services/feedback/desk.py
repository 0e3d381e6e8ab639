"""What operators see of feedback at the desk."""

from functools import partial

from app.desk.imports import ImportView
from app.services.feedback.desk_case import Cases
from app.services.feedback.desk_figures import Numbers, figures
from app.services.feedback.desk_letters import LETTERS_FILE, Letters
from app.services.feedback.desk_setup import Duties, Phrases, Questions, Terms

desk = (
    Cases, Letters, Numbers, Questions, Duties, Phrases, Terms, partial(ImportView, LETTERS_FILE),
    figures,
)  # fmt: skip
