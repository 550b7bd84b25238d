"""Rules of the house: imports between layers, documents that agree with the code, locks without hosts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.domain.contract import registry
from pydantic import BaseModel

import bot.crm
import bot.desks
import bridges
from bot.config.hub import HubSettings
from bot.config.plugins import Initial
from bot.runtime import metrics
from settings import load
from tests import house

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
COMPOSE = (ROOT / "compose.yaml").read_text()

# ------------------------------------------------------------------------------------------ arrows


def test_arrows_point_inwards() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_of_the_core_is_kept_from_platforms() -> None:
    """The layers contract is exhaustive by itself; the other contract's list is checked against it here."""
    layers = _contract("The house")["layers"]
    names = {f"bot.{name}" for layer in layers for name in layer.split(" | ")}
    assert set(_contract("The core")["source_modules"]) == names - {"bot.cli", "bot.app"}


def _contract(beginning: str) -> dict[str, Any]:
    contracts: list[dict[str, Any]] = PROJECT["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["name"].startswith(beginning))


BROKEN = [
    ("The house", "bot.domain.access", "bot.ports"),
    ("The house", "bot.views.cards", "bot.hub.context"),
    ("The house", "bot.dialogs.apply", "bot.delivery.outages"),
    ("The house", "bot.dialogs.apply", "bot.actions"),
    ("The house", "bot.handlers.desk_events", "bot.app.http"),
    ("The core", "bot.handlers.desk_events", "bridges"),
    ("The core", "bot.senders.desk", "bot.desks"),
    ("The core", "bot.dialogs.apply", "storage"),
    ("The core", "bot.dialogs.crm.facts", "bot.crm"),
    ("The core", "bot.queries.search", "sqlalchemy"),
    ("Only bot.app", "bot.cli.running", "storage"),
    ("Only bot.app", "bot.cli.running", "bridges"),
    ("Only bot.app", "bot.cli.running", "bot.desks"),
    ("Only bot.app", "bot.cli.running", "bot.crm"),
    ("Presentation", "bot.senders.drawing", "bot.actions"),
    ("Presentation", "bot.handlers.web_desk", "bot.actions.held"),
    ("Presentation", "bot.senders.batch", "bot.actions"),
    ("Bridges, desks, CRMs and storage", "bridges.api.bridge", "bot.desks"),
    ("Bridges, desks, CRMs and storage", "bot.desks.web.desk", "storage"),
    ("Bridges, desks, CRMs and storage", "bot.crm.onec.crm", "bridges"),
    ("Bridges, desks, CRMs and storage", "storage.engine.store", "bot.crm"),
    ("Bridges, desks and CRMs know", "bridges.api.bridge", "bot.dialogs.apply"),
    ("Bridges, desks and CRMs know", "bot.desks.web.desk", "bot.actions"),
    ("Bridges, desks and CRMs know", "bot.crm.onec.crm", "bot.hub.context"),
    ("Bridges, desks and CRMs know", "bridges.api.bridge", "sqlalchemy"),
    ("Storage knows", "storage.engine.store", "bot.hub.context"),
    ("Storage knows", "storage.engine.store", "bot.config"),
    ("CRMs are asked", "bot.crm.onec.crm", "bot.ports.storage"),
    ("Bridges are independent", "bridges.api.bridge", "bridges.vk.bridge"),
    ("Desks are independent", "bot.desks.web.desk", "bot.desks.slack.desk"),
    ("CRMs are independent", "bot.crm.onec.crm", "bot.crm.webhook.crm"),
]
"""Contract, by the beginning of its name, and an import that breaks it."""


@dataclass(frozen=True)
class Linter:
    graph: grimp.ImportGraph
    options: UserOptions

    def keeps(self, beginning: str, graph: grimp.ImportGraph) -> bool:
        options = next(one for one in self.options.contracts_options if one["name"].startswith(beginning))
        kind = registry.get_contract_class(options["type"])
        contract = kind(options["name"], self.options.session_options, options)
        return bool(contract.check(deepcopy(graph), verbose=False).kept)


@pytest.fixture(scope="module")
def linter() -> Linter:
    configure()
    options = use_cases.read_user_options(str(ROOT / "pyproject.toml"))
    use_cases._register_contract_types(options)
    graph = grimp.build_graph("bot", "bridges", "storage", include_external_packages=True, cache_dir=None)
    return Linter(graph, options)


@pytest.mark.parametrize(("beginning", "importer", "imported"), BROKEN)
def test_each_contract_can_be_broken(linter: Linter, beginning: str, importer: str, imported: str) -> None:
    graph = deepcopy(linter.graph)
    assert {importer, imported} <= graph.modules
    assert linter.keeps(beginning, graph)
    graph.add_import(importer=importer, imported=imported)
    assert not linter.keeps(beginning, graph)


def test_a_package_without_a_place_breaks_the_house(linter: Linter) -> None:
    graph = deepcopy(linter.graph)
    graph.add_module("bot.helpers")
    assert not linter.keeps("The house", graph)


def test_every_contract_is_broken_once() -> None:
    names = [one["name"] for one in PROJECT["tool"]["importlinter"]["contracts"]]
    assert [name for name in names if not any(name.startswith(beginning) for beginning, *_ in BROKEN)] == []


def test_desks_and_crms_are_independent_of_each_other() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    independent = [set(one["modules"]) for one in contracts if one["type"] == "independence"]
    assert set(bot.desks.DESKS.values()) in independent
    assert set(bot.crm.CRMS.values()) in independent
    assert {"bridges.*"} in independent  # covers new channels by itself


def test_a_kind_is_known_without_its_sdk() -> None:
    """An SDK takes seconds and a hundred megabytes: only users of a platform should pay for it."""
    program = (
        "import sys, bridges, bot.crm, bot.desks\n"
        "for name in bridges.BRIDGES: bridges.kind(name)\n"
        "for name in bot.desks.DESKS: bot.desks.kind(name)\n"
        "for name in bot.crm.CRMS: bot.crm.kind(name)\n"
        "sdks = ('aiogram', 'slack_bolt', 'slack_sdk', 'mattermostautodriver', 'aiohttp', 'fastapi', 'structlog')\n"
        "print([name for name in sdks if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------- names


def test_a_class_name_means_one_class_or_has_its_reason() -> None:
    assert set(house.repeated_classes()) == set(house.SHARED_NAMES)
    assert len(house.SHARED_NAMES) <= 15


# ----------------------------------------------------------------------------------------- figures


def test_docstrings_begin_with_a_noun_or_a_verb() -> None:
    assert [str(place) for place in house.oblique_docstrings()] == []


def test_files_and_functions_can_be_read_at_once() -> None:
    assert len(house.long_files()) <= 5, [str(place) for place in house.long_files()]
    assert len(house.long_functions()) <= 3, [str(place) for place in house.long_functions()]


def test_every_function_of_the_ports_is_described() -> None:
    assert [str(place) for place in house.undocumented_ports()] == []


def test_the_levels_of_the_house_stay_few() -> None:
    assert len([path for path in (ROOT / "bot").iterdir() if path.name != "__pycache__"]) <= 25
    assert len([path for path in (ROOT / "storage").iterdir() if path.name != "__pycache__"]) <= 9


# --------------------------------------------------------------------------------------- documents


def links(document: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    found = re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path) if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(document: Path) -> set[str]:
    """Anchors as GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "document", [ROOT / "CONTRIBUTING.md", ROOT / "docs/architecture.md"], ids=lambda path: path.name
)
def test_paths_that_the_house_is_drawn_with_exist(document: Path) -> None:
    named = set(re.findall(r"`((?:bot|bridges|storage|tests|docs)/[\w./-]*)`", document.read_text()))
    placeholders = {path for path in named if "NAME" in path}
    assert named - placeholders
    assert [path for path in sorted(named - placeholders) if not (ROOT / path).exists()] == []


def test_the_layers_that_are_drawn_are_those_that_are_held() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    rows = re.findall(r"^\| ((?:`bot/\w+`(?:, )?)+) \|", text, flags=re.MULTILINE)
    drawn = [set(re.findall(r"`bot/(\w+)`", row)) for row in rows]
    assert drawn == [set(layer.split(" | ")) for layer in _contract("The house")["layers"]]


def test_readme_names_commands_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    text = "\n".join(document.read_text() for document in DOCUMENTS)
    assert set(re.findall(r"`?make ([a-z]+)`", text)) <= targets
    from bot.cli.application import app

    commands = {info.name or getattr(info.callback, "__name__", "") for info in app.registered_commands}
    commands |= {group.name or "" for group in app.registered_groups}
    assert set(re.findall(r"`hub ([a-z]+)", text)) <= commands


def test_the_examples_of_contributing_select_tests() -> None:
    """All are collected at once, in a process of its own: pytest does not collect within pytest."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    examples = re.findall(r"^\.venv/bin/pytest (\S+) -k \"?([\w ]+?)\"?(?:\s+#.*)?$", text, flags=re.MULTILINE)
    command = [sys.executable, "-m", "pytest", "--collect-only", *(path for path, _ in examples)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert len(examples) == text.count(" -k ")
    for path, words in examples:
        wanted = words.split(" and ")
        tests = [name for name in done.stdout.splitlines() if name.startswith(path)]
        assert any(all(word in name.removeprefix(path) for word in wanted) for name in tests), (path, words)


def test_the_changelog_knows_this_version_or_what_comes_next() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert headings[0] == "Unreleased" or headings[0] == PROJECT["project"]["version"]
    assert len(headings) == len(set(headings))


def models() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {"hub": HubSettings, "initial": Initial}
    found |= {name: bridges.kind(name).settings for name in bridges.BRIDGES}
    found |= {f"crm {name}": bot.crm.kind(name).settings for name in bot.crm.CRMS}
    return found | {name: bot.desks.kind(name).settings for name in bot.desks.DESKS}


@pytest.mark.parametrize(
    "section", ["hub", "initial", *bridges.BRIDGES, *bot.desks.DESKS, *(f"crm {name}" for name in bot.crm.CRMS)]
)
def test_every_key_is_documented(section: str) -> None:
    text = (ROOT / "docs/hub-toml.md").read_text()
    for key in models()[section].model_fields:
        assert re.search(rf"`{key}`|\.{key}\]|\[{key}\]", text), key


def test_every_metric_is_documented_and_counted() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    program = "\n".join(path.read_text() for path in (ROOT / "bot").rglob("*.py"))
    for name, value in vars(metrics).items():
        if name.isupper() and hasattr(value, "labels"):
            described = value.describe()[0]
            suffix = "_total" if described.type == "counter" else ""
            assert f"`{described.name}{suffix}`" in text, name
            assert len(re.findall(rf"\b{name}\b", program)) > 1, f"{name} is never counted"


def test_alerts_are_about_metrics_that_exist() -> None:
    rules = (ROOT / "docs/operations.md").read_text().split("```yaml\ngroups:")[1].split("```")[0]
    assert len(re.findall(r"- alert: ", rules)) == 8
    known = {described.name for described in metrics.REGISTRY.collect()}
    for name in set(re.findall(r"\bhub_\w+", rules)):
        assert re.sub(r"_(total|count)$", "", name) in known, name


def test_compose_asks_whether_the_hub_is_ready_and_limits_logs() -> None:
    assert "http://127.0.0.1:8080/readyz" in COMPOSE
    assert COMPOSE.count("logging: *logs") == COMPOSE.count("mem_limit:")


# ------------------------------------------------------------------------------------- the example

VARIABLES = {
    "ANNA_KEY": "anna-key-1234567",
    "HUB_SECRET": "s" * 32,
    "HUB_SECRET_BEFORE": "b" * 32,
    "SLACK_BOT_TOKEN": "xoxb-1-2-abc",
    "SLACK_APP_TOKEN": "xapp-1-A-2-abc",
    "MATTERMOST_TOKEN": "m" * 26,
    "MATTERMOST_COMMAND_TOKEN": "c" * 26,
    "TELEGRAM_TOKEN": "123456:AAE-example-token",
    "MAX_TOKEN": "m" * 32,
    "APP_TOKEN": "t" * 32,
    "APP_CALLBACK_SECRET": "s" * 32,
    "WHATSAPP_TOKEN": "EAAJB-token",
    "WHATSAPP_APP_SECRET": "0123456789abcdef",
    "WHATSAPP_VERIFY_TOKEN": "some-word",
    "VK_TOKEN": "vk1.a.token-of-a-community",
    "VIBER_TOKEN": "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9",
    "METRICS_TOKEN": "m" * 32,
    "ONEC_ENDPOINT": "https://1c.example.com/integration/1",
    "ONEC_TOKEN": "1" * 32,
    "CRM_SECRET": "c" * 32,
}


def test_the_example_works_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(ROOT / "hub.example.toml", {"ANNA_KEY": VARIABLES["ANNA_KEY"]})
    assert (list(settings.desks), list(settings.accounts)) == (["local"], ["site"])


def test_everything_in_the_example_can_be_used(tmp_path: Path) -> None:
    example = (ROOT / "hub.example.toml").read_text()
    path = tmp_path / "hub.toml"
    path.write_text(re.sub(r"^#(?! |$)", "", example, flags=re.MULTILINE))
    settings = load(path, VARIABLES)
    assert {desk.kind for desk in settings.desks.values()} == set(bot.desks.DESKS)
    assert {account.kind for account in settings.accounts.values()} == set(bridges.BRIDGES)
    assert "sales" in settings.roles
    assert settings.crm is not None


# --------------------------------------------------------------------------------- locks and image


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_name_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"https?:|file:|index-url|find-links|trusted-host|@ ", text)
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


@pytest.mark.parametrize(("name", "extras"), [("requirements.lock", ()), ("requirements-dev.lock", ("dev",))])
def test_locks_hold_all_that_is_asked_for(name: str, extras: tuple[str, ...]) -> None:
    asked = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        asked += PROJECT["project"]["optional-dependencies"][extra]
    locked = set(re.findall(r"^([a-z0-9-]+)", (ROOT / name).read_text(), flags=re.MULTILINE))
    assert {re.match(r"[\w-]+", one)[0].lower().replace("_", "-") for one in asked} <= locked  # type: ignore[index]


def test_the_image_is_given_all_that_the_program_is_made_of() -> None:
    ignore = set((ROOT / ".dockerignore").read_text().split())
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE))
    names = {name for line in copied for name in line.split()}
    assert {"bot", "bridges", "storage", "settings.py", "pyproject.toml", "requirements.lock"} <= names
    assert {f"!{name}" for name in names} <= ignore
    assert "*" in ignore


def test_scripts_can_be_run() -> None:
    for script in (ROOT / ".ci").iterdir():
        assert os.access(script, os.X_OK), script
        subprocess.run(["bash", "-n", str(script)], check=True)


def test_images_are_named_by_their_digest_and_bounded() -> None:
    """Tomorrow's build runs what was tested; no service takes the machine's memory or accepts connections without a
    password."""
    images = re.findall(r"^(?:FROM|\s+image:) (\S+)", (ROOT / "Dockerfile").read_text() + COMPOSE, re.MULTILINE)
    foreign = [image for image in images if image != "dialog-hub"]
    assert len(foreign) == 4
    assert all(re.search(r"@sha256:[0-9a-f]{64}$", image) for image in foreign)
    assert COMPOSE.count("mem_limit:") == COMPOSE.count("pids_limit:") == 3
    assert "--requirepass" in COMPOSE
    assert "setuptools==" in (ROOT / "requirements-dev.lock").read_text()
