"""The map: the same results in the same order, however many processes."""

import os

import pytest

from site_builder.workers import SERIAL_BELOW, make_map, sensible_workers


def slow_square(number: int) -> int:
    return sum(number for _ in range(number))


def process(_: int) -> int:
    return os.getpid()


def fail_on_seven(number: int) -> int:
    if number == 7:
        raise ValueError("seven")
    return number


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_the_items(workers):
    with make_map(workers) as run:
        assert list(run(slow_square, range(500, 0, -1))) == [number**2 for number in range(500, 0, -1)]


def test_two_workers_really_are_two_processes():
    with make_map(2) as run:
        assert len(set(run(process, range(2000)))) == 2


def test_one_worker_is_this_process():
    with make_map(1) as run:
        assert set(run(process, range(10))) == {os.getpid()}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_worker_reaches_the_caller(workers):
    with make_map(workers) as run, pytest.raises(ValueError, match="seven"):
        list(run(fail_on_seven, range(100)))


def test_the_items_are_taken_as_they_are_needed_not_all_at_once():
    taken = []

    def items():
        for number in range(100_000):
            taken.append(number)
            yield number

    with make_map(2) as run:
        results = run(slow_square, items())
        next(results)
        assert len(taken) < 1000
        results.close()


def test_few_items_are_not_worth_a_pool():
    assert sensible_workers(8, SERIAL_BELOW - 1) == 1
    assert sensible_workers(8, SERIAL_BELOW) == 8
