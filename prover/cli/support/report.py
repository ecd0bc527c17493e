"""What `qstar prove` shows: JSON lines, plain text, or text with a live display on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TextIO

from lean_env.errors import BadInput, LeanEnvError
from lean_env.types import Refused, Undecided
from prover.cli.support.exits import Exit
from prover.problems.negation import denied
from prover.result_json import Outcome, outcome_record
from prover.types import Problem, SearchResult, StopReason, TheoremStatus

if TYPE_CHECKING:
    from rich.table import Table

WHY = {
    StopReason.EXHAUSTED: "nothing is left to try",
    StopReason.SECONDS: "time is up (--timeout)",
    StopReason.LEAN_CALLS: "all allowed tactics were run (--max-lean-calls)",
    StopReason.EXPANSIONS: "all allowed states were expanded",
    StopReason.TOKENS: "all allowed tokens were generated",
    StopReason.MEMORY: "the proof graph has reached its memory limit",
    StopReason.CANCELLED: "cancelled",
}


def exit_of(outcome: Outcome) -> Exit:
    """The exit code of a command whose only outcome is this one."""
    if isinstance(outcome.result, LeanEnvError):
        return Exit.BAD_INPUT if isinstance(outcome.result, BadInput) else Exit.BROKEN
    return Exit.DONE if outcome.result.status is TheoremStatus.PROVED else Exit.NOT_PROVED


class Report(Protocol):
    """Is told of everything as it happens."""

    def __enter__(self) -> Report: ...
    def __exit__(self, *exception: object) -> None: ...
    def progress(self, problem: Problem) -> None: ...
    def outcome(self, outcome: Outcome) -> None: ...
    def text(self, text: str) -> None:
        """For people: left out where programs read."""


def headline(name: str, result: SearchResult) -> str:
    """Proved or not, why not, and at what cost."""
    used = result.stats
    cost = f"{used.seconds:.1f} s, {used.lean_calls} tactics run"
    if result.status is TheoremStatus.PROVED:
        return f"{name}: proved ({cost})"
    if result.status is TheoremStatus.DISPROVED:
        return f"{name}: disproved, its negation is proved ({cost})"
    if isinstance(result.verdict, Refused | Undecided):
        why = f"the proof that was found did not pass the check: {result.verdict.message}"
    else:
        why = WHY[result.stop]
    return f"{name}: not proved, {why} ({cost})"


class JsonLines:
    """A line a theorem, and nothing else, on `stream`."""

    def __init__(self, stream: TextIO, lean: Mapping[str, str]) -> None:
        self._stream, self._lean = stream, lean

    def __enter__(self) -> JsonLines:
        return self

    def __exit__(self, *exception: object) -> None: ...

    def progress(self, problem: Problem) -> None: ...

    def outcome(self, outcome: Outcome) -> None:
        line = json.dumps(outcome_record(outcome, self._lean), ensure_ascii=False)
        print(line, file=self._stream, flush=True)

    def text(self, text: str) -> None: ...


class Plain:
    """Text on stdout, for pipes and logs."""

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *exception: object) -> None: ...

    def progress(self, problem: Problem) -> None: ...

    def outcome(self, outcome: Outcome) -> None:
        if isinstance(outcome.result, SearchResult):
            self.text(headline(outcome.name, outcome.result))
            if outcome.result.proof:
                self.text(f"\n{outcome.result.proof}\n")

    def text(self, text: str) -> None:
        print(text, flush=True)


class Terminal:
    """Text above, and below it a line for each theorem that is being searched."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = Console(highlight=False)
        self._running: dict[str, Problem] = {}
        self._live = Live(
            console=self._console, get_renderable=self._table, refresh_per_second=8, transient=True
        )

    def __enter__(self) -> Terminal:
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()

    def progress(self, problem: Problem) -> None:
        self._running[problem.graph.root.state.theorem.name] = problem

    def outcome(self, outcome: Outcome) -> None:
        from rich.text import Text

        for name in (outcome.name, denied(outcome.name)):
            self._running.pop(name, None)
        result = outcome.result
        if isinstance(result, SearchResult):
            proved = result.status is TheoremStatus.PROVED
            mark = Text("✓ ", "bold green") if proved else Text("✗ ", "bold red")
            self._print(mark + Text(headline(outcome.name, result)))
            if result.proof:
                self._print(Text(f"\n{result.proof}\n", "cyan"))

    def text(self, text: str) -> None:
        from rich.text import Text

        self._print(Text(text))

    def _print(self, text: object) -> None:
        self._console.print(text, soft_wrap=True)

    def _table(self) -> Table:
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        for name, problem in list(self._running.items()):
            used = problem.budget.stats
            table.add_row(
                name,
                f"{used.seconds:.0f} s",
                f"{used.lean_calls} tactics run",
                f"{used.expanded} of {len(problem.graph.nodes)} states expanded",
            )
        return table


class Both:
    """One report for the screen, one for a file."""

    def __init__(self, screen: Report, file: Report) -> None:
        self._screen, self._file = screen, file

    def __enter__(self) -> Both:
        self._screen.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._screen.__exit__(*exception)

    def progress(self, problem: Problem) -> None:
        self._screen.progress(problem)

    def outcome(self, outcome: Outcome) -> None:
        self._file.outcome(outcome)
        self._screen.outcome(outcome)

    def text(self, text: str) -> None:
        self._screen.text(text)


def reporter(as_json: bool, out: TextIO | None, lean: Mapping[str, str]) -> Report:
    """`out` gets the JSON lines as well."""
    screen: Report
    if as_json:
        screen = JsonLines(sys.stdout, lean)
    else:
        screen = Terminal() if sys.stdout.isatty() else Plain()
    return Both(screen, JsonLines(out, lean)) if out else screen
