"""What `qstar prove` prints of each theorem: text for people, JSON lines for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol, TextIO

from lean_env.errors import BadInput, LeanEnvError
from lean_env.types import Refused, Undecided
from prover.cli.support.exits import Exit
from prover.result import SearchResult
from prover.result_json import Outcome, outcome_record
from prover.runs.progress import count
from prover.types import StopReason, TheoremStatus

WHY = {
    StopReason.EXHAUSTED: "nothing is left to try",
    StopReason.SECONDS: "time is up (--timeout)",
    StopReason.LEAN_CALLS: "all allowed tactics were run (--max-lean-calls)",
    StopReason.EXPANSIONS: "all allowed states were expanded",
    StopReason.TOKENS: "all allowed tokens were written (--max-tokens)",
    StopReason.MEMORY: "the proof graph has reached its memory limit",
    StopReason.CANCELLED: "cancelled",
    StopReason.UNVERIFIED: "nothing can verify what was found",
}


def exit_of(outcome: Outcome) -> Exit:
    """The exit code of a command whose only outcome is this one."""
    if isinstance(outcome.result, LeanEnvError):
        return Exit.BAD_INPUT if isinstance(outcome.result, BadInput) else Exit.BROKEN
    if outcome.result.status is TheoremStatus.DISPROVED:
        return Exit.DISPROVED
    return Exit.DONE if outcome.result.status is TheoremStatus.PROVED else Exit.NOT_PROVED


def worst(exits: Sequence[Exit]) -> Exit:
    """The exit code of a command with several outcomes; a false theorem is less than bad input."""
    order = (Exit.BROKEN, Exit.BAD_INPUT, Exit.DISPROVED, Exit.NOT_PROVED)
    return next((code for code in order if code in exits), Exit.DONE)


def headline(name: str, result: SearchResult) -> str:
    """Proved or not, why not, and at what cost."""
    used = result.stats
    cost = f"{used.seconds:.1f} s, {count(used.lean_calls, 'tactic')} run"
    if result.status is TheoremStatus.PROVED:
        return f"{name}: proved ({cost})"
    if result.counterexample:
        values = ", ".join(f"{variable} = {value}" for variable, value in result.counterexample)
        return f"{name}: false: {values} ({cost})"
    if result.status is TheoremStatus.DISPROVED:
        return f"{name}: disproved, its negation is proved ({cost})"
    if result.stop is StopReason.UNVERIFIED and isinstance(result.verdict, Undecided):
        return f"{name}: {result.verdict.message} ({cost})"
    if result.partial:
        filled = sum(hole.proved for hole in result.holes)
        return f"{name}: not proved, but {filled} of its {len(result.holes)} `sorry`s are ({cost})"
    if isinstance(result.verdict, Refused | Undecided):
        why = f"the proof that was found did not pass the check: {result.verdict.message}"
    else:
        why = WHY[result.stop]
    return f"{name}: not proved, {why} ({cost})"


def auto_bound_note(names: Sequence[str]) -> str:
    """Say which names Lean took for variables."""
    return f"  taken for variables, as nothing declares them: {', '.join(names)}"


class Report(Protocol):
    """Where outcomes go as they come."""

    def outcome(self, outcome: Outcome, *, proof: bool) -> None:
        """A theorem is done; `proof`: its proof is to be shown, for no file will show it."""

    def text(self, text: str) -> None:
        """Something for people: left out where programs read."""


class JsonLines:
    """A line a theorem, and nothing else, on `stream`."""

    def __init__(self, stream: TextIO, lean: Mapping[str, str]) -> None:
        self._stream, self._lean = stream, lean

    def outcome(self, outcome: Outcome, *, proof: bool) -> None:  # noqa: ARG002  always in it
        """Write the record of a theorem."""
        line = json.dumps(outcome_record(outcome, self._lean), ensure_ascii=False)
        print(line, file=self._stream, flush=True)

    def text(self, text: str) -> None:
        """Nothing."""


class Text:
    """Text on stdout, in colour on a terminal."""

    def outcome(self, outcome: Outcome, *, proof: bool) -> None:
        """Print a headline, and the proof if no file will show it."""
        result = outcome.result
        if isinstance(result, LeanEnvError):
            return  # stderr has it
        proved = result.status is TheoremStatus.PROVED
        self._print(headline(outcome.name, result), mark="✓ " if proved else "✗ ")
        for hole in result.holes:
            if not proved and not hole.proved:
                why = WHY[StopReason(hole.reason)] if hole.reason in WHY else hole.reason
                self._print(f"  left open: the `sorry` in line {hole.line}: {why}")
        if result.auto_bound:
            self._print(auto_bound_note(result.auto_bound))
        if text := (result.proof if proof else "") or result.unverified:
            self._print(f"\n{text}\n", style="cyan")

    def text(self, text: str) -> None:
        """Print it as it is."""
        self._print(text)

    def _print(self, text: str, *, mark: str = "", style: str = "") -> None:
        if not sys.stdout.isatty():
            print(text, flush=True)
            return
        from rich import get_console
        from rich.text import Text as Styled

        colour = {"✓ ": "bold green", "✗ ": "bold red"}.get(mark, "")
        line = Styled.assemble((mark, colour), (text, style))
        # A headline is wrapped between words; code is left as it is, to be copied.
        get_console().print(line, soft_wrap=not mark, highlight=False)


class Both:
    """One report for the screen, one for a file."""

    def __init__(self, screen: Report, file: Report) -> None:
        self._screen, self._file = screen, file

    def outcome(self, outcome: Outcome, *, proof: bool) -> None:
        """To both."""
        self._file.outcome(outcome, proof=proof)
        self._screen.outcome(outcome, proof=proof)

    def text(self, text: str) -> None:
        """To the screen."""
        self._screen.text(text)


def reporter(as_json: bool, out: TextIO | None, lean: Mapping[str, str]) -> Report:
    """The report that the options ask for; `out` gets the JSON lines as well."""
    screen: Report = JsonLines(sys.stdout, lean) if as_json else Text()
    return Both(screen, JsonLines(out, lean)) if out else screen
