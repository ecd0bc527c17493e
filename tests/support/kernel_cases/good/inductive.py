"""Inductive types that a kernel must accept."""

from __future__ import annotations

from tests.support.kernel_cases import basics
from tests.support.kernel_cases.cases import Cases
from tests.support.kernel_cases.terms import (
    NAT,
    PROP,
    TYPE,
    Nat,
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
def truth_and_falsity(e: Export) -> None:
    basics.truth(e)
    e.theorem(
        "t",
        pi(c("False"), PROP, lambda _, p: p),
        lam(c("False"), PROP, lambda h, p: c("False.rec", 0)(lam(c("False"), p), h)),
    )


@CASES.add
def falsity_into_data(e: Export) -> None:
    basics.base(e)
    e.definition(
        "d",
        c("False") >> NAT,
        lam(c("False"), lambda h: c("False.rec", 1)(lam(c("False"), NAT), h)),
    )


@CASES.add
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


@CASES.add
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


@CASES.add
def all_basics(e: Export) -> None:
    basics.everything(e)


@CASES.add
def quotients_compute(e: Export) -> None:
    basics.everything(e)
    r = lam(NAT, NAT, c("False"))
    f = lam(NAT, lambda x: succ(x))
    respects = lam(
        NAT,
        NAT,
        c("False"),
        lambda x, y, h: c("False.rec", 0)(lam(c("False"), eq(1, NAT, succ(x), succ(y))), h),
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


@CASES.add
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


@CASES.add
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


@CASES.add
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
    e.theorem("t", eq(1, NAT, c("length")(number(1), one), number(1)), refl(1, NAT, number(1)))


@CASES.add
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


@CASES.add
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
    e.definition("size", tree >> NAT, lam(tree, lambda t: c("Tree.rec", 1)(*motives, *minors, t)))
    leaf = c("Tree.node")(c("Forest.nil"))
    two = c("Tree.node")(c("Forest.cons")(leaf, c("Forest.nil")))
    e.theorem("t", eq(1, NAT, c("size")(two), number(2)), refl(1, NAT, number(2)))


@CASES.add
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
    e.definition("size", rose >> NAT, lam(rose, lambda t: c("Rose.rec", 1)(*motives, *minors, t)))
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


@CASES.add
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


@CASES.add
def nested_twice(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    inner = c("List", 0)(c("Prod", 0, 0)(t, c("List", 0)(t)))
    e.inductive("T", TYPE, {"T.mk": inner >> t, "T.leaf": t})


@CASES.add
def nested_in_a_mutual_block(e: Export) -> None:
    basics.everything(e)
    a, b = c("A"), c("B")
    e.mutual(
        {
            "A": (TYPE, {"A.mk": c("List", 0)(b) >> a}),
            "B": (TYPE, {"B.mk": c("List", 0)(a) >> (c("Prod", 0, 0)(a, b) >> b)}),
        }
    )


@CASES.add
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


@CASES.add
def nested_under_an_arrow(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": (NAT >> c("List", 0)(t)) >> t})


@CASES.add
def nested_with_an_index(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    e.inductive(
        "T",
        NAT >> TYPE,
        {"T.mk": pi(c("List", 0)(t(number(1))), lambda _: t(number(0)))},
    )


@CASES.add
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
