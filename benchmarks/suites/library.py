"""Lean's own library as a suite: the theorems of Init and Std, each to be proved anew.

A theorem is posed by its type itself (`type_of% @Nat.add_comm`), not by printed text.  It, and what
its module or a later one proves, is out of reach; `simp` is told not to try it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.suites.types import Entry, Suite
from lean_env.types import Theorem
from lean_env.wire.protocol import LibraryTheorem
from prover.runs.partition import hash_fraction, split_of

if TYPE_CHECKING:
    from lean_env.wire.client import LaunchFactory

NAME = "library"


async def load(launch: LaunchFactory) -> Suite:
    """What Lean has, in an order that is as good as random: any beginning is a fair sample."""
    from lean_env.wire.client import LeanClient

    lean = await LeanClient.launch(launch(("Init", "Std")))
    try:
        left_out: Counter[str] = Counter()
        found: list[tuple[str, LibraryTheorem]] = []
        for module in await lean.modules():
            answer = await lean.library(module)
            left_out.update(answer.left_out)
            found += [(module, theorem) for theorem in answer.theorems]
        version = f"{lean.hello.lean} ({lean.hello.commit[:8]})"
    finally:
        await lean.close()
    return _suite(found, left_out, version)


def _suite(
    found: Sequence[tuple[str, LibraryTheorem]], left_out: Counter[str], version: str
) -> Suite:
    entries: list[Entry] = []
    seen: set[str] = set()
    for module, theorem in found:
        if is_internal(theorem.name):
            left_out["internal"] += 1
        elif theorem.key in seen:
            left_out["restated"] += 1
        else:
            seen.add(theorem.key)
            entries.append(restate(module, theorem))
    entries.sort(key=lambda e: hash_fraction(f"order of {e.id}"))
    digest = hashlib.sha256("\n".join(f"{e.id} {e.split}" for e in entries).encode()).hexdigest()
    return Suite(
        name=NAME,
        variant=f"theorems of Init and Std of Lean {version}",
        digest=digest,
        entries=tuple(entries),
        left_out=dict(left_out),
    )


def is_internal(name: str) -> bool:
    """For the library's own use: the insides of maps, lemmas that tactics build proofs with."""
    parts = name.split(".")
    return parts[0] == "Lean" or "Internal" in parts


def restate(module: str, theorem: LibraryTheorem) -> Entry:
    """The theorem, to be proved anew."""
    name, levels = theorem.name, f".{{{', '.join(theorem.levels)}}}" if theorem.levels else ""
    return Entry(
        id=name,
        theorem=Theorem(
            statement=f"attribute [-simp] {name} in\n"
            f"theorem {name}.again{levels} : type_of% @{name}{levels}",
            header="import Std\n" if module.startswith("Std") else "",
            name=name,
            before=name,
        ),
        split=split_of(name),
        group=_group(name),
    )


def _group(name: str) -> str:
    """`Nat`, `List`, `Std.HashMap`, …; `root` for names without a namespace."""
    *spaces, _ = name.split(".")
    return ".".join(spaces[: 2 if spaces[:1] == ["Std"] else 1]) or "root"
