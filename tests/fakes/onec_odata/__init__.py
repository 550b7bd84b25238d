"""The standard OData interface of an infobase of 1C, with as much of 1C:CRM as the hub works with."""

from __future__ import annotations

from tests.fakes.onec_odata.infobase import Infobase
from tests.fakes.onec_odata.server import FakeOneC

__all__ = ["FakeOneC", "Infobase"]
