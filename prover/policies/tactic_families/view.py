"""The features of a goal that tactic families use: variables, hypotheses, connectives, numerals.

All are parsed heuristically from printed text.  A wrong guess only costs a rejected tactic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from lean_env.types import Goal, Hypothesis, ProofState

WeightedTactics = Iterator[tuple[str, float]]
"""Tactics, each with a weight: how much likelier it is right than a tactic of weight 1."""

NAT, INT = ("ℕ", "Nat"), ("ℤ", "Int")

_CONNECTIVES = (" ↔ ", " → ", " ∨ ", " ∧ ")
_RELATIONS = (" = ", " ≠ ", " ≤ ", " < ", " ≥ ", " > ", " ∣ ", " ∈ ", " ∉ ", " ≡ ")
_DEFINED = re.compile(
    r"^(?:@\[[^\]]*\]\s*)?(?:(?:private|protected|noncomputable|partial|local)\s+)*"
    r"(?:def|abbrev)\s+([^\s({\[:]+)"
)
_TYPE = re.compile(r"^inductive\s+([^\s({\[:]+)", re.MULTILINE)
_THEOREM = re.compile(r"^(?:@\[[^\]]*\]\s*)?(?:theorem|lemma)\s+([^\s({\[:]+)", re.MULTILINE)
_WORD = re.compile(r"[^\W\d][\w'.!?₀-₉]*")
_NUMERAL = re.compile(r"(?<![\w.])\d{1,9}(?![\w.])")
_MODULUS = re.compile(r"% (\d{1,9})\b|(?<![\w.])(\d{1,9}) ∣|\[MOD (\d{1,9})\]")
_BINDER = re.compile(r"[({\[]([^:(){}]+) :")


class View:
    """The first goal of a state.

    Attributes:
        state: The state.
        goal: Its first goal.
        target: The goal's target.
        facts: Accessible hypotheses that are propositions.
        variables: Accessible hypotheses that are not, without instances.
    """

    def __init__(self, state: ProofState) -> None:
        self.state = state
        self.goal: Goal = state.goals[0]
        self.target = self.goal.target
        known = [h for h in self.goal.hypotheses if h.accessible and not h.is_instance]
        self.facts = [h for h in known if h.is_prop]
        self.variables = [h for h in known if not h.is_prop]

    @cached_property
    def shape(self) -> str:
        """The outermost connective or relation of the target."""
        return shape(self.target)

    @cached_property
    def text(self) -> str:
        """The types of all facts, and the target."""
        return "\n".join([*(h.type for h in self.goal.hypotheses if h.is_prop), self.target])

    @cached_property
    def words(self) -> frozenset[str]:
        """The identifiers in all facts and the target."""
        return words(self.text)

    @cached_property
    def target_words(self) -> frozenset[str]:
        """The identifiers in the target."""
        return words(self.target)

    @cached_property
    def naturals(self) -> list[str]:
        """Names of the variables of type `Nat` without a value."""
        return [v.name for v in self.variables if v.type in NAT and v.value is None]

    @cached_property
    def integers(self) -> list[str]:
        """Names of the variables of type `Int` without a value."""
        return [v.name for v in self.variables if v.type in INT and v.value is None]

    @cached_property
    def arithmetic(self) -> bool:
        """Whether the goal has numerals, or variables of type `Nat` or `Int`."""
        types = {h.type for h in self.goal.hypotheses}
        return bool(types.intersection(NAT + INT) or _NUMERAL.search(self.text))

    @cached_property
    def numerals(self) -> list[int]:
        """The distinct numerals, those of the target first."""
        found = _NUMERAL.findall(self.target) + _NUMERAL.findall(self.text)
        return [int(n) for n in dict.fromkeys(found)]

    @cached_property
    def moduli(self) -> list[int]:
        """The distinct numerals above 1 that something is divided by."""
        found = [int("".join(groups)) for groups in _MODULUS.findall(self.text)]
        return [m for m in dict.fromkeys(found) if m > 1]

    @cached_property
    def definitions(self) -> list[str]:
        """Names that the header defines and that the goal may be about."""
        names = list(defined(self.state.theorem.header))
        if len(names) <= 8:
            return names
        used = {word.split(".")[-1] for word in self.words}
        return [name for name in names if name.split(".")[-1] in used]

    @cached_property
    def abbreviations(self) -> list[str]:
        """The definitions that are not by cases, so that unfolding them ends."""
        by_cases = defined(self.state.theorem.header)
        return [name for name in self.definitions if not by_cases[name]]

    @cached_property
    def theorems(self) -> list[str]:
        """The last theorems that the header states, at most eight."""
        return _THEOREM.findall(self.state.theorem.header)[-8:]

    def has_own_type(self, hypothesis: Hypothesis) -> bool:
        """Whether the header declares the inductive type or predicate of a variable or fact."""
        head = hypothesis.type.split(" ", 1)[0].split(".")[-1]
        return head in own_types(self.state.theorem.header)

    def fresh(self, *wanted: str) -> list[str]:
        """Names like `wanted` that the goal does not use."""
        taken = {h.name for h in self.goal.hypotheses}
        names: list[str] = []
        for name in wanted:
            number = 0
            candidate = name
            while candidate in taken:
                number += 1
                candidate = f"{name}_{number}"
            taken.add(candidate)
            names.append(candidate)
        return names


@lru_cache(maxsize=64)
def defined(header: str) -> dict[str, bool]:
    """The names that a header defines, and whether by cases."""
    commands = re.split(r"\n(?=\S)", header)
    matches = [(_DEFINED.match(command), command) for command in commands]
    return {match[1]: "\n  |" in command for match, command in matches if match}


@lru_cache(maxsize=64)
def own_types(header: str) -> frozenset[str]:
    """The inductive types and predicates that a header declares, without their namespaces."""
    return frozenset(name.split(".")[-1] for name in _TYPE.findall(header))


def words(text: str) -> frozenset[str]:
    """The identifiers in a text, as printed by Lean."""
    return frozenset(_WORD.findall(text))


def shape(text: str) -> str:
    """The outermost connective or relation, `∀`, `∃`, `¬`, or what the text begins with."""
    text = text.strip()
    if text[:1] in ("∀", "∃"):
        return text[0]
    top = _outside(text)
    for symbol in _CONNECTIVES:
        if symbol in top:
            return symbol.strip()
    if text.startswith("¬"):
        return "¬"
    for symbol in _RELATIONS:
        if symbol in top:
            return symbol.strip()
    return text.split(" ", 1)[0]


def split_top(text: str, symbol: str) -> tuple[str, str]:
    """Split at the first `symbol` outside all brackets.

    Returns:
        The parts before and after it; two empty strings if there is none.
    """
    at = _outside(text).find(symbol)
    return (text[:at].strip(), text[at + len(symbol) :].strip()) if at >= 0 else ("", "")


@lru_cache(maxsize=4096)
def _outside(text: str) -> str:
    """`text` with what stands in brackets blanked, as far as the first quantifier outside them."""
    depth = 0
    kept: list[str] = []
    for c in text:
        if c in ")]}⟩":
            depth -= 1
        elif c in "∀∃λ" and depth == 0:
            break
        kept.append("_" if depth else c)
        if c in "([{⟨":
            depth += 1
    return "".join(kept)


def conjuncts(text: str) -> list[str]:
    """The parts of a conjunction; of anything else, the text itself."""
    left, right = split_top(text, " ∧ ") if shape(text) == "∧" else ("", "")
    return [left, *conjuncts(right)] if left else [text.strip()]


def sides(text: str) -> tuple[str, str]:
    """The smaller and the greater side of an inequality; empty strings for anything else."""
    kind = shape(text)
    left, right = split_top(text, f" {kind} ") if kind in ("≤", "<", "≥", ">") else ("", "")
    return (right, left) if kind in ("≥", ">") else (left, right)


def disjunction(cases: Iterable[str]) -> str:
    """Lean text for one of several cases."""
    return " ∨ ".join(cases)


def binders(text: str) -> list[str]:
    """Names for `intro`: those printed after `∀`, and `h` for the left side of an arrow."""
    names: list[str] = []
    while True:
        text = text.strip()
        if text.startswith("∀"):
            bound, text = split_top(text[1:], ",")
            groups = _BINDER.findall(bound)
            found = _WORD.findall(" ".join(groups) if groups else re.split("[:≤<≥>∈]", bound)[0])
            names += found
            if not groups and re.search("[≤<≥>∈]", bound):
                names += ["h"] * len(found)
        elif shape(text) == "→":
            names.append("h")
            _, text = split_top(text, " → ")
        else:
            return names
