"""The one display of all long commands: what runs now, how much is done, how fast, how long still.

On a terminal it is a bar with a line for each item at work; else, a line on stderr now and then.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from prover.cli.support.messages import for_people, inform, wants_progress

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

INTERVAL_SECONDS = 10.0
"""From one line in a log to the next."""

MOST_SHOWN = 8
"""Items at work that have a line of their own."""


def duration(seconds: float) -> str:
    """`42 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Display:
    """A `prover.runs.progress.Progress` that people can see, as a context manager."""

    def __init__(self) -> None:
        self._name, self._total, self._done, self._before = "", 0, 0, 0
        self._figures = ""
        self._items: dict[str, str] = {}
        self._since = self._said = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Display:
        if wants_progress() and for_people():
            from rich.live import Live

            console = self._console()
            self._live = Live(
                console=console,
                get_renderable=self.render,
                refresh_per_second=8,
                transient=True,
                redirect_stdout=console.file is sys.stdout,
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    # Progress

    def stage(self, name: str, total: int, done: int = 0) -> None:
        """Begin a stage: the bar and the rate begin anew."""
        self._name, self._total, self._done, self._before = name, total, done, done
        self._figures, self._since = "", time.monotonic()
        self._items.clear()

    def begin(self, item: str) -> None:
        """Show an item."""
        self.update(item, "")

    def update(self, item: str, detail: str) -> None:
        """Show how far an item is."""
        self._items[item] = detail
        self._log()

    def end(self, item: str) -> None:
        """Count an item, and show it no longer."""
        self._items.pop(item, None)
        self.at(self._done + 1)

    def at(self, done: int) -> None:
        """Show that so many are done."""
        self._done = done
        self._log()

    def figures(self, text: str) -> None:
        """Show what has come out until now."""
        self._figures = text

    def extend(self, items: int) -> None:
        """So many items more belong to the stage."""
        self._total += items

    def forget(self, item: str) -> None:
        """Show an item no longer, without counting it."""
        self._items.pop(item, None)

    # What is shown

    def summary(self) -> str:
        """Stage, done and total, what has come out, rate and time left, in one line."""
        parts = [f"{self._name}: {self._done:,} of {self._total:,}"]
        parts += [self._figures] if self._figures else []
        passed, done = time.monotonic() - self._since, self._done - self._before
        if done and passed > 0:
            rate = done / passed
            parts.append(f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.1f} a minute")
            if left := self._total - self._done:
                parts.append(f"{duration(left / rate)} left")
        else:
            parts.append(duration(passed))
        return ", ".join(parts)

    def render(self) -> RenderableType:
        """The summary and the bar, and below them what is at work."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        rows: list[RenderableType] = []
        if self._total > 1:
            rows += [Text(self.summary()), ProgressBar(total=self._total, completed=self._done)]
        for item, detail in list(self._items.items())[:MOST_SHOWN]:
            line = f"  {item}  {detail}" if detail else f"  {item}"
            rows.append(Text(line, no_wrap=True, overflow="ellipsis"))
        if more := len(self._items) - MOST_SHOWN:
            rows += [Text(f"  and {more} more")] if more > 0 else []
        return Group(*rows)

    def _log(self) -> None:
        if self._live or time.monotonic() < self._said + INTERVAL_SECONDS:
            return
        self._said = time.monotonic()
        running = [f"{item} ({text})" if text else item for item, text in self._items.items()]
        shown = f"; now: {', '.join(running[:MOST_SHOWN])}" if running else ""
        inform(f"{self.summary()}{shown}")

    @staticmethod
    def _console() -> Console:
        """On a terminal that of stdout, which all share: what is printed appears above."""
        from rich import get_console
        from rich.console import Console

        return get_console() if sys.stdout.isatty() else Console(stderr=True)
