"""Structures, and propositions that are inductive types, that a kernel must accept."""

from __future__ import annotations

from tests.support.kernel_cases import basics
from tests.support.kernel_cases.cases import Cases
from tests.support.kernel_cases.terms import (
    BOOL,
    NAT,
    PROP,
    TYPE,
    TYPE1,
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


@CASES.add
def a_dependent_pair(e: Export) -> None:
    u1, v1 = ("succ", "u"), ("succ", "v")
    params = (Sort(u1), lambda a: a >> Sort(v1))

    def sigma(a: Term, b: Term) -> Term:
        return c("Sigma", "u", "v")(a, b)

    e.inductive(
        "Sigma",
        pi(*params, lambda a, b: Sort(("succ", ("max", "u", "v")))),
        {
            "Sigma.mk": pi(
                *params, lambda a, b: a, lambda a, b, x: b(x), lambda a, b, x, y: sigma(a, b)
            )
        },
        "u",
        "v",
        params=2,
    )
    e.definition(
        "snd",
        pi(*params, sigma, lambda a, b, p: b(Proj("Sigma", 0, p))),
        lam(*params, sigma, lambda a, b, p: Proj("Sigma", 1, p)),
        "u",
        "v",
    )


@CASES.add
def a_pair_of_any_sort(e: Export) -> None:
    """Its universe may be that of the propositions only if it is not below 1."""
    sort = Sort(("max", 1, ("max", "u", "v")))

    def pair(a: Term, b: Term) -> Term:
        return c("PProd", "u", "v")(a, b)

    e.inductive(
        "PProd",
        pi(Sort("u"), Sort("v"), lambda a, b: sort),
        {"PProd.mk": pi(Sort("u"), Sort("v"), lambda a, b: a >> (b >> pair(a, b)))},
        "u",
        "v",
        params=2,
    )
    e.definition(
        "fst",
        pi(Sort("u"), Sort("v"), pair, lambda a, b, p: a),
        lam(Sort("u"), Sort("v"), pair, lambda a, b, p: Proj("PProd", 0, p)),
        "u",
        "v",
    )


@CASES.add
def a_proposition_by_a_computed_sort(e: Export) -> None:
    """`Sort (imax 1 0)` is `Prop`."""
    basics.base(e)
    e.inductive("P", Sort(("imax", 1, 0)), {"P.mk": NAT >> c("P")})
    e.theorem(
        "t",
        pi(c("P"), c("P"), lambda a, b: eq(0, c("P"), a, b)),
        lam(c("P"), c("P"), lambda a, b: refl(0, c("P"), a)),
    )


@CASES.add
def a_field_that_the_type_tells(e: Export) -> None:
    """Data in a proof may come out where the type determines it."""
    basics.base(e)
    e.inductive("Is", NAT >> PROP, {"Is.mk": pi(NAT, lambda n: c("Is")(n))})
    e.definition(
        "d",
        pi(NAT, lambda n: c("Is")(n) >> NAT),
        lam(
            NAT,
            lambda n: c("Is")(n),
            lambda n, h: c("Is.rec", 1)(
                lam(NAT, lambda k: c("Is")(k), NAT), lam(NAT, lambda k: k), n, h
            ),
        ),
    )


@CASES.add
def an_impredicative_field(e: Export) -> None:
    e.inductive("P", PROP, {"P.mk": TYPE1 >> c("P")})


@CASES.add
def a_type_in_a_higher_universe(e: Export) -> None:
    e.inductive("T", TYPE1, {"T.mk": TYPE >> c("T")})


@CASES.add
def a_positive_occurrence_by_reduction(e: Export) -> None:
    basics.base(e)
    e.definition("Arrow", TYPE >> TYPE, lam(TYPE, lambda a: NAT >> a))
    e.inductive("T", TYPE, {"T.leaf": c("T"), "T.mk": c("Arrow")(c("T")) >> c("T")})


@CASES.add
def an_occurrence_that_reduces_away(e: Export) -> None:
    basics.base(e)
    e.definition("Const", TYPE >> TYPE, lam(TYPE, NAT))
    e.inductive("T", TYPE, {"T.mk": c("Const")(c("T")) >> c("T")})


@CASES.add
def a_structure_with_a_dependent_proof(e: Export) -> None:
    basics.everything(e)
    sub = c("Sub")
    e.inductive(
        "Sub",
        TYPE,
        {"Sub.mk": pi(NAT, lambda n: eq(1, NAT, n, n), lambda n, h: sub)},
    )
    e.theorem(
        "t",
        pi(sub, lambda s: eq(1, NAT, Proj("Sub", 0, s), Proj("Sub", 0, s))),
        lam(sub, lambda s: Proj("Sub", 1, s)),
    )


@CASES.add
def structures_that_differ_in_proofs_are_equal(e: Export) -> None:
    basics.everything(e)
    sub, mk = c("Sub"), c("Sub.mk")
    e.inductive("Sub", TYPE, {"Sub.mk": pi(NAT, c("True"), lambda n, h: sub)})
    e.theorem(
        "t",
        pi(c("True"), c("True"), lambda h, k: eq(1, sub, mk(Nat(1), h), mk(Nat(1), k))),
        lam(c("True"), c("True"), lambda h, k: refl(1, sub, mk(Nat(1), h))),
    )


@CASES.add
def two_definitions_of_different_heights(e: Export) -> None:
    basics.base(e)
    e.definition("a", NAT, number(3), hints={"regular": 0})
    e.definition("b", NAT, c("a"), hints={"regular": 1})
    e.definition("d", NAT, c("b"), hints="opaque")
    e.theorem("t", eq(1, NAT, c("d"), c("a")), refl(1, NAT, c("d")))
    e.theorem("s", eq(1, NAT, c("b"), Nat(3)), refl(1, NAT, Nat(3)))


@CASES.add
def a_theorem_is_used(e: Export) -> None:
    basics.base(e)
    e.theorem("t", eq(1, NAT, Nat(1), Nat(1)), refl(1, NAT, Nat(1)))
    e.theorem("s", eq(1, NAT, Nat(1), Nat(1)), c("t"))


@CASES.add
def equality_is_symmetric(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "symm",
        pi(
            Sort("u"),
            lambda a: a,
            lambda a, x: a,
            lambda a, x, y: eq("u", a, x, y) >> eq("u", a, y, x),
        ),
        lam(
            Sort("u"),
            lambda a: a,
            lambda a, x: a,
            lambda a, x, y: eq("u", a, x, y),
            lambda a, x, y, h: c("Eq.rec", 0, "u")(
                a,
                x,
                lam(a, lambda z: eq("u", a, x, z), lambda z, _: eq("u", a, z, x)),
                refl("u", a, x),
                y,
                h,
            ),
        ),
        "u",
    )


@CASES.add
def induction(e: Export) -> None:
    basics.base(e)

    def claim(n: Term) -> Term:
        return eq(1, NAT, c("Nat.add")(number(0), n), n)

    def step(n: Term, ih: Term) -> Term:
        left = c("Nat.add")(number(0), n)
        motive = lam(
            NAT, lambda m: eq(1, NAT, left, m), lambda m, _: eq(1, NAT, succ(left), succ(m))
        )
        return c("Eq.rec", 0, 1)(NAT, left, motive, refl(1, NAT, succ(left)), n, ih)

    e.theorem(
        "zero_add",
        pi(NAT, claim),
        lam(
            NAT,
            lambda n: c("Nat.rec", 0)(
                lam(NAT, claim), refl(1, NAT, number(0)), lam(NAT, claim, step), n
            ),
        ),
    )


@CASES.add
def true_is_not_false(e: Export) -> None:
    basics.base(e)
    is_true = lam(BOOL, lambda b: c("Bool.rec", 1)(lam(BOOL, PROP), c("False"), c("True"), b))
    e.definition("isTrue", BOOL >> PROP, is_true)
    true, false = c("Bool.true"), c("Bool.false")
    e.theorem(
        "t",
        eq(1, BOOL, true, false) >> c("False"),
        lam(
            eq(1, BOOL, true, false),
            lambda h: c("Eq.rec", 0, 1)(
                BOOL,
                true,
                lam(BOOL, lambda b: eq(1, BOOL, true, b), lambda b, _: c("isTrue")(b)),
                c("True.intro"),
                false,
                h,
            ),
        ),
    )


@CASES.add
def well_founded_trees(e: Export) -> None:
    def w(a: Term, b: Term) -> Term:
        return c("W", "u", "v")(a, b)

    u1, v1 = ("succ", "u"), ("succ", "v")
    params = (Sort(u1), lambda a: a >> Sort(v1))
    e.inductive(
        "W",
        pi(*params, lambda a, b: Sort(("succ", ("max", "u", "v")))),
        {
            "W.sup": pi(
                *params,
                lambda a, b: a,
                lambda a, b, x: b(x) >> w(a, b),
                lambda a, b, x, f: w(a, b),
            )
        },
        "u",
        "v",
        params=2,
    )
