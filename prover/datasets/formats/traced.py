"""Searches from a repository that lean-dojo traced, to learn from: the proofs that people wrote.

Theorems have the ids and the splits that they have when `qstar eval` measures on the repository.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lean_env.compat import traced_repository as traced
from lean_env.errors import BadInput
from lean_env.types import Tactic
from prover.datasets.formats.leandojo import SPLIT, own_id, proofs
from prover.datasets.records import Search
from prover.runs.splits import split_of

_BLOCKS = ("·", ". ", ".\n", "{")
"""How a block of tactics begins.  It teaches nothing: the tactics in it are traced as well."""


def is_traced(folder: Path) -> bool:
    return traced.traced_root(folder) is not None


def digest_of(folder: Path) -> str:
    """What the traces are, not where the folder is, decides it."""
    root, found = _root(folder), hashlib.sha256()
    for trace in traced.trace_files(root):
        found.update(f"{trace.relative_to(root).as_posix()}\0".encode())
        found.update(hashlib.sha256(trace.read_bytes()).digest())
    return found.hexdigest()[:16]


def read_traced(folder: Path) -> Iterator[Search]:
    """The proofs of the train split that come to their end.  Raises `BadInput`, for a damaged trace
    for instance."""
    root, run, seen = _root(folder), digest_of(folder), Counter[str]()
    for file in traced.read_repository(root):
        try:
            for theorem in file.theorems:
                id = own_id(theorem.name, seen)
                if split_of(theorem.name) == SPLIT:
                    yield from proofs(id, _steps(theorem), run)
        except ValueError as error:
            raise BadInput(str(error), where=str(traced.trace_file(root, file.path))) from None


def _steps(theorem: traced.TracedTheorem) -> Iterator[tuple[Tactic, str, str]]:
    for step in theorem.steps:
        if not step.tactic.startswith(_BLOCKS):
            yield step.tactic, step.before, step.after


def _root(folder: Path) -> Path:
    root = traced.traced_root(folder)
    if root is None:
        raise BadInput("not a traced repository", where=str(folder))
    return root
