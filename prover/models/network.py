"""The network: a decoder with three outputs in one pass.

The decoder is any causal model of the transformers library.  Its own output foretells the tokens
of a tactic; two heads on its last hidden states give V(s) and Q(s, a) as distributions over the
bins of `ValueBins`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from prover.models.prefix_tree import PackedBatch
from prover.models.value_bins import ValueBins


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOutput:
    """What the network says of a packed batch of B states and M tactics.

    `value` (B, bins) and `q` (M, bins) are logits, `logprobs` (M) those of whole tactics with their
    `<end>`.
    """

    value: Tensor
    q: Tensor
    logprobs: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderSize:
    """Of a decoder made anew, of the Llama family.  The defaults make 3.7 million parameters."""

    width: int = 256
    inner: int = 704
    layers: int = 4
    heads: int = 4


class ProofNetwork(nn.Module):
    def __init__(self, decoder: Any, value_bins: ValueBins) -> None:
        super().__init__()
        self.decoder, self.value_bins = decoder, value_bins
        width = decoder.config.get_text_config().hidden_size
        self.value_head = nn.Linear(width, value_bins.count)
        self.q_head = nn.Linear(width, value_bins.count)

    @classmethod
    def new(
        cls, vocabulary: int, size: DecoderSize, value_bins: ValueBins, *, longest: int
    ) -> ProofNetwork:
        """With random weights, for sequences of at most `longest` tokens."""
        from transformers import LlamaConfig, LlamaForCausalLM

        config = LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=size.width,
            intermediate_size=size.inner,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            max_position_embeddings=longest,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=None,
        )
        return cls(LlamaForCausalLM(config), value_bins)

    @property
    def device(self) -> torch.device:
        return self.value_head.weight.device

    @property
    def dtype(self) -> torch.dtype:
        return self.value_head.weight.dtype

    def hidden(self, **inputs: Any) -> Tensor:
        """The decoder's last hidden states, for its own arguments.  (B, T, width)"""
        states: Tensor = self.decoder.get_decoder()(**inputs).last_hidden_state
        return states

    def next_token_logprobs(self, hidden: Tensor) -> Tensor:
        """Logprobs of the next token.  (…, width) to (…, vocabulary)"""
        logits: Tensor = self.decoder.get_output_embeddings()(hidden)
        return logits.float().log_softmax(-1)

    def forward(self, packed: PackedBatch) -> NetworkOutput:
        hidden = self.hidden(
            input_ids=packed.tokens,
            attention_mask=packed.mask(self.dtype),
            position_ids=packed.positions,
            use_cache=False,
        )
        states = hidden[torch.arange(len(packed.asked), device=hidden.device), packed.asked]
        tactics = hidden[packed.tactic_rows, packed.tactic_ends]
        words = self.next_token_logprobs(hidden[packed.label_rows, packed.label_places])
        told = words[packed.label_sources, packed.labels]
        logprobs = torch.zeros(len(tactics), device=told.device)
        return NetworkOutput(
            value=self.value_head(states),
            q=self.q_head(tactics),
            logprobs=logprobs.index_add(0, packed.label_tactics, told),
        )
