"""Repositories as lean-dojo leaves them when it has traced them, made with its own classes.

Positions and goals, which lean-dojo gets from Lean, are written by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lean_dojo import LeanFile, TracedFile
from lean_dojo.data_extraction import ast
from lean_dojo.data_extraction.lean import Pos
from lean_dojo.utils import to_dep_path, to_xml_path

DONE = "no goals"


@dataclass(frozen=True)
class Tactic:
    """`text` is the tactic as it stands in the file; `inner` are those of the blocks in it."""

    text: str
    before: str
    after: str = DONE
    inner: tuple[Tactic, ...] = ()


class Tracing:
    """A file of a repository; its commands are made in the order of the file."""

    def __init__(self, root: Path, path: str, text: str) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        self.root, self.text = root.resolve(), text
        self.file = LeanFile(self.root, Path(path))

    def save(self, *commands: ast.Node) -> Path:
        """Write the trace; where it is."""
        nodes = [ast.ModuleHeaderNode(self.file, None, None, []), *commands]
        tree = ast.FileNode(self.file, self.file.start_pos, self.file.end_pos, nodes)
        path = self.root / to_xml_path(self.root, self.file.path, None)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TracedFile(self.root, None, self.file, tree, []).to_xml(), encoding="utf-8")
        (self.root / to_dep_path(self.root, self.file.path, None)).touch()
        return path

    def theorem(
        self, full_name: str, statement: str, proof: str, *tactics: Tactic
    ) -> ast.CommandDeclarationNode:
        """`proof` begins with what stands between it and the statement."""
        start, stop = self._span(statement + proof)
        name = full_name.rpartition(".")[2]
        parts = [self._atom("theorem"), *self._parts(statement, proof, tactics)]
        theorem = ast.CommandTheoremNode(self.file, start, stop, parts, name, full_name)
        modifiers = ast.CommandDeclmodifiersNode(self.file, None, None, [])
        return ast.CommandDeclarationNode(
            self.file, start, stop, [modifiers, theorem], name, full_name
        )

    def lemma(self, full_name: str, statement: str, proof: str) -> ast.LemmaNode:
        start, stop = self._span(statement + proof)
        parts = [self._atom("lemma"), *self._parts(statement, proof, ())]
        group = ast.GroupNode(self.file, start, stop, parts)
        modifiers = ast.CommandDeclmodifiersNode(self.file, None, None, [])
        return ast.LemmaNode(self.file, start, stop, [modifiers, group], full_name, full_name)

    def within(self, before: str, *commands: ast.Node, kind: str) -> ast.OtherNode:
        """A command that holds others, as `open … in` does."""
        start = self._span(before)[0]
        children = [self._atom(before), *commands]
        return ast.OtherNode(
            self.file, start, commands[-1].end, children, f"Lean.Parser.Command.{kind}"
        )

    def _parts(self, statement: str, proof: str, tactics: Sequence[Tactic]) -> list[ast.Node]:
        first, last = self._span(statement.rstrip())
        value: ast.Node
        if ":=" in proof:
            rest = proof.partition(":=")[2].strip()
            term = ast.TermBytacticNode(self.file, *self._span(rest), [self._block(tactics)])
            value = ast.CommandDeclvalsimpleNode(
                self.file, *self._span(proof.strip()), [self._atom(":="), term]
            )
        else:
            value = ast.CommandDeclvaleqnsNode(self.file, *self._span(proof.strip()), [])
        declared = ast.CommandDeclidNode(self.file, first, last, [])
        return [declared, ast.CommandDeclsigNode(self.file, first, last, []), value]

    def _block(self, tactics: Sequence[Tactic]) -> ast.Node:
        nodes: list[ast.Node] = []
        for tactic in tactics:
            inner = [self._block(tactic.inner)] if tactic.inner else []
            node = ast.OtherNode(self.file, *self._span(tactic.text), inner, "tactic")
            for field, value in (
                ("state_before", tactic.before),
                ("state_after", tactic.after),
                ("tactic", tactic.text),
            ):
                object.__setattr__(node, field, value)  # as lean-dojo does
            nodes += [node, ast.NullNode(self.file, None, None, [])]
        null = ast.NullNode(self.file, None, None, nodes)
        return ast.TacticTacticseq1IndentedNode(self.file, None, None, [null])

    def _atom(self, text: str) -> ast.AtomNode:
        return ast.AtomNode(self.file, None, None, [], "", " ", text)

    def _span(self, text: str) -> tuple[Pos, Pos]:
        start = self.text.index(text)
        place = self.file.convert_pos
        return place(_bytes(self.text[:start])), place(_bytes(self.text[: start + len(text)]))


def _bytes(text: str) -> int:
    return len(text.encode())


LOGIC = """/-! Of ∀ and λ. -/
namespace A

/-- Both. -/
@[simp] theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q /- at once -/ := by
  constructor
  · exact hp
  · exact hq

open Nat in
theorem zero_plus (n : Nat) : 0 + n = n := by
  induction n with
  | zero => rfl
  | succ k ih => omega

theorem small : ∀ n : Nat, 0 ≤ n
  | 0 => Nat.le_refl 0
  | _ + 1 => Nat.zero_le _

mutual
theorem one : "<&\\"" = "<&\\"" := rfl
end
end A
"""
FAR = """import Mathlib

lemma far (x : ℝ) : x = x := rfl
"""

P = "case left\np q : Prop\nhp : p\nhq : q\n⊢ p"
Q = "case right\np q : Prop\nhp : p\nhq : q\n⊢ q"
PQ = "p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q"
ZERO = "case zero\n⊢ 0 + 0 = 0"
SUCC = "case succ\nk : Nat\nih : 0 + k = k\n⊢ 0 + (k + 1) = k + 1"
INDUCTION = "induction n with\n  | zero => rfl\n  | succ k ih => omega"


def traced_repository(root: Path) -> Path:
    """`Small/Logic.lean`, and `Far.lean`, which needs Mathlib; the root."""
    logic = Tracing(root, "Small/Logic.lean", LOGIC)
    both = logic.theorem(
        "A.both",
        "/-- Both. -/\n@[simp] theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q",
        " /- at once -/ := by\n  constructor\n  · exact hp\n  · exact hq",
        Tactic("constructor", PQ, f"{P}\n\n{Q}"),
        Tactic("· exact hp", f"{P}\n\n{Q}", Q, (Tactic("exact hp", P),)),
        Tactic("· exact hq", Q, DONE, (Tactic("exact hq", Q),)),
    )
    plus = logic.theorem(
        "A.zero_plus",
        "theorem zero_plus (n : Nat) : 0 + n = n",
        f" := by\n  {INDUCTION}",
        Tactic(
            INDUCTION,
            "n : Nat\n⊢ 0 + n = n",
            DONE,
            (Tactic("rfl", ZERO), Tactic("omega", SUCC)),
        ),
    )
    logic.save(
        both,
        logic.within("open Nat in", plus, kind="in"),
        logic.theorem(
            "A.small",
            "theorem small : ∀ n : Nat, 0 ≤ n",
            "\n  | 0 => Nat.le_refl 0\n  | _ + 1 => Nat.zero_le _",
        ),
        logic.within(
            "mutual",
            logic.theorem("A.one", 'theorem one : "<&\\"" = "<&\\""', " := rfl"),
            kind="mutual",
        ),
    )
    far = Tracing(root, "Far.lean", FAR)
    far.save(far.lemma("far", "lemma far (x : ℝ) : x = x", " := rfl"))
    return root
