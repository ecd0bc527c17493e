"""Lean code in the answers of language models: thoughts, Markdown fences, declarations, edits."""

from __future__ import annotations

import re
from textwrap import dedent

from prover.problems.source import last_theorem, without_comments

_EDIT = re.compile(r"<{5,} SEARCH[^\n]*\n(.*?)\n?={5,}\n(.*?)\n?>{5,} REPLACE", re.DOTALL)
_OPENING, _CLOSING = "([{⟨⦃", ")]}⟩⦄"


def without_thoughts(answer: str) -> str:
    """The answer without its `<think>` parts; nothing is left of one that ends in a thought.

    Chat templates of some models write the opening tag into the prompt, so that only the closing
    one is in the answer.
    """
    return answer.rpartition("</think>")[2].partition("<think>")[0]


def last_fence(answer: str) -> str | None:
    """The content of the last Markdown code fence, which may lack its end; None without a fence."""
    content: str | None = None
    inside: list[str] | None = None
    for line in answer.split("\n"):
        if not line.lstrip().startswith("```"):
            if inside is not None:
                inside.append(line)
        elif inside is None:
            inside = []
        else:
            content, inside = "\n".join(inside), None
    if inside and any(line.strip() for line in inside):
        content = "\n".join(inside)
    return content


def tactic_block(code: str) -> str:
    """The proof in `code` as a block of tactics without indentation.

    Args:
        code: A declaration with its proof, perhaps after imports and other declarations, of which
            the last theorem counts; or the tactics alone.
    """
    parts = last_theorem(code)
    if parts is None:
        proof = code.strip("\n")
        return _unindented(proof.lstrip()[2:] if re.match(r"\s*by\b", proof) else proof)
    proof = _after_statement(parts[1])
    if re.match(r"\s*by\b", proof):
        return _unindented(proof.lstrip()[2:])
    return f"exact {proof.strip()}" if proof.strip() else ""


def edited(code: str, answer: str) -> str | None:
    """Apply the SEARCH/REPLACE blocks of an answer.

    Returns:
        The edited code; None when there is no block, or one whose text is not in the code.
    """
    edits = _EDIT.findall(answer)
    for old, new in edits:
        if old.strip() not in code:
            return None
        code = code.replace(old if old in code else old.strip(), new, 1)
    return code if edits else None


def _after_statement(declaration: str) -> str:
    """What follows the first `:=` outside of brackets, comments and `let`s."""
    code = without_comments(declaration)
    depth = lets = 0
    for found in re.finditer(r":=|\blet\b|\bhave\b|[()\[\]{}⟨⟩⦃⦄]", code):
        token = found[0]
        if token in _OPENING:
            depth += 1
        elif token in _CLOSING:
            depth -= 1
        elif token in ("let", "have"):
            lets += depth == 0
        elif depth == 0 and lets:
            lets -= 1
        elif depth == 0:
            return declaration[found.end() :]
    return ""


def _unindented(block: str) -> str:
    """The block without common indentation; its first line may follow `by` on the same line."""
    first, newline, rest = block.partition("\n")
    if not first.strip():
        return dedent(rest).strip()
    if not newline or (first != first.lstrip() and rest.startswith(" " * _indent(first))):
        return dedent(block).strip()
    return f"{first.strip()}\n{dedent(rest).rstrip()}".strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
