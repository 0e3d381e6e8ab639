"""The score ledger: facts about people's work that assessments count."""

from app.campus.ledger import privacy as privacy  # says what is kept of people when imported
from app.campus.ledger.facts import count
from app.campus.ledger.kinds import Amount, FactKind
from app.campus.ledger.models import Fact

__all__ = ["Amount", "Fact", "FactKind", "count"]
