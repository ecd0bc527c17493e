"""Repositories that lean-dojo traced: their theorems, as they stand in their files, and the goals
before and after each tactic of their proofs.

A trace lies where Lake puts what it builds: the one of `Foo/Bar.lean` is the file
`.lake/build/ir/Foo/Bar.trace.xml`.  It is the syntax tree of that file; nodes have places (line and
column, both from 1, in code points), tactics have goals.  Packages that the repository depends on
are not looked at.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers.expat import ErrorString
from xml.sax.saxutils import unescape

from lean_env.errors import BadInput
from lean_env.types import Theorem

BUILT = Path(".lake", "build", "ir")
SUFFIX = ".trace.xml"
UNFINISHED = ".ast.json"
"""What is there before the traces are."""

AGAIN = "Trace the repository again: `qstar data trace`."

_LEMMAS = ("LemmaNode", "MathlibTacticLemmaNode")
_THEOREMS = ("CommandTheoremNode", *_LEMMAS)
_IN = "Lean.Parser.Command.in"
_PLACE = re.compile(r"\((\d+), (\d+)\)")


@dataclass(frozen=True, slots=True)
class Step:
    """A tactic of a proof, and all goals before and after it, as Lean prints them."""

    tactic: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTheorem:
    """`theorem` is posed in its file: what stands above it is its header, and its proof is a
    `sorry`.  `steps` are those of the proof that it has, blocks before what is in them."""

    name: str
    theorem: Theorem
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedFile:
    """`path` is relative to the root of the repository.  `within` counts the theorems that other
    commands (`mutual`) hold: these cannot be posed alone."""

    path: Path
    theorems: tuple[TracedTheorem, ...]
    within: int


def root_of(folder: Path) -> Path | None:
    """The root of the traced repository that `folder` is or, as lean-dojo leaves it, the one folder
    in it; None when it is neither.

    Raises `BadInput` for a repository of which the tracing did not come to its end.
    """
    inside = list(folder.iterdir()) if folder.is_dir() else []
    candidates = [folder, *inside] if len(inside) == 1 else [folder]
    for root in candidates:
        if _any(root, SUFFIX):
            return root
        if _any(root, UNFINISHED):
            raise BadInput(
                f"not traced to the end: there are *{UNFINISHED} files and no *{SUFFIX}",
                where=str(root / BUILT),
                remedy=AGAIN,
            )
    return None


def _any(root: Path, suffix: str) -> bool:
    return any((root / BUILT).rglob(f"*{suffix}"))


def traces_of(root: Path) -> list[Path]:
    return sorted((root / BUILT).rglob(f"*{SUFFIX}"))


def trace_of(root: Path, path: Path) -> Path:
    """Where the trace of a file is, if it has one."""
    return root / BUILT / path.with_suffix(SUFFIX)


def read(root: Path) -> Iterator[TracedFile]:
    """The traced files of a repository.  Raises `BadInput`, as `read_trace` does."""
    return (read_trace(root, trace) for trace in traces_of(root))


def read_trace(root: Path, trace: Path) -> TracedFile:
    """Raises `BadInput` for a file that is no trace, or cut off, and when the Lean file that it
    belongs to is missing or was changed since."""
    path = trace.relative_to(root / BUILT)
    path = path.with_name(path.name.removesuffix(SUFFIX) + ".lean")
    tree = _parsed(trace)
    try:
        text = _Text(_source(root / path, trace, tree.attrib["md5"]))
        theorems = [t for command in tree[0] if (t := _theorem(command, text))]
        everywhere = sum(node.tag in _THEOREMS for node in tree.iter())
    except (LookupError, ValueError) as error:
        raise BadInput(
            f"not a trace as lean-dojo writes it: {error!r}", where=str(trace), remedy=AGAIN
        ) from None
    return TracedFile(path=path, theorems=tuple(theorems), within=everywhere - len(theorems))


def _parsed(trace: Path) -> Element:
    try:
        return ElementTree.parse(trace).getroot()
    except ElementTree.ParseError as error:
        line, column = error.position
        raise BadInput(
            f"damaged or cut off: {ErrorString(error.code)}",
            where=str(trace),
            line=line,
            column=column + 1,
            remedy=AGAIN,
        ) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(trace)) from None


def _source(file: Path, trace: Path, md5: str) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise BadInput(
            f"the file that it traces, {file}, cannot be read: {error.strerror}",
            where=str(trace),
            remedy="The traced repository is needed whole: its Lean files, and `.lake/build/ir`.",
        ) from None
    if hashlib.md5(raw, usedforsecurity=False).hexdigest() != md5:
        raise BadInput(
            "changed since it was traced",
            where=str(file),
            remedy=f"Bring the traced text back.  Or: {AGAIN}",
        )
    return raw.decode("utf-8")


class _Text:
    """A Lean file, addressed as its trace does."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def offset(self, place: str) -> int:
        found = _PLACE.fullmatch(place)
        if found is None:
            raise ValueError(f"`{place}` is no place")
        return self._lines[int(found[1]) - 1] + int(found[2]) - 1


def _theorem(command: Element, text: _Text) -> TracedTheorem | None:
    """None for another command than a theorem."""
    declaration = command
    while declaration.get("kind") == _IN:  # `open Nat in`
        declaration = declaration[-1]
    if declaration.tag in _LEMMAS:
        node, parts = declaration, declaration[1]
    elif declaration.tag == "CommandDeclarationNode" and declaration[1].tag in _THEOREMS:
        node = parts = declaration[1]
    else:
        return None
    name, signature = _string(node, "full_name"), parts[2]
    start, stop = text.offset(command.attrib["start"]), text.offset(signature.attrib["end"])
    return TracedTheorem(
        name=name,
        theorem=Theorem(
            statement=f"{text.text[start:stop]} := by\n  sorry",
            header=text.text[:start],
            name=name,
        ),
        steps=tuple(_step(tactic) for tactic in node.iter() if "state_before" in tactic.attrib),
    )


def _step(node: Element) -> Step:
    return Step(
        _string(node, "tactic"), _string(node, "state_before"), _string(node, "state_after")
    )


def _string(node: Element, field: str) -> str:
    """lean-dojo escapes strings before they are escaped for XML."""
    return unescape(node.attrib[field], {"&quot;": '"'})
