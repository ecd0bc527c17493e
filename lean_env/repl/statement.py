"""A theorem as text: its header divided, its proof added, the place of its `sorry` found."""

from __future__ import annotations

import re

from lean_env.errors import InvalidStatement
from lean_env.wire.protocol import Position

_IMPORT = re.compile(
    r"\s*(?:module|prelude|(?:(?:public|private|meta)\s+)*import\s+(?:all\s+)?\S+)(?=\s|\Z)[^\S\n]*\n?"
)
_SORRY = re.compile(r"(?<![\w.'])sorry(?![\w'])")
_COMMENTS = re.compile(r"--[^\n]*|/-.*?-/|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_KEYWORD = re.compile(
    r"(?<![\w.'])(theorem|lemma|example|def|abbrev|instance|opaque|structure|inductive|class)(?![\w'])"
)
_LEMMA = re.compile(r"(?<![\w.'])lemma(?=\s)")
_NAME = re.compile(r"\s*((?:«[^»]*»|[^\s({\[:⦃«])+)")


def split_imports(header: str) -> tuple[str, str]:
    """Divide a header after its imports, so that headers with the same imports share them.

    Args:
        header: Lean source.

    Returns:
        The imports with what stands before them, and the rest.
    """
    code, end = without_comments(header), 0
    while found := _IMPORT.match(code, end):
        end = found.end()
    return header[:end], header[end:]


def without_comments(text: str) -> str:
    """Blank out comments and string literals; every other character keeps its place.

    Args:
        text: Lean source.

    Returns:
        A text of the same length.
    """
    return _COMMENTS.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def complete(statement: str) -> str:
    """Add a proof to a declaration that has none.

    Args:
        statement: A declaration that may lack its proof, or end in `:=`, `:= by` or `:= sorry`.

    Returns:
        The declaration with a tactic `sorry` for what was missing; unchanged if it has a proof.
    """
    code = without_comments(statement).rstrip()
    text = statement[: len(code)]
    if re.search(r":=\s*sorry\Z", code):
        return f"{text[: -len('sorry')]}by\n  sorry"
    if _SORRY.search(code):
        return text
    if code.endswith(":="):
        return f"{text} by\n  sorry"
    if re.search(r"(?<![\w.'])by\Z", code):
        return f"{text}\n  sorry"
    return f"{text} := by\n  sorry"


def with_theorem_for_lemma(text: str) -> str:
    """Write `theorem` for Mathlib's `lemma`, which is unknown where Mathlib is not imported.

    Args:
        text: A declaration.

    Returns:
        The same declaration, with core Lean's keyword.
    """
    found = _LEMMA.search(without_comments(text))
    return f"{text[: found.start()]}theorem{text[found.end() :]}" if found else text


def keyword_and_name(text: str) -> tuple[str, str]:
    """Read what kind of declaration a text is and which name it declares.

    Args:
        text: A declaration.

    Returns:
        The keyword and the name as written, without universes; empty where there is none.
    """
    code = without_comments(text)
    keyword = _KEYWORD.search(code)
    if keyword is None:
        return "", ""
    found = _NAME.match(code, keyword.end()) if keyword[1] not in ("example",) else None
    return keyword[1], re.sub(r"\.?\{.*\Z|\.\Z", "", found[1]) if found else ""


def mentions(text: str, name: str) -> bool:
    """Whether a text contains a declaration's name, in full or without its namespace.

    Args:
        text: Source or a message of Lean.
        name: The name.

    Returns:
        True also where the name means something else that is named alike.
    """
    names = {name, name.rsplit(".", 1)[-1]} - {""}
    return any(re.search(rf"(?<![\w.'✝]){re.escape(n)}(?![\w'✝])", text) for n in names)


def offset(text: str, place: Position) -> int:
    """Convert a line and a column, both from 1, into a position in code points.

    Args:
        text: The text.
        place: The line and the column.

    Returns:
        The position.
    """
    line, column = place
    return sum(len(row) for row in text.splitlines(keepends=True)[: line - 1]) + column - 1


def as_tactic(text: str, start: int, stop: int) -> str:
    """Put `(by sorry)` in the place of a term `sorry`.

    Args:
        text: A declaration.
        start: Where the `sorry` starts, in code points.
        stop: Where it ends.

    Returns:
        The declaration with a tactic `sorry`.

    Raises:
        InvalidStatement: There is no `sorry` at that place: a macro makes it.
    """
    if text[start:stop] != "sorry":
        raise InvalidStatement(
            "a macro makes its `sorry`: there is none to be replaced", where="statement"
        )
    return f"{text[:start]}(by sorry){text[stop:]}"
