"""A network with random weights and a tokenizer trained on a handful of lines, made in a second."""

from __future__ import annotations

import torch

from lean_env.types import Goal, Hypothesis, ProofState
from prover.models.checkpoint import Checkpoint
from prover.models.network import DecoderSize, ProofNetwork
from prover.models.premises import PremiseIndex
from prover.models.prompt import LengthLimits
from prover.models.value_bins import ValueBins
from prover.training.tokenizer import train_tokenizer
from tests.support.synthetic import THEOREM

NAT = ("a", "Nat"), ("b", "Nat")
STATES = [
    ProofState("1", THEOREM, (Goal("a + b = b + a", tuple(Hypothesis(*h) for h in NAT)),)),
    ProofState("2", THEOREM, (Goal("xs ++ [] = xs", (Hypothesis("xs", "List Nat"),)),)),
    ProofState("3", THEOREM, (Goal("True"),)),
]
TACTICS = ["simp [Nat.add_comm]", "omega", "induction xs with\n  | nil => rfl", "rw [h₁, ← x']"]

LEMMAS = [
    ("Nat.add_comm", "∀ (n m : Nat), n + m = m + n"),
    ("List.append_nil", "∀ {α : Type u} (as : List α), as ++ [] = as"),
    ("Nat.mul_comm", "∀ (n m : Nat), n * m = m * n"),
]


def tiny(seed: int = 0, *, layers: int = 2, premises: bool = False) -> Checkpoint:
    torch.set_num_threads(1)  # what is so small is only slowed down by more
    torch.manual_seed(seed)
    texts = [state.text for state in STATES] + TACTICS
    tokenizer = train_tokenizer(texts * 2, 320)
    size = DecoderSize(width=32, inner=64, layers=layers, heads=2)
    network = ProofNetwork.new(len(tokenizer), size, ValueBins(), longest=512).eval()
    for weights in network.parameters():
        if weights.dim() > 1:
            torch.nn.init.normal_(weights, std=0.3)  # so that tokens are far from equally likely
    return Checkpoint(
        network=network,
        tokenizer=tokenizer,
        lengths=LengthLimits(state=64, premises=16, tactic=24),
        premises=PremiseIndex(LEMMAS if premises else ()),
        lineage=[{"kind": "random", "seed": seed}],
    )
