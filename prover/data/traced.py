"""Searches from a repository that lean-dojo traced, to learn from: the proofs that people wrote.

A theorem's name decides its split, as it does in the suite that the repository is for `qstar eval`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from lean_env import traced
from lean_env.errors import BadInput
from lean_env.types import Tactic
from prover.data.leandojo import SPLIT, proofs
from prover.data.records import Search
from prover.runs.splits import split_of

_BLOCKS = ("·", "{")
"""How a tactic begins that only holds others, which are traced as well."""


def is_traced(folder: Path) -> bool:
    return traced.root_of(folder) is not None


def digest_of(folder: Path) -> str:
    """Of the traces, wherever the folder is."""
    root, found = _root(folder), hashlib.sha256()
    for trace in traced.traces_of(root):
        found.update(f"{trace.relative_to(root).as_posix()}\0".encode())
        found.update(hashlib.sha256(trace.read_bytes()).digest())
    return found.hexdigest()[:16]


def read_traced(folder: Path) -> Iterator[Search]:
    """The proofs of the train split that come to their end.  Raises `BadInput`, for a damaged trace
    for instance."""
    root, run = _root(folder), digest_of(folder)
    for file in traced.read(root):
        try:
            for theorem in file.theorems:
                if split_of(theorem.name) == SPLIT:
                    yield from proofs(theorem.name, _steps(theorem), run)
        except ValueError as error:
            raise BadInput(str(error), where=str(traced.trace_of(root, file.path))) from None


def _steps(theorem: traced.TracedTheorem) -> Iterator[tuple[Tactic, str, str]]:
    for step in theorem.steps:
        if not step.tactic.startswith(_BLOCKS):
            yield step.tactic, step.before, step.after


def _root(folder: Path) -> Path:
    root = traced.root_of(folder)
    if root is None:
        raise BadInput("not a traced repository", where=str(folder))
    return root
