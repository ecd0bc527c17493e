"""Tactics for a printed goal, in LeanCopilot's protocol (`/generate`)."""

from __future__ import annotations

import asyncio
from functools import cached_property
from math import exp
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lean_env.types import Goal, Hypothesis, ProofState, Theorem
from prover.config import Settings
from prover.types import Policy

OUTPUTS = 32
"""The most tactics of one answer, as many as LeanCopilot's own server gives."""


class GenerateRequest(BaseModel):
    """A goal that tactics are wanted for."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"examples": [{"name": "qstar", "input": "n : Nat\n⊢ n + 0 = n"}]},
    )

    name: Annotated[str, Field(description="Of a model; the service has one, whatever it is.")] = ""
    input: Annotated[str, Field(description="The goals as Lean prints them.")]
    prefix: Annotated[str | None, Field(description="What the tactics have to begin with.")] = None


class Generation(BaseModel):
    """A tactic, and its probability under the service's policy."""

    output: Annotated[str, Field(description="The tactic.")]
    score: Annotated[float, Field(description="Its probability.")]


class GenerateReply(BaseModel):
    """Tactics, the most probable first."""

    outputs: list[Generation]


class Generator:
    """Answers with the tactics of the service's policy, which is made at the first request."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _policy(self) -> asyncio.Task[Policy]:
        return asyncio.create_task(asyncio.to_thread(self._settings.make_policy))

    async def generate(self, request: GenerateRequest) -> GenerateReply:
        """Propose tactics for the printed goals of a request.  Lean runs none of them."""
        policy = await self._policy
        [proposals] = await policy.propose([state_of(request.input)], OUTPUTS)
        prefix = request.prefix or ""
        found = [(p.tactic, exp(p.logprob)) for p in proposals if p.tactic.startswith(prefix)]
        return GenerateReply(outputs=[Generation(output=t, score=score) for t, score in found])


def state_of(text: str) -> ProofState:
    """Read printed goals for the eyes of a policy; Lean never sees what comes of it."""
    goals = tuple(_goal(part) for part in text.strip().split("\n\n") if part.strip())
    return ProofState(text, Theorem(statement=""), goals or (Goal(text.strip()),))


def _goal(text: str) -> Goal:
    """One goal: perhaps its case, hypotheses with continued lines indented, and the target."""
    before, _, target = text.partition("⊢ ")
    case, hypotheses = "", list[Hypothesis]()
    for line in before.replace("\n  ", " ").splitlines():
        if line.startswith("case "):
            case = line.removeprefix("case ").strip()
            continue
        names, _, type_ = line.partition(" : ")
        type_, _, value = type_.partition(" := ")
        hypotheses += [
            Hypothesis(name, type_, value or None, accessible="✝" not in name)
            for name in names.split()
        ]
    return Goal(target.strip(), tuple(hypotheses), case)
