"""The import of aiogram with its models unbuilt: pydantic builds each when it is first used.

aiogram defines some 600 models, and pydantic compiles them all at the import: seconds of CPU and a hundred megabytes,
for a bridge that uses two dozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


def import_aiogram() -> None:
    """Imports aiogram, for the first time, without building its models. Their fields name types of other modules, which
    aiogram gives to each model at the end of its import; they are kept until the model is built."""
    rebuild, names = BaseModel.__dict__["model_rebuild"], dict[str, Any]()

    def remember(model: type[BaseModel], *, _types_namespace: Mapping[str, Any]) -> None:
        names.update(_types_namespace)
        model.__pydantic_parent_namespace__ = names

    BaseModel.model_config["defer_build"] = True
    BaseModel.model_rebuild = classmethod(remember)  # type: ignore[assignment, method-assign]
    try:
        from aiogram import methods
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
        del BaseModel.model_config["defer_build"]
    for name in methods.__all__ if names else ():
        getattr(methods, name).__pydantic_parent_namespace__ = names
