"""Levels, terms and numbers that a kernel must accept."""

from __future__ import annotations

from tests.support.kernel_cases import basics
from tests.support.kernel_cases.cases import Case, Cases
from tests.support.kernel_cases.levels import BELOW, EQUAL
from tests.support.kernel_cases.terms import (
    BOOL,
    NAT,
    PROP,
    TYPE,
    TYPE1,
    Let,
    Meta,
    Nat,
    Proj,
    Sort,
    Term,
    c,
    eq,
    lam,
    number,
    pi,
    refl,
    succ,
)
from tests.support.kernel_cases.writer import Export

CASES = Cases()


def _equal_levels(a: object, b: object) -> Case:
    def case(e: Export) -> None:
        e.definition("d", Sort(("succ", a)), Sort(b), "u", "v", "w")

    return case


def _level_below(a: object, b: object) -> Case:
    """A type in `Sort a` can be a field of one in `Sort (b + 1)`."""

    def case(e: Export) -> None:
        sort = Sort(("succ", b))
        e.inductive("T", sort, {"T.mk": Sort(a) >> c("T", "u", "v", "w")}, "u", "v", "w")

    return case


for _i, (_a, _b) in enumerate(EQUAL):
    CASES[f"levels_equal_{_i}"] = _equal_levels(_a, _b)
    CASES[f"levels_equal_{_i}_turned"] = _equal_levels(_b, _a)
for _i, (_a, _b) in enumerate(BELOW):
    CASES[f"level_below_{_i}"] = _level_below(_a, ("succ", _b) if _a != 0 else _b)


@CASES.add
def nothing(e: Export) -> None:
    pass


@CASES.add
def a_definition(e: Export) -> None:
    e.definition("d", TYPE, PROP)


@CASES.add
def an_arrow_of_propositions(e: Export) -> None:
    e.definition("d", TYPE, PROP >> PROP)


@CASES.add
def a_proposition_about_everything(e: Export) -> None:
    e.definition("d", PROP, pi(PROP, lambda p: p))


@CASES.add
def identity(e: Export) -> None:
    e.theorem("t", pi(PROP, lambda p: p >> p), lam(PROP, lambda p: p, lambda p, h: h))


@CASES.add
def identity_of_any_sort(e: Export) -> None:
    e.definition(
        "id", pi(Sort("u"), lambda a: a >> a), lam(Sort("u"), lambda a: a, lambda a, x: x), "u"
    )
    e.definition("d", TYPE >> TYPE, c("id", 2)(TYPE))


@CASES.add
def beta(e: Export) -> None:
    e.definition("k", TYPE >> (TYPE >> TYPE), lam(TYPE, TYPE, lambda a, b: a))
    e.definition("d", c("k")(PROP, PROP >> PROP), pi(PROP, lambda p: p))


@CASES.add
def a_type_that_is_computed(e: Export) -> None:
    e.definition("T", TYPE1, TYPE)
    e.definition("U", c("T"), PROP)
    e.theorem("t", pi(c("U"), lambda p: p >> p), lam(c("U"), lambda p: p, lambda p, h: h))


@CASES.add
def eta(e: Export) -> None:
    basics.base(e)
    arrow = NAT >> NAT
    e.theorem(
        "t",
        pi(arrow, lambda f: eq(1, arrow, f, lam(NAT, lambda x: f(x)))),
        lam(arrow, lambda f: refl(1, arrow, f)),
    )


@CASES.add
def eta_under_a_binder(e: Export) -> None:
    basics.base(e)
    arrow = NAT >> (NAT >> NAT)
    e.theorem(
        "t",
        pi(arrow, lambda f: eq(1, arrow, lam(NAT, NAT, lambda x, y: f(x, y)), f)),
        lam(arrow, lambda f: refl(1, arrow, f)),
    )


@CASES.add
def a_let(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, Let(NAT, number(2), lambda x: c("Nat.add")(x, x)))
    e.theorem("t", eq(1, NAT, c("d"), number(4)), refl(1, NAT, number(4)))


@CASES.add
def a_let_whose_body_needs_its_value(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, Let(TYPE, NAT, lambda t: Let(t, number(1), lambda x: succ(x))))


@CASES.add
def metadata(e: Export) -> None:
    basics.base(e)
    e.theorem("t", Meta(eq(1, NAT, Meta(number(1)), number(1))), Meta(refl(1, NAT, number(1))))


@CASES.add
def an_axiom(e: Export) -> None:
    e.axiom("choice", pi(Sort("u"), lambda a: a), "u")
    e.definition("d", TYPE, c("choice", 2)(TYPE))


@CASES.add
def an_opaque_constant(e: Export) -> None:
    basics.base(e)
    e.opaque("o", NAT, number(3))
    e.theorem("t", eq(1, NAT, c("o"), c("o")), refl(1, NAT, c("o")))


@CASES.add
def proofs_are_equal(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t",
        pi(PROP, lambda p: p, lambda p, h: p, lambda p, h, k: eq(0, p, h, k)),
        lam(PROP, lambda p: p, lambda p, h: p, lambda p, h, k: refl(0, p, h)),
    )


@CASES.add
def functions_of_equal_proofs_are_equal(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t",
        pi(
            PROP,
            lambda p: p >> NAT,
            lambda p, f: p,
            lambda p, f, h: p,
            lambda p, f, h, k: eq(1, NAT, f(h), f(k)),
        ),
        lam(
            PROP,
            lambda p: p >> NAT,
            lambda p, f: p,
            lambda p, f, h: p,
            lambda p, f, h, k: refl(1, NAT, f(h)),
        ),
    )


@CASES.add
def elements_of_a_unit_are_equal(e: Export) -> None:
    basics.base(e)
    unit = c("Unit")
    e.theorem(
        "t",
        pi(unit, unit, lambda a, b: eq(1, unit, a, b)),
        lam(unit, unit, lambda a, b: refl(1, unit, a)),
    )


@CASES.add
def a_pair_is_that_of_its_parts(e: Export) -> None:
    basics.everything(e)
    pair = c("Prod", 0, 0)(NAT, BOOL)

    def made(x: Term) -> Term:
        return c("Prod.mk", 0, 0)(NAT, BOOL, Proj("Prod", 0, x), Proj("Prod", 1, x))

    e.theorem(
        "t", pi(pair, lambda x: eq(1, pair, made(x), x)), lam(pair, lambda x: refl(1, pair, x))
    )


@CASES.add
def a_recursor_of_a_variable_pair(e: Export) -> None:
    basics.everything(e)
    pair = c("Prod", 0, 0)(NAT, BOOL)

    def first(x: Term) -> Term:
        return c("Prod.rec", 1, 0, 0)(NAT, BOOL, lam(pair, NAT), lam(NAT, BOOL, lambda a, b: a), x)

    e.theorem(
        "t",
        pi(pair, lambda x: eq(1, NAT, first(x), Proj("Prod", 0, x))),
        lam(pair, lambda x: refl(1, NAT, Proj("Prod", 0, x))),
    )


@CASES.add
def a_projection_of_a_pair(e: Export) -> None:
    basics.everything(e)
    pair = c("Prod.mk", 0, 0)(NAT, BOOL, number(1), c("Bool.true"))
    e.theorem("t", eq(1, NAT, Proj("Prod", 0, pair), number(1)), refl(1, NAT, number(1)))


@CASES.add
def a_projection_of_a_conjunction(e: Export) -> None:
    basics.everything(e)
    both = c("And")
    e.theorem(
        "t",
        pi(PROP, PROP, lambda p, q: both(p, q) >> p),
        lam(PROP, PROP, lambda p, q: both(p, q), lambda p, q, h: Proj("And", 0, h)),
    )


@CASES.add
def the_second_part_of_a_conjunction(e: Export) -> None:
    basics.everything(e)
    both = c("And")
    e.theorem(
        "t",
        pi(PROP, PROP, lambda p, q: both(p, q) >> q),
        lam(PROP, PROP, lambda p, q: both(p, q), lambda p, q, h: Proj("And", 1, h)),
    )


@CASES.add
def rule_k(e: Export) -> None:
    """A cast along a proof of `a = a` does nothing, whatever the proof."""
    basics.base(e)

    def cast(a: Term, h: Term, x: Term) -> Term:
        return c("Eq.rec", 1, 1)(NAT, a, lam(NAT, lambda b: eq(1, NAT, a, b), NAT), x, a, h)

    e.theorem(
        "t",
        pi(NAT, lambda a: eq(1, NAT, a, a), lambda a, h: eq(1, NAT, cast(a, h, a), a)),
        lam(NAT, lambda a: eq(1, NAT, a, a), lambda a, h: refl(1, NAT, a)),
    )


@CASES.add
def two_and_two(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t", eq(1, NAT, c("Nat.add")(number(2), number(2)), number(4)), refl(1, NAT, number(4))
    )


@CASES.add
def numerals(e: Export) -> None:
    basics.base(e)
    for i in range(4):
        e.theorem(f"t{i}", eq(1, NAT, Nat(i), number(i)), refl(1, NAT, Nat(i)))


@CASES.add
def large_numerals(e: Export) -> None:
    basics.base(e)
    add = c("Nat.add")(Nat(10**30), Nat(1))
    e.theorem("t", eq(1, NAT, add, Nat(10**30 + 1)), refl(1, NAT, Nat(10**30 + 1)))


@CASES.add
def a_product_of_large_numerals(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t",
        eq(1, NAT, c("Nat.mul")(Nat(10**20), Nat(10**20)), Nat(10**40)),
        refl(1, NAT, Nat(10**40)),
    )


@CASES.add
def the_successor_of_a_numeral(e: Export) -> None:
    basics.base(e)
    e.theorem("t", eq(1, NAT, succ(Nat(999_999)), Nat(1_000_000)), refl(1, NAT, Nat(1_000_000)))


@CASES.add
def recursion_on_a_numeral(e: Export) -> None:
    basics.base(e)
    is_zero = lam(
        NAT,
        lambda n: c("Nat.rec", 1)(
            lam(NAT, BOOL), c("Bool.true"), lam(NAT, BOOL, c("Bool.false")), n
        ),
    )
    e.definition("isZero", NAT >> BOOL, is_zero)
    e.theorem(
        "t",
        eq(1, BOOL, c("isZero")(Nat(10**40)), c("Bool.false")),
        refl(1, BOOL, c("Bool.false")),
    )


@CASES.add
def an_operation_that_is_no_sum_is_unfolded(e: Export) -> None:
    """`Nat.add` of this file is the first projection: then that is what it computes."""
    basics.truth(e)
    basics.naturals(e)
    basics.equality(e)
    e.definition("Nat.add", NAT >> (NAT >> NAT), lam(NAT, NAT, lambda n, m: n))
    e.theorem("t", eq(1, NAT, c("Nat.add")(Nat(2), Nat(2)), Nat(2)), refl(1, NAT, Nat(2)))
