"""Texts of `/api/docs` for each endpoint: summaries, example requests, answers."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from bridges.shared.http_channel import schema

UNAUTHORIZED = "Send the header `Authorization: Bearer TOKEN` with the token of this account."
NOT_JSON = "The body is no JSON. Send a JSON object in UTF-8."
INVALID = "Correct the fields of the {where} that are named here and send it again."
TOO_LARGE = "The body may hold {limit} bytes. Give attachments as addresses, not as data."
CLOSED = "Nothing is accepted now: {why}. Send the same request again later."
UNAVAILABLE = "The hub could not store it. Send the same request again in a second."

_PROBLEMS = {400: "Not JSON", 401: "Wrong account or token", 413: "Body too large", 422: "Invalid fields"}
_TAG = "HTTP channel"
_EXAMPLE = {
    "id": "m-1",
    "conversation": "client-77",
    "sender": {"name": "Ada Byron", "phone": "+44 20 7946 0000", "email": "ada@example.com"},
    "text": "Where is my order?",
    "attachments": [{"url": "https://shop.example.com/receipt.pdf", "name": "receipt.pdf", "mime": "application/pdf"}],
    "sent_at": "2026-01-31T12:00:00Z",
}
ID = {name: rule for name, rule in schema.PathId.model_json_schema()["properties"]["id"].items() if name != "title"}


def _resolved(node: Any, definitions: dict[str, Any]) -> Any:
    """Inlines every `$ref` of the schema: in the OpenAPI document references would not resolve."""
    if isinstance(node, dict):
        if "$ref" in node:
            return _resolved(definitions[node["$ref"].rpartition("/")[2]], definitions)
        return {name: _resolved(value, definitions) for name, value in node.items() if name != "$defs"}
    return [_resolved(one, definitions) for one in node] if isinstance(node, list) else node


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    whole = model.model_json_schema()
    return dict(_resolved(whole, whole.get("$defs", {})))


def _sends(model: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": _schema(model), "examples": {"example": {"value": example}}}}
    return {"requestBody": {"required": True, "content": content}}


def _asks(model: type[BaseModel]) -> dict[str, Any]:
    whole = _schema(model)
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": name in whole.get("required", ()),
                "schema": about,
                "description": about.get("description", ""),
            }
            for name, about in whole["properties"].items()
        ]
    }


def _options(
    summary: str, description: str, status: int, answer: type[BaseModel], *problems: int, **extra: Any
) -> dict[str, Any]:
    responses: dict[int | str, dict[str, Any]] = {
        code: {"model": schema.ProblemOut, "description": _PROBLEMS[code]} for code in problems
    }
    responses[status] = {"model": answer, "description": "Taken" if status == 202 else "What there is"}
    if status == 202:
        responses[503] = {"model": schema.ProblemOut, "description": "Not stored: send it again"}
    return {
        "summary": summary,
        "description": description,
        "tags": [_TAG],
        "status_code": status,
        "response_model": None,
        "responses": responses,
        "openapi_extra": extra,
    }


WRITE = _options(
    "A customer wrote",
    "Stores a customer's message; 202 means that the hub will never lose it. Repeat the request with the same `id` "
    "until an answer comes: it gives the same answer and no second message.",
    202,
    schema.AcceptedOut,
    400,
    401,
    413,
    422,
    **_sends(schema.MessageIn, _EXAMPLE),
)
EDIT = _options(
    "A customer edited their message",
    "Gives the whole new state of an earlier message.",
    202,
    schema.AcceptedOut,
    400,
    401,
    413,
    422,
    **_sends(schema.EditIn, {"conversation": "client-77", "text": "Where is my order 1042?"}),
)
DELETE = _options(
    "A customer deleted their message",
    "Marks an earlier message as deleted.",
    202,
    schema.AcceptedOut,
    401,
    422,
    **_asks(schema.DeletionQuery),
)
RECEIPT = _options(
    "An event reached the customer",
    "Tells the operators that their message was delivered, read, or could not be delivered.",
    202,
    schema.AcceptedOut,
    400,
    401,
    413,
    422,
    **_sends(schema.ReceiptIn, {"conversation": "client-77", "message": "out-7", "state": "read"}),
)
EVENTS = _options(
    "What operators wrote",
    "Events of all conversations in their order, after a cursor. With `wait` the answer is held back until something "
    "comes or the time is up. Read again with the new `cursor`; reading takes nothing away. Where a callback is "
    "set, the same events are also POSTed to it, one at a time per conversation, with the header "
    "`X-Hub-Signature-256: sha256=HMAC-SHA256(callback_secret, raw body)`, until it answers 2xx.",
    200,
    schema.EventsOut,
    401,
    422,
    **_asks(schema.EventsQuery),
)
