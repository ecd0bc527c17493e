"""Theorems in Lean's own language, whose terms are then mutated."""

from __future__ import annotations

from benchmarks.studies.kernels.environments import Export
from benchmarks.studies.mutants import SUBJECTS
from lean_env.wire.client import LeanClient
from lean_env.wire.protocol import ExportAnswer

SECONDS = 30.0
MAX_TERMS = 1500
"""Terms of a larger export are not mutated: most mutations would touch what nothing depends on."""

_SOURCES = (
    "def f : Nat → Nat | 0 => 1 | n + 1 => 2 * f n\ntheorem t : f 5 = 32 := rfl",
    "inductive Tree (α : Type u) | leaf | node (l : Tree α) (a : α) (r : Tree α)\n"
    "def Tree.size : Tree α → Nat | leaf => 0 | node l _ r => l.size + r.size + 1\n"
    "theorem t (a : α) : (Tree.node .leaf a .leaf).size = 1 := rfl",
    "inductive Rose | mk (children : List Rose)\n"
    "theorem t (P : Rose → Prop) (h : ∀ cs, (∀ c ∈ cs, P c) → P (.mk cs)) : ∀ r, P r\n"
    "  | .mk cs => h cs fun c _ => t P h c",
    "mutual\ninductive Even : Nat → Prop | zero : Even 0 | succ : Odd n → Even (n + 1)\n"
    "inductive Odd : Nat → Prop | succ : Even n → Odd (n + 1)\nend\n"
    "theorem t : Even 4 := .succ (.succ (.succ (.succ .zero)))",
    "structure Point where (x y : Nat)\n"
    "structure Named extends Point where name : String\n"
    "theorem t (p : Named) : p = ⟨⟨p.x, p.y⟩, p.name⟩ := rfl",
    "inductive Vec (α : Type) : Nat → Type | nil : Vec α 0 | cons : α → Vec α n → Vec α (n + 1)\n"
    "def Vec.head : Vec α (n + 1) → α | cons a _ => a\n"
    "theorem t (a : α) (v : Vec α n) : (Vec.cons a v).head = a := rfl",
    "def g (n : Nat) : Nat := if h : n < 2 then n else g (n / 2)\ndecreasing_by omega\n"
    "theorem t : g 1 = 1 := by unfold g; simp",
    "theorem t (s : Quot (fun (a b : Nat) => a % 2 = b % 2)) : ∃ n, s = Quot.mk _ n := by\n"
    "  induction s using Quot.ind with | mk n => exact ⟨n, rfl⟩",
    "theorem t : 2 ^ 70 % 1000007 = 2 ^ 70 - 1000007 * (2 ^ 70 / 1000007) := by decide",
    'theorem t : "ab" ++ "c" = "abc" := by decide',
    "theorem t (p q : Prop) : ¬(p ∧ q) ↔ (p → ¬q) := ⟨fun h a b => h ⟨a, b⟩, fun h k => h k.1 k.2⟩",
    "class Magma (α : Type u) where op : α → α → α\n"
    "class Comm (α : Type u) extends Magma α where comm (a b : α) : op a b = op b a\n"
    "theorem t [Comm α] (a b c : α) : Magma.op (Magma.op a b) c = Magma.op c (Magma.op b a) := by\n"
    "  rw [Comm.comm, Comm.comm a b]",
    "theorem t (h : Acc (· < ·) (3 : Nat)) : ∃ n : Nat, n = 3 :=\n"
    "  h.rec (motive := fun x _ => ∃ n, n = x) fun x _ _ => ⟨x, rfl⟩",
    "theorem t (a b : Nat × Nat) (h : a.1 = b.1) (k : a.2 = b.2) : a = b := Prod.ext h k",
    "theorem t (x y : Unit) (p : True) (f : True → Nat) : x = y ∧ f p = f trivial := ⟨rfl, rfl⟩",
    "universe u v\n"
    "def Fam (α : Type u) (β : α → Type v) := (a : α) → β a\n"
    "theorem t (α : Type u) (β : α → Type v) (f : Fam α β) : (fun a => f a) = f := rfl",
)


def sources() -> list[str]:
    """Declarations that prove the theorem `t`."""
    proofs = [
        f"{subject.statement} := by\n" + "\n".join(f"  {line}" for line in proof.splitlines())
        for subject in SUBJECTS
        if subject.true
        for proof in subject.proofs
    ]
    return [*proofs, *_SOURCES]


async def exported(lean: LeanClient) -> list[Export]:
    """Let Lean elaborate the theorems.

    Returns:
        Their terms with all that they rest on down to the library.
    """
    answers = [await lean.export("", ("t",), source, SECONDS) for source in sources()]
    for source, answer in zip(sources(), answers, strict=True):
        if not isinstance(answer, ExportAnswer):
            raise RuntimeError(f"{answer.message}\n{source}")
    made: list[Export] = [
        dict(answer.export) for answer in answers if isinstance(answer, ExportAnswer)
    ]
    return [one for one in made if len(one["terms"]) <= MAX_TERMS]
