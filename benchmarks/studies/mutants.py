"""Mutations of proofs: cut, swapped, nested, damaged, and with foreign text inserted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from lean_env.types import Theorem


@dataclass(frozen=True, slots=True)
class Subject:
    """A statement and proofs.

    Attributes:
        statement: Declaration without its proof.
        proofs: Proofs of it, or, if it is false, of a similar statement.
        true: Whether the proofs do prove it.
    """

    statement: str
    proofs: tuple[str, ...]
    true: bool

    @property
    def theorem(self) -> Theorem:
        """The statement as the environment takes it."""
        return Theorem(statement=self.statement, name=self.statement)


def _pair(right: str, wrong: str, *proofs: str) -> tuple[Subject, Subject]:
    return Subject(right, proofs, True), Subject(wrong, proofs, False)


SUBJECTS = (
    *_pair(
        "theorem t (a b : Nat) : a + b = b + a",
        "theorem t (a b : Nat) : a + b = b + a + 1",
        "omega",
        "exact Nat.add_comm a b",
        "simp [Nat.add_comm]",
        "rw [Nat.add_comm]",
        "induction a with\n| zero => simp\n| succ n ih => omega",
    ),
    *_pair(
        "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q",
        "theorem t (p q : Prop) (hp : p) : p ∧ q",
        "exact ⟨hp, hq⟩",
        "constructor\n· exact hp\n· exact hq",
        "refine ⟨?_, ?_⟩ <;> assumption",
        "have h : q := hq -- by hypothesis\nexact And.intro hp h",
    ),
    *_pair(
        "theorem t : ∃ n : Nat, n * n = 9",
        "theorem t : ∃ n : Nat, n < 0",
        "exact ⟨3, rfl⟩",
        "refine ⟨3, ?_⟩\ndecide",
        "exists 3",
    ),
    *_pair(
        "theorem t (xs : List Nat) : (xs ++ []).length = xs.length",
        "theorem t (xs : List Nat) : (xs ++ [0]).length = xs.length",
        "simp",
        "rw [List.append_nil]",
        "cases xs with\n| nil => rfl\n| cons x xs => simp",
    ),
    *_pair(
        "theorem t (a b c : Nat) (h : a = b) (k : b = c) : a = c",
        "theorem t (a b c : Nat) (h : a = b) : a = c",
        "exact h.trans k",
        "calc a = b := h\n  _ = c := k",
        "subst h; exact k",
        "rw [h, k]",
    ),
    Subject("theorem t : False", ("decide", "contradiction", "exact absurd rfl id", "simp"), False),
)

_OPENINGS = ("/-", "--", '"', "«", "(", "[", "{", "⟨", "`(", 'r#"', 's!"{', "'", "/-!", "-/", ")")
_WORDS = (
    "by", ";", "<;>", "·", " at ", " with ", "|", ":=", "=>", "?_", "_", "!", "@", "\n", "\n\n",
    "\n  ", "\t", "rfl", "trivial", "this", "fun x =>", "match 0 with", "let x := 1", "try ",
    "repeat ", "any_goals ", "all_goals ", "first | ", "sorry", "admit", "native_decide", "stop",
    "set_option maxRecDepth 9 in", "set_option debug.skipKernelTC true in", "open Nat in",
    "\n#exit\n", "\nend\n", "\nsection\n", "\nnamespace N\n", "\naxiom a : False\n",
    "\nvariable (h : False)\n", "\ninclude h\n", "\nimport Lean\n", "\n@[simp] ", "\nprivate ",
    "\ntheorem u : False := by\n  ", '\nlocal notation "False" => True\n',
    "\nmacro_rules | `(tactic| rfl) => `(tactic| skip)\n", "\ninstance : Decidable False := ",
    "\nabbrev False := True\n", "\n#eval 1\n", "theorem t : True := trivial\n",
)  # fmt: skip
_ODD = (
    "\0", "\x07", "\x1b[2J", "\x7f", "\u202e", "\ufeff", "\u2028", "\v", "\r", "\ud800", "\udfff",
    "\U0010ffff", "́", "ﷺ",
)  # fmt: skip
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")

Mutation: TypeAlias = Callable[[str, Random], str]


def _cut(text: str, rng: Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


def _insert(text: str, rng: Random, what: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + what + text[at:]


def _insert_opening(text: str, rng: Random) -> str:
    return _insert(text, rng, rng.choice(_OPENINGS))


def _insert_word(text: str, rng: Random) -> str:
    return _insert(text, rng, rng.choice(_WORDS))


def _insert_odd_character(text: str, rng: Random) -> str:
    return _insert(text, rng, rng.choice(_ODD))


def _swap(text: str, rng: Random) -> str:
    """Two tokens are exchanged, or one is deleted or repeated."""
    tokens = _TOKEN.findall(text) or [""]
    i, j = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    match rng.randrange(3):
        case 0:
            tokens[i], tokens[j] = tokens[j], tokens[i]
        case 1:
            del tokens[i]
        case _:
            tokens.insert(j, tokens[i])
    return "".join(tokens)


def _damage(text: str, rng: Random) -> str:
    """A byte changes: mostly the text is no longer valid UTF-8."""
    raw = bytearray(text.encode(errors="surrogatepass") or b" ")
    raw[rng.randrange(len(raw))] = rng.randrange(256)
    return raw.decode(errors="surrogateescape")


def _nest(text: str, rng: Random) -> str:
    depth = _size(rng)
    left, right = rng.choice((("(", ")"), ("exact (", ")"), ("by ", ""), ("⟨", "⟩"), ("/-", "-/")))
    return left * depth + text + right * depth


def _lengthen(text: str, rng: Random) -> str:
    size = _size(rng)
    between = rng.choice(("\n", "; ", " <;> ", " "))
    return rng.choice((between.join([text] * size), _insert(text, rng, rng.choice("9xₐ ") * size)))


def _size(rng: Random) -> int:
    """Mostly small; one in a thousand is more than a process can take."""
    return 20_000 if rng.random() < 0.001 else int(2 ** rng.uniform(0, 7))


MUTATIONS: tuple[Mutation, ...] = (
    _cut, _insert_opening, _insert_opening, _insert_word, _insert_word, _insert_odd_character,
    _swap, _swap, _damage, _nest, _lengthen,
)  # fmt: skip


def mutant(text: str, rng: Random) -> str:
    """Apply one to three random mutations."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        text = rng.choice(MUTATIONS)(text, rng)
    return text
