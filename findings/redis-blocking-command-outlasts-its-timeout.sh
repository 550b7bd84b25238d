#!/usr/bin/env bash
# redis-py 8: BLPOP with a timeout of 8 seconds ends after about a minute, in an error.
#
# One would guess: `blpop("queue", timeout=8)` on an empty list waits for 8 seconds and returns None, as it does with a
# timeout of 2.
# What is so: since redis-py 8 a connection waits for any answer for 5 seconds at most (`redis._defaults`), and blocking
# commands are no exception. The command times out after 5 seconds, is repeated with pauses by the default retries, each
# time from the beginning, and in the end raises redis.exceptions.TimeoutError. `xread(block=8000)` ends the same way.
# A blocking command needs a client whose `socket_timeout` is longer than its own timeout.
#
# Versions: redis 8.1.0, against the TCP server of fakeredis 2.41.0 (a real redis-server gave the same).
# Source: redis/_defaults.py (DEFAULT_SOCKET_TIMEOUT) and redis/asyncio/connection.py of the package.
# Takes about a minute and a quarter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check redis==8.1.0 fakeredis==2.41.0
cat > "$folder/blocking.py" <<'PYTHON'
import asyncio
import threading
import time

import redis.asyncio
import redis.exceptions
from fakeredis import TcpFakeServer

server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()


async def pop(client, seconds):
    began = time.monotonic()
    try:
        result = repr(await client.blpop("queue", timeout=seconds))
    except redis.exceptions.TimeoutError:
        result = "TimeoutError"
    took = time.monotonic() - began
    print(f"blpop(timeout={seconds}): {result} after {took:.0f} s")
    return result, took


async def main():
    port = server.server_address[1]
    client = redis.asyncio.Redis(port=port)
    result, took = await pop(client, 2)
    assert result == "None" and took < 5
    result, took = await pop(client, 8)
    assert result == "TimeoutError" and took > 30
    print("with socket_timeout=12:")
    result, took = await pop(redis.asyncio.Redis(port=port, socket_timeout=12), 8)
    assert result == "None" and 7 < took < 12


asyncio.run(main())
PYTHON
"$folder/venv/bin/python" "$folder/blocking.py"
