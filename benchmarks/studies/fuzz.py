"""Mutated proofs against Lean workers and the gate.

    python -m benchmarks.studies.fuzz [--cases N] [--seed N] [--out FILE]

Is anything false accepted, and does a worker answer wrongly after a mutated proof?

Cases are numbered; each is made from its number alone.  With `--out` the counts of each block are
appended to a file, and blocks that are in it already are skipped: so a run can be interrupted and
continued, or divided by `--first`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from random import Random

from benchmarks.studies.blocks import Row, parser, report, run_blocks
from benchmarks.studies.mutants import SUBJECTS, Subject, mutant
from lean_env.errors import BadInput, ImportsNeeded, LeanProcessError
from lean_env.gate.checker_process import CheckerProcess
from lean_env.gate.verifier import Verifier, fill_sorry
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.types import (
    STANDARD_AXIOMS,
    Applied,
    Limits,
    ProofState,
    Transition,
)
from lean_env.wire.client import DEFAULT_IMPORTS, LaunchFactory
from lean_env.wire.protocol import ExportAnswer, JudgeAnswer

BLOCK = 1000
SECONDS = 2.0
LIMITS = Limits(seconds=SECONDS, heartbeats=20_000)
DECLARATION_SHARE = 0.15
"""The share of cases in which a whole declaration is mutated, statement and all."""


class FoundFault(Exception):
    """A false statement was accepted, or a process answers differently than before."""


@dataclass(frozen=True, slots=True)
class Case:
    """A mutated proof.

    Attributes:
        subject: The statement and its unmutated proofs.
        text: A tactic block, or a whole declaration.
        whole: Whether the text is a whole declaration.
    """

    subject: Subject
    text: str
    whole: bool


def draw_case(rng: Random) -> Case:
    """Draw a subject, one of its proofs, and mutations of it."""
    subject = rng.choice(SUBJECTS)
    proof = rng.choice(subject.proofs)
    if rng.random() >= DECLARATION_SHARE:
        return Case(subject, mutant(proof, rng), False)
    return Case(subject, mutant(with_proof(subject, proof), rng), True)


def _with_sorry(subject: Subject) -> str:
    return f"{subject.statement} := by\n  sorry"


def with_proof(subject: Subject, proof: str) -> str:
    """Put a proof in place of the statement's `sorry`."""
    source = _with_sorry(subject)
    return fill_sorry(source, (len(source) - len("sorry"), len(source)), proof)


class Fuzzer:
    """Runs cases on processes that are kept, so that a case takes milliseconds."""

    def __init__(self, pool: LeanPool, verifier: Verifier, launch: LaunchFactory) -> None:
        """Use `open_fuzzer`."""
        self._pool, self._verifier = pool, verifier
        self.candidate = CheckerProcess(launch, memory_mb=3072, setup_seconds=60)
        self.trusted = CheckerProcess(launch, memory_mb=3072, setup_seconds=60)
        self._roots: dict[Subject, ProofState] = {}
        self._expected: dict[Subject, list[tuple[object, ...]]] = {}

    async def prepare(self) -> None:
        """Record what fresh workers answer to the unmutated proofs."""
        for subject in SUBJECTS:
            self._roots[subject] = await self._pool.start(subject.theorem)
            self._expected[subject] = await self._answers(subject)

    async def close(self) -> None:
        """Stop both checker processes."""
        await asyncio.gather(self.candidate.close(), self.trusted.close())

    async def run(self, cases: Sequence[Case]) -> Counter[str]:
        """Run cases, then check that the processes still answer as before.

        Args:
            cases: The mutated proofs.

        Returns:
            How often each outcome was seen.

        Raises:
            FoundFault: Something was wrong.
        """
        outcomes: Counter[str] = Counter()
        tactics = [case for case in cases if not case.whole]
        for case, transition in zip(tactics, await self._step(tactics), strict=True):
            outcomes["tactic: " + await self._outcome(case, transition)] += 1
        for case in cases:
            if case.whole:
                outcomes["declaration: " + await self._declared(case)] += 1
        await self._control()
        return outcomes

    # Tactics

    async def _step(self, cases: Sequence[Case]) -> list[Transition]:
        batch = [(self._roots[case.subject], [case.text]) for case in cases]
        transitions = [row[0] for row in await self._pool.step(batch)]
        states = [s for t in transitions if isinstance(t, Applied) for s in t.states]
        await self._pool.release(states)
        return transitions

    async def _outcome(self, case: Case, transition: Transition) -> str:
        if not isinstance(transition, Applied):
            return transition.reason.value
        if not transition.closed:
            return "goals left"
        verdict = await self.judge(case.subject, with_proof(case.subject, case.text))
        if verdict == "accepted":
            await self._accepted(case)
        return f"closed, {verdict}"

    async def _accepted(self, case: Case) -> None:
        if not case.subject.true:
            raise FoundFault(f"accepted: {case}")
        checked = await self._verifier.verify(case.subject.theorem, case.text)
        if not checked.verdict.ok:
            raise FoundFault(f"accepted, and then not: {case}: {checked.verdict}")

    # Whole declarations

    async def _declared(self, case: Case) -> str:
        verdict = await self.judge(case.subject, case.text)
        if verdict == "accepted" and not case.subject.true:
            raise FoundFault(f"accepted: {case}")
        return verdict

    async def judge(self, subject: Subject, declaration: str) -> str:
        """Check a declaration with both processes of the gate, without restarting them.

        Args:
            subject: The statement to be proved.
            declaration: Lean source of what claims to prove it.

        Returns:
            `accepted`, or why not.
        """
        try:
            lean = await self.candidate.client(DEFAULT_IMPORTS)
            terms = await lean.export("", ("t",), declaration, SECONDS)
        except LeanProcessError as error:
            return type(error).__name__
        except (BadInput, ImportsNeeded):
            return "not Unicode"
        if not isinstance(terms, ExportAnswer):
            return terms.refused
        return _verdict_name(await self._judged(subject, terms))

    async def _judged(self, subject: Subject, terms: ExportAnswer) -> JudgeAnswer:
        trusted = await self.trusted.client(DEFAULT_IMPORTS)
        source = _with_sorry(subject)
        return await trusted.judge("", ("t",), source, terms.export, STANDARD_AXIOMS, SECONDS)

    # Are the workers what they were?

    async def _answers(self, subject: Subject) -> list[tuple[object, ...]]:
        [results] = await self._pool.step([(self._roots[subject], subject.proofs)])
        await self._pool.release([s for r in results if isinstance(r, Applied) for s in r.states])
        return [content(result) for result in results]

    async def _control(self) -> None:
        for subject in SUBJECTS:
            if await self._answers(subject) != self._expected[subject]:
                raise FoundFault(f"a worker answers otherwise than before: {subject.statement}")
            verdict = await self.judge(subject, with_proof(subject, subject.proofs[0]))
            if (verdict == "accepted") != subject.true:
                raise FoundFault(f"the gate says otherwise than before: {subject.statement}")


def _verdict_name(answer: JudgeAnswer) -> str:
    return answer.refused or "accepted"


def content(transition: Transition) -> tuple[object, ...]:
    """The transition without its duration, for comparing."""
    if isinstance(transition, Applied):
        return ("applied", *(state.key for state in transition.states))
    return (transition.reason, transition.message)


@asynccontextmanager
async def open_fuzzer(launch: LaunchFactory) -> AsyncIterator[Fuzzer]:
    """Start a pool, a gate and a fuzzer; they stop when the context ends."""
    config = PoolConfig(workers=1, limits=LIMITS)
    async with LeanPool(launch, config) as pool, Verifier(launch) as verifier:
        fuzzer = Fuzzer(pool, verifier, launch)
        try:
            await fuzzer.prepare()
            yield fuzzer
        finally:
            await fuzzer.close()


def block(first: int, seed: int, size: int = BLOCK) -> list[Case]:
    """Make the cases number `first`, `first` + 1, and so on."""
    return [draw_case(Random(f"{seed}:{number}")) for number in range(first, first + size)]


async def fuzz(options: argparse.Namespace) -> Counter[str]:
    """Run the blocks that are not done.

    Args:
        options: As `blocks.parser` reads them.

    Returns:
        How often each outcome was seen.
    """
    async with open_fuzzer(partial(embedded_launch, default_cache_dir())) as fuzzer:

        async def run(first: int) -> list[Row]:
            return [{"outcomes": await fuzzer.run(block(first, options.seed))}]

        return await run_blocks(run, BLOCK, options)


def main() -> None:
    """Read the options, run the blocks that are not done, and print all counts."""
    options = parser("Try to make a worker or the gate go wrong.", 100_000).parse_args()
    report(asyncio.run(fuzz(options)), ", no fault")


if __name__ == "__main__":
    main()
