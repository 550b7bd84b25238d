"""Requests generated from the OpenAPI document, valid and invalid: the responses are those it declares."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode

from bot.config.plugins import Secret
from bot.domain import AccountName
from bridges.api import KIND, ApiSettings
from tests.bridges.serving import UpdateRecorder, app_of
from tests.tools import tools

BASE = "/api/v1/accounts/{account}"
OPERATIONS = {
    "write": f"POST {BASE}/messages",
    "edit": f"PUT {BASE}/messages/{{id}}",
    "delete": f"DELETE {BASE}/messages/{{id}}",
    "receipt": f"POST {BASE}/receipts",
    "events": f"GET {BASE}/events",
}
TOKEN = "a token for the contract"


def application(folder: Path) -> FastAPI:
    given = tools(folder, SimpleNamespace())  # type: ignore[arg-type]
    name = AccountName("shop")
    bridge = KIND.build(name, ApiSettings(kind="api", token=Secret(TOKEN)), given)
    assert KIND.routes is not None
    return app_of(KIND.routes({name: bridge}, {name: UpdateRecorder().accept}, given))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("operation", ["write", "edit", "delete", "receipt", "events"])
def test_every_answer_is_as_documented(operation: str, mode: GenerationMode, tmp_path: Path) -> None:
    app = application(tmp_path)
    for about in (one for path in app.openapi()["paths"].values() for one in path.values()):
        del about["security"]  # a wrong token has a test of its own: here it would hide every other error
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    method, _, path = OPERATIONS[operation].partition(" ")
    requests = document[path][method].as_strategy(generation_mode=mode)

    @settings(max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=requests)
    def answered(case: schemathesis.Case[Any]) -> None:
        assume("\n" not in unquote(str(case.path_parameters.get("id"))))  # no route has such an address: 404
        case.path_parameters["account"] = "shop"
        if isinstance(case.query.get("wait"), int):
            case.query["wait"] = min(case.query["wait"], 0)
        case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})

    answered()


def test_the_document_shows_how_to_use_it(tmp_path: Path) -> None:
    document = application(tmp_path).openapi()
    write = document["paths"]["/api/v1/accounts/{account}/messages"]["post"]
    assert write["summary"] == "A customer wrote"
    assert {"202", "400", "401", "413", "422", "503"} <= set(write["responses"])
    body = write["requestBody"]["content"]["application/json"]
    assert set(body["schema"]["required"]) == {"id", "conversation"}
    assert body["examples"]
    assert write["security"]
    assert "$defs" not in str(document["paths"])
