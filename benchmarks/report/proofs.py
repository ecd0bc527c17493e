"""All proofs of a run in one Lean file that compiles by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from benchmarks.results import Run
from benchmarks.suites.types import Entry
from prover.problems.read import declared_name
from prover.problems.source import IMPORT

_GLOBAL = re.compile(
    r"^(?=(?:notation|infixl?|infixr|prefix|postfix|macro|macro_rules|syntax|elab|instance)\b)",
    re.MULTILINE,
)
"""What would go on after the namespace in which it stands."""


def lean_file(run: Run) -> str:
    """Collect the first proof of each proved theorem in one Lean file.

    Theorems with equal headers follow it once.  Where headers differ or names collide, each header
    gets a namespace of its own.  A suite that was one Lean file becomes that file with its proofs.

    Args:
        run: The run with its proofs.

    Returns:
        Lean source that compiles by itself; empty if nothing was proved.
    """
    proofs = {
        id: next(attempt.proof for attempt in tries if attempt.proved)
        for id, tries in run.by_entry.items()
        if any(attempt.proved for attempt in tries)
    }
    entries = run.suite.entries
    proved = [entry for entry in entries if entry.id in proofs]
    if not proved:
        return ""
    if _is_one_file(entries):
        return _filled(entries[: entries.index(proved[-1]) + 1], proofs)
    return _gathered(proved, proofs)


def _is_one_file(entries: Sequence[Entry]) -> bool:
    """Whether each header contains the theorem before it."""
    texts = [entry.theorem.header + entry.theorem.statement for entry in entries]
    headers = [entry.theorem.header for entry in entries]
    return len(entries) > 1 and all(
        header.startswith(text) for text, header in zip(texts, headers[1:], strict=False)
    )


def _filled(entries: Sequence[Entry], proofs: Mapping[str, str]) -> str:
    parts, place = [], 0
    for entry in entries:
        statement = entry.theorem.statement
        parts += [entry.theorem.header[place:], proofs.get(entry.id, statement)]
        place = len(entry.theorem.header) + len(statement)
    return "".join(parts).rstrip() + "\n"


def _gathered(entries: Sequence[Entry], proofs: Mapping[str, str]) -> str:
    by_header = [
        list(group) for _, group in groupby(_together(entries), lambda e: e.theorem.header)
    ]
    names = Counter(declared_name(entry.theorem.statement) for entry in entries)
    meet = any(count > 1 for name, count in names.items() if name != "example")
    imports: dict[str, None] = {}
    blocks = []
    for number, members in enumerate(_split(by_header) if meet else by_header, start=1):
        header = members[0].theorem.header
        imports.update(dict.fromkeys(found[0] for found in IMPORT.finditer(header)))
        body = [IMPORT.sub("", header).strip(), *(proofs[entry.id].strip() for entry in members)]
        if len(by_header) > 1 or meet:
            body[0] = _GLOBAL.sub("local ", body[0])
            body = [f"namespace Proofs{number}", *body, f"end Proofs{number}"]
        blocks.append("\n\n".join(text for text in body if text))
    return "\n\n".join(["\n".join(imports), *blocks] if imports else blocks) + "\n"


def _together(entries: Sequence[Entry]) -> list[Entry]:
    """The entries with equal headers next to each other, otherwise in their order."""
    first: dict[str, int] = {}
    for entry in entries:
        first.setdefault(entry.theorem.header, len(first))
    return sorted(entries, key=lambda entry: first[entry.theorem.header])


def _split(groups: Sequence[Sequence[Entry]]) -> list[list[Entry]]:
    """Each theorem in a group of its own, with its header."""
    return [[entry] for group in groups for entry in group]
