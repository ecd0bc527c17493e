"""The prompt format: proof states and tactics as token ids.

    <premises> Nat.add_comm Nat.add_assoc <state> a b : Nat⏎⊢ a + b = b + a <tactic> omega <end>

The network generates what follows `<tactic>`.  That marker is the prompt's last token, on which the
head of V(s) is evaluated.  The head of Q(s, a) is evaluated on the last token of the tactic a,
where `<end>` is predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lean_env.types import ProofState, Tactic

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PAD, PREMISES, STATE, TACTIC, END = "<pad>", "<premises>", "<state>", "<tactic>", "<end>"
SPECIAL_TOKENS = (PAD, PREMISES, STATE, TACTIC, END)
"""The markers of a prompt.  `PAD` comes first: in tokenizers of our own its token id is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthLimits:
    """Limits in tokens; a longer state is cut on the left, since targets are at its end."""

    state: int = 256
    premises: int = 64
    tactic: int = 32


_NOTATION = str.maketrans({"ℕ": "Nat", "ℤ": "Int"})
"""Mathlib's notation to the names of Lean's core library: one state has one text."""


class PromptEncoder:
    """Encodes states and tactics with a tokenizer that has the special tokens.

    Attributes:
        tokenizer: A tokenizer of the tokenizers library; those of transformers have it as their
            `backend_tokenizer`.
        lengths: Limits in tokens.
        pad: Token id of padding.
        end: Token id of `<end>`.
    """

    def __init__(self, tokenizer: Tokenizer, lengths: LengthLimits) -> None:
        self.tokenizer, self.lengths = tokenizer, lengths
        self.pad, self.end = self._id(PAD), self._id(END)
        self._marks = [self._id(mark) for mark in (PREMISES, STATE, TACTIC)]

    def prompt(self, state: ProofState, premises: Sequence[str] = ()) -> list[int]:
        """Encode a state as a prompt.

        Args:
            state: The proof state.
            premises: Names of lemmas to mention, best first.

        Returns:
            Token ids up to and including `<tactic>`.
        """
        before, between, after = self._marks
        names = self._ids(" ".join(premises))[: self.lengths.premises]
        text = self._ids(state.text.translate(_NOTATION))[-self.lengths.state :]
        return [*([before, *names] if names else []), between, *text, after]

    def tactic(self, tactic: Tactic) -> list[int]:
        """Encode a tactic, without `<end>`; if it is too long, its middle is cut out."""
        ids, most = self._ids(tactic), self.lengths.tactic
        if len(ids) <= most:
            return ids
        half = most // 2
        return [*ids[: most - half], *ids[-half:]]

    def truncates(self, tactic: Tactic) -> bool:
        """Check whether `tactic` would cut a tactic, so that its tokens are not valid Lean."""
        return len(self._ids(tactic)) > self.lengths.tactic

    def decode(self, tokens: Sequence[int]) -> Tactic:
        """Convert generated token ids to text, without special tokens and outer spaces."""
        return str(self.tokenizer.decode(list(tokens), skip_special_tokens=True)).strip()

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return found

    def _id(self, token: str) -> int:
        found: int | None = self.tokenizer.token_to_id(token)
        if found is None:
            raise ValueError(f"the tokenizer has no token {token}")
        return found
