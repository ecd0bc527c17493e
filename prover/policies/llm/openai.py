"""A model behind an OpenAI-compatible endpoint as a policy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lean_env.types import ProofState
from prover.policies.llm.client import Answer, Endpoint, ModelClient
from prover.policies.llm.published import CHAT, MODELS, find
from prover.policies.llm.template import Message, Premises, ProofTemplate, Template
from prover.policies.ranking import Sample, by_frequency, distinct
from prover.types import FailedProof, Proposal


class OpenAI:
    """Proposes the answers of a model behind an OpenAI-compatible endpoint.

    The logprob of a tactic is the sum of its tokens' if the server returns them, otherwise it is
    estimated from how often an answer occurred.

    Raises:
        BrokenEnvironment: The endpoint cannot be used.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        template: Template | None = None,
        premises: Premises | None = None,
    ) -> None:
        """Connect to an endpoint.

        Args:
            endpoint: The server and the model.
            template: How states become prompts; by default that of the model's name.
            premises: Lemmas for models that are shown premises.
        """
        self._endpoint = endpoint
        self._client = ModelClient(endpoint)
        self._template = template or MODELS[find(endpoint.model) or CHAT].template
        self._premises = premises

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._client.aclose()

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`."""
        prompts = [self._prompt(state) for state in states]
        pairs = zip(prompts, states, strict=True)
        return await asyncio.gather(*(self._answer(prompt, s, k) for prompt, s in pairs))

    async def repair(self, failed: Sequence[FailedProof], k: int) -> list[list[Proposal]]:
        """Propose corrections of failed proofs; see `prover.types.RepairingPolicy`."""
        return await asyncio.gather(*(self._repair(proof, k) for proof in failed))

    async def _repair(self, failed: FailedProof, k: int) -> list[Proposal]:
        template = self._template
        own = failed.proposal.source == self._source
        if not (own and isinstance(template, ProofTemplate) and template.repair):
            return []
        return await self._answer(template.repair_messages(failed), failed.state, k)

    @property
    def _source(self) -> str:
        return f"openai.{self._client.model}"

    def _prompt(self, state: ProofState) -> str | list[Message]:
        premises = self._premises(state) if self._premises else ()
        if self._template.chat:
            return self._template.messages(state, premises)
        return self._template.fill(state, premises)

    async def _answer(
        self, prompt: str | list[Message], state: ProofState, k: int
    ) -> list[Proposal]:
        template = self._template
        answers = await self._client.answers(
            prompt,
            min(k, self._endpoint.samples),
            max_tokens=template.max_tokens,
            stops=template.stops,
        )
        tactics = [template.tactic(answer.text, state) for answer in answers]
        return distinct(_samples(answers, tactics), k, self._source)


def _samples(answers: Sequence[Answer], tactics: Sequence[str]) -> list[Sample]:
    frequency = by_frequency(tactics)
    with_logprobs = all(answer.logprobs for answer in answers)
    return [
        Sample(tactic, sum(answer.logprobs) if with_logprobs else frequency[tactic], answer.tokens)
        for answer, tactic in zip(answers, tactics, strict=True)
    ]
