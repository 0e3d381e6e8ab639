"""What operators and heads see of evaluations at the desk."""

from functools import partial
from typing import Any

from app.desk.imports import ImportView
from app.services.evaluations.desk_figures import Figures
from app.services.evaluations.desk_forms import Forms
from app.services.evaluations.desk_low import Low
from app.services.evaluations.desk_sheet import SUBJECTS_FILE
from app.services.evaluations.desk_subjects import Subjects
from app.services.evaluations.desk_today import figures

desk: tuple[Any, ...] = (
    Forms, Subjects, Low, Figures, partial(ImportView, SUBJECTS_FILE), figures,
)  # fmt: skip
