"""The network: a decoder with three outputs in one pass.

The decoder is any causal language model of the transformers library.  Its own output predicts the
tokens of a tactic; two linear heads on its last hidden states give V(s) and Q(s, a) as categorical
distributions over `ValueBins`.
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
    """The network's output for a packed batch of B states and M tactics.

    Attributes:
        value: (B, bins) Logits of V(s).
        q: (M, bins) Logits of Q(s, a).
        logprobs: (M) Logprobs of whole tactics, `<end>` included, in nats.
    """

    value: Tensor
    q: Tensor
    logprobs: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderSize:
    """The size of a new decoder of the Llama family; 3.7 million parameters by default.

    Attributes:
        width: Size of hidden states.
        inner: Size of the feed-forward layers.
        layers: Number of transformer layers.
        heads: Number of attention heads.
    """

    width: int = 256
    inner: int = 704
    layers: int = 4
    heads: int = 4


class ProofNetwork(nn.Module):
    """A decoder with heads for V(s), on a prompt's last token, and Q(s, a), on a tactic's."""

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
        """Create a network with random weights.

        Args:
            vocabulary: Number of tokens.
            size: Size of the decoder.
            value_bins: Bins of the value heads.
            longest: The largest number of tokens of a sequence.
        """
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
        """Where the weights are."""
        return self.value_head.weight.device

    @property
    def dtype(self) -> torch.dtype:
        """The number type of the heads' weights."""
        return self.value_head.weight.dtype

    def hidden(self, **inputs: Any) -> Tensor:
        """Run the decoder.

        Args:
            inputs: Keyword arguments of the decoder's `forward`.

        Returns:
            (B, T, width) Its last hidden states.
        """
        states: Tensor = self.decoder.get_decoder()(**inputs).last_hidden_state
        return states

    def next_token_logprobs(self, hidden: Tensor) -> Tensor:
        """Compute the logprobs of the next token.

        Args:
            hidden: (…, width) Last hidden states.

        Returns:
            (…, vocabulary) Logprobs in nats.
        """
        logits: Tensor = self.decoder.get_output_embeddings()(hidden)
        return logits.float().log_softmax(-1)

    def forward(self, packed: PackedBatch[Tensor]) -> NetworkOutput:
        """Compute V of the prompts, and Q and logprobs of the tactics, of a packed batch."""
        hidden = self.hidden(
            input_ids=packed.tokens,
            attention_mask=self._additive(packed.visible),
            position_ids=packed.positions,
            use_cache=False,
        )
        states = hidden[
            torch.arange(len(packed.prompt_ends), device=hidden.device), packed.prompt_ends
        ]
        tactics = hidden[packed.tactic_rows, packed.tactic_ends]
        predicted = self.next_token_logprobs(hidden[packed.label_rows, packed.label_places])
        label_logprobs = predicted[packed.label_sources, packed.labels]
        logprobs = torch.zeros(len(tactics), device=label_logprobs.device)
        return NetworkOutput(
            value=self.value_head(states),
            q=self.q_head(tactics),
            logprobs=logprobs.index_add(0, packed.label_tactics, label_logprobs),
        )

    def evaluate(
        self, tokens: Tensor, visible: Tensor, positions: Tensor, places: Tensor, *cache: Tensor
    ) -> tuple[Tensor, ...]:
        """Compute all outputs at some places of a batch, with a cache; see `Engine.evaluate`.

        Returns:
            Logprobs of the next token, V, Q, and the keys and values of each layer in turn.
        """
        from transformers import DynamicCache

        past: Any = DynamicCache()
        for layer, (keys, values) in enumerate(zip(cache[::2], cache[1::2], strict=True)):
            past.update(keys, values, layer)
        hidden = self.hidden(
            input_ids=tokens,
            attention_mask=self._additive(visible),
            position_ids=positions,
            past_key_values=past,
            use_cache=True,
        )
        chosen = hidden.flatten(0, 1)[places]
        steps_to_go = self.value_bins.steps_to_go
        now = [tensor for layer in past.layers for tensor in (layer.keys, layer.values)]
        return (
            self.next_token_logprobs(chosen),
            steps_to_go(self.value_head(chosen)),
            steps_to_go(self.q_head(chosen)),
            *now,
        )

    def _additive(self, visible: Tensor) -> Tensor:
        """Make the additive attention mask, of shape (B, 1, T, S), from a Boolean (B, T, S)."""
        away = torch.finfo(self.dtype).min
        return torch.zeros_like(visible, dtype=self.dtype).masked_fill(~visible, away)[:, None]
