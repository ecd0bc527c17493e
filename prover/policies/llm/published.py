"""The public provers by name, each with the text that it was trained to read.

Which sources these texts were compared with is in `docs/reference/models.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from prover.policies.llm.template import ProofTemplate, StepTemplate, Template

PROOF_PLAN = (
    "Before producing the Lean 4 code to formally prove the given theorem, provide a detailed "
    "proof plan outlining the main proof steps and strategies.\n"
    "The plan should highlight key ideas, intermediate lemmas, and proof structures that will "
    "guide the construction of the final formal proof."
)
REPAIR = (
    "The proof (Round {round}) is not correct. Following is the compilation error message, where "
    "we use <error></error> to signal the position of the error.\n\n{errors}\n\n"
    "Before producing the Lean 4 code to formally prove the given theorem, provide a detailed "
    "analysis of the error message."
)
"""The text of Goedel-Prover-V2's repair rounds; the other chat models get the same."""

EDITS = (
    "Complete the proof: replace the `sorry` by tactics. Explain your reasoning first, in a block "
    "that begins with ```reasoning. Then answer with blocks of this form alone:\n\n"
    "```diff\n<<<<<<< SEARCH\ncode to match\n=======\nnew code\n>>>>>>> REPLACE\n```\n\n"
    "```lean\n{header}{informal}{statement} := by\n  sorry\n```"
)
REPAIR_EDITS = (
    "Correct the compilation errors without `sorry`, with blocks of the same form that edit the "
    "first code.\n{errors}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedModel:
    """A model, or a family of models that read the same text.

    Attributes:
        template: What it reads and how it answers.
        names: A pattern of the names under which servers and hubs have it, in lower case.
        source: Who published it, and where.
    """

    template: Template
    names: str
    source: str


MODELS: dict[str, PublishedModel] = {
    "bfs-prover-v2": PublishedModel(
        template=StepTemplate(prompt="{state}:::", separator=":::"),
        names=r"bfs-?prover-?v2",
        source="ByteDance Seed, arXiv 2509.06493",
    ),
    "bfs-prover": PublishedModel(
        template=StepTemplate(prompt="{state}:::", separator=":::"),
        names=r"bfs-?prover",
        source="ByteDance Seed, arXiv 2502.03438",
    ),
    "internlm2.5-step-prover": PublishedModel(
        template=StepTemplate(
            prompt="---\nNAME: {name}\n\n---\nPROOF_BEFORE: {proof}\n\n"
            "---\nSTATE_BEFORE: {state}\n\n---\nTACTIC: ",
            chat=True,
        ),
        names=r"internlm2[._]5-?step-?prover",
        source="InternLM, arXiv 2410.15700",
    ),
    "internlm2-step-prover": PublishedModel(
        template=StepTemplate(prompt="DECL {name}\nGOAL {state}\n", begins="PROOFSTEP ", chat=True),
        names=r"internlm2-?step-?prover",
        source="InternLM, arXiv 2407.17227",
    ),
    "reprover-retrieval": PublishedModel(
        template=StepTemplate(premise_bytes=2300),
        names=r"reprover-retr|tacgen-retrieval|retriever-tacgen|leandojo.*retriever-tac",
        source="LeanDojo, arXiv 2306.15626",
    ),
    "reprover": PublishedModel(
        template=StepTemplate(),
        names=r"reprover|leandojo-lean4-tacgen",
        source="LeanDojo, arXiv 2306.15626",
    ),
    "leandojo-decoder": PublishedModel(
        template=StepTemplate(prompt="[GOAL]\n{state}\n[PROOFSTEP]\n", stops=("[", "\n\n")),
        names=r"leandojo.*decoder|llmstep",
        source="LeanDojo and llmstep",
    ),
    "deepseek-prover-v1.5": PublishedModel(
        template=ProofTemplate(
            request="Complete the following Lean 4 code with explanatory comments preceding each "
            "line of code:\n\n```lean4\n{header}{informal}{statement} := by\n",
            chat=False,
            resumes=True,
            stops=("```",),
            max_tokens=2048,
        ),
        names=r"deepseek-?prover-?v?1\.5",
        source="DeepSeek, arXiv 2408.08152",
    ),
    "deepseek-prover-v2": PublishedModel(
        template=ProofTemplate(
            request="Complete the following Lean 4 code:\n\n"
            "```lean4\n{header}{informal}{statement} := by\n  sorry\n```\n\n" + PROOF_PLAN,
            repair=REPAIR,
        ),
        names=r"deepseek-?prover-?v?2",
        source="DeepSeek, arXiv 2504.21801",
    ),
    "goedel-prover-v2": PublishedModel(
        template=ProofTemplate(
            request="Complete the following Lean 4 code:\n\n"
            "```lean4\n{header}{informal}{statement} := by sorry```\n\n" + PROOF_PLAN,
            repair=REPAIR,
        ),
        names=r"goedel-?prover-?v2",
        source="Goedel-LM, arXiv 2508.03613",
    ),
    "kimina-prover": PublishedModel(
        template=ProofTemplate(
            system="You are an expert in mathematics and Lean 4.",
            request="Think about and solve the following problem step by step in Lean 4.\n"
            "# Problem:{problem}\n# Formal statement:\n"
            "```lean4\n{header}{informal}{statement} := by\n```\n",
            repair=REPAIR,
        ),
        names=r"kimina-?prover",
        source="Numina and Kimi, arXiv 2504.11354",
    ),
    "goedel-code-prover": PublishedModel(
        template=ProofTemplate(request=EDITS, repair=REPAIR_EDITS, edits=True, shows_goals=True),
        names=r"goedel-?code-?prover",
        source="Goedel-Code-Prover",
    ),
    "chat-step": PublishedModel(
        template=StepTemplate(
            prompt="You prove theorems in Lean 4. This is a proof state:\n\n{state}\n\n"
            "Answer with the next tactic for the first goal and nothing else.",
            chat=True,
        ),
        names=r".",
        source="any model that follows instructions, one tactic at a time",
    ),
    "chat-proof": PublishedModel(
        template=ProofTemplate(
            request="Prove this theorem in Lean 4. Answer with the whole theorem and its proof in "
            "one code block that begins with ```lean4, and do not use `sorry`.\n\n"
            "```lean4\n{header}{informal}{statement} := by\n  sorry\n```",
            repair="This proof has errors; the place of each is between <error> and </error>.\n"
            "{errors}\nAnswer with the corrected theorem and proof in one code block.",
            shows_goals=True,
        ),
        names=r"(?!)",
        source="any model that follows instructions, whole proofs",
    ),
    "chat-sketch": PublishedModel(
        template=ProofTemplate(
            request="Plan a proof of this theorem in Lean 4. Write it as a sketch: the theorem "
            "with a proof whose steps are `have` statements, cases or an induction, each proved by "
            "`sorry` alone, and which ends with how they imply the theorem. Make each `sorry` as "
            "easy as you can: an automatic prover fills them in. Answer with the whole sketch in "
            "one code block that begins with ```lean4.\n\n"
            "```lean4\n{header}{informal}{statement} := by\n  sorry\n```",
            repair="The automatic prover has not filled in this sketch yet: what Lean reports is "
            "below, where `sorry` is not allowed means a step that is still open.\n{errors}\n"
            "Answer with a better sketch in one code block: correct what is wrong, and divide the "
            "steps that are open into easier ones.",
            shows_goals=True,
        ),
        names=r"(?!)",
        source="any model that follows instructions, as a planner of proofs",
    ),
}
"""All published models; the first whose `names` fit is that of a model's name."""

CHAT = "chat-step"
"""The template of models that are not known."""


def find(model: str) -> str | None:
    """The published model that a server's or a hub's name of a model stands for.

    Returns:
        A key of `MODELS`; None for an unknown model.
    """
    last = model.rstrip("/").lower()
    found = next((name for name, known in MODELS.items() if re.search(known.names, last)), None)
    return None if found == CHAT else found
