"""The order in which several workers run the tests."""

from __future__ import annotations

import random

import pytest

from tests.order import spread


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("count", [0, 1, 5, 400])
def test_every_test_runs_once_and_each_worker_begins_with_long_ones(count: int, workers: int) -> None:
    chance = random.Random(count)
    folders = ("torture", "scenarios", "domain", "core", "bridges", "desks")
    tests = [f"tests/{chance.choice(folders)}/test_{number}.py" for number in range(count)]
    ordered = spread(tests, str, workers)
    assert sorted(ordered) == sorted(tests)
    if count < 100:
        return
    begin = 0
    for worker in range(workers):
        run = ordered[begin : begin + (len(tests) - begin) // (workers - worker)]
        begin += len(run)
        long = [one.split("/")[1] in ("torture", "scenarios") for one in run]
        assert long == sorted(long, reverse=True), "the short ones come last"
        assert 0 < sum(long) < len(run)
