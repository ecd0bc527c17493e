"""Is it proved?  The gate's word on proofs (`/v1/verify`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lean_env.errors import BadInput, LeanEnvError
from lean_env.types import Accepted, Refused, Theorem, Undecided, Verdict
from prover.server.warm import Warm


class Proof(BaseModel):
    """`statement` declares a theorem after `header`; `proof` is a block of tactics for it."""

    model_config = ConfigDict(extra="forbid")

    id: str = ""
    header: str = ""
    statement: str
    proof: str


class VerifyRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    proofs: Annotated[list[Proof], Field(min_length=1)]


class Word(BaseModel):
    """What the gate says of a proof.

    `invalid`: Lean does not take the statement; `undecided`: it came to a limit; `error`: Lean
    could not be brought to work.  `reason` is why a proof was refused, one of a closed set.
    `declaration` is the statement with the proof in it, `axioms` are those it rests on.
    """

    id: str
    status: Literal["accepted", "refused", "undecided", "invalid", "error"]
    reason: str = ""
    message: str = ""
    axioms: tuple[str, ...] = ()
    declaration: str = ""
    seconds: float = 0.0


async def verify(warm: Warm, proof: Proof) -> Word:
    theorem = Theorem(statement=proof.statement, header=proof.header)
    try:
        async with warm.station(proof.header) as station:
            checked = await station.gate.verify(theorem, proof.proof)
    except BadInput as error:
        return Word(id=proof.id, status="invalid", message=str(error))
    except LeanEnvError as error:
        return Word(id=proof.id, status="error", message=f"{error} {error.remedy}".strip())
    return word(proof.id, checked.verdict, checked.declaration)


def word(id: str, verdict: Verdict, declaration: str) -> Word:
    seconds = round(verdict.seconds, 4)
    said = Word(id=id, status="accepted", declaration=declaration, seconds=seconds)
    match verdict:
        case Accepted(axioms=axioms):
            return said.model_copy(update={"axioms": axioms})
        case Refused(reason=reason, message=message, axioms=axioms):
            refused = {"status": "refused", "reason": str(reason), "message": message}
            return said.model_copy(update={**refused, "axioms": axioms})
        case Undecided(message=message):
            return said.model_copy(update={"status": "undecided", "message": message})
