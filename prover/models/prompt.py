"""The prompt format: proof states and tactics as token ids.

    <premises> Nat.add_comm Nat.add_assoc <state> a b : Nat⏎⊢ a + b = b + a <tactic> omega <end>

The network generates what follows `<tactic>`.  That marker is the prompt's last token, on which the
head of V(s) is evaluated.  The head of Q(s, a) is evaluated on the last token of the tactic a,
where `<end>` is predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lean_env.types import ProofState, Tactic
from prover.models.tokenizer import END, PREMISES, STATE, TACTIC


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthLimits:
    """Limits in tokens; a longer state is cut on the left, since targets are at its end."""

    state: int = 256
    premises: int = 64
    tactic: int = 32


_NOTATION = str.maketrans({"ℕ": "Nat", "ℤ": "Int"})
"""Mathlib's notation to the names of Lean's core library: one state has one text."""


class PromptEncoder:
    """Encodes states and tactics with any tokenizer that has the special tokens.

    Attributes:
        tokenizer: A tokenizer of the transformers library.
        lengths: Limits in tokens.
        pad: Token id of padding.
        end: Token id of `<end>`.
    """

    def __init__(self, tokenizer: Any, lengths: LengthLimits) -> None:
        self.tokenizer, self.lengths = tokenizer, lengths
        self.pad = int(tokenizer.pad_token_id)
        self.end = int(tokenizer.convert_tokens_to_ids(END))
        self._marks = [int(tokenizer.convert_tokens_to_ids(m)) for m in (PREMISES, STATE, TACTIC)]

    def prompt(self, state: ProofState, premises: Sequence[str] = ()) -> list[int]:
        """Encode a state as a prompt.

        Args:
            state: The proof state.
            premises: Names of lemmas to mention, best first.

        Returns:
            Token ids up to and including `<tactic>`.
        """
        before, between, after = self._marks
        names = self._numbers(" ".join(premises))[: self.lengths.premises]
        text = self._numbers(state.text.translate(_NOTATION))[-self.lengths.state :]
        return [*([before, *names] if names else []), between, *text, after]

    def tactic(self, tactic: Tactic) -> list[int]:
        """Encode a tactic, without `<end>`; if it is too long, its middle is cut out."""
        numbers, most = self._numbers(tactic), self.lengths.tactic
        if len(numbers) <= most:
            return numbers
        half = most // 2
        return [*numbers[: most - half], *numbers[-half:]]

    def truncates(self, tactic: Tactic) -> bool:
        """Check whether `tactic` would cut a tactic, so that its tokens are not valid Lean."""
        return len(self._numbers(tactic)) > self.lengths.tactic

    def decode(self, tokens: Sequence[int]) -> Tactic:
        """Convert generated token ids to text, without special tokens and outer spaces."""
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True)).strip()

    def _numbers(self, text: str) -> list[int]:
        found: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return found
