r"""LeanCopilot's protocol for models behind a server: POST /generate.

    → {"name": "…", "input": "n : Nat\n⊢ n + 0 = n", "prefix": ""}
    ← {"outputs": [{"output": "simp", "score": 0.83}]}

A score is the probability of the output.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING, Any

from lean_env.errors import BrokenEnvironment
from lean_env.types import ProofState
from prover.types import Proposal

if TYPE_CHECKING:
    import httpx

LEAST = 1e-12
"""Scores below this, 0 among them, count as this."""


class LeanCopilot:
    """Proposes the outputs of a server that speaks LeanCopilot's protocol."""

    def __init__(self, url: str, model: str, *, timeout: float = 60.0) -> None:
        """Connect to a server.

        Args:
            url: The server's address, without `/generate`.
            model: The server's name of the model.
            timeout: Of one request, in seconds.
        """
        import httpx

        self._url, self._model = url.rstrip("/"), model
        self._client = httpx.AsyncClient(timeout=timeout)

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._client.aclose()

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`."""
        return await asyncio.gather(*(self._one(state, k) for state in states))

    async def _one(self, state: ProofState, k: int) -> list[Proposal]:
        import httpx

        request = {"name": self._model, "input": state.text, "prefix": ""}
        try:
            response = await self._client.post(f"{self._url}/generate", json=request)
        except httpx.TransportError as error:
            raise BrokenEnvironment(
                f"{self._url} did not answer: {type(error).__name__} {error}".strip(),
                remedy="check that the server runs, and that its address is right",
            ) from error
        found: dict[str, float] = {}
        for tactic, score in _outputs(response):
            found[tactic] = max(score, found.get(tactic, LEAST))
        found.pop("", None)
        best = sorted(found.items(), key=lambda pair: -pair[1])[:k]
        source = f"copilot.{self._model}"
        return [Proposal(tactic, min(log(score), 0.0), source) for tactic, score in best]


def _outputs(response: httpx.Response) -> list[tuple[str, float]]:
    import httpx

    try:
        response.raise_for_status()
        outputs: list[dict[str, Any]] = response.json()["outputs"]
        return [(str(o["output"]).strip(), float(o["score"])) for o in outputs]
    except (httpx.HTTPStatusError, ValueError, KeyError, TypeError) as error:
        raise BrokenEnvironment(
            f"{response.url} does not answer in LeanCopilot's format (status "
            f"{response.status_code}): {response.text[:200]}",
            remedy="check the address and the name of the model",
        ) from error
