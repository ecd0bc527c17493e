"""Prompts for language models, and parsing of their answers."""

from __future__ import annotations

from dataclasses import dataclass

from lean_env.types import ProofState, Tactic


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How a state becomes a prompt, and an answer a tactic.

    Attributes:
        prompt: The prompt, with `{state}` in place of the proof state.
        stops: The tactic ends before the first of these.
    """

    prompt: str = "{state}"
    stops: tuple[str, ...] = ()

    def fill(self, state: ProofState) -> str:
        """The prompt for a proof state."""
        return self.prompt.replace("{state}", state.text)

    def tactic(self, answer: str) -> Tactic:
        """The tactic in an answer, without white space or a Markdown code fence around it."""
        lines = answer.strip().split("\n")
        if lines[0].startswith("```"):
            end = next((i for i, line in enumerate(lines) if i and line.startswith("```")), None)
            answer = "\n".join(lines[1:end])
        for stop in self.stops:
            answer = answer.split(stop, 1)[0]
        return answer.strip()


REPROVER = Template()
"""ReProver (LeanDojo): the state goes in, the tactic comes out."""

BFS_PROVER = Template(prompt="{state}:::", stops=(":::",))
"""BFS-Prover (ByteDance Seed): `:::` between state and tactic."""

CHAT = Template(
    prompt=(
        "You prove theorems in Lean 4. This is a proof state:\n\n{state}\n\n"
        "Answer with the next tactic for the first goal and nothing else."
    )
)
"""A model that follows instructions."""
