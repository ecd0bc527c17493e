"""GRPO with Lean's verdict as the reward: a tiny, new model learns to close goals.

    python examples/grpo.py [--steps N]

Needs `pip install 'qstar-prover[train]'`.  The model has one token for each tactic, so that a few
steps on a CPU already show that more of its completions are proofs.  To train a real model, pass
its name instead of what `make_model` returns.
"""

from __future__ import annotations

import argparse
import tempfile

from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, set_seed
from trl import GRPOConfig, GRPOTrainer

from prover import Prover
from prover.rewards import ProofReward, StepReward

THEOREMS = {
    "swap": "theorem swap (a b : Nat) : a + b = b + a",
    "both": "theorem both (p q : Prop) (h : p ∧ q) : p ∧ q",
    "length": "theorem length (xs ys : List Nat) : (xs ++ ys).length = ys.length + xs.length",
    "least": "theorem least (n : Nat) : ∃ m, m ≤ n",
}
TACTICS = ("rfl", "omega", "simp", "intro", "constructor", "assumption", "exact ⟨n, n.le_refl⟩")


def main() -> None:
    """Train for some steps, and print the mean reward and the share of proofs after each."""
    parser = argparse.ArgumentParser(description="A few steps of GRPO on Lean's verdict.")
    parser.add_argument("--steps", type=int, default=20)
    steps = parser.parse_args().steps
    set_seed(0)
    tokenizer = make_tokenizer()
    rows = [{"prompt": f"prove {name}", "statement": text} for name, text in THEOREMS.items()]
    with Prover() as prover, tempfile.TemporaryDirectory() as folder:
        trainer = GRPOTrainer(
            model=make_model(tokenizer),
            processing_class=tokenizer,
            reward_funcs=[ProofReward(prover), StepReward(prover)],
            train_dataset=Dataset.from_list(rows),
            args=GRPOConfig(
                output_dir=folder,
                max_steps=steps,
                per_device_train_batch_size=16,
                num_generations=8,
                max_completion_length=1,
                learning_rate=2e-2,
                lr_scheduler_type="constant",
                logging_steps=1,
                report_to="none",
                save_strategy="no",
                use_cpu=True,
                disable_tqdm=True,
            ),
        )
        trainer.train()
    for row in trainer.state.log_history:
        if "reward" in row:
            proved = row["rewards/proof_reward/mean"]
            print(f"step {row['step']}: reward {row['reward']:.2f}, proved {proved:.0%}")


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Make a tokenizer in which every word is one token."""
    words = {word: i for i, word in enumerate(("<pad>", "<eos>", "prove", *THEOREMS, *TACTICS))}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", unk_token="<pad>"
    )


def make_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Make a small Llama model with random weights."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=32,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return LlamaForCausalLM(config)


if __name__ == "__main__":
    main()
