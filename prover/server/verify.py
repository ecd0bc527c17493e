"""Verification of proofs by the gate (`/v1/verify`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lean_env.errors import BadInput, InvalidStatement, LeanEnvError, MissingModule
from lean_env.gate.gate import Gate
from lean_env.gate.verifier import CheckedProof
from lean_env.types import Accepted, Refused, Theorem, Undecided
from prover.problems.names import explained, require_declared
from prover.problems.read import parse_statement
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
    auto_bound: Annotated[
        tuple[str, ...],
        Field(description="Names that nothing declares, so that Lean took them for variables."),
    ] = ()
    seconds: Annotated[float, Field(description="Seconds that it took.")] = 0.0


async def verify(pools: PoolCache, proof: Proof) -> VerifyReply:
    """Run a proof through the gate; errors of the input and of Lean are in the reply, not raised.

    Args:
        pools: Lean processes by imports.
        proof: The theorem and its proof.
    """
    try:
        theorem = parse_statement(proof.statement, proof.header)
        async with pools.entry(theorem.header) as entry:
            checked = await check_proof(entry.gate, theorem, proof.proof)
    except MissingModule as error:
        return VerifyReply(id=proof.id, status="error", message=f"set-up: {error.explain()}")
    except BadInput as error:
        return VerifyReply(id=proof.id, status="invalid", message=error.explain())
    except LeanEnvError as error:
        return VerifyReply(id=proof.id, status="error", message=error.explain())
    return verify_reply(proof.id, checked)


async def check_proof(gate: Gate, theorem: Theorem, proof: str) -> CheckedProof:
    """Have the gate check a proof of a statement that stands alone.

    Args:
        gate: The gate.
        theorem: The theorem.
        proof: A block of tactics, or the whole declaration with its proof.

    Raises:
        InvalidStatement: Lean does not elaborate the statement, or takes an undeclared name of more
            than a letter for a variable.
        BadInput: The header is invalid.
    """
    try:
        checked = await gate.verify(theorem, proof)
    except InvalidStatement as error:
        raise explained(error, theorem) from error
    require_declared(theorem, checked.auto_bound)
    return checked


def verify_reply(id: str, checked: CheckedProof) -> VerifyReply:
    """Convert what the gate says to the reply that clients get.

    Args:
        id: The client's id of the proof.
        checked: The gate's verdict, and what it is about.
    """
    verdict = checked.verdict
    reply = VerifyReply(
        id=id,
        status="accepted",
        declaration=checked.declaration,
        auto_bound=checked.auto_bound,
        seconds=round(verdict.seconds, 4),
    )
    match verdict:
        case Accepted(axioms=axioms, checkers=checkers):
            return reply.model_copy(update={"axioms": axioms, "checkers": checkers})
        case Refused(reason=reason, message=message, axioms=axioms):
            refused = {"status": "refused", "reason": str(reason), "message": message}
            return reply.model_copy(update={**refused, "axioms": axioms})
        case Undecided(message=message):
            return reply.model_copy(update={"status": "undecided", "message": message})
