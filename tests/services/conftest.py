"""What the tests of services share."""

from tests.desk.conftest import desk_of

__all__ = ["desk_of"]
