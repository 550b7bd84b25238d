#!/usr/bin/env bash
# limits: in a fixed window, a hit that is refused spends what was left.
#
# One would guess: of 10 a minute, after a hit of cost 8, a hit of cost 3 is refused and takes nothing; a hit of cost 2
# still fits.
# What is so: the fixed window adds the cost first and compares afterwards, so the refused 3 are spent, and 2 no longer
# fit. The moving window and the sliding window counter of the same package compare first: there 2 fit. With costs above
# 1 (characters, recipients, bytes) the strategies are therefore not interchangeable.
#
# Version: limits 5.8.0. Source: limits/strategies.py (FixedWindowRateLimiter.hit calls `incr` and compares its result).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check limits==5.8.0
cat > "$folder/spent.py" <<'PYTHON'
from limits import parse, strategies
from limits.storage import MemoryStorage

FOUND = {
    strategies.FixedWindowRateLimiter: (True, False, False),
    strategies.MovingWindowRateLimiter: (True, False, True),
    strategies.SlidingWindowCounterRateLimiter: (True, False, True),
}
for strategy, expected in FOUND.items():
    limiter, limit = strategy(MemoryStorage()), parse("10/minute")
    hits = tuple(limiter.hit(limit, "somebody", cost=cost) for cost in (8, 3, 2))
    print(f"{strategy.__name__:32} costs 8, 3, 2 → {hits}")
    assert hits == expected
PYTHON
"$folder/venv/bin/python" "$folder/spent.py"
