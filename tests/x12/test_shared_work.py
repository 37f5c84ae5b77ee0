"""Work shared out between processes: results in order, errors in their turn, and no wait for a process that is gone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from caremonth.kernel.x12.shared_work import ProcessLostError, SharedWork


def squared_and_by_whom(number: int) -> tuple[int, int]:
    time.sleep(0.02)
    return number * number, os.getpid()


def refused(number: int) -> int:
    if number == 3:
        raise ValueError("three is refused")
    return number


def killed_elsewhere(number: int, own: int) -> int:
    if os.getpid() != own:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number


def test_results_come_in_order_and_this_process_does_its_share() -> None:
    with SharedWork(squared_and_by_whom, [(n,) for n in range(20)], 3) as work:
        found = list(work)
    assert [square for square, _ in found] == [n * n for n in range(20)]
    workers = {process for _, process in found}
    assert os.getpid() in workers and len(workers) >= 2


def test_what_a_task_raises_comes_in_its_turn() -> None:
    seen = []
    with SharedWork(refused, [(n,) for n in range(6)], 2) as work, pytest.raises(ValueError, match="three is refused"):
        for number in work:
            seen.append(number)
    assert seen == [0, 1, 2]


def test_a_process_that_dies_is_an_error_in_words_and_never_a_wait() -> None:
    with (
        SharedWork(killed_elsewhere, [(n, os.getpid()) for n in range(6)], 2) as work,
        pytest.raises(ProcessLostError, match=r"ended before it was done \(exit code -9\)"),
    ):
        list(work)


def test_one_process_works_alone_and_no_tasks_give_no_results() -> None:
    with SharedWork(squared_and_by_whom, [(2,), (3,)], 1) as work:
        assert list(work) == [(4, os.getpid()), (9, os.getpid())]
    with SharedWork(squared_and_by_whom, [], 4) as work:
        assert list(work) == []


def test_work_may_be_left_before_it_is_done() -> None:
    with SharedWork(squared_and_by_whom, [(n,) for n in range(50)], 2) as work:
        assert next(iter(work))[0] == 0
    assert not any(thread.is_alive() for thread in work.threads)
    assert not multiprocessing.active_children()
