"""The standard OData interface of a 1C infobase, with the part of 1C:CRM that the hub works with."""

from __future__ import annotations

from tests.fakes.onec_odata.infobase import Infobase
from tests.fakes.onec_odata.server import FakeOneC

__all__ = ["FakeOneC", "Infobase"]
