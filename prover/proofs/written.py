"""The texts of a proof that was found, in the style that is asked for."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from lean_env.errors import BrokenEnvironment
from lean_env.gate.gate import Gate
from lean_env.gate.verifier import WIDTH, CheckedProof
from lean_env.types import (
    STANDARD_AXIOMS,
    Applied,
    Environment,
    RefusalReason,
    Refused,
    Theorem,
    Undecided,
    Verdict,
)
from prover.graph.extraction import Proof
from prover.graph.script import Script, Spelling, script, scripts
from prover.problems.source import without_comments
from prover.proofs.first_combinators import resolve_first_combinators
from prover.proofs.readable import readable_text
from prover.proofs.steps import Rewriter
from prover.types import Style

MOST_STEPS = 200
"""Longer proofs are written in the compact style only."""

MOST_PARTS = 20
"""How many parts of a proof are tried when the readable whole was refused."""


async def verified_text(
    proof: Proof, theorem: Theorem, env: Environment, verifier: Gate, style: Style
) -> tuple[Script, CheckedProof]:
    """Write a proof so that the verifier accepts it.

    Args:
        proof: The proof.
        theorem: The theorem that it proves.
        env: Runs tactics, outside of any search's budget.
        verifier: Checks the texts.
        style: How the proof is to be written.

    Returns:
        The first text that is accepted, or proves one `sorry` of several; else the last one.
    """
    async with aclosing(texts(proof, env, theorem, style)) as candidates:
        async for found in candidates:
            checked = await verifier.verify(theorem, found.text)
            unchecked = isinstance(checked.verdict, Undecided) and checked.verdict.no_gate
            if checked.verdict.ok or unchecked or is_part_of_several(theorem, checked.verdict):
                break
    return found, checked


def is_part_of_several(theorem: Theorem, verdict: Verdict) -> bool:
    """Whether a proof of one `sorry` of several was refused for nothing but `sorry`.

    Whether that is one of its own is decided once none of the others is left.
    """
    return (
        theorem.sorry_index is not None
        and isinstance(verdict, Refused)
        and verdict.reason is RefusalReason.SORRY
        and set(verdict.axioms) <= {"sorryAx", *STANDARD_AXIOMS}
    )


async def texts(
    proof: Proof, env: Environment, theorem: Theorem, style: Style
) -> AsyncGenerator[Script]:
    """The texts of a proof, the best one first, each to be tried if those before are refused.

    Runs tactics in Lean outside of the search's budget.

    Args:
        proof: The proof.
        env: Runs tactics.
        theorem: The theorem, in whose place for the proof the text is put.
        style: With `Style.READABLE`, readable texts come first.

    Yields:
        The readable proof; the compact one with those parts readable that Lean accepts by
        themselves; the compact ones (see `scripts`).  `Script.tactics` are those of the search.
    """
    spelling = await resolve_first_combinators(proof, env)
    compact = scripts(proof, spelling)
    tried = set[str]()
    if style is Style.READABLE and len(compact[0].tactics) <= MOST_STEPS:
        rewriter = Rewriter(env)
        width = WIDTH - proof_column(theorem)
        try:
            with suppress(BrokenEnvironment):
                text = readable_text(await rewriter.steps(proof, spelling), width)
                tried.add(text)
                yield Script(text, compact[0].tactics)
                parts = await _readable_parts(proof, rewriter, spelling, env, width)
                text = script(proof, spelling, parts).text
                if text not in tried:
                    tried.add(text)
                    yield Script(text, compact[0].tactics)
        finally:
            await rewriter.release()
    for found in compact:
        if found.text not in tried:
            yield found


def proof_column(theorem: Theorem) -> int:
    """The column in which a proof of several lines begins, as `fill_sorry` places it."""
    code = without_comments(theorem.statement)
    holes = [found.start() for found in re.finditer(r"\bsorry\b", code)]
    number = theorem.sorry_index or 0
    if number >= len(holes):
        return 2
    line = code[: holes[number]].rpartition("\n")[2]
    begin = re.match(r"[ ]*(?:[·.] +)*", line)
    column = begin.end() if begin else 0
    return column if column == len(line) else column + 2


async def _readable_parts(
    proof: Proof, rewriter: Rewriter, spelling: Spelling, env: Environment, width: int
) -> dict[int, str]:
    """The readable texts of the largest parts of a proof that Lean accepts, by their first edge."""
    found = dict[int, str]()
    todo = list(proof.subproofs)
    for _ in range(MOST_PARTS):
        if not todo:
            break
        part = todo.pop()
        text = readable_text(await rewriter.steps(part, spelling), width - 2)
        ((answer,),) = await env.step([(part.edge.parent.state, [text])])
        if isinstance(answer, Applied) and answer.closed:
            found[part.edge.id] = text
        else:
            todo += part.subproofs
    return found
