"""The text of one tactic: its parts, the names in it, and its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lean_env.types import Tactic

_NAME = re.compile(r"(?<![\w.'«✝])[^\W\d][\w'!?]*(?![\w'!?✝»])")
_BINDS = re.compile(r"\b(?:have|let|suffices|by_cases|intro) ([\w'₀-₉ ]+)")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_CLAUSE = re.compile(r" (?:with|using|generalizing|at) ")
_BEGIN = re.compile(r"[ ]*(?:[|·(] ?)*")
"""What stands in a line before its first tactic."""

_OPENS, _CLOSES = "([{⟨", ")]}⟩"
_ABSORBS = re.compile(r"(?:^|\s)(?:by|=>|fun|conv|calc|do)(?:\s|$)")
"""Words whose argument extends as far to the right as it can."""

_TAKES_SEQUENCE = re.compile(
    r"(?:first|try|repeat\w*|iterate|all_goals|any_goals|case'?|next|on_goal|focus)(?![\w'])|[·|(]"
)
"""How a tactic begins whose argument is a sequence of tactics."""


def split_sequence(tactic: Tactic) -> tuple[Tactic, ...]:
    """Split `a; b` into `a` and `b`.  Any other tactic is a sequence of one."""
    return _split(tactic, ";")


def split_chain(tactic: Tactic) -> tuple[Tactic, ...]:
    """Split `a <;> b <;> c` into `a`, `b` and `c`.  Any other tactic is a chain of one."""
    return _split(tactic, "<;>")


def _split(tactic: Tactic, separator: str) -> tuple[Tactic, ...]:
    """Split at a separator outside of brackets, unless that changes what a part applies to."""
    if "\n" in tactic or separator not in tactic:
        return (tactic,)
    outside = outside_brackets(tactic)
    if separator == ";":
        outside = outside.replace("<;>", "___")
    parts, start = list[str](), 0
    for found in re.finditer(re.escape(separator), outside):
        parts.append(tactic[start : found.start()].strip())
        start = found.end()
    parts.append(tactic[start:].strip())
    absorbing = any(_ABSORBS.search(outside_brackets(part)) for part in parts[:-1])
    if absorbing or not all(parts) or any(map(_TAKES_SEQUENCE.match, parts[:-1])):
        return (tactic,)
    return tuple(parts)


def split_alternatives(tactic: Tactic) -> tuple[Tactic, ...]:
    """The alternatives of `first | a | b` on one line."""
    outside = outside_brackets(tactic)
    bars = [found.start() for found in re.finditer(r" \| ", outside)]
    return tuple(tactic[a + 3 : b] for a, b in zip(bars, [*bars[1:], len(tactic)], strict=True))


def outside_brackets(text: str) -> str:
    """The text, of the same length, with `_` for what stands in brackets or strings."""
    text = _STRING.sub(lambda found: "_" * len(found[0]), text)
    depth, kept = 0, list[str]()
    for c in text:
        depth -= c in _CLOSES
        kept.append("_" if depth > 0 else c)
        depth += c in _OPENS
    return "".join(kept)


def names_in(tactic: Tactic) -> set[str]:
    """The identifiers in a text; of dotted ones the first component."""
    return set(_NAME.findall(_STRING.sub("", tactic)))


def names_bound_in(tactic: Tactic) -> set[str]:
    """The names that the tactics of a text introduce by themselves, as far as that is plain."""
    return {name for found in _BINDS.finditer(tactic) for name in names_in(found[1])}


def substitute(tactic: Tactic, names: Mapping[str, str]) -> Tactic:
    """Replace identifiers; of `h.symm` the `h` is one, in `(n := 1)` the `n` is not."""

    def new(found: re.Match[str]) -> str:
        opened = tactic[: found.start()].endswith("(")
        if opened and re.match(r"\s*:=", tactic[found.end() :]):
            return found[0]
        return names.get(found[0], found[0])

    return _NAME.sub(new, tactic) if any(map(tactic.__contains__, names)) else tactic


def wrapped(tactic: Tactic, width: int) -> list[str]:
    """The lines of a tactic, broken where they are longer than `width` and a break is harmless.

    A chain is broken after each `<;>`, `first` before each alternative, a proof by one tactic after
    its `by`; anything else where a term can go on, preferably after a comma.
    """
    return [piece for line in tactic.split("\n") for piece in _wrapped_line(line, width)]


def _wrapped_line(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    begin = _BEGIN.match(line)
    margin = " " * (begin.end() if begin else 0)
    text = line[len(margin) :]
    if text.startswith("first | "):
        lines = [line[: len(margin)] + "first"]
        for alternative in split_alternatives(text):
            lines += _wrapped_line(f"{margin}  | {alternative}", width)
        return lines
    chain = split_chain(text)
    if len(chain) > 1:
        pieces = [f"{link} <;>" for link in chain[:-1]] + [chain[-1]]
        lines = _filled(line[: len(margin)] + pieces[0], width, margin + "    ")
        for piece in pieces[1:]:
            lines += _filled(f"{margin}  {piece}", width, margin + "    ")
        return lines
    at = outside_brackets(line).find(" := by ")
    if at >= 0:
        head, body = line[: at + len(" := by")], line[at + len(" := by ") :]
        return [*_filled(head, width, margin + "    "), *_wrapped_line(f"{margin}  {body}", width)]
    return _filled(line, width, margin + "  ")


def _filled(line: str, width: int, margin: str) -> list[str]:
    """Break a line at the last good place before `width`; what follows begins with `margin`."""
    lines = list[str]()
    while len(line) > width:
        start = len(line) - len(line.lstrip()) + 1
        places = [at for at in _breaks(line) if start < at <= width]
        far = [at for at in places if at > width // 2]
        clauses = [at for at in far if _CLAUSE.match(line, at)]
        commas = [at for at in far if line[at - 1] == ","]
        operators = [at for at in far if line[at - 1] in "∨∧→↔=+"]
        at = max(clauses or commas or operators or places, default=0)
        if not at:
            break
        lines.append(line[:at].rstrip())
        line = margin + line[at:].lstrip()
    return [*lines, line]


def _breaks(line: str) -> Iterator[int]:
    """The spaces of a line at which it can be broken.

    They are not within strings, nor after a `by` in the same bracket, where a line has to begin in
    a column that depends on the tactic.
    """
    plain = _STRING.sub(lambda found: "_" * len(found[0]), line)
    by = [False]  # for each open bracket: whether a `by` block goes on
    word = ""
    for at, c in enumerate(plain):
        if c in _OPENS:
            by.append(False)
        elif c in _CLOSES and len(by) > 1:
            by.pop()
        elif c in ",:":
            by[-1] = False
        elif c == " ":
            by[-1] = by[-1] or word == "by"
            bar = "|" in plain[at - 1 : at + 2] and " with " not in plain[:at]  # of a `first`
            if not by[-1] and not bar and line[at - 1] != " ":
                yield at
        word = word + c if c.isalpha() else ""
