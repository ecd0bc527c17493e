"""Lean's own library as a suite: the theorems of Init and Std, each to be proved again.

A theorem is stated by its type itself (`type_of% @Nat.add_comm`), not by printed text.  The
library's proof of it, and whatever its module or a later one proves, cannot be used; `simp` does
not use the theorem itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.suites.types import Entry, Suite, digest
from lean_env.types import Theorem
from lean_env.wire.protocol import LibraryTheorem
from prover.runs.partition import hash_fraction, split_of

if TYPE_CHECKING:
    from lean_env.wire.client import LaunchFactory

NAME = "library"


async def load(launch: LaunchFactory) -> Suite:
    """Read the theorems of Init and Std from a running Lean.

    Args:
        launch: Starts Lean.

    Returns:
        The suite, in a pseudo-random order: any prefix is a fair sample.
    """
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
    return Suite(
        name=NAME,
        variant=f"theorems of Init and Std of Lean {version}",
        digest=digest(entries),
        entries=tuple(entries),
        left_out=dict(left_out),
    )


def is_internal(name: str) -> bool:
    """Whether a name is internal to the library: `Lean.…`, or with a component `Internal`."""
    parts = name.split(".")
    return parts[0] == "Lean" or "Internal" in parts


def restate(module: str, theorem: LibraryTheorem) -> Entry:
    """State a theorem of the library anew, under another name.

    Args:
        module: The module that declares it.
        theorem: The library's record of it.

    Returns:
        The entry, whose theorem may use only what comes before the original.
    """
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
    """The top namespace, for instance `Nat` or `Std.HashMap`; `root` for names without one."""
    *spaces, _ = name.split(".")
    return ".".join(spaces[: 2 if spaces[:1] == ["Std"] else 1]) or "root"
