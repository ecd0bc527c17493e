"""A byte-level BPE tokenizer trained on Lean's printed states and tactics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from prover.models.prompt import END, PAD, PREMISES, SPECIAL_TOKENS, STATE, TACTIC

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

PRETOKEN_PATTERN = r" ?[\p{L}_][\p{L}\p{N}_'!?]*| ?\p{N}| ?[^\s\p{L}\p{N}_]|\s+"
"""Pre-tokenization: identifiers are split at dots, numbers into digits, the rest into symbols."""


def train_tokenizer(texts: Iterable[str], size: int = 2048) -> PreTrainedTokenizerFast:
    """Train a byte-level BPE tokenizer, which can represent every text.

    Args:
        texts: The training corpus.
        size: The largest number of tokens, special tokens and the 256 bytes included.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKEN_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        min_frequency=2,
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    make: Any = PreTrainedTokenizerFast  # has no types
    tokenizer: PreTrainedTokenizerFast = make(
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[PREMISES, STATE, TACTIC],
        clean_up_tokenization_spaces=False,
    )
    return tokenizer
