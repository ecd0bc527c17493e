"""Environments that a kernel must accept."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.kernel_cases import basics
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

Case = Callable[[Export], None]
GOOD: dict[str, Case] = {}


def good(case: Case) -> Case:
    GOOD[case.__name__] = case
    return case


# Universe levels


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
    GOOD[f"levels_equal_{_i}"] = _equal_levels(_a, _b)
    GOOD[f"levels_equal_{_i}_turned"] = _equal_levels(_b, _a)
for _i, (_a, _b) in enumerate(BELOW):
    GOOD[f"level_below_{_i}"] = _level_below(_a, ("succ", _b) if _a != 0 else _b)


# Terms


@good
def nothing(e: Export) -> None:
    pass


@good
def a_definition(e: Export) -> None:
    e.definition("d", TYPE, PROP)


@good
def an_arrow_of_propositions(e: Export) -> None:
    e.definition("d", TYPE, PROP >> PROP)


@good
def a_proposition_about_everything(e: Export) -> None:
    e.definition("d", PROP, pi(PROP, lambda p: p))


@good
def identity(e: Export) -> None:
    e.theorem("t", pi(PROP, lambda p: p >> p), lam(PROP, lambda p: p, lambda p, h: h))


@good
def identity_of_any_sort(e: Export) -> None:
    e.definition(
        "id", pi(Sort("u"), lambda a: a >> a), lam(Sort("u"), lambda a: a, lambda a, x: x), "u"
    )
    e.definition("d", TYPE >> TYPE, c("id", 2)(TYPE))


@good
def beta(e: Export) -> None:
    e.definition("k", TYPE >> (TYPE >> TYPE), lam(TYPE, TYPE, lambda a, b: a))
    e.definition("d", c("k")(PROP, PROP >> PROP), pi(PROP, lambda p: p))


@good
def a_type_that_is_computed(e: Export) -> None:
    e.definition("T", TYPE1, TYPE)
    e.definition("U", c("T"), PROP)
    e.theorem("t", pi(c("U"), lambda p: p >> p), lam(c("U"), lambda p: p, lambda p, h: h))


@good
def eta(e: Export) -> None:
    basics.base(e)
    arrow = NAT >> NAT
    e.theorem(
        "t",
        pi(arrow, lambda f: eq(1, arrow, f, lam(NAT, lambda x: f(x)))),
        lam(arrow, lambda f: refl(1, arrow, f)),
    )


@good
def eta_under_a_binder(e: Export) -> None:
    basics.base(e)
    arrow = NAT >> (NAT >> NAT)
    e.theorem(
        "t",
        pi(arrow, lambda f: eq(1, arrow, lam(NAT, NAT, lambda x, y: f(x, y)), f)),
        lam(arrow, lambda f: refl(1, arrow, f)),
    )


@good
def a_let(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, Let(NAT, number(2), lambda x: c("Nat.add")(x, x)))
    e.theorem("t", eq(1, NAT, c("d"), number(4)), refl(1, NAT, number(4)))


@good
def a_let_whose_body_needs_its_value(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, Let(TYPE, NAT, lambda t: Let(t, number(1), lambda x: succ(x))))


@good
def metadata(e: Export) -> None:
    basics.base(e)
    e.theorem("t", Meta(eq(1, NAT, Meta(number(1)), number(1))), Meta(refl(1, NAT, number(1))))


@good
def an_axiom(e: Export) -> None:
    e.axiom("choice", pi(Sort("u"), lambda a: a), "u")
    e.definition("d", TYPE, c("choice", 2)(TYPE))


@good
def an_opaque_constant(e: Export) -> None:
    basics.base(e)
    e.opaque("o", NAT, number(3))
    e.theorem("t", eq(1, NAT, c("o"), c("o")), refl(1, NAT, c("o")))


@good
def proofs_are_equal(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t",
        pi(PROP, lambda p: p, lambda p, h: p, lambda p, h, k: eq(0, p, h, k)),
        lam(PROP, lambda p: p, lambda p, h: p, lambda p, h, k: refl(0, p, h)),
    )


@good
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


@good
def elements_of_a_unit_are_equal(e: Export) -> None:
    basics.base(e)
    unit = c("Unit")
    e.theorem(
        "t",
        pi(unit, unit, lambda a, b: eq(1, unit, a, b)),
        lam(unit, unit, lambda a, b: refl(1, unit, a)),
    )


@good
def a_pair_is_that_of_its_parts(e: Export) -> None:
    basics.everything(e)
    pair = c("Prod", 0, 0)(NAT, BOOL)

    def made(x: Term) -> Term:
        return c("Prod.mk", 0, 0)(NAT, BOOL, Proj("Prod", 0, x), Proj("Prod", 1, x))

    e.theorem(
        "t", pi(pair, lambda x: eq(1, pair, made(x), x)), lam(pair, lambda x: refl(1, pair, x))
    )


@good
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


@good
def a_projection_of_a_pair(e: Export) -> None:
    basics.everything(e)
    pair = c("Prod.mk", 0, 0)(NAT, BOOL, number(1), c("Bool.true"))
    e.theorem("t", eq(1, NAT, Proj("Prod", 0, pair), number(1)), refl(1, NAT, number(1)))


@good
def a_projection_of_a_conjunction(e: Export) -> None:
    basics.everything(e)
    both = c("And")
    e.theorem(
        "t",
        pi(PROP, PROP, lambda p, q: both(p, q) >> p),
        lam(PROP, PROP, lambda p, q: both(p, q), lambda p, q, h: Proj("And", 0, h)),
    )


@good
def the_second_part_of_a_conjunction(e: Export) -> None:
    basics.everything(e)
    both = c("And")
    e.theorem(
        "t",
        pi(PROP, PROP, lambda p, q: both(p, q) >> q),
        lam(PROP, PROP, lambda p, q: both(p, q), lambda p, q, h: Proj("And", 1, h)),
    )


@good
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


# Numbers


@good
def two_and_two(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t", eq(1, NAT, c("Nat.add")(number(2), number(2)), number(4)), refl(1, NAT, number(4))
    )


@good
def numerals(e: Export) -> None:
    basics.base(e)
    for i in range(4):
        e.theorem(f"t{i}", eq(1, NAT, Nat(i), number(i)), refl(1, NAT, Nat(i)))


@good
def large_numerals(e: Export) -> None:
    basics.base(e)
    add = c("Nat.add")(Nat(10**30), Nat(1))
    e.theorem("t", eq(1, NAT, add, Nat(10**30 + 1)), refl(1, NAT, Nat(10**30 + 1)))


@good
def a_product_of_large_numerals(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t",
        eq(1, NAT, c("Nat.mul")(Nat(10**20), Nat(10**20)), Nat(10**40)),
        refl(1, NAT, Nat(10**40)),
    )


@good
def the_successor_of_a_numeral(e: Export) -> None:
    basics.base(e)
    e.theorem("t", eq(1, NAT, succ(Nat(999_999)), Nat(1_000_000)), refl(1, NAT, Nat(1_000_000)))


@good
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


@good
def an_operation_that_is_no_sum_is_unfolded(e: Export) -> None:
    """`Nat.add` of this file is the first projection: then that is what it computes."""
    basics.truth(e)
    basics.naturals(e)
    basics.equality(e)
    e.definition("Nat.add", NAT >> (NAT >> NAT), lam(NAT, NAT, lambda n, m: n))
    e.theorem("t", eq(1, NAT, c("Nat.add")(Nat(2), Nat(2)), Nat(2)), refl(1, NAT, Nat(2)))


# Inductive types


@good
def truth_and_falsity(e: Export) -> None:
    basics.truth(e)
    e.theorem(
        "t",
        pi(c("False"), PROP, lambda _, p: p),
        lam(c("False"), PROP, lambda h, p: c("False.rec", 0)(lam(c("False"), p), h)),
    )


@good
def falsity_into_data(e: Export) -> None:
    basics.base(e)
    e.definition(
        "d", c("False") >> NAT, lam(c("False"), lambda h: c("False.rec", 1)(lam(c("False"), NAT), h))
    )


@good
def a_conjunction_into_data(e: Export) -> None:
    basics.everything(e)
    both = c("And")
    e.definition(
        "d",
        pi(PROP, PROP, lambda p, q: both(p, q) >> NAT),
        lam(
            PROP,
            PROP,
            lambda p, q: both(p, q),
            lambda p, q, h: c("And.rec", 1)(p, q, lam(both(p, q), NAT), lam(p, q, Nat(0)), h),
        ),
    )


@good
def existence_into_a_proposition(e: Export) -> None:
    basics.everything(e)
    true = c("True")
    some = c("Exists", 1)(NAT, lam(NAT, true))
    e.theorem(
        "t",
        some >> true,
        lam(
            some,
            lambda h: c("Exists.rec", 1)(
                NAT, lam(NAT, true), lam(some, true), lam(NAT, true, c("True.intro")), h
            ),
        ),
    )


@good
def all_basics(e: Export) -> None:
    basics.everything(e)


@good
def quotients_compute(e: Export) -> None:
    basics.everything(e)
    r = lam(NAT, NAT, c("False"))
    f = lam(NAT, lambda x: succ(x))
    respects = lam(
        NAT,
        NAT,
        c("False"),
        lambda x, y, h: c("False.rec", 0)(
            lam(c("False"), eq(1, NAT, succ(x), succ(y))), h
        ),
    )
    e.theorem(
        "t",
        pi(
            NAT,
            lambda a: eq(
                1,
                NAT,
                c("Quot.lift", 1, 1)(NAT, r, NAT, f, respects, c("Quot.mk", 1)(NAT, r, a)),
                succ(a),
            ),
        ),
        lam(NAT, lambda a: refl(1, NAT, succ(a))),
    )


@good
def soundness_of_quotients_as_an_axiom(e: Export) -> None:
    basics.everything(e)
    e.axiom(
        "Quot.sound",
        pi(
            Sort("u"),
            lambda a: a >> (a >> PROP),
            lambda a, r: a,
            lambda a, r, x: a,
            lambda a, r, x, y: r(x, y),
            lambda a, r, x, y, h: eq(
                "u",
                c("Quot", "u")(a, r),
                c("Quot.mk", "u")(a, r, x),
                c("Quot.mk", "u")(a, r, y),
            ),
        ),
        "u",
    )


@good
def accessibility(e: Export) -> None:
    """Reflexive, a proposition, and it eliminates into data."""

    def acc(a: Term, r: Term, x: Term) -> Term:
        return c("Acc", "u")(a, r, x)

    relation = (Sort("u"), lambda a: a >> (a >> PROP))
    e.inductive(
        "Acc",
        pi(*relation, lambda a, r: a, lambda a, r, x: PROP),
        {
            "Acc.intro": pi(
                *relation,
                lambda a, r: a,
                lambda a, r, x: pi(a, lambda y: r(y, x) >> acc(a, r, y)),
                lambda a, r, x, h: acc(a, r, x),
            )
        },
        "u",
        params=2,
    )
    e.definition(
        "into",
        pi(
            *relation,
            lambda a, r: a,
            lambda a, r, x: acc(a, r, x),
            lambda a, r, x, h: TYPE,
        ),
        lam(
            *relation,
            lambda a, r: a,
            lambda a, r, x: acc(a, r, x),
            lambda a, r, x, h: c("Acc.rec", 2, "u")(
                a,
                r,
                lam(a, lambda y: acc(a, r, y), TYPE),
                lam(
                    a,
                    lambda y: pi(a, lambda z: r(z, y) >> acc(a, r, z)),
                    lambda y, h: pi(a, lambda z: r(z, y) >> TYPE),
                    PROP,
                ),
                x,
                h,
            ),
        ),
        "u",
    )


@good
def vectors(e: Export) -> None:
    basics.base(e)

    def vec(n: Term) -> Term:
        return c("Vec")(n)

    e.inductive(
        "Vec",
        NAT >> TYPE,
        {
            "Vec.nil": vec(number(0)),
            "Vec.cons": pi(NAT, lambda n: NAT, lambda n, x: vec(n), lambda n, x, v: vec(succ(n))),
        },
    )
    length = lam(
        NAT,
        vec,
        lambda n, v: c("Vec.rec", 1)(
            lam(NAT, vec, NAT),
            number(0),
            lam(NAT, NAT, lambda k, x: vec(k), NAT, lambda k, x, w, ih: succ(ih)),
            n,
            v,
        ),
    )
    e.definition("length", pi(NAT, lambda n: vec(n) >> NAT), length)
    one = c("Vec.cons")(number(0), number(7), c("Vec.nil"))
    e.theorem(
        "t", eq(1, NAT, c("length")(number(1), one), number(1)), refl(1, NAT, number(1))
    )


@good
def even_and_odd(e: Export) -> None:
    basics.base(e)
    even, odd = c("Even"), c("Odd")
    e.mutual(
        {
            "Even": (
                NAT >> PROP,
                {
                    "Even.zero": even(number(0)),
                    "Even.succ": pi(NAT, lambda n: odd(n) >> even(succ(n))),
                },
            ),
            "Odd": (NAT >> PROP, {"Odd.succ": pi(NAT, lambda n: even(n) >> odd(succ(n)))}),
        }
    )
    e.theorem(
        "t",
        even(number(2)),
        c("Even.succ")(number(1), c("Odd.succ")(number(0), c("Even.zero"))),
    )


@good
def mutual_data(e: Export) -> None:
    basics.base(e)
    tree, forest = c("Tree"), c("Forest")
    e.mutual(
        {
            "Tree": (TYPE, {"Tree.node": forest >> tree}),
            "Forest": (
                TYPE,
                {"Forest.nil": forest, "Forest.cons": tree >> (forest >> forest)},
            ),
        }
    )
    motives = (lam(tree, NAT), lam(forest, NAT))
    minors = (
        lam(forest, NAT, lambda f, n: succ(n)),
        number(0),
        lam(tree, forest, NAT, NAT, lambda t, f, n, m: c("Nat.add")(n, m)),
    )
    e.definition(
        "size", tree >> NAT, lam(tree, lambda t: c("Tree.rec", 1)(*motives, *minors, t))
    )
    leaf = c("Tree.node")(c("Forest.nil"))
    two = c("Tree.node")(c("Forest.cons")(leaf, c("Forest.nil")))
    e.theorem("t", eq(1, NAT, c("size")(two), number(2)), refl(1, NAT, number(2)))


@good
def rose_trees(e: Export) -> None:
    """Nested: the recursor over the lists is `Rose.rec_1`."""
    basics.base(e)
    rose, roses = c("Rose"), c("List", 0)(c("Rose"))
    e.inductive("Rose", TYPE, {"Rose.node": roses >> rose})
    motives = (lam(rose, NAT), lam(roses, NAT))
    minors = (
        lam(roses, NAT, lambda f, n: succ(n)),
        number(0),
        lam(rose, roses, NAT, NAT, lambda t, f, n, m: c("Nat.add")(n, m)),
    )
    e.definition(
        "size", rose >> NAT, lam(rose, lambda t: c("Rose.rec", 1)(*motives, *minors, t))
    )
    e.definition(
        "sizes", roses >> NAT, lam(roses, lambda t: c("Rose.rec_1", 1)(*motives, *minors, t))
    )
    nil, cons = c("List.nil", 0)(rose), c("List.cons", 0)(rose)
    leaf = c("Rose.node")(nil)
    e.theorem(
        "t",
        eq(1, NAT, c("size")(c("Rose.node")(cons(leaf, cons(leaf, nil)))), number(3)),
        refl(1, NAT, number(3)),
    )


@good
def rose_trees_with_a_parameter(e: Export) -> None:
    basics.base(e)
    u1 = ("succ", "u")

    def rose(a: Term) -> Term:
        return c("Rose", "u")(a)

    e.inductive(
        "Rose",
        Sort(u1) >> Sort(u1),
        {"Rose.node": pi(Sort(u1), lambda a: a >> (c("List", "u")(rose(a)) >> rose(a)))},
        "u",
        params=1,
    )


@good
def nested_twice(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    inner = c("List", 0)(c("Prod", 0, 0)(t, c("List", 0)(t)))
    e.inductive("T", TYPE, {"T.mk": inner >> t, "T.leaf": t})


@good
def nested_in_a_mutual_block(e: Export) -> None:
    basics.everything(e)
    a, b = c("A"), c("B")
    e.mutual(
        {
            "A": (TYPE, {"A.mk": c("List", 0)(b) >> a}),
            "B": (TYPE, {"B.mk": c("List", 0)(a) >> (c("Prod", 0, 0)(a, b) >> b)}),
        }
    )


@good
def nested_in_a_nested_type(e: Export) -> None:
    basics.everything(e)
    u1 = ("succ", "u")

    def rose(a: Term) -> Term:
        return c("Rose", "u")(a)

    e.inductive(
        "Rose",
        Sort(u1) >> Sort(u1),
        {"Rose.node": pi(Sort(u1), lambda a: a >> (c("List", "u")(rose(a)) >> rose(a)))},
        "u",
        params=1,
    )
    e.inductive("T", TYPE, {"T.mk": c("Rose", 0)(c("T")) >> c("T")})


@good
def nested_under_an_arrow(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": (NAT >> c("List", 0)(t)) >> t})


@good
def nested_with_an_index(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    e.inductive(
        "T",
        NAT >> TYPE,
        {"T.mk": pi(c("List", 0)(t(number(1))), lambda _: t(number(0)))},
    )


@good
def infinitely_branching(e: Export) -> None:
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.leaf": t, "T.node": (NAT >> t) >> t})
    e.definition(
        "depth",
        t >> NAT,
        lam(
            t,
            lambda x: c("T.rec", 1)(
                lam(t, NAT),
                number(0),
                lam(NAT >> t, NAT >> NAT, lambda f, ih: succ(ih(number(0)))),
                x,
            ),
        ),
    )


@good
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


@good
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


@good
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


@good
def a_proposition_by_a_computed_sort(e: Export) -> None:
    """`Sort (imax 1 0)` is `Prop`."""
    basics.base(e)
    e.inductive("P", Sort(("imax", 1, 0)), {"P.mk": NAT >> c("P")})
    e.theorem("t", pi(c("P"), c("P"), lambda a, b: eq(0, c("P"), a, b)), lam(
        c("P"), c("P"), lambda a, b: refl(0, c("P"), a)))


@good
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


@good
def an_impredicative_field(e: Export) -> None:
    e.inductive("P", PROP, {"P.mk": TYPE1 >> c("P")})


@good
def a_type_in_a_higher_universe(e: Export) -> None:
    e.inductive("T", TYPE1, {"T.mk": TYPE >> c("T")})


@good
def a_positive_occurrence_by_reduction(e: Export) -> None:
    basics.base(e)
    e.definition("Arrow", TYPE >> TYPE, lam(TYPE, lambda a: NAT >> a))
    e.inductive("T", TYPE, {"T.leaf": c("T"), "T.mk": c("Arrow")(c("T")) >> c("T")})


@good
def an_occurrence_that_reduces_away(e: Export) -> None:
    basics.base(e)
    e.definition("Const", TYPE >> TYPE, lam(TYPE, NAT))
    e.inductive("T", TYPE, {"T.mk": c("Const")(c("T")) >> c("T")})


@good
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


@good
def structures_that_differ_in_proofs_are_equal(e: Export) -> None:
    basics.everything(e)
    sub, mk = c("Sub"), c("Sub.mk")
    e.inductive("Sub", TYPE, {"Sub.mk": pi(NAT, c("True"), lambda n, h: sub)})
    e.theorem(
        "t",
        pi(c("True"), c("True"), lambda h, k: eq(1, sub, mk(Nat(1), h), mk(Nat(1), k))),
        lam(c("True"), c("True"), lambda h, k: refl(1, sub, mk(Nat(1), h))),
    )


@good
def two_definitions_of_different_heights(e: Export) -> None:
    basics.base(e)
    e.definition("a", NAT, number(3), hints={"regular": 0})
    e.definition("b", NAT, c("a"), hints={"regular": 1})
    e.definition("d", NAT, c("b"), hints="opaque")
    e.theorem("t", eq(1, NAT, c("d"), c("a")), refl(1, NAT, c("d")))
    e.theorem("s", eq(1, NAT, c("b"), Nat(3)), refl(1, NAT, Nat(3)))


@good
def a_theorem_is_used(e: Export) -> None:
    basics.base(e)
    e.theorem("t", eq(1, NAT, Nat(1), Nat(1)), refl(1, NAT, Nat(1)))
    e.theorem("s", eq(1, NAT, Nat(1), Nat(1)), c("t"))


@good
def equality_is_symmetric(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "symm",
        pi(Sort("u"), lambda a: a, lambda a, x: a, lambda a, x, y: eq("u", a, x, y) >> eq("u", a, y, x)),
        lam(
            Sort("u"),
            lambda a: a,
            lambda a, x: a,
            lambda a, x, y: eq("u", a, x, y),
            lambda a, x, y, h: c("Eq.rec", 0, "u")(
                a, x, lam(a, lambda z: eq("u", a, x, z), lambda z, _: eq("u", a, z, x)),
                refl("u", a, x), y, h,
            ),
        ),
        "u",
    )


@good
def induction(e: Export) -> None:
    basics.base(e)

    def claim(n: Term) -> Term:
        return eq(1, NAT, c("Nat.add")(number(0), n), n)

    def step(n: Term, ih: Term) -> Term:
        left = c("Nat.add")(number(0), n)
        motive = lam(NAT, lambda m: eq(1, NAT, left, m), lambda m, _: eq(1, NAT, succ(left), succ(m)))
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


@good
def true_is_not_false(e: Export) -> None:
    basics.base(e)
    is_true = lam(
        BOOL, lambda b: c("Bool.rec", 1)(lam(BOOL, PROP), c("False"), c("True"), b)
    )
    e.definition("isTrue", BOOL >> PROP, is_true)
    true, false = c("Bool.true"), c("Bool.false")
    e.theorem(
        "t",
        eq(1, BOOL, true, false) >> c("False"),
        lam(
            eq(1, BOOL, true, false),
            lambda h: c("Eq.rec", 0, 1)(
                BOOL, true, lam(BOOL, lambda b: eq(1, BOOL, true, b), lambda b, _: c("isTrue")(b)),
                c("True.intro"), false, h,
            ),
        ),
    )


# The format


@good
def numbers_with_gaps_and_out_of_order(e: Export) -> None:
    e.rows += [
        {"il": 9, "succ": 0},
        {"ie": 1000, "sort": 9},
        {"ie": 3, "sort": 0},
        {"in": 77, "str": {"pre": 0, "str": "d"}},
        {
            "def": {
                "name": 77, "levelParams": [], "type": 1000, "value": 3,
                "hints": "abbrev", "safety": "safe", "all": [77],
            }
        },
    ]


@good
def equal_rows_with_different_numbers(e: Export) -> None:
    e.rows += [{"ie": 0, "sort": 0}, {"ie": 1, "sort": 0}, {"in": 1, "str": {"pre": 0, "str": "P"}}]
    e.rows += [{"axiom": {"name": 1, "levelParams": [], "type": 1, "isUnsafe": False}}]


@good
def blank_lines(e: Export) -> None:
    e.rows += ["", "  ", {"ie": 0, "sort": 0}, ""]


@good
def names_of_numbers(e: Export) -> None:
    e.rows += [{"ie": 0, "sort": 0}, {"in": 1, "num": {"pre": 0, "i": 5}}]
    e.rows += [{"in": 2, "str": {"pre": 0, "str": "5"}}]
    for name in (1, 2):
        e.rows.append({"axiom": {"name": name, "levelParams": [], "type": 0, "isUnsafe": False}})


@good
def a_deep_term(e: Export) -> None:
    """Ten thousand functions of each other."""
    term = PROP
    for _ in range(300):
        term = PROP >> term
    e.definition("d", TYPE, term)


@good
def recursors_that_are_right(e: Export) -> None:
    bool_, motive = BOOL, BOOL >> Sort("w")
    parts = (
        motive,
        lambda m: m(c("Bool.false")),
        lambda m, f: m(c("Bool.true")),
    )
    type_ = pi(*parts, lambda m, f, t: bool_, lambda m, f, t, b: m(b))
    rules = [
        ("Bool.false", 0, lam(*parts, lambda m, f, t: f)),
        ("Bool.true", 0, lam(*parts, lambda m, f, t: t)),
    ]
    rec = e.recursor("Bool.rec", type_, rules, "w", numbers=(0, 0, 1, 2))
    e.inductive("Bool", TYPE, {"Bool.false": bool_, "Bool.true": bool_}, recs=[rec])
