"""All tables there are: importing this module, then calling `load`, fills the metadata."""

from sqlalchemy import MetaData

import app.campus.articles.models
import app.campus.audit.models
import app.campus.calendar.models
import app.campus.campaigns.models
import app.campus.ledger.models
import app.campus.notify.models
import app.campus.people.models
import app.campus.permission.models
import app.campus.places.models
import app.campus.units.models
import app.campus.uploads.models
import app.gateway.models
import app.gateway.sending.models
import app.kit.limits
import app.kit.once  # noqa: F401 imported for their tables, like those above
from app.kit.db import Base
from app.main import load_services


def load() -> MetaData:
    """The metadata with every table of kit, campus, gateway and each service."""
    load_services()
    return Base.metadata
