"""The command line, as a process: its output and exit status."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import FACT

ROOT = Path(__file__).parents[2]
BARE = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "LC_", "LANG"))}
FREE_PORT = {"HUB__HUB__LISTEN": "127.0.0.1:0"}


def environment(**more: str) -> dict[str, str]:
    return {**BARE, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "COLUMNS": "60", **more}


def hub(*words: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=cwd, env=environment(**more), capture_output=True, text=True, timeout=FACT)


@contextmanager
def hub_running(cwd: Path, *words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A hub that has printed its addresses, and the lines it has printed."""
    command = [sys.executable, "-m", "bot", *words]
    log = (cwd / "log").open("w")
    with (
        log,
        subprocess.Popen(
            command, cwd=cwd, env=environment(**more), stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline()]
            while lines[-1] != "" and (len(lines) == 1 or lines[-1] != "\n"):
                lines.append(process.stdout.readline())
            yield process, [line.rstrip("\n") for line in lines if line.strip()]
        finally:
            process.kill()


def test_version(tmp_path: Path) -> None:
    done = hub("version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", done.stdout)


@pytest.mark.parametrize(("locale", "words"), [("C", "Run the hub until stopped."), ("ru_RU.UTF-8", "Запустить хаб")])
def test_help_is_in_the_readers_language(tmp_path: Path, locale: str, words: str) -> None:
    done = hub("--help", cwd=tmp_path, LANG=locale, PYTHONUTF8="1")
    assert done.returncode == 0
    assert words in done.stdout


def test_light_commands_load_nothing_heavy() -> None:
    program = (
        "import sys, bot.cli.application; print([m for m in ('fastapi', 'sqlalchemy', 'aiohttp') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


BROKEN = """
[hub]
listen = "nowhere"

[desks.main]
kind = "web"
operators = { anna = "env:NO_SUCH_KEY" }

[accounts.site]
kind = "webchat"
orgins = []
"""


@pytest.mark.parametrize("command", ["run", "check", "migrate"])
@pytest.mark.parametrize("before", [True, False])
def test_faults_are_one_line_each_and_end_with_1(tmp_path: Path, command: str, before: bool) -> None:
    (tmp_path / "wrong.toml").write_text(BROKEN)
    config = ("--config", "wrong.toml")
    done = hub(*((*config, command) if before else (command, *config)), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "desks.main.operators.anna: the variable NO_SUCH_KEY is not set. Set it in the hub's environment.",
        'hub.listen: is not host:port. Enter host and port, e.g. "127.0.0.1:8080".',
        'accounts.site.orgins: there is no such key. Did you mean "origins"?',
    ]
    assert not (tmp_path / "hub.db").exists()


@pytest.mark.parametrize("how", ["HUB_CONFIG", "hub.toml"])
def test_where_the_configuration_is_looked_for(tmp_path: Path, how: str) -> None:
    name = "hub.toml" if how == "hub.toml" else "other.toml"
    (tmp_path / name).write_text("[hub]\nx = 1\n")
    done = hub("check", cwd=tmp_path, **({how: name} if how == "HUB_CONFIG" else {}))
    assert done.returncode == 1
    assert done.stderr.startswith("hub.x: there is no such key.")


def test_faults_in_russian(tmp_path: Path) -> None:
    done = hub("run", "--config", "no.toml", cwd=tmp_path, LANG="ru_RU.UTF-8", PYTHONUTF8="1")
    assert done.returncode == 1
    assert done.stderr.startswith("no.toml: такого файла нет. Укажите файл в --config")


def test_run_says_where_to_go_serves_and_stops_when_told(tmp_path: Path) -> None:
    with hub_running(tmp_path, "run", **FREE_PORT) as (process, lines):
        desk, anna, boris, chat = lines
        assert re.fullmatch(r"  Web desk for operators  http://127\.0\.0\.1:\d+/desk", desk)
        assert re.fullmatch(r"    anna signs in with the key \S{20,}", anna)
        assert re.fullmatch(r"    boris signs in with the key \S{20,}", boris)
        assert re.fullmatch(r"  Sample page with the website chat  http://127\.0\.0\.1:\d+/chat/site/sample", chat)
        for line in (desk, chat):
            with urllib.request.urlopen(line.split()[-1], timeout=FACT) as page:
                assert page.status == 200
                assert b"<script" in page.read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(FACT) == 0
    log = (tmp_path / "log").read_text()
    assert '"event": "ready"' in log
    for line in (anna, boris):
        assert line.split()[-1] not in log


def test_the_keys_of_a_configured_desk_are_not_printed(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('[desks.main]\nkind = "web"\noperators = { anna = "written-by-hand-1" }\n')
    with hub_running(tmp_path, "run", **FREE_PORT) as (_process, lines):
        assert [line.split("http")[0].strip() for line in lines] == ["Web desk for operators"]


def test_an_address_in_use_is_a_fault(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = hub("run", cwd=tmp_path, HUB__HUB__LISTEN=address)
    assert done.returncode == 1
    fault = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(fault) == 1
    assert fault[0].startswith(f"hub.listen: cannot listen at {address}: ")


def test_a_database_that_is_away_is_a_fault(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    url = f"postgresql+asyncpg://hub:hush-hush@127.0.0.1:{port}/hub"
    for command in ("run", "migrate"):
        done = hub(command, cwd=tmp_path, HUB__HUB__DATABASE_URL=url, HUB__HUB__SECRET="s" * 32, **FREE_PORT)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("hub.database_url: ")
        assert "Traceback" not in done.stderr
        assert "hush-hush" not in done.stderr


def test_check_tells_what_was_found(tmp_path: Path) -> None:
    done = hub("check", cwd=tmp_path, **FREE_PORT)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("✓ hub.toml: no configuration file: running a demo")
    assert any(line.startswith("✓ desks.local: ") for line in lines)
    assert not any(line.startswith("✗") for line in lines)


CARELESS = (
    '[hub]\nadmins = ["anna"]\n[desks.main]\nkind = "web"\noperators = { anna = "short-key-1", boris = "{key}" }\n'
)


def careless(folder: Path, key: str = "a-key-long-enough-0", mode: int = 0o644) -> Path:
    """A hub.toml that contains keys, and that others may read."""
    file = folder / "hub.toml"
    file.write_text(CARELESS.replace("{key}", key))
    file.chmod(mode)
    return file


def test_check_warns_of_short_keys_and_of_secrets_that_others_can_read(tmp_path: Path) -> None:
    careless(tmp_path)
    done = hub("check", cwd=tmp_path, **FREE_PORT)
    assert done.returncode == 0, done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("! ")] == [
        "! hub.toml: contains secrets, and other users of this machine can read it. Run: chmod 600 hub.toml, "
        "or use env:NAME instead of the secrets.",
        "! desks.main.operators.anna: the key is shorter than 16 characters: the next version will reject it. "
        "Create a new one with: openssl rand -hex 16",
    ]
    assert "short-key-1" not in done.stdout


@pytest.mark.parametrize(("text", "mode"), [("env:KEY", 0o644), ("literal-key-0123", 0o600)])
def test_secrets_that_nobody_else_can_read_are_no_news(tmp_path: Path, text: str, mode: int) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(f'[desks.main]\nkind = "web"\noperators = {{ anna = "{text}" }}\n')
    file.chmod(mode)
    done = hub("check", cwd=tmp_path, KEY="a-key-long-enough", **FREE_PORT)
    assert not [line for line in done.stdout.splitlines() if line.startswith("! ")]


def test_the_start_warns_too(tmp_path: Path) -> None:
    careless(tmp_path)
    with hub_running(tmp_path, "run", **FREE_PORT):
        log = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [line["key"] for line in log if line["level"] == "warning"] == ["hub.toml", "desks.main.operators.anna"]


def modes(folder: Path) -> dict[str, int]:
    return {
        path.name: path.stat().st_mode & 0o777 for path in folder.iterdir() if path.name.startswith(("hub.db", "f"))
    }


def test_what_the_hub_keeps_is_its_own(tmp_path: Path) -> None:
    """Holds for any umask, and for files made by earlier versions."""
    script = "umask 0; exec " + shlex.join([sys.executable, "-m", "bot", "migrate"])
    subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment(), check=True, timeout=FACT)
    assert set(modes(tmp_path).values()) == {0o600}
    for name in ("hub.db", "hub.db-wal", "hub.db.lock"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    (tmp_path / "files").mkdir(mode=0o755)
    with hub_running(tmp_path, "run", **FREE_PORT):
        assert set(modes(tmp_path)) >= {"hub.db", "hub.db-wal", "hub.db-shm", "hub.db.lock", "hub.db.secret", "files"}
        assert {name: mode for name, mode in modes(tmp_path).items() if mode & 0o077} == {}


TWO_DESKS = """
[hub]
admins = ["anna", "office:Anna", "office:dina"]
[desks.office]
kind = "web"
operators = { anna = "a-key-long-enough-1" }
[desks.support]
kind = "web"
operators = { anna = "a-key-long-enough-2", boris = "a-key-long-enough-3" }
[roles]
leads = ["support:boris"]
"""


def test_check_says_who_is_meant_by_names_and_which_lines_to_write(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(TWO_DESKS)
    done = hub("check", cwd=tmp_path, **FREE_PORT)
    assert done.returncode == 1, done.stdout
    lines = [line for line in done.stdout.splitlines() if "hub.admins" in line or "roles.leads" in line]
    assert [line[:1] for line in lines] == ["✗", "✓", "✗", "✓"]
    assert 'Replace it with: "office:anna", "support:anna"' in lines[0]
    assert "“office:Anna” is anna (office:anna)" in lines[1]
    assert "there is no user “office:dina”" in lines[2]
    assert "“support:boris” is boris (support:boris)" in lines[3]


def test_check_asks_a_crm_outside_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    crm = {"HUB__CRM__KIND": "webhook", "HUB__CRM__URL": f"http://127.0.0.1:{nobody}/", "HUB__CRM__SECRET": "c" * 16}
    done = hub("check", cwd=tmp_path, **FREE_PORT, **crm)
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "crm" in said
    assert "does not accept signed events" in said
    assert str(nobody) not in said


def test_migrate_makes_the_database(tmp_path: Path) -> None:
    done = hub("migrate", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")
    assert (tmp_path / "hub.db").exists()


def test_a_backup_of_a_running_hub_is_restored_when_it_has_stopped(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    with hub_running(here, "run", **FREE_PORT):
        made = hub("backup", "../copy.zip", cwd=here)
        assert (made.returncode, made.stderr) == (0, "")
        assert re.fullmatch(r"Backup written to \.\./copy\.zip: [\d.]+ kB, 0 files\.\n", made.stdout)
        busy = hub("restore", "../copy.zip", "--replace", cwd=here)
        assert (busy.returncode, busy.stdout) == (1, "")
        assert busy.stderr.startswith("hub.database_url: another hub is running on this database. Stop it first.")
    full = hub("restore", "../copy.zip", cwd=here)
    assert (full.returncode, full.stdout) == (1, "")
    assert full.stderr == (
        "hub.database_url: the database is not empty. To replace everything in it by the backup, add --replace.\n"
    )
    for folder, words in ((here, ["--replace"]), (there, [])):
        done = hub("restore", "../copy.zip", *words, cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert re.fullmatch(r"Restored the backup of \d{4}-\d\d-\d\d \d\d:\d\d\. Start the hub: hub run\n", done.stdout)
    assert (here / "hub.db.secret").read_text() == (there / "hub.db.secret").read_text()


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("C", "no.zip: cannot be read: No such file or directory. Check its path."),
        ("ru_RU.UTF-8", "no.zip: не читается: No such file or directory. Проверьте путь."),
    ],
)
def test_a_backup_that_is_not_there(tmp_path: Path, locale: str, words: str) -> None:
    done = hub("restore", "no.zip", cwd=tmp_path, LANG=locale, PYTHONUTF8="1")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", words + "\n")


def test_manifest_is_json_to_paste(tmp_path: Path) -> None:
    sockets, by_http = (
        hub("manifest", "slack", cwd=tmp_path),
        hub("manifest", "slack", "--http", "https://h.example", cwd=tmp_path),
    )
    assert json.loads(sockets.stdout)["settings"]["socket_mode_enabled"] is True
    answer = json.loads(by_http.stdout)["settings"]
    assert answer["socket_mode_enabled"] is False
    assert answer["event_subscriptions"]["request_url"] == "https://h.example/slack/events"


def test_setup_of_a_server_that_is_away_says_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    done = hub(
        "setup",
        "mattermost",
        "--url",
        url,
        "--team",
        "acme",
        "--channel",
        "support",
        cwd=tmp_path,
        MATTERMOST_ADMIN_TOKEN="administrators-token",
    )
    assert done.returncode == 1
    assert done.stdout.startswith("✗ mattermost: ")
    assert "administrators-token" not in done.stdout + done.stderr
