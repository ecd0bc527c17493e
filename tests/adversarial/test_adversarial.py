"""Tricks that the gate must refuse, and honest proofs that it must accept: one file each.

A file begins with a comment that says what it tries and ends with `expect: WORD`, where WORD is
`accepted` or a `lean_env.types.Refusal`.  Then come the statements, up to a line `-- candidate` and
the file that is to prove them, or up to a line `-- script` and a tactic block for the one statement
after the line `-- statement`.  What embedded Lean cannot express is listed in UNSUPPORTED.md.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from lean_env.launcher import LaunchFor
from lean_env.types import Accepted, Refusal, Refused, Theorem, Verdict
from lean_env.verify import Verifier

FOLDER = Path(__file__).parent
_FILE = re.compile(r"/-\n(?P<about>.+?)\nexpect: (?P<expect>\w+)\n-/\n(?P<rest>.*)", re.DOTALL)
_PARTS = re.compile(r"^-- (candidate|script)\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    name: str
    about: str
    expect: str
    statements: str
    form: str
    proof: str

    @property
    def theorem(self) -> Theorem:
        header, _, statement = self.statements.rpartition("-- statement\n")
        return Theorem(header=header, statement=statement, name=self.name)

    async def verdicts(self, verifier: Verifier) -> list[Verdict]:
        if self.form == "script":
            return [(await verifier.verify(self.theorem, self.proof)).verdict]
        checked = await verifier.verify_file(self.proof, self.statements)
        return [theorem.verdict for theorem in checked]


def read(file: Path) -> Case:
    match = _FILE.fullmatch(file.read_text(encoding="utf-8"))
    assert match, f"{file}: not of the form that this module describes"
    statements, form, proof = _PARTS.split(match["rest"])
    return Case(file.stem, match["about"], match["expect"], statements, form, proof)


def cases(folder: str) -> list[Case]:
    """Those that import the same stand together: processes are kept as long as imports agree."""
    found = [read(file) for file in sorted((FOLDER / folder).glob("*.lean"))]
    return sorted(found, key=lambda case: "import" in case.statements + case.proof)


HONEST, REFUSED = cases("honest"), cases("refused")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def verifier(launch: LaunchFor) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case.name)
async def test_an_honest_proof_is_accepted(case: Case, verifier: Verifier) -> None:
    assert case.expect == "accepted"
    for verdict in await case.verdicts(verifier):
        assert isinstance(verdict, Accepted), verdict
        assert not verdict.assumed


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
async def test_a_trick_is_refused(case: Case, verifier: Verifier) -> None:
    reason = Refusal(case.expect)
    for verdict in await case.verdicts(verifier):
        assert isinstance(verdict, Refused), verdict
        assert verdict.reason is reason


def test_there_are_enough_of_both() -> None:
    assert min(len(HONEST), len(REFUSED)) >= 60
    assert {case.expect for case in REFUSED} >= {"sorry", "axiom", "kernel", "statement", "missing"}
