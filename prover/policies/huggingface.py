"""Any model of the transformers library as a policy, causal or sequence-to-sequence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from lean_env.errors import BadInput
from lean_env.types import ProofState
from prover.models.hub import is_on_hub
from prover.policies.llm.published import MODELS, find
from prover.policies.llm.template import Premises, Template
from prover.policies.ranking import Sample, distinct
from prover.types import Proposal

if TYPE_CHECKING:
    import torch


REMEDY = "give a folder with config, weights and tokenizer in transformers' format"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """How tactics are generated.

    Attributes:
        samples: The largest number of answers per state.
        beams: Whether to take the most probable answers by beam search instead of sampling.
        temperature: Of sampling.
        max_prompt_tokens: Longer prompts lose their beginning.
        max_new_tokens: Longer answers are cut; by default the template says where.
        batch_size: How many states the model reads at a time.
        seed: Makes sampling repeatable.
    """

    samples: int = 16
    beams: bool = False
    temperature: float = 1.0
    max_prompt_tokens: int = 2048
    max_new_tokens: int | None = None
    batch_size: int = 8
    seed: int = 0


class HuggingFace:
    """Proposes the answers of a transformers model to a prompt made from the state.

    The logprob of a tactic is that of the whole answer under the model at temperature 1.  The model
    runs in a thread of its own, so that Lean and the event loop continue meanwhile.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        template: Template,
        generation: Generation,
        name: str,
        premises: Premises | None = None,
    ) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._template, self._generation, self._premises = template, generation, premises
        self._source = f"hf.{name}"
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="policy")
        self._calls = 0

    @classmethod
    def from_pretrained(
        cls,
        path: str,
        *,
        template: Template | None = None,
        generation: Generation | None = None,
        premises: Premises | None = None,
        device: str | None = None,
        dtype: str | None = None,
    ) -> HuggingFace:
        """Load a model of the transformers library.

        Args:
            path: A folder, or a model's name on the Hugging Face hub.  Without a network, the hub's
                cache is read.
            template: How states become prompts: by default that of the model's name, and for
                unknown names that of ReProver for sequence-to-sequence models, that of BFS-Prover
                for causal ones.
            generation: How tactics are generated.
            premises: Lemmas for models that are shown premises.
            device: A GPU if there is one, by default.
            dtype: Name of the weights' torch type; by default the one they are stored in.

        Raises:
            BadInput: Nothing can be loaded from there.
        """
        local_only = not is_on_hub(path, where=f"hf:{path}", remedy=REMEDY)
        import torch
        from transformers import (
            AutoConfig,
            AutoModelForCausalLM,
            AutoModelForSeq2SeqLM,
            AutoTokenizer,
        )

        try:
            config = AutoConfig.from_pretrained(path, local_files_only=local_only)
            encoder_decoder = bool(config.is_encoder_decoder)
            kind = AutoModelForSeq2SeqLM if encoder_decoder else AutoModelForCausalLM
            tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=local_only)
            model: Any = kind.from_pretrained(path, local_files_only=local_only)
        except (OSError, ValueError) as error:
            raise BadInput(
                f"no model can be loaded: {str(error).splitlines()[0]}",
                where=f"hf:{path}",
                remedy=REMEDY,
            ) from error
        tokenizer.truncation_side = "left"
        if not encoder_decoder:
            tokenizer.padding_side = "left"
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        model.to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        if dtype is not None:
            model.to(getattr(torch, dtype))
        model.eval()
        default = "reprover" if encoder_decoder else "bfs-prover"
        template = template or MODELS[find(path) or default].template
        name = path.rstrip("/").split("/")[-1]
        return cls(model, tokenizer, template, generation or Generation(), name, premises)

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`."""
        loop = asyncio.get_running_loop()
        size = self._generation.batch_size
        found: list[list[Proposal]] = []
        unwanted = Event()
        try:
            for start in range(0, len(states), size):
                batch = states[start : start + size]
                answer = partial(self._answer, batch, k, unwanted)
                found += await loop.run_in_executor(self._thread, answer)
        finally:
            unwanted.set()  # a cancelled call does not keep the thread from the next one
        return found

    def _prompt(self, state: ProofState) -> str:
        """The text that the model continues, in the model's own form of a chat if it has one."""
        premises = self._premises(state) if self._premises else ()
        if not self._template.chat or self._tokenizer.chat_template is None:
            return self._template.fill(state, premises)
        messages = self._template.messages(state, premises)
        text = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        return str(text)

    def _answer(
        self, states: Sequence[ProofState], k: int, unwanted: Event
    ) -> list[list[Proposal]]:
        import torch

        count = min(k, self._generation.samples)
        self._calls += 1
        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(self._generation.seed + self._calls)
            samples = self._generate(states, count, unwanted)
        return [
            distinct(samples[i * count : (i + 1) * count], k, self._source)
            for i in range(len(states))
        ]

    def _generate(self, states: Sequence[ProofState], count: int, unwanted: Event) -> list[Sample]:
        """`count` answers for each state, those of one state together; cut short when unwanted."""
        import torch

        how = self._generation
        inputs = self._tokenizer(
            [self._prompt(state) for state in states],
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=how.max_prompt_tokens,
            return_token_type_ids=False,
        ).to(self._model.device)
        manner: dict[str, Any] = (
            {"do_sample": False, "num_beams": count}
            if how.beams
            else {"do_sample": True, "temperature": how.temperature, "top_k": 0, "top_p": 1.0}
        )
        out = self._model.generate(
            **inputs,
            **manner,
            num_return_sequences=count,
            max_new_tokens=how.max_new_tokens or self._template.max_tokens,
            pad_token_id=self._tokenizer.pad_token_id,
            stopping_criteria=[
                lambda tokens, _scores: torch.full((len(tokens),), unwanted.is_set()).to(
                    tokens.device
                )
            ],
            return_dict_in_generate=True,
            output_logits=True,
        )
        steps = self._model.compute_transition_scores(
            out.sequences, out.logits, getattr(out, "beam_indices", None), normalize_logits=True
        )
        tokens = out.sequences[:, -steps.shape[1] :]
        in_answer = self._answer_mask(tokens)
        logprobs = steps.masked_fill(~in_answer, 0.0).sum(dim=1).tolist()
        texts = self._tokenizer.batch_decode(tokens, skip_special_tokens=True)
        return [
            Sample(self._template.tactic(text, states[i // count]), logprob, length)
            for i, (text, logprob, length) in enumerate(
                zip(texts, logprobs, in_answer.sum(dim=1).tolist(), strict=True)
            )
        ]

    def _answer_mask(self, tokens: torch.Tensor) -> torch.Tensor:
        """Mask of the tokens of each answer up to its end token, inclusive.

        Returns:
            Booleans of shape (answers, tokens).
        """
        import torch

        ends = self._model.generation_config.eos_token_id
        ends = torch.tensor([ends] if isinstance(ends, int) else list(ends or []))
        ended = torch.isin(tokens, ends.to(tokens.device))
        return ended.cumsum(dim=1) - ended.long() == 0  # none before it
