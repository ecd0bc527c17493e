"""Prompts for language models, and parsing of their answers.

A `StepTemplate` is for a model that answers with the next tactic of a proof state, and a
`ProofTemplate` for one that answers with a whole proof.  Both make a tactic of an answer: a whole
proof is a tactic of many lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lean_env.types import Goal, ProofState, Tactic
from prover.policies.llm.answers import edited, last_fence, tactic_block, without_thoughts
from prover.problems.read import declared_name
from prover.types import FailedProof, ProofError

Message: TypeAlias = dict[str, str]
"""`role` and `content`, as chat completions have them."""

Premise: TypeAlias = tuple[str, str]
"""The name and the printed statement of a lemma."""

Premises: TypeAlias = Callable[[ProofState], Sequence[Premise]]
"""Lemmas for a state, the best one first."""

ERRORS = 8
"""The most errors of a failed proof that a model is shown."""

_END = re.compile(r"\s*(:=\s*(by\s*)?(sorry\s*)?)?\Z")


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Replace `{name}` for every name in `values`, in one pass: values may contain braces."""
    pattern = "|".join(re.escape(f"{{{name}}}") for name in values)
    return re.sub(pattern, lambda found: values[found[0][1:-1]], text)


def _conversation(system: str, *contents: str) -> list[Message]:
    """Turns of user and assistant, after a system message if there is one."""
    roles = ("user", "assistant")
    turns = [{"role": roles[i % 2], "content": text} for i, text in enumerate(contents)]
    return [{"role": "system", "content": system}, *turns] if system else turns


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTemplate:
    """How a state becomes a prompt, and an answer a tactic.

    Attributes:
        prompt: The prompt, with `{state}`, `{name}` (of the theorem) and `{proof}` (the tactics so
            far, one a line) in place of these.
        chat: Whether the prompt is a user's turn of a chat; else the model continues it.
        system: The system message of the chat, if any.
        stops: The tactic ends before the first of these.
        begins: What the model writes before each tactic.
        separator: What stands between a state and its tactic; a model may repeat both.
        premise_bytes: Bytes of state and premises together, for a model that is shown premises; 0
            for one that is not.
        max_tokens: Of one answer.
    """

    prompt: str = "{state}"
    chat: bool = False
    system: str = ""
    stops: tuple[str, ...] = ()
    begins: str = ""
    separator: str = ""
    premise_bytes: int = 0
    max_tokens: int = 128

    def fill(self, state: ProofState, premises: Sequence[Premise] = ()) -> str:
        """The prompt for a proof state, with the best of `premises` that it has room for."""
        known = {
            "state": state.text,
            "name": theorem_name(state),
            "proof": "\n".join(tactic for tactic, _ in state.path),
        }
        return self._premises(state, premises) + _filled(self.prompt, known)

    def _premises(self, state: ProofState, premises: Sequence[Premise]) -> str:
        """The premises in front of a state: the best one is nearest to it (ReProver)."""
        room = self.premise_bytes - len(state.text.encode())
        text = ""
        for name, statement in premises:
            premise = f"theorem <a>{name}</a> : {statement.removeprefix('⊢ ')}\n\n"
            if (size := len(premise.encode())) <= room:
                room -= size
                text = premise + text
        return text

    def messages(self, state: ProofState, premises: Sequence[Premise] = ()) -> list[Message]:
        """The prompt as a chat."""
        return _conversation(self.system, self.fill(state, premises))

    def tactic(self, answer: str, state: ProofState) -> Tactic:
        """The tactic in an answer.

        Thoughts, a repeated state, premises' marks, and a Markdown fence around it are removed.

        Args:
            answer: What the model wrote.
            state: The state that it was shown.
        """
        answer = without_thoughts(answer).removeprefix(self.fill(state))
        if self.separator:
            first, _, rest = answer.partition(self.separator)
            answer = rest if first.strip() == state.text and rest else first
        code = last_fence(answer)
        answer = (answer if code is None else code).strip().removeprefix(self.begins)
        for stop in self.stops:
            answer = answer.split(stop, 1)[0]
        if self.premise_bytes:
            answer = answer.replace("<a>", "").replace("</a>", "")
        return answer.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofTemplate:
    """How a theorem becomes a prompt, and an answer a proof.

    In the texts stand `{header}`, `{statement}` (up to the `:=`), `{informal}` (the same in words,
    as a comment before the statement) and `{problem}` (the words alone) for these.

    Attributes:
        request: The prompt.
        chat: Whether the prompt is a user's turn of a chat; else the model continues it.
        system: The system message of the chat, if any.
        repair: The next turn after a failed proof, with `{round}`, from 0, and `{errors}`; empty
            for a model that does not repair.
        shows_goals: Whether each error comes with the goals at its place, where Lean's message has
            none.
        resumes: Whether the proof so far, and the state after it in a comment, can be given.
        edits: Whether the model answers with SEARCH/REPLACE blocks.
        stops: The answer ends before the first of these.
        max_tokens: Of one answer.
    """

    request: str
    chat: bool = True
    system: str = ""
    repair: str = ""
    shows_goals: bool = False
    resumes: bool = False
    edits: bool = False
    stops: tuple[str, ...] = ()
    max_tokens: int = 8192

    def fill(self, state: ProofState, premises: Sequence[Premise] = ()) -> str:  # noqa: ARG002
        """The prompt for the theorem of a first state, or for a later state made a theorem."""
        if self.resumes and state.origin is not None and _has_plain_end(state):
            return self._fill(state, statement_of(state)) + _proof_so_far(state)
        return self._fill(state, claim_of(state))

    def _fill(self, state: ProofState, statement: str) -> str:
        theorem = state.theorem
        words = theorem.informal if state.origin is None else ""
        known = {
            "header": f"{theorem.header.strip()}\n\n" if theorem.header.strip() else "",
            "informal": f"/-- {words}-/\n" if words else "",
            "problem": words,
            "statement": statement,
        }
        return _filled(self.request, known)

    def messages(self, state: ProofState, premises: Sequence[Premise] = ()) -> list[Message]:
        """The prompt as a chat."""
        return _conversation(self.system, self.fill(state, premises))

    def repair_messages(self, failed: FailedProof) -> list[Message]:
        """The chat so far: the prompt, and each failed proof with its errors."""
        rounds: list[FailedProof] = []
        last: FailedProof | None = failed
        while last:
            rounds.insert(0, last)
            last = last.before
        contents = [self.fill(failed.state)]
        for number, attempt in enumerate(rounds):
            code = _declaration(attempt)
            shown = {"round": str(number), "errors": self._errors(code, attempt)}
            contents += [f"```lean4\n{code}\n```", _filled(self.repair, shown)]
        return _conversation(self.system, *contents)

    def _errors(self, code: str, failed: FailedProof) -> str:
        """The errors of a proof, each with the lines around it, in Goedel-Prover-V2's format."""
        lines = code.split("\n")
        above = len(lines) - len(failed.proposal.tactic.split("\n"))
        parts: list[str] = []
        for number, error in enumerate(failed.errors[:ERRORS], start=1):
            message = error.message
            if self.shows_goals and error.goal and "⊢" not in message:
                message += f"\n\nGoals at this place:\n{error.goal}"
            parts.append(
                f"\nError {number}:\n\nCorresponding Code:\n"
                f"```lean4\n{_around(lines, above, error)}\n```\n\nError Message: {message}\n"
            )
        if (more := len(failed.errors) - ERRORS) > 0:
            parts.append(f"\n... [Omitted {more} more errors] ...\n")
        return "".join(parts)

    def tactic(self, answer: str, state: ProofState) -> Tactic:
        """The proof in an answer, as a block of tactics; empty if there is none.

        The last code fence counts; its declaration's own statement is dropped.
        """
        answer = without_thoughts(answer)
        for stop in self.stops:
            answer = answer.split(stop, 1)[0]
        if self.edits:
            code = edited(f"{claim_of(state)} := by\n  sorry", answer)
            return tactic_block(code) if code else ""
        if not self.chat:
            return tactic_block(f"by\n{answer}")
        code = last_fence(answer)
        return "" if code is None else tactic_block(code)


Template: TypeAlias = StepTemplate | ProofTemplate


# Theorems


def theorem_name(state: ProofState) -> str:
    """The declared name of a state's theorem."""
    return declared_name(state.theorem.statement) or state.theorem.name


def _has_plain_end(state: ProofState) -> bool:
    """Whether the proof of the theorem is what is missing at the end of its statement."""
    theorem = state.theorem
    statement = _END.sub("", theorem.statement)
    return theorem.sorry_index is None and not re.search(r"\bsorry\b|:=\s*by\b", statement)


def statement_of(state: ProofState) -> str:
    """The statement of a state's theorem up to its `:=`."""
    return _END.sub("", state.theorem.statement).strip()


def claim_of(state: ProofState) -> str:
    """A statement that a whole proof of `state` proves: its theorem, or its first goal as one.

    The latter is for the eyes of a model alone: Lean runs the proof on the state itself.
    """
    if state.origin is None and _has_plain_end(state):
        return statement_of(state)
    goal = state.goals[0]
    return " ".join([f"theorem {theorem_name(state) or 'goal'}", *_binders(goal), ":", goal.target])


def _binders(goal: Goal) -> list[str]:
    return [
        f"[{h.type}]" if h.is_instance else f"({h.name.replace('✝', '_')} : {h.type})"
        for h in goal.hypotheses
    ]


def _proof_so_far(state: ProofState) -> str:
    """The tactics that lead to a state, and the state as a comment (DeepSeek-Prover-V1.5)."""
    lines = [line for tactic, _ in state.path for line in tactic.split("\n")]
    lines += ["/- tactic state:", *(f"  {line}" for line in state.text.split("\n")), "-/"]
    return "".join(f"  {line}\n" for line in lines)


# Errors


def _declaration(failed: FailedProof) -> str:
    proof = "".join(f"\n  {line}" for line in failed.proposal.tactic.split("\n"))
    return f"{claim_of(failed.state)} := by{proof}"


def _around(lines: Sequence[str], above: int, error: ProofError) -> str:
    """Four lines before an error, the lines of the error with its ends marked, and one after."""
    first, last = above + error.first_line - 1, above + error.last_line - 1
    marked = list(lines)
    body = marked[first].lstrip()
    marked[first] = f"{marked[first][: len(marked[first]) - len(body)]}<error>{body}"
    marked[last] += "</error>"
    return "\n".join(marked[max(first - 4, 0) : last + 2])
