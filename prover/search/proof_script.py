"""A whole proof as steps: its tactics, and the proofs inside them.

The text is read by its layout alone, as Lean's users write it: a tactic begins where the block is
indented, and what is indented more, or begins with `|`, belongs to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent

_CONTINUES = re.compile(r"[|)\]}⟩]|<;>|(with|at|using|from|else|then)\b")
_COMMENT = re.compile(r"\s*--|\s*/-")
_PROOF = re.compile(r":=\s*by\b")
_NAMES_PROOF = re.compile(r"(have|haveI|suffices|obtain)\b")
_FOCUS = re.compile(r"(·|\.\s|case\s+([^\n]*?)=>|next\s*([^\n]*?)=>)")
_ARM = re.compile(r"(\s*)\|.*?=>")


@dataclass(frozen=True, slots=True)
class Block:
    """Tactics that run one after the other, without common indentation.

    Attributes:
        text: The tactics.
        line: The line of the first one in the whole proof, from 1.
    """

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A tactic of a block.

    Attributes:
        text: The tactic.
        first_line: Its first line in the whole proof, from 1.
        last_line: Its last line.
        focus: For `· …`, `case … => …` and `next … => …`, which work on one goal: what stands
            before the only body.
        head: The tactic with `?_` in place of each body; empty if it has none.
        bodies: The proofs inside it, in their order.
        arms: Whether the bodies are cases, as of `induction` and `match`, and not the proof of what
            a `have` states.
    """

    text: str
    first_line: int
    last_line: int
    focus: str = ""
    head: str = ""
    bodies: tuple[Block, ...] = ()
    arms: bool = False


def steps(block: Block) -> list[Step]:
    """The tactics of a block; comments of their own lines are dropped."""
    found: list[tuple[int, list[str]]] = []
    for number, line in enumerate(block.text.split("\n"), start=block.line):
        begins = line[:1].strip() and not _CONTINUES.match(line)
        if begins and _COMMENT.match(line):
            continue
        if begins or not found:
            found.append((number, []))
        found[-1][1].append(line)
    return [_step(number, lines) for number, lines in found if "".join(lines).strip()]


def _step(first: int, lines: list[str]) -> Step:
    while not lines[-1].strip():
        lines.pop()
    text, last = "\n".join(lines), first + len(lines) - 1
    if focus := _FOCUS.match(text):
        body = _body(" " * focus.end() + text[focus.end() :], first)
        return Step(
            text=text, first_line=first, last_line=last, focus=focus[0].strip(), bodies=(body,)
        )
    if _NAMES_PROOF.match(text) and (proof := _PROOF.search(text)):
        head = text[: proof.start()].rstrip()
        if not text.startswith("obtain"):
            head += " := ?_"
        line = first + text[: proof.end()].count("\n")
        column = len(text[: proof.end()].rpartition("\n")[2])
        body = _body(" " * column + text[proof.end() :], line)
        return Step(text=text, first_line=first, last_line=last, head=head, bodies=(body,))
    return _with_arms(text, first, last)


def _with_arms(text: str, first: int, last: int) -> Step:
    """A tactic that may have cases, each of which begins with `|` at the same column."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _ARM.match(line)]
    columns = {len(lines[i]) - len(lines[i].lstrip()) for i in starts}
    starts = [i for i in starts if len(lines[i]) - len(lines[i].lstrip()) == min(columns)]
    if not starts or not starts[0]:
        return Step(text=text, first_line=first, last_line=last)
    head = lines[: starts[0]]
    bodies: list[Block] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        arm = _ARM.match(lines[start])
        assert arm is not None  # `starts` are those that match
        head.append(f"{arm[0].strip()} ?_")
        rest = [" " * arm.end() + lines[start][arm.end() :], *lines[start + 1 : end]]
        bodies.append(_body("\n".join(rest), first + start))
    return Step(
        text=text,
        first_line=first,
        last_line=last,
        head="\n".join(head),
        bodies=tuple(bodies),
        arms=True,
    )


def _body(text: str, line: int) -> Block:
    """A proof inside a tactic, of which the first line may stand on the line of the tactic."""
    lines = text.split("\n")
    while lines and not lines[0].strip():
        lines, line = lines[1:], line + 1
    if not lines:
        return Block("skip", line)
    if lines[1:] and len(lines[0]) - len(lines[0].lstrip()) != _least_indent(lines[1:]):
        rest = dedent("\n".join(lines[1:]))
        return Block(f"{lines[0].strip()}\n{rest}", line)
    return Block(dedent("\n".join(lines)), line)


def _least_indent(lines: list[str]) -> int:
    return min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
