"""What the network reads and writes, as token numbers.

    <premises> Nat.add_comm Nat.add_assoc <state> a b : Nat⏎⊢ a + b = b + a <tactic> omega <end>

The network's answer begins after `<tactic>`.  That mark is the last token of the state: V(s) is
read off there.  Q(s, a) is read off the last token of the tactic a, where `<end>` is foretold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lean_env.types import ProofState, Tactic
from prover.models.tokenizer import END, PREMISES, STATE, TACTIC


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthLimits:
    """Limits in tokens.  A longer state loses its beginning: targets stand at the end."""

    state: int = 256
    premises: int = 64
    tactic: int = 32


_NOTATION = str.maketrans({"ℕ": "Nat", "ℤ": "Int"})
"""Mathlib's words for what Lean's own library calls otherwise: one state, one text."""


class PromptEncoder:
    """Token numbers for states and tactics, with any tokenizer that has the marks."""

    def __init__(self, tokenizer: Any, lengths: LengthLimits) -> None:
        self.tokenizer, self.lengths = tokenizer, lengths
        self.pad = int(tokenizer.pad_token_id)
        self.end = int(tokenizer.convert_tokens_to_ids(END))
        self._marks = [int(tokenizer.convert_tokens_to_ids(m)) for m in (PREMISES, STATE, TACTIC)]

    def prompt(self, state: ProofState, premises: Sequence[str] = ()) -> list[int]:
        """The tokens up to and with `<tactic>`."""
        before, between, after = self._marks
        names = self._numbers(" ".join(premises))[: self.lengths.premises]
        text = self._numbers(state.text.translate(_NOTATION))[-self.lengths.state :]
        return [*([before, *names] if names else []), between, *text, after]

    def tactic(self, tactic: Tactic) -> list[int]:
        """The tokens of a tactic without `<end>`; a longer one loses its middle."""
        numbers, most = self._numbers(tactic), self.lengths.tactic
        if len(numbers) <= most:
            return numbers
        half = most // 2
        return [*numbers[: most - half], *numbers[-half:]]

    def truncates(self, tactic: Tactic) -> bool:
        """Whether the tokens of a tactic are not all of it, and so nothing to say to Lean."""
        return len(self._numbers(tactic)) > self.lengths.tactic

    def decode(self, tokens: Sequence[int]) -> Tactic:
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True)).strip()

    def _numbers(self, text: str) -> list[int]:
        found: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return found
