"""Throwaway servers from the system's own binaries: PostgreSQL, PgBouncer, Redis and nginx on 127.0.0.1, in a temporary
directory; and the path of the system's browser.

They die with the tests that started them, even when those are killed: Linux then sends them SIGTERM.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.free_ports import free_port
from tests.waiting import FACT

_PR_SET_PDEATHSIG = 1


class Missing(RuntimeError):
    """A program is not installed; the text names its package."""


@contextmanager
def postgres(*settings: str) -> Iterator[str]:
    """Runs PostgreSQL; returns the address of its database `postgres`, without driver: `//user@host:port/postgres`.
    `settings`: `name=value`, beside the defaults (fsync is on)."""
    binaries = _postgres_binaries()
    with own_directory() as directory:
        data = directory / "data"
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "hub", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, **_as_nobody()
        )
        port = free_port()
        options = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={directory}", *settings]
        command = [str(binaries / "postgres"), "-D", str(data)]
        for option in options:
            command += ["-c", option]
        with _running(command, directory / "log", stop=signal.SIGINT, **_as_nobody()) as process:
            ready = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "hub"]
            _wait(lambda: subprocess.run(ready, check=False).returncode == 0, process, directory / "log")
            yield f"//hub@127.0.0.1:{port}/postgres"


@contextmanager
def pgbouncer(postgres: str, *settings: str) -> Iterator[str]:
    """Runs PgBouncer in transaction mode before a server `//user@host:port`; returns its own address. `settings`: lines
    of its configuration."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise Missing("pgbouncer is not installed: apt-get install pgbouncer")
    user, _, place = postgres.removeprefix("//").partition("@")
    host, _, behind = place.partition(":")
    with own_directory() as directory:
        port = free_port()
        configuration = directory / "pgbouncer.ini"
        lines = [
            "[databases]",
            f"* = host={host} port={behind}",
            "[pgbouncer]",
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\npool_mode = transaction",
            f"auth_type = trust\nauth_file = {directory}/users",
            *settings,
        ]
        configuration.write_text("\n".join(lines))
        (directory / "users").write_text(f'"{user}" ""')
        command = [program, str(configuration)]
        with _running(command, directory / "log", stop=signal.SIGTERM, **_as_nobody()) as process:
            _wait(lambda: _answers(port), process, directory / "log")
            yield f"//{user}@127.0.0.1:{port}"


@contextmanager
def redis(port: int = 0) -> Iterator[str]:
    """Runs Redis without persistence; returns its URL. `port` 0: any."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("redis-server is not installed: apt-get install redis-server")
    with own_directory() as directory:
        port = port or free_port()
        command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
        with _running([*command, "--dir", str(directory)], directory / "log", stop=signal.SIGTERM) as process:
            _wait(lambda: _answers(port), process, directory / "log")
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def nginx(servers: str, port: int) -> Iterator[Path]:
    """Runs nginx with these server blocks, for hub.example.com; returns the certificate's path once it listens on
    `port`. `{folder}` in a block is the folder of `cert.pem` and `key.pem`."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise Missing("nginx is not installed: apt-get install nginx-light")
    with tempfile.TemporaryDirectory(prefix="hub-test-") as name:
        directory = Path(name)
        certify(directory)
        temporary = "".join(
            f"{kind}_temp_path {directory}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration = directory / "nginx.conf"
        configuration.write_text(
            f"{'user root;' if os.geteuid() == 0 else ''} daemon off; worker_processes 1; pid {directory}/pid;"
            f" error_log stderr; events {{ }} http {{ access_log off; {temporary}"
            f" {servers.replace('{folder}', str(directory))} }}"
        )
        command = [program, "-e", "stderr", "-p", str(directory), "-c", str(configuration)]
        with _running(command, directory / "log", stop=signal.SIGTERM) as process:
            _wait(lambda: _answers(port), process, directory / "log")
            yield directory / "cert.pem"


def certify(directory: Path) -> None:
    """Makes a self-signed certificate."""
    program = shutil.which("openssl")
    if program is None:
        raise Missing("openssl is not installed: apt-get install openssl")
    made = ["-keyout", str(directory / "key.pem"), "-out", str(directory / "cert.pem")]
    named = ["-subj", "/CN=hub.example.com", "-addext", "subjectAltName=DNS:hub.example.com"]
    command = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *made, *named]
    subprocess.run(command, check=True, capture_output=True)
    if owner := _as_nobody():  # PostgreSQL refuses a key that is not its own
        os.chown(directory / "key.pem", owner["user"], owner["group"])


def chromium() -> str:
    """The path of the system's browser."""
    for name in ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"):
        if program := shutil.which(name):
            return program
    raise Missing("there is no Chromium: apt-get install chromium")


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    if program is None:
        raise Missing("PostgreSQL's server is not installed: apt-get install postgresql")
    return Path(program).resolve().parent


def _as_nobody() -> dict[str, Any]:
    """Drops root's rights: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def own_directory() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="hub-test-"))
    try:
        if owner := _as_nobody():
            os.chown(directory, owner["user"], owner["group"])
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def _running(command: list[str], log: Path, *, stop: int, **as_user: Any) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent, **as_user
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(FACT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + FACT
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
