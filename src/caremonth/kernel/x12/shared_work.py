"""Work that this process and others do together, with the results in order.

Whoever is free takes the next task, this process as well: it does not stand by while the others work. A process that
dies is an error in words, never a wait without end.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")
Work = Callable[..., Result]


class ProcessLostError(RuntimeError):
    """A process that helped ended before its work was done."""

    def __init__(self, code: int | None) -> None:
        super().__init__(
            f"a process that did a part of the work ended before it was done (exit code {code}); perhaps the memory "
            "ran out, or a script of your own asks for processes outside of `if __name__ == '__main__':`. Run it again "
            "with one process (--jobs 1)."
        )


@dataclass(frozen=True)
class Failed:
    """What a task raised, to be raised where its result is wanted."""

    error: Exception


@dataclass(frozen=True)
class Helper:
    """Another process, and the line to it."""

    process: BaseProcess
    line: Connection


class SharedWork(Generic[Result]):
    """Results of `work(*task)` for each task, in order, by so many processes, this one among them.

    Use as a context; it is told once. No task is begun that is more than `ahead` after the one whose result is wanted,
    so that few results wait. What `work` raises is raised when its turn comes; ProcessLostError for a process lost."""

    def __init__(self, work: Work[Result], tasks: Sequence[tuple[Any, ...]], processes: int) -> None:
        self.work, self.tasks, self.ahead = work, tasks, 2 * processes
        self.results: dict[int, Result | Failed] = {}
        self.begun = self.wanted = 0
        self.over = False
        self.change = threading.Condition()
        self.helpers: list[Helper] = []
        helpers = min(processes, len(tasks)) - 1
        self.threads = [threading.Thread(target=self._keep_busy, daemon=True) for _ in range(helpers)]

    def __enter__(self) -> SharedWork[Result]:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self.change:
            self.over = True
            self.change.notify_all()
            for helper in self.helpers:
                helper.process.kill()
        for thread in self.threads:
            thread.join()

    def __iter__(self) -> Iterator[Result]:
        for number in range(len(self.tasks)):
            with self.change:
                self.wanted = number
                self.change.notify_all()
            while number not in self.results:
                mine = self._next(waiting=False)
                if mine is not None:
                    self._give(mine, _outcome(self.work, self.tasks[mine]))
                    continue
                with self.change:
                    while number not in self.results:
                        self.change.wait()
            found = self.results.pop(number)
            if isinstance(found, Failed):
                raise found.error
            yield found

    def _next(self, *, waiting: bool) -> int | None:
        """The next task that nobody has begun; None where there is none, or none yet that may be begun."""
        with self.change:
            if waiting:
                self.change.wait_for(lambda: self.over or self._left() <= 0 or self._may_begin())
            if self.over or self._left() <= 0 or not self._may_begin():
                return None
            self.begun += 1
            return self.begun - 1

    def _left(self) -> int:
        return len(self.tasks) - self.begun

    def _may_begin(self) -> bool:
        return self.begun <= self.wanted + self.ahead

    def _give(self, number: int, outcome: Result | Failed) -> None:
        with self.change:
            self.results[number] = outcome
            self.change.notify_all()

    def _keep_busy(self) -> None:
        """Start a helper and hand it tasks until there are none; in a thread of its own: nobody waits for its start."""
        helper = _start(self.work)
        with self.change:
            self.helpers.append(helper)
        try:
            while (number := self._next(waiting=True)) is not None:
                outcome = _asked(helper, self.tasks[number])
                self._give(number, outcome)
                if isinstance(outcome, Failed) and isinstance(outcome.error, ProcessLostError):
                    return
        finally:
            helper.process.kill()
            helper.process.join()
            helper.line.close()


def _asked(helper: Helper, task: tuple[Any, ...]) -> Any:
    """What a helper makes of a task."""
    try:
        helper.line.send(task)
        if helper.line in wait([helper.line, helper.process.sentinel]):
            return helper.line.recv()
    except (EOFError, OSError):
        pass
    helper.process.join()
    return Failed(ProcessLostError(helper.process.exitcode))


def _outcome(work: Work[Result], task: tuple[Any, ...]) -> Result | Failed:
    try:
        return work(*task)
    except Exception as error:
        return Failed(error)


def _start(work: Work[Any]) -> Helper:
    """A process that starts clean: in a copy of this one (a fork), the memory of its threads may be in any state."""
    context: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if sys.platform != "win32":
        context.set_forkserver_preload([work.__module__])
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(work, theirs), daemon=True)
    process.start()
    theirs.close()
    return Helper(process, ours)


def _serve(work: Work[Any], line: Connection) -> None:
    """Do what comes down the line, until the process that asks is gone or asks no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted parent ends its helpers itself
    parent = multiprocessing.parent_process()
    assert parent is not None
    while line in wait([line, parent.sentinel]):
        try:
            task = line.recv()
        except (EOFError, OSError):
            return
        line.send(_outcome(work, task))
