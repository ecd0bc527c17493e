"""Repositories that lean-dojo traced: their theorems, and the goals around each tactic.

The trace of `Foo/Bar.lean` is `.lake/build/ir/Foo/Bar.trace.xml`, where Lake puts what it builds.
It is the syntax tree of that file.  Nodes have places: line and column, both from 1, in code
points.  Tactics have goals.  Packages that the repository depends on are not read.
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

TRACE_FOLDER = Path(".lake", "build", "ir")
SUFFIX = ".trace.xml"
UNFINISHED = ".ast.json"
"""The ending of what lean-dojo writes first, for each file; traces come when it has them all."""

RETRACE = "Trace the repository again: `qstar data trace`."

_LEMMAS = ("LemmaNode", "MathlibTacticLemmaNode")
_THEOREMS = ("CommandTheoremNode", *_LEMMAS)
_IN = "Lean.Parser.Command.in"
_PLACE = re.compile(r"\((\d+), (\d+)\)")


@dataclass(frozen=True, slots=True)
class TracedTactic:
    """A tactic of a proof, and all goals before it and after it, as Lean prints them."""

    tactic: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTheorem:
    """A theorem of a traced file.

    Attributes:
        name: Its full name.
        theorem: Its statement with a `sorry` for its proof; its header is the text above it.
        steps: The tactics of its proof; a block comes before the tactics in it.
    """

    name: str
    theorem: Theorem
    steps: tuple[TracedTactic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedFile:
    """The theorems of a traced file.

    Attributes:
        path: The file, relative to the root of the repository.
        theorems: Its theorems.
        nested_theorems: How many more are inside other commands, such as `mutual`, and cannot
        be stated
            alone.
    """

    path: Path
    theorems: tuple[TracedTheorem, ...]
    nested_theorems: int


def traced_root(folder: Path) -> Path | None:
    """Find the root of a traced repository.

    Args:
        folder: The repository, or a folder with nothing but the repository in it, as lean-dojo
        makes it.

    Returns:
        The root; None when neither is traced.

    Raises:
        BadInput: The tracing of the repository was interrupted.
    """
    inside = list(folder.iterdir()) if folder.is_dir() else []
    candidates = [folder, *inside] if len(inside) == 1 else [folder]
    for root in candidates:
        if _any(root, SUFFIX):
            return root
        if _any(root, UNFINISHED):
            raise BadInput(
                f"not traced to the end: there are *{UNFINISHED} files and no *{SUFFIX}",
                where=str(root / TRACE_FOLDER),
                remedy=RETRACE,
            )
    return None


def _any(root: Path, suffix: str) -> bool:
    return any((root / TRACE_FOLDER).rglob(f"*{suffix}"))


def trace_files(root: Path) -> list[Path]:
    """The traces of all files of a repository, sorted by path."""
    return sorted((root / TRACE_FOLDER).rglob(f"*{SUFFIX}"))


def trace_file(root: Path, path: Path) -> Path:
    """Where the trace of a file is, if it has one; `path` is relative to `root`."""
    return root / TRACE_FOLDER / path.with_suffix(SUFFIX)


def read_repository(root: Path) -> Iterator[TracedFile]:
    """Read the traced files of a repository, one after the other.

    Args:
        root: The root of the repository.

    Returns:
        An iterator over the files; iterating raises `BadInput` as `read_trace` does.
    """
    return (read_trace(root, trace) for trace in trace_files(root))


def read_trace(root: Path, trace: Path) -> TracedFile:
    """Read the trace of one file.

    Args:
        root: The root of the repository.
        trace: The trace.

    Returns:
        The theorems of the file.

    Raises:
        BadInput: The trace is damaged, or its Lean file is missing or has changed since.
    """
    path = trace.relative_to(root / TRACE_FOLDER)
    path = path.with_name(path.name.removesuffix(SUFFIX) + ".lean")
    tree = _parsed(trace)
    try:
        text = _Text(_source(root / path, trace, tree.attrib["md5"]))
        theorems = [t for command in tree[0] if (t := _theorem(command, text))]
        everywhere = sum(node.tag in _THEOREMS for node in tree.iter())
    except (LookupError, ValueError) as error:
        said = str(error) if isinstance(error, ValueError) else repr(error)
        raise BadInput(
            f"not a trace as lean-dojo writes it: {said}", where=str(trace), remedy=RETRACE
        ) from None
    held = everywhere - len(theorems)
    return TracedFile(path=path, theorems=tuple(theorems), nested_theorems=held)


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
            remedy=RETRACE,
        ) from None
    except (LookupError, ValueError) as error:  # an encoding that there is not, or not for XML
        raise BadInput(f"not XML in UTF-8: {error}", where=str(trace), remedy=RETRACE) from None
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
            remedy=f"Bring the traced text back.  Or: {RETRACE}",
        )
    return raw.decode("utf-8")


class _Text:
    """A Lean file, addressed as in its trace: by places like `(3, 1)`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lengths = [len(line) for line in text.split("\n")]
        self._starts = [0, *accumulate(length + 1 for length in self._lengths)]

    def between(self, start: str, stop: str) -> tuple[int, int]:
        """Both as offsets in the text.  Raises `ValueError` unless there is something between."""
        first, last = self._offset(start), self._offset(stop)
        if first >= last:
            raise ValueError(f"a statement from {start} to {stop}")
        return first, last

    def _offset(self, place: str) -> int:
        found = _PLACE.fullmatch(place)
        if found is None:
            raise ValueError(f"`{place}` is no place")
        line, column = int(found[1]), int(found[2])
        if not 1 <= line <= len(self._lengths) or not 1 <= column <= self._lengths[line - 1] + 1:
            raise ValueError(f"the Lean file has no place {place}")
        return self._starts[line - 1] + column - 1


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
    start, stop = text.between(command.attrib["start"], signature.attrib["end"])
    return TracedTheorem(
        name=name,
        theorem=Theorem(
            statement=f"{text.text[start:stop]} := by\n  sorry",
            header=text.text[:start],
            name=name,
        ),
        steps=tuple(_step(tactic) for tactic in node.iter() if "state_before" in tactic.attrib),
    )


def _step(node: Element) -> TracedTactic:
    return TracedTactic(
        _string(node, "tactic"), _string(node, "state_before"), _string(node, "state_after")
    )


def _string(node: Element, field: str) -> str:
    """lean-dojo escapes strings before they are escaped for XML."""
    return unescape(node.attrib[field], {"&quot;": '"'})
