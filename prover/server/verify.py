"""Verification of proofs by the gate (`/v1/verify`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lean_env.errors import BadInput, LeanEnvError, MissingModule
from lean_env.types import Accepted, Refused, Theorem, Undecided, Verdict
from prover.server.pool_cache import PoolCache


class Proof(BaseModel):
    """A theorem with a proof to verify."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(description="Comes back with the answer.")] = ""
    header: Annotated[
        str, Field(description="Lean source before the statement: imports, `open`s, definitions.")
    ] = ""
    statement: Annotated[
        str, Field(description="The theorem's declaration, with or without `:= by sorry`.")
    ]
    proof: Annotated[
        str,
        Field(
            description="A block of tactics, or the whole declaration again with its proof, after "
            "lemmas of its own if need be."
        ),
    ]


class VerifyRequest(BaseModel):
    """Proofs to verify, each on its own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"proofs": [{"id": "1", "statement": "theorem t : 2 + 2 = 4", "proof": "rfl"}]}
            ]
        },
    )

    proofs: Annotated[list[Proof], Field(min_length=1, description="The proofs to verify.")]


class VerifyReply(BaseModel):
    """The gate's verdict on a proof.

    `invalid`: Lean rejects the statement; `undecided`: a limit was reached; `error`: Lean does not
    work.  `reason` is why a proof was refused, one of a closed set.  `declaration` is the statement
    with the proof in it, and `axioms` are those that it depends on.
    """

    id: Annotated[str, Field(description="That of the proof.")]
    status: Annotated[
        Literal["accepted", "refused", "undecided", "invalid", "error"],
        Field(description="Only `accepted` means proved."),
    ]
    reason: Annotated[str, Field(description="Why it was refused.")] = ""
    message: Annotated[str, Field(description="The same for people.")] = ""
    axioms: Annotated[tuple[str, ...], Field(description="The axioms that it rests on.")] = ()
    checkers: Annotated[
        tuple[str, ...], Field(description="The kernels that accept it, with their versions.")
    ] = ()
    declaration: Annotated[str, Field(description="The statement with its proof.")] = ""
    seconds: Annotated[float, Field(description="Seconds that it took.")] = 0.0


async def verify(pools: PoolCache, proof: Proof) -> VerifyReply:
    """Run a proof through the gate; errors of the input and of Lean are in the reply, not raised.

    Args:
        pools: Lean processes by imports.
        proof: The theorem and its proof.
    """
    theorem = Theorem(statement=proof.statement, header=proof.header)
    try:
        async with pools.entry(proof.header) as entry:
            checked = await entry.gate.verify(theorem, proof.proof)
    except MissingModule as error:
        message = f"set-up: {error.message}. {error.remedy}".strip()
        return VerifyReply(id=proof.id, status="error", message=message)
    except BadInput as error:
        return VerifyReply(id=proof.id, status="invalid", message=str(error))
    except LeanEnvError as error:
        return VerifyReply(id=proof.id, status="error", message=f"{error} {error.remedy}".strip())
    return verify_reply(proof.id, checked.verdict, checked.declaration)


def verify_reply(id: str, verdict: Verdict, declaration: str) -> VerifyReply:
    """Convert a verdict to the reply that clients get.

    Args:
        id: The client's id of the proof.
        verdict: The gate's verdict.
        declaration: The statement with its proof.
    """
    seconds = round(verdict.seconds, 4)
    reply = VerifyReply(id=id, status="accepted", declaration=declaration, seconds=seconds)
    match verdict:
        case Accepted(axioms=axioms, checkers=checkers):
            return reply.model_copy(update={"axioms": axioms, "checkers": checkers})
        case Refused(reason=reason, message=message, axioms=axioms):
            refused = {"status": "refused", "reason": str(reason), "message": message}
            return reply.model_copy(update={**refused, "axioms": axioms})
        case Undecided(message=message):
            return reply.model_copy(update={"status": "undecided", "message": message})
