"""Have Lean ready, and show how far its set-up is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lean_env.errors import ToolchainError
from lean_env.toolchain.find import Launch, choose, default_cache_dir, embedded, native

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from lean_env.wire.launcher import LaunchFor

STAGES = {
    "download": "downloading Lean",
    "unpack": "unpacking Lean",
    "derive": "preparing Lean",
    "snapshot": "importing Lean's library",
    "warm up": "warming Lean up",
    "compile": "checking that this Lean takes the server",
}
"""What each stage of `lean_env.toolchain.find.embedded` and `native` is called."""


def ready(
    which: str = "auto",
    files: Sequence[Path] = (),
    interrupted: Callable[[], bool] = lambda: False,
) -> tuple[Launch, LaunchFor]:
    """Lean for `files` (see `toolchain.choose`) as it is without imports, and how to start it with
    any.

    What that has to build first is given up, with a `ToolchainError`, once `interrupted` holds.
    """
    cache, lines = default_cache_dir(), _Lines()
    lean = choose(which, files)
    launch_for = partial(native, lean, cache) if lean else partial(embedded, cache)
    with showing_progress() as show:
        launch = launch_for(progress=show)

    def show_or_give_up(stage: str, done: int, total: int) -> None:
        if interrupted():
            raise ToolchainError("interrupted", remedy="Start again: what was set up stays.")
        lines.show(stage, done, total)

    return launch, partial(launch_for, progress=show_or_give_up)


class Show(Protocol):
    def __call__(self, stage: str, done: int, total: int) -> None: ...


@contextmanager
def showing_progress() -> Iterator[Show]:
    """Bars on a terminal, else a line a stage; on stderr, and only once there is progress."""
    display = _Bars() if sys.stderr.isatty() else _Lines()
    try:
        yield display.show
    finally:
        display.stop()


class _Lines:
    def __init__(self) -> None:
        self._seen: set[str] = set()

    def show(self, stage: str, done: int, total: int) -> None:
        if stage not in self._seen:
            self._seen.add(stage)
            size = f", {total / 1e6:.0f} MB" if total > 1 else ""
            print(f"qstar: {STAGES.get(stage, stage)}{size} (only once)", file=sys.stderr)

    def stop(self) -> None: ...


class _Bars:
    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def show(self, stage: str, done: int, total: int) -> None:
        progress = self._progress or self._start()
        if stage not in self._tasks:
            self._tasks[stage] = progress.add_task(STAGES.get(stage, stage), total=None)
        known = total if total > 1 or done == total else None  # no bar for what jumps from 0 to 1
        progress.update(self._tasks[stage], completed=done, total=known)

    def _start(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description:<20}"), BarColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True))
        self._progress.start()
        return self._progress

    def stop(self) -> None:
        if self._progress:
            self._progress.stop()
