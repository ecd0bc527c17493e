"""The statements of miniF2F that Lean can express without Mathlib.

They are those of the variant DeepSeek-Prover-V1.5, unchanged; their headers are replaced by the few
definitions that they need: the notations ℕ and ℤ, and, for some, a constant that Mathlib defines
and core Lean does not.  These definitions are equivalent to Mathlib's.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.suites import minif2f
from benchmarks.suites.types import Suite
from lean_env.errors import BadInput

SOURCE_DIGEST = "7dc926b06c0fc649"
"""Of the suite that the statements are taken from."""

SIGNS = 'notation "ℕ" => Nat\nnotation "ℤ" => Int\n'

DEFINITIONS = {
    "prime": """\
def Nat.Prime (p : Nat) : Prop := 2 ≤ p ∧ ∀ d, d ∣ p → d = 1 ∨ d = p
""",
    "factorial": """\
def Nat.factorial : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * Nat.factorial n
local notation:10000 n "!" => Nat.factorial n
""",
    "choose": """\
def Nat.choose : Nat → Nat → Nat
  | _, 0 => 1
  | 0, _ + 1 => 0
  | n + 1, k + 1 => Nat.choose n k + Nat.choose n (k + 1)
""",
    "congruence": """\
def Nat.ModEq (n a b : Nat) : Prop := a % n = b % n
local notation:50 a " ≡ " b " [MOD " n "]" => Nat.ModEq n a b
""",
    "sqrt": """\
def Nat.sqrt : Nat → Nat
  | 0 => 0
  | n + 1 =>
    let r := Nat.sqrt n
    if (r + 1) * (r + 1) ≤ n + 1 then r + 1 else r
""",
    "abs": """\
def abs (a : Int) : Int := max a (-a)
""",
    "even": """\
def Even {α : Type} [Add α] (a : α) : Prop := ∃ r, a = r + r
""",
    "odd": """\
def Odd {α : Type} [Add α] [Mul α] [OfNat α 1] [OfNat α 2] (a : α) : Prop := ∃ r, a = 2 * r + 1
""",
    "of_digits": """\
def Nat.ofDigits (b : Nat) : List Nat → Nat
  | [] => 0
  | d :: ds => d + b * Nat.ofDigits b ds
""",
    "digits": """\
def Nat.digitsAux (b : Nat) (h : 2 ≤ b) : Nat → List Nat
  | 0 => []
  | n + 1 => (n + 1) % b :: Nat.digitsAux b h ((n + 1) / b)
decreasing_by exact Nat.div_lt_self (Nat.succ_pos n) h
noncomputable def Nat.digits : Nat → Nat → List Nat
  | 0, 0 => []
  | 0, n + 1 => [n + 1]
  | 1, n => List.replicate n 1
  | b + 2, n => Nat.digitsAux (b + 2) (Nat.le_add_left 2 b) n
""",
    "set": """\
def Set (α : Type) : Type := α → Prop
instance {α : Type} : Membership α (Set α) := ⟨fun s a => s a⟩
def setOf {α : Type} (p : α → Prop) : Set α := p
macro (priority := low) "{ " x:ident " : " t:term " | " p:term " }" : term =>
  `(setOf fun ($x : $t) => $p)
def IsLeast (s : Set Nat) (a : Nat) : Prop := a ∈ s ∧ ∀ b, b ∈ s → a ≤ b
def IsGreatest (s : Set Nat) (a : Nat) : Prop := a ∈ s ∧ ∀ b, b ∈ s → b ≤ a
""",
}

STATEMENTS = {
    "": """
        aimeII_2001_p3 aime_1984_p7 aime_1987_p5 aime_1991_p1 aime_1994_p3
        algebra_xmysqpymzsqpzmxsqeqxyz_xpypzp6dvdx3y3z3 amc12_2000_p1 amc12_2000_p12
        amc12_2001_p2 amc12a_2002_p6 amc12a_2008_p15 amc12a_2015_p10 amc12a_2021_p3
        amc12b_2002_p2 amc12b_2002_p7 amc12b_2004_p3 imo_1959_p1 imo_1964_p1_1 imo_1964_p1_2
        imo_1977_p6 imo_1981_p6 imo_1982_p1 imo_1984_p2 imo_1987_p4 imo_1990_p3 imo_1992_p1
        imo_1993_p5 imo_1997_p5 imo_2019_p1 induction_11div10tonmn1ton induction_12dvd4expnp1p20
        induction_divisibility_3div2tooddnp1 induction_divisibility_3divnto3m2n
        induction_divisibility_9div10tonm1 induction_seq_mul2pnp1 mathd_algebra_123
        mathd_algebra_125 mathd_algebra_144 mathd_algebra_15 mathd_algebra_304 mathd_algebra_314
        mathd_algebra_69 mathd_numbertheory_100 mathd_numbertheory_101 mathd_numbertheory_102
        mathd_numbertheory_110 mathd_numbertheory_1124 mathd_numbertheory_126
        mathd_numbertheory_132 mathd_numbertheory_136 mathd_numbertheory_156
        mathd_numbertheory_175 mathd_numbertheory_185 mathd_numbertheory_188
        mathd_numbertheory_198 mathd_numbertheory_200 mathd_numbertheory_202
        mathd_numbertheory_207 mathd_numbertheory_212 mathd_numbertheory_222
        mathd_numbertheory_229 mathd_numbertheory_234 mathd_numbertheory_235
        mathd_numbertheory_236 mathd_numbertheory_247 mathd_numbertheory_254
        mathd_numbertheory_269 mathd_numbertheory_277 mathd_numbertheory_284
        mathd_numbertheory_293 mathd_numbertheory_296 mathd_numbertheory_299
        mathd_numbertheory_30 mathd_numbertheory_301 mathd_numbertheory_314
        mathd_numbertheory_320 mathd_numbertheory_326 mathd_numbertheory_328
        mathd_numbertheory_33 mathd_numbertheory_335 mathd_numbertheory_34
        mathd_numbertheory_342 mathd_numbertheory_345 mathd_numbertheory_37
        mathd_numbertheory_370 mathd_numbertheory_412 mathd_numbertheory_430
        mathd_numbertheory_435 mathd_numbertheory_45 mathd_numbertheory_458
        mathd_numbertheory_48 mathd_numbertheory_483 mathd_numbertheory_495 mathd_numbertheory_5
        mathd_numbertheory_517 mathd_numbertheory_541 mathd_numbertheory_551
        mathd_numbertheory_559 mathd_numbertheory_582 mathd_numbertheory_618
        mathd_numbertheory_640 mathd_numbertheory_66 mathd_numbertheory_711
        mathd_numbertheory_728 mathd_numbertheory_765 mathd_numbertheory_769
        mathd_numbertheory_780 mathd_numbertheory_81 mathd_numbertheory_85 mathd_numbertheory_92
        mathd_numbertheory_961 mathd_numbertheory_99 numbertheory_2dvd4expn
        numbertheory_3pow2pownm1mod2pownp3eq2pownp2 numbertheory_4x3m7y3neq2003
        numbertheory_exk2powkeqapb2mulbpa2_aeq1
        numbertheory_fxeq4powxp6powxp9powx_f2powmdvdf2pown numbertheory_notequiv2i2jasqbsqdiv8
        numbertheory_sqmod3in01d numbertheory_sqmod4in01d numbertheory_x5neqy2p4
    """,
    "abs": """
        imo_1977_p5 mathd_algebra_296
    """,
    "choose": """
        numbertheory_nckeqnm1ckpnm1ckm1
    """,
    "congruence": """
        mathd_numbertheory_405
    """,
    "congruence set": """
        mathd_numbertheory_64 mathd_numbertheory_690
    """,
    "digits": """
        mathd_numbertheory_341
    """,
    "even": """
        mathd_algebra_392 mathd_numbertheory_521
    """,
    "even odd": """
        amc12a_2021_p8 mathd_algebra_76
    """,
    "factorial": """
        amc12_2001_p21 induction_ineq_nsqlefactn induction_nfactltnexpnm1ngt3
        mathd_numbertheory_169 mathd_numbertheory_252 mathd_numbertheory_457
        mathd_numbertheory_739
    """,
    "factorial set": """
        mathd_numbertheory_43
    """,
    "odd": """
        imo_1984_p6 numbertheory_aoddbdiv4asqpbsqmod8eq1
    """,
    "of_digits": """
        amc12a_2003_p5
    """,
    "prime": """
        amc12_2000_p6 amc12b_2002_p11 imo_2001_p6 induction_pprime_pdvdapowpma mathd_algebra_289
        mathd_numbertheory_150 numbertheory_2pownm1prime_nprime numbertheory_prmdvsneqnsqmodpeq0
    """,
    "set": """
        mathd_numbertheory_629
    """,
    "sqrt": """
        mathd_numbertheory_22
    """,
}
"""Their names, by the definitions that they need."""


def core(suite: Suite) -> Suite:
    """Select the statements that need no Mathlib, with headers of their own.

    Args:
        suite: miniF2F in the variant DeepSeek-Prover-V1.5.

    Returns:
        The core translation.

    Raises:
        BadInput: The suite is another variant, whose statements may differ under the same names.
    """
    if suite.digest != SOURCE_DIGEST:
        raise BadInput(
            f"minif2f-core cannot be made from this: {suite.variant}",
            remedy=f"write minif2f-core:FILE, with what {minif2f.DEEPSEEK.url} has in FILE",
        )
    headers = _headers()
    entries = [
        replace(entry, theorem=replace(entry.theorem, header=headers[entry.id]), needs=())
        for entry in suite.entries
        if entry.id in headers
    ]
    variant = "core translation of DeepSeek-Prover-V1.5 (commit 2c4ba91)"
    return minif2f.suite_of("minif2f-core", variant, entries)


def _headers() -> dict[str, str]:
    """The header of each statement, by its name."""
    return {
        name: SIGNS + "".join(DEFINITIONS[definition] for definition in definitions.split())
        for definitions, names in STATEMENTS.items()
        for name in names.split()
    }
