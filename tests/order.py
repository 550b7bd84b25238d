"""Order of the tests for several workers: each begins with long ones, so that none is left alone with one at the end.

xdist gives every worker a run of neighbours to begin with, and takes from the ends of runs for those that are done.
So the long tests stand at the beginnings of the runs, and the short ones at their ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

WAITING = re.compile(r"^tests/torture/")
"""Tests that wait for most of their time, while other workers use the cores: half of the workers begin with them."""
LONG = re.compile(
    r"^tests/(scenarios|upgrade|cli)/|^tests/core/test_(outages|no_right_to_send)\.py|^tests/storage/tables/test_migrate\.py"
)
"""Tests that start programs or whole hubs, or play whole days."""


def spread(tests: Sequence[T], name: Callable[[T], str], workers: int) -> list[T]:
    """Orders the tests: `workers` runs of equal length, all but the last rounded down, as xdist divides them."""
    waiting, long, short = list[T](), list[T](), list[T]()
    for test in tests:
        kind = waiting if WAITING.match(name(test)) else long if LONG.match(name(test)) else short
        kind.append(test)
    ordered, left = list[T](), len(tests)
    patient = (workers + 1) // 2
    for worker in range(workers):
        size = left // (workers - worker)
        begins = [*(waiting[worker::patient] if worker < patient else ()), *_share(long, worker, workers)]
        rest = max(0, size - len(begins))
        ordered += [*begins, *short[:rest]]
        del short[:rest]
        left -= len(begins) + rest
    return ordered + short


def _share(tests: Sequence[T], worker: int, workers: int) -> Sequence[T]:
    """Neighbours stay together: they share what is costly to start."""
    return tests[len(tests) * worker // workers : len(tests) * (worker + 1) // workers]
