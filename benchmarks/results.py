"""The files that a run over a suite leaves in its folder, and how they are read back.

`manifest.json` has the settings, `suite.json` the statements, and `ledger.jsonl` a row for each
attempt at a theorem, and a row for each theorem that Lean's automation tried alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.suites.types import Entry, Suite
from lean_env.errors import BadInput
from lean_env.types import Theorem
from prover.runs.files import reporting_disk_errors
from prover.runs.ledger import LEDGER_FILE as LEDGER
from prover.runs.ledger import Row
from prover.runs.manifest import Manifest, read_manifest

KIND, SCHEMA = "eval", 1
SUITE = "suite.json"


class Outcome(StrEnum):
    """How an attempt ended.  Only the first three say something about the prover."""

    PROVED = "proved"  # and the gate has accepted it
    OPEN = "open"  # the budget ended
    FAILED = "failed"  # nothing was left to try
    NEEDS = "needs"  # this Lean lacks what the statement imports
    INVALID = "invalid"  # Lean does not take the statement
    BROKEN = "broken"  # the machine broke down each time: not the prover's failure


TRIED = (Outcome.PROVED, Outcome.OPEN, Outcome.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One pass over one theorem.

    Attributes:
        entry: The id of the suite's entry.
        number: The number of the pass, from 0.
        outcome: How the attempt ended.
        stop: The reason why the search ended (a `prover.types.StopReason`); empty if it never
            began.
        proof: The whole declaration with its proof; empty if there is none.
        tactics: The tactics of the proof.
        lean_calls: How many tactics Lean ran.
        seconds: Wall-clock seconds of the attempt.
        lean_seconds: Seconds of these waiting for Lean, the gate included.
        policy_seconds: Seconds of these waiting for the policy.
        message: Why the theorem was not tried, or why the attempt broke down.
    """

    entry: str
    number: int
    outcome: Outcome
    stop: str = ""
    proof: str = ""
    tactics: tuple[str, ...] = ()
    lean_calls: int = 0
    seconds: float = 0.0
    lean_seconds: float = 0.0
    policy_seconds: float = 0.0
    message: str = ""

    @property
    def proved(self) -> bool:
        """Whether the gate accepted a proof."""
        return self.outcome is Outcome.PROVED

    @property
    def tried(self) -> bool:
        """Whether the outcome counts for the prover: proved, open or failed."""
        return self.outcome in TRIED


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run over a suite, as its folder has it.

    Attributes:
        folder: Where the run is stored.
        manifest: The settings and versions that the run was made with.
        suite: The statements.
        attempts: All attempts that have ended.
        alone: For each entry id, whether each automation tactic proves the theorem by itself; empty
            if the run recorded no baseline.
    """

    folder: Path
    manifest: Manifest
    suite: Suite
    attempts: tuple[Attempt, ...]
    alone: Mapping[str, Mapping[str, bool]]

    @cached_property
    def by_entry(self) -> dict[str, list[Attempt]]:
        """The attempts at each entry that was tried, in the suite's order."""
        found: dict[str, list[Attempt]] = {entry.id: [] for entry in self.suite.entries}
        for attempt in self.attempts:
            if attempt.tried:
                found[attempt.entry].append(attempt)
        return {id: attempts for id, attempts in found.items() if attempts}

    @property
    def passes(self) -> int:
        """How many attempts each theorem is to have."""
        return int(self.manifest.settings["passes"])

    @property
    def name(self) -> str:
        """The name of the folder, by which reports call the run."""
        return self.folder.resolve().name


def attempt_in(row: Row) -> Attempt:
    """Read an attempt from its row in the ledger.

    Args:
        row: A row with a pass number, as `benchmarks.runner` writes it.

    Returns:
        The attempt; figures that the row lacks are 0.
    """
    used = row.get("stats", {})
    return Attempt(
        entry=row["entry"],
        number=row["pass"],
        outcome=Outcome(row["status"]),
        stop=row.get("stop", ""),
        proof=row.get("proof", ""),
        tactics=tuple(row.get("tactics", ())),
        lean_calls=used.get("lean_calls", 0),
        seconds=used.get("seconds", 0.0),
        lean_seconds=used.get("lean_seconds", 0.0),
        policy_seconds=used.get("policy_seconds", 0.0),
        message=row.get("error", ""),
    )


def write_suite(folder: Path, suite: Suite) -> None:
    """Write the statements of a run to its folder, whole or not at all."""
    new = folder / f"{SUITE}.new"
    with reporting_disk_errors(new):
        new.write_text(json.dumps(asdict(suite), ensure_ascii=False, indent=1) + "\n", "utf-8")
        new.replace(folder / SUITE)


def read_run(folder: Path) -> Run:
    """Read the run that is stored in a folder.

    Raises:
        BadInput: The folder holds no run over a suite, or a damaged one.
    """
    manifest = read_manifest(folder, KIND, SCHEMA)
    if manifest is None:
        raise BadInput("no run of a suite is here", where=str(folder))
    try:
        rows = _rows(folder / LEDGER)
        suite = _suite(json.loads((folder / SUITE).read_text("utf-8")))
        attempts = tuple(attempt_in(row) for row in rows if "pass" in row)
        alone = {row["entry"]: row["alone"] for row in rows if "alone" in row}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"a damaged run: {error}", where=str(folder)) from error
    return Run(folder=folder, manifest=manifest, suite=suite, attempts=attempts, alone=alone)


def _rows(ledger: Path) -> list[Row]:
    """Rows of the complete lines; of several rows with the same id, the last."""
    content = ledger.read_bytes()
    lines = content[: content.rfind(b"\n") + 1].splitlines()
    return list({row["id"]: row for row in map(json.loads, lines)}.values())


def _suite(read: Mapping[str, Any]) -> Suite:
    entries = [
        Entry(**entry | {"theorem": Theorem(**entry["theorem"]), "needs": tuple(entry["needs"])})
        for entry in read["entries"]
    ]
    return Suite(**{**read, "entries": tuple(entries)})
