"""A 1C collaboration server with one integration, and the code in 1C that writes to the hub: see `server`, `people`."""

from tests.fakes.onec.people import FakePerson
from tests.fakes.onec.server import FakeOneC

__all__ = ["FakeOneC", "FakePerson"]
