"""The map: the same results in the same order, however many processes."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from sites import ROOT, read_tree

from bench.make_corpus import write_corpus
from site_builder.errors import ConfigError
from site_builder.workers import (
    SERIAL_BELOW,
    InStep,
    WorkerDied,
    begin_aside,
    keep_going,
    make_map,
    sensible_workers,
)


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


def test_a_few_long_items_are_shared_out_and_not_all_given_to_the_first_worker():
    with make_map(2, chunk=1) as run:
        assert len(set(run(process, range(2)))) == 2


def test_one_worker_is_this_process():
    with make_map(1) as run:
        assert set(run(process, range(10))) == {os.getpid()}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_worker_reaches_the_caller(workers):
    with make_map(workers) as run, pytest.raises(ValueError, match="seven"):
        list(run(fail_on_seven, range(100)))


def test_an_error_in_a_worker_says_where_it_was_raised():
    with make_map(2) as run, pytest.raises(ValueError, match="seven") as caught:
        list(run(fail_on_seven, range(20)))
    assert "in fail_on_seven" in "".join(caught.value.__notes__)


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


def test_side_by_side_each_step_is_done_for_all_before_the_next():
    done = []

    def steps(item):
        done.append(("read", item))
        yield
        if item != "short":
            done.append(("tag", item))
            yield
        return item.upper()

    with make_map(1) as run:
        assert list(run(InStep(steps), ["a", "short", "b"])) == ["A", "SHORT", "B"]
    read = [("read", "a"), ("read", "short"), ("read", "b")]
    assert done == [*read, ("tag", "a"), ("tag", "b")]
    assert InStep(steps)("c") == "C"


def test_few_items_are_not_worth_a_pool():
    assert sensible_workers(8, SERIAL_BELOW - 1) == 1
    assert sensible_workers(8, SERIAL_BELOW) == 8


def die_of_seven(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), 9)
    return number


def test_an_item_that_kills_its_process_is_named_and_the_others_are_done():
    with make_map(2) as run:
        results = keep_going(run, die_of_seven, range(300), lambda item, why: (item, why))
        assert list(results) == [
            (7, "the process that worked on it was killed by signal 9, twice") if number == 7 else number
            for number in range(300)
        ]


def test_without_anyone_to_take_it_a_death_is_an_error_that_names_the_item():
    with make_map(2) as run, pytest.raises(WorkerDied, match="signal 9") as caught:
        list(run(die_of_seven, range(300)))
    assert caught.value.item == 7


def die_once(flag: str) -> str:
    if not os.path.exists(flag):
        open(flag, "w").close()
        os.kill(os.getpid(), 9)
    return flag


def test_a_worker_that_somebody_kills_costs_no_item(tmp_path):
    with make_map(2) as run:
        assert list(run(die_once, [str(tmp_path / "killed")])) == [str(tmp_path / "killed")]


def test_what_the_function_holds_need_not_be_picklable():
    held = {number: (lambda: number) for number in range(3)}  # noqa: B023
    with make_map(2) as run:
        assert list(run(lambda number: len(held) + number, range(5))) == [3, 4, 5, 6, 7]


def test_an_engine_that_nobody_knows_is_an_error_with_a_hint(monkeypatch):
    monkeypatch.setenv("SITE_BUILDER_MAP", "nowhere:engine")
    with pytest.raises(ConfigError, match="no engine"), make_map(2):
        pass


def test_another_engine_can_stand_in_its_place(monkeypatch):
    monkeypatch.setenv("SITE_BUILDER_MAP", f"{__name__}:count_items")
    with make_map(2) as run:
        assert list(run(slow_square, range(5))) == [0, 1, 4, 9, 16]
    assert asked == [2]


def test_a_dask_cluster_builds_the_same_bytes(tmp_path):
    """In programs of their own: a cluster leaves threads, and a process with threads must not fork."""
    write_corpus(SERIAL_BELOW + 20, tmp_path)
    for engine, out in (("", "ours"), ("dask:", "theirs")):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "SITE_BUILDER_MAP": engine}
        build = [
            sys.executable,
            "-m",
            "site_builder",
            "build",
            str(tmp_path),
            "-q",
            "-o",
            str(tmp_path / out),
        ]
        subprocess.run([*build, "--workers", "2"], env=env, check=True, capture_output=True, timeout=600)
        shutil.rmtree(tmp_path / ".site-builder")
    ours, theirs = read_tree(tmp_path / "ours"), read_tree(tmp_path / "theirs")
    assert ours.keys() == theirs.keys()
    assert {path for path in ours if ours[path] != theirs[path]} == set()


asked: list[int] = []


@contextmanager
def count_items(workers):
    asked.append(workers)
    yield map


def test_what_a_process_took_that_died_is_done_by_who_waits_for_it() -> None:
    here = os.getpid()

    def square(number: int) -> int:
        if os.getpid() != here and number % 3 == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number

    for workers in (1, 2, 3):
        work = begin_aside(square, range(100), workers)
        assert work.join() == [number * number for number in range(100)]


GROW = """
import gc, os
import site_builder.workers as workers
workers.{setting}
def resident() -> int:
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
block = bytearray(24 << 20)
del block  # from here on, blocks of this size would be put among small ones
block, small = bytearray(16 << 20), [bytes(64) for _ in range(100_000)]
before = resident()
del block
print(before - resident())
"""


@pytest.mark.parametrize(("setting", "gives_back"), [("set_up_memory()", True), ("usable_cpus()", False)])
def test_a_large_block_is_given_back_at_once(setting, gives_back):
    """The second shows that the first can fail: nothing else gives it back."""
    told = subprocess.run(
        [sys.executable, "-c", GROW.format(setting=setting)], capture_output=True, text=True
    )
    assert (int(told.stdout) > 15 << 20) == gives_back, told.stderr
