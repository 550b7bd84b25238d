"""Blocks and views as Slack's own Python SDK understands them."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = dict[str, Any]


def faults(blocks: list[Json]) -> str:
    """Says what the SDK's models find wrong with blocks; "" when they read the same as they were written."""
    for number, block in enumerate(blocks):
        parsed = Block.parse(block)
        if parsed is None:
            return f"{block['type']}: no such block [json-pointer:/blocks/{number}]"
        try:
            read = parsed.to_dict()
        except SlackObjectFormationError as error:
            return f"{error} [json-pointer:/blocks/{number}]"
        if read != block:
            return f"{block['type']} is read as {read} [json-pointer:/blocks/{number}]"
    return ""


def faults_of_view(view: Json) -> str:
    try:
        View(**view).to_dict()
    except SlackObjectFormationError as error:
        return str(error)
    return faults(view["blocks"])
