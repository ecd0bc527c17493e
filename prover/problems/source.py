"""Properties of Lean source that need no Lean: its last theorem, imports, characters."""

from __future__ import annotations

import re

OWN_MODULES = ("Init", "Std", "Lean")
"""What embedded Lean has; every other module belongs to a project."""

COMMENT = re.compile(r"/-.*?-/|--[^\n]*", re.DOTALL)
IMPORT = re.compile(r"^(?:public\s+)?(?:meta\s+)?import\s+(?:all\s+)?(\S+)", re.MULTILINE)
_THEOREM = re.compile(
    r"^[ \t]*(?:@\[[^\]]*\]\s*)?(?:(?:private|protected|noncomputable)\s+)*"
    r"(?:theorem|lemma|example)\b",
    re.MULTILINE,
)
_ENDS = re.compile(r"(?:\n[ \t]*end\b[^\n]*|\s)*\Z")
_BINDS_WHAT_FOLLOWS = re.compile(r"\bin\s*\Z")

_TOKEN = re.compile(r'/-.*?-/|--[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'', re.DOTALL)
_OTHER_STRINGS = re.compile(r'[!rR]#*"')


def needs(header: str) -> tuple[str, ...]:
    """The packages that a header imports from, beside Lean itself: `Mathlib`, `Aesop`."""
    roots = (module.split(".")[0] for module in IMPORT.findall(without_comments(header)))
    return tuple(dict.fromkeys(root for root in roots if root not in OWN_MODULES))


def last_theorem(text: str) -> tuple[str, str] | None:
    """Split a text before its last theorem, with its doc comment, attributes and `open … in`.

    Returns:
        The text before the theorem, and the rest; None when no line begins a theorem.
    """
    code = without_comments(text)
    found = list(_THEOREM.finditer(code))
    if not found:
        return None
    start = found[-1].start()
    before = text[:start].rstrip()
    if before.endswith("-/") and (comment := before.rfind("/--")) >= 0:
        start = comment
    while _BINDS_WHAT_FOLLOWS.search(code[:start]):
        start = code.rfind("\n", 0, len(code[:start].rstrip())) + 1
    return text[:start], text[start:]


def split_header(text: str) -> tuple[str, str]:
    """Split a text with one statement after its imports, `open`s and definitions.

    Returns:
        The header, and the statement without the `end` of a namespace that may follow it.  The
        header is empty if only comments precede the statement.
    """
    parts = last_theorem(text)
    if parts is None or not without_comments(parts[0]).strip():
        return "", text
    header, statement = parts
    return header, _ENDS.sub("", statement)


def join_headers(header: str, inner: str) -> str:
    """`inner` after `header`, with the imports of both first, as Lean requires."""
    if not inner.strip():
        return header
    if not header.strip():
        return inner
    late = [line for line in inner.splitlines() if IMPORT.match(line)]
    rest = "\n".join(line for line in inner.splitlines() if not IMPORT.match(line))
    there = header.splitlines()
    new = [line for line in late if line not in there]
    return "\n".join([*new, header.rstrip(), "", rest.strip("\n"), ""])


def without_comments(text: str) -> str:
    """The same text with comments blanked, so that lines and columns stay the same."""
    return COMMENT.sub(lambda found: re.sub(r"\S", " ", found[0]), text)


def normalize_source(text: str) -> str:
    """Make a file's text acceptable to Lean's parser.

    Removes a byte order mark, ends lines with LF, and replaces tabs outside of strings and comments
    by spaces.  Where strings cannot be recognised (interpolated and raw strings), all tabs stay,
    and Lean reports them.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if "\t" not in text or _OTHER_STRINGS.search(text):
        return text
    pieces, end = list[str](), 0
    for token in _TOKEN.finditer(text):
        pieces += text[end : token.start()].replace("\t", " "), token[0]
        end = token.end()
    return "".join([*pieces, text[end:].replace("\t", " ")])
