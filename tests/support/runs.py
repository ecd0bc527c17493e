"""Runs written by hand, for the tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import KIND, SCHEMA, Run, read_run, write_suite
from benchmarks.suites.types import Entry, Suite, digest
from lean_env.types import Theorem
from prover.runs.ledger import open_run
from prover.runs.manifest import Manifest

Tries = Sequence[int | None]
"""Of each pass the Lean calls after which it was proved; None if it was not."""


def entry(id: str, header: str = "", group: str = "", **more: Any) -> Entry:
    theorem = Theorem(name=id, header=header, statement=f"theorem {id} : 1 = 1")
    return Entry(id=id, theorem=theorem, group=group, **more)


def run_of(
    folder: Path,
    tries: Mapping[Entry, Tries],
    *,
    alone: Mapping[str, Mapping[str, bool]] | None = None,
    full: Mapping[str, int] | None = None,
    lean_calls: int | None = 100,
) -> Run:
    entries = tuple(tries)
    suite = Suite(
        name="suite", variant="made up", digest=digest(entries), entries=entries,
        full=dict(full or {}),
    )  # fmt: skip
    passes = max(len(calls) for calls in tries.values())
    settings = {
        "suite": {"name": "suite", "variant": "made up", "digest": suite.digest},
        "lean_calls": lean_calls,
        "seconds": 60.0,
        "passes": passes,
    }
    manifest = Manifest(kind=KIND, schema=SCHEMA, settings=settings, facts={})
    with open_run(folder, manifest, resume=False) as ledger:
        write_suite(folder, suite)
        for one, calls in tries.items():
            for number, spent in enumerate(calls):
                ledger.append(_row(one, number, spent))
        for id, found in (alone or {}).items():
            ledger.append({"id": f"{id}#alone", "entry": id, "alone": found})
    return read_run(folder)


def _row(one: Entry, number: int, spent: int | None) -> dict[str, Any]:
    calls = 100 if spent is None else spent
    used = {"lean_calls": calls, "seconds": calls / 10, "lean_seconds": calls / 20}
    row = {"id": f"{one.id}#{number}", "entry": one.id, "pass": number, "stats": used}
    if spent is None:
        return row | {"status": "open", "stop": "lean_calls"}
    proof = f"{one.theorem.statement} := by\n  rfl"
    return row | {"status": "proved", "stop": "proved", "proof": proof, "tactics": ["rfl"]}
