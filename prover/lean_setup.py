"""Prepare Lean, and show the progress of its one-time set-up on stderr."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lean_env.errors import InvalidHeader, ToolchainError, UnsupportedLean
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.install import LEAN_VERSION
from lean_env.toolchain.launch import LaunchSpec, choose_lean, embedded_launch, native_launch
from lean_env.toolchain.native import (
    NativeLean,
    common_project,
    same_version,
    server_command,
    toolchain_wanted,
)
from lean_env.toolchain.repl import repl_launcher, why_no_repl

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from lean_env.wire.client import LaunchFactory

STAGES = {
    "download": "downloading Lean",
    "unpack": "unpacking Lean",
    "derive": "preparing Lean",
    "snapshot": "importing Lean's library",
    "warm up": "warming Lean up",
    "compile": "checking that this Lean takes the server",
    "repl": "building leanprover-community/repl for this Lean",
}
"""How the stages of `embedded_launch` and `native_launch` are shown to people."""


def prepare_lean(
    which: str = "auto",
    files: Sequence[Path] = (),
    interrupted: Callable[[], bool] = lambda: False,
) -> tuple[LaunchSpec, LaunchFactory]:
    """Install Lean if necessary, build the snapshot without imports, and return both launchers.

    Args:
        which: "native", "repl", "embedded", or "auto": the project's Lean with our server where it
            compiles it, else with the REPL, else embedded Lean.  See
            `lean_env.toolchain.launch.choose_lean`.
        files: The Lean files to be worked on: "auto" takes the Lean of their Lake project.
        interrupted: Asked while later snapshots are built.  Once it returns True, the build is
            abandoned.

    Returns:
        How to start Lean without imports, and a function that makes a launcher for a theorem's
        header, building a snapshot of its imports when there is none.

    Raises:
        ToolchainError: Lean cannot be installed or started; also from the returned function, when
            it was interrupted.
    """
    cache, lines = default_cache_dir(), _Lines()
    lean = choose_lean(which, files)
    project = common_project(files)
    launch_for: LaunchFactory
    if lean and which == "repl":
        return _repl(lean, cache)
    unsupported = _why_unsupported(lean, cache) if lean and which == "auto" else ""
    if unsupported:
        _say(logging.WARNING, unsupported)
    if lean and unsupported and not why_no_repl(lean):
        return _repl(lean, cache)
    if lean and not unsupported:
        launch_for = partial(native_launch, lean, cache)
    elif project:
        launch_for = partial(_embedded_for, project, cache)
        if not lean and (missing := _missing_version(which, project)):
            _say(logging.WARNING, missing)
    else:
        launch_for = partial(embedded_launch, cache)
    with showing_progress() as show:
        launch = launch_for(progress=show)

    def show_or_abandon(stage: str, done: int, total: int) -> None:
        if interrupted():
            raise ToolchainError("interrupted", remedy="Start again: what was set up stays.")
        lines.show(stage, done, total)

    return launch, partial(launch_for, progress=show_or_abandon)


def _repl(lean: NativeLean, cache: Path) -> tuple[LaunchSpec, LaunchFactory]:
    with showing_progress() as show:
        launcher = repl_launcher(lean, cache, progress=show)
    return launcher.spec, launcher


def _why_unsupported(lean: NativeLean, cache: Path) -> str:
    """Why a Lean does not take our server; empty if it does, or fails for another reason."""
    try:
        with showing_progress() as show:
            server_command(lean, cache, show)
    except UnsupportedLean as error:
        reason = why_no_repl(lean)
        instead = f"embedded Lean; {reason}" if reason else "leanprover-community/repl"
        return f"{error}\n       Used instead: {instead}"
    return ""


def _missing_version(which: str, project: Path) -> str:
    """What to tell a user whose files lie in a Lake project, but are read by embedded Lean."""
    wanted = toolchain_wanted(project)
    differs = "" if same_version(wanted, LEAN_VERSION) else ", which may read the files otherwise"
    wants = f"{project} wants {wanted}" if wanted else f"{project} is a Lake project"
    if which == "embedded":
        return f"{wants}; embedded Lean is {LEAN_VERSION}{differs}" if wanted and differs else ""
    return (
        f"{wants}, and no Lean is installed here: embedded Lean {LEAN_VERSION} is used{differs}\n"
        f"       {_how_to_install(project)}"
    )


def _how_to_install(project: Path) -> str:
    return (
        "Install elan (https://lean-lang.org/install), which fetches the Lean that a project "
        f"wants, and run `lake build` in {project}."
    )


def _embedded_for(
    project: Path, cache: Path, imports: tuple[str, ...] = ("Init",), *, progress: ShowProgress
) -> LaunchSpec:
    """Embedded Lean for files of a project: for what it lacks the project's own Lean is needed."""
    try:
        return embedded_launch(cache, imports, progress=progress)
    except InvalidHeader as error:
        error.remedy = f"{project} may have it.  {_how_to_install(project)}"
        raise


class ShowProgress(Protocol):
    """Called with a stage and how much of it is done, in bytes where it is a download."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` bytes, or parts, of a stage are done."""
        ...


LOGGER = logging.getLogger("qstar")
"""The command line's logger, which decides what is shown and how; it has no level without one."""


def _say(level: int, message: str) -> None:
    if LOGGER.level:
        LOGGER.log(level, "%s", message)
    else:
        print(f"qstar: {message}", file=sys.stderr)


@contextmanager
def showing_progress() -> Iterator[ShowProgress]:
    """Show progress on stderr, as bars on a terminal, else as one line for each stage."""
    wanted = LOGGER.isEnabledFor(logging.INFO) or not LOGGER.level
    display = _Bars() if sys.stderr.isatty() and wanted else _Lines()
    try:
        yield display.show
    finally:
        display.stop()


class _Lines:
    def __init__(self) -> None:
        self._seen: set[str] = set()

    def show(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002  as in ShowProgress
        if stage not in self._seen:
            self._seen.add(stage)
            size = f", {total / 1e6:.0f} MB" if total > 1 else ""
            _say(logging.INFO, f"{STAGES.get(stage, stage)}{size} (only once)")

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
