"""A repository that lean-dojo traced, as a suite: each theorem anew, in its own file."""

from __future__ import annotations

from pathlib import Path

from benchmarks.suites.files import with_own_ids
from benchmarks.suites.types import Entry, Suite, digest
from lean_env.compat import traced_repository as traced
from lean_env.errors import BadInput
from prover.problems.source import needs
from prover.runs.shard import fraction
from prover.runs.splits import split_of

WITHIN = "within other commands"


def load(root: Path) -> Suite:
    """The theorems of the traced repository in `root`, in an order that is as good as random: any
    beginning is a fair sample.  They are grouped by file.

    Raises `BadInput` for a damaged trace, or when there are no theorems.
    """
    found: list[Entry] = []
    files = within = 0
    for file in traced.read_repository(
        root
    ):  # the steps of all proofs together are too much to keep
        found += [_entry(theorem, file.path) for theorem in file.theorems]
        files += 1
        within += file.nested_theorems
    if not found:
        raise BadInput("traced, and there are no theorems", where=str(root))
    entries = sorted(with_own_ids(found), key=lambda entry: fraction(f"order of {entry.id}"))
    return Suite(
        name=root.resolve().name,
        variant=f"theorems of {files} files that lean-dojo traced",
        digest=digest(entries),
        entries=tuple(entries),
        left_out={WITHIN: within} if within else {},
    )


def _entry(found: traced.TracedTheorem, path: Path) -> Entry:
    return Entry(
        id=found.name,
        theorem=found.theorem,
        split=split_of(found.name),
        group=path.as_posix(),
        needs=needs(found.theorem.header),
    )
