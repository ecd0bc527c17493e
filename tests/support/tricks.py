"""Files with a trick that the gate must refuse, or an honest proof: how they are read.

A file begins with a comment that says what it tries and ends with `expect: WORD`, where WORD is
`accepted`, a `RefusalReason`, or `invalid` where the statement itself is at fault.  Then
come the statements, up to a line `-- candidate` and the file that is to prove them, or up to a line
`-- script` and a tactic block for the one statement after the line `-- statement`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lean_env.gate.verifier import Verifier
from lean_env.types import Theorem, Verdict

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
