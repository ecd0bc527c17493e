"""Recursors and quotients that a kernel must refuse."""

from __future__ import annotations

from typing import Any

from tests.support.kernel_cases import basics
from tests.support.kernel_cases.cases import Cases
from tests.support.kernel_cases.terms import (
    BOOL,
    NAT,
    PROP,
    TYPE,
    Nat,
    Sort,
    Term,
    c,
    eq,
    lam,
    pi,
    refl,
    succ,
)
from tests.support.kernel_cases.writer import Export

CASES = Cases()


def _bool_rec(e: Export, **changed: Any) -> None:
    motive = BOOL >> Sort("w")
    parts = (motive, lambda m: m(c("Bool.false")), lambda m, f: m(c("Bool.true")))
    type_ = pi(*parts, lambda m, f, t: BOOL, lambda m, f, t, b: m(b))
    false, true = lam(*parts, lambda m, f, t: f), lam(*parts, lambda m, f, t: t)
    rules = changed.pop("rules", lambda f, t: [("Bool.false", 0, f), ("Bool.true", 0, t)])
    recs = [e.recursor("Bool.rec", type_, rules(false, true), "w", numbers=(0, 0, 1, 2))]
    recs[0].update(changed)
    e.inductive("Bool", TYPE, {"Bool.false": BOOL, "Bool.true": BOOL}, recs=recs)


@CASES.add
def a_recursor_with_a_false_k(e: Export) -> None:
    _bool_rec(e, k=True)


@CASES.add
def a_recursor_with_swapped_rules(e: Export) -> None:
    """The values do not even have the right types."""
    _bool_rec(e, rules=lambda f, t: [("Bool.false", 0, t), ("Bool.true", 0, f)])


@CASES.add
def a_recursor_without_a_rule(e: Export) -> None:
    _bool_rec(e, rules=lambda f, t: [("Bool.false", 0, f)])


@CASES.add
def a_recursor_with_a_rule_twice(e: Export) -> None:
    _bool_rec(e, rules=lambda f, t: [("Bool.false", 0, f), ("Bool.false", 0, f)])


@CASES.add
def a_recursor_with_a_rule_of_more_fields(e: Export) -> None:
    _bool_rec(e, rules=lambda f, t: [("Bool.false", 1, f), ("Bool.true", 0, t)])


@CASES.add
def a_recursor_with_other_numbers(e: Export) -> None:
    _bool_rec(e, numMinors=1)


@CASES.add
def a_recursor_with_more_motives(e: Export) -> None:
    _bool_rec(e, numMotives=2, numMinors=1)


@CASES.add
def a_recursor_of_another_type(e: Export) -> None:
    basics.truth(e)
    _bool_rec(e, type=e.term(c("False")))


@CASES.add
def a_recursor_by_another_name(e: Export) -> None:
    _bool_rec(e, name=e.name("Bool.recursor"))


@CASES.add
def an_unsafe_recursor(e: Export) -> None:
    _bool_rec(e, isUnsafe=True)


@CASES.add
def a_recursor_too_many(e: Export) -> None:
    basics.truth(e)
    rec = e.recursor("T.rec", c("False"), [], numbers=(0, 0, 0, 0))
    e.inductive("T", PROP, {"T.mk": c("T")}, recs=[rec, rec])


@CASES.add
def a_recursor_of_no_type(e: Export) -> None:
    basics.truth(e)
    rec = e.recursor("Free.rec", c("False"), [], numbers=(0, 0, 0, 0))
    e.declare("inductive", types=[], ctors=[], recs=[rec])
    e.theorem("t", c("False"), c("Free.rec"))


@CASES.add
def a_wrong_recursor_of_the_naturals(e: Export) -> None:
    """The rule for successors gives what the rule for zero does."""
    basics.truth(e)
    motive = NAT >> Sort("w")
    parts = (
        motive,
        lambda m: m(c("Nat.zero")),
        lambda m, z: pi(NAT, lambda n: m(n) >> m(succ(n))),
    )
    type_ = pi(*parts, lambda m, z, s: NAT, lambda m, z, s, n: m(n))
    rules = [
        ("Nat.zero", 0, lam(*parts, lambda m, z, s: z)),
        ("Nat.succ", 1, lam(*parts, lambda m, z, s: NAT, lambda m, z, s, n: z)),
    ]
    rec = e.recursor("Nat.rec", type_, rules, "w", numbers=(0, 0, 1, 2))
    e.inductive("Nat", TYPE, {"Nat.zero": NAT, "Nat.succ": NAT >> NAT}, recs=[rec])


@CASES.add
def a_constructor_with_other_fields(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": NAT >> c("T")})["ctors"][0]["numFields"] = 0


@CASES.add
def a_constructor_with_other_parameters(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": NAT >> c("T")})["ctors"][0]["numParams"] = 1


@CASES.add
def a_constructor_at_another_place(e: Export) -> None:
    e.inductive("T", TYPE, {"T.a": c("T"), "T.b": c("T")})["ctors"][0]["cidx"] = 1


@CASES.add
def a_constructor_with_another_parent(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": c("T")})["ctors"][0]["induct"] = e.name("Nat")


@CASES.add
def a_type_with_other_indices(e: Export) -> None:
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(TYPE, lambda a: c("T")(a))}, params=1)["types"][0][
        "numIndices"
    ] = 1


@CASES.add
def a_type_with_other_companions(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": c("T")})["types"][0]["all"] = [e.name("Nat")]


@CASES.add
def a_quotient_of_another_type(e: Export) -> None:
    e.quotient("type", "Quot", pi(Sort("u"), lambda a: (a >> (a >> PROP)) >> PROP), "u")


@CASES.add
def a_quotient_by_another_name(e: Export) -> None:
    e.quotient("type", "Quotient", pi(Sort("u"), lambda a: (a >> (a >> PROP)) >> Sort("u")), "u")


@CASES.add
def a_quotient_that_gives_falsity(e: Export) -> None:
    basics.truth(e)
    e.quotient("type", "Quot", c("False"), "u")


@CASES.add
def a_quotient_twice(e: Export) -> None:
    basics.quotient_type(e)
    basics.quotient_type(e)


@CASES.add
def quotients_without_equality(e: Export) -> None:
    basics.quotients(e)


@CASES.add
def quotients_with_another_equality(e: Export) -> None:
    """Everything is equal to everything, so a lift respects everything."""
    e.inductive(
        "Eq",
        pi(Sort("u"), lambda a: a >> (a >> PROP)),
        {"Eq.refl": pi(Sort("u"), lambda a: a, lambda a, x: a, lambda a, x, y: eq("u", a, x, y))},
        "u",
        params=3,
    )
    basics.quotients(e)


@CASES.add
def quotients_with_an_axiom_for_equality(e: Export) -> None:
    e.axiom("Eq", pi(Sort("u"), lambda a: a >> (a >> PROP)), "u")
    basics.quotients(e)


@CASES.add
def a_lift_that_respects_nothing(e: Export) -> None:
    basics.equality(e)
    basics.quotient_type(e)
    relation = (Sort("u"), lambda a: a >> (a >> PROP), lambda a, r: Sort("v"))
    type_ = pi(*relation, lambda a, r, b: a >> b, lambda a, r, b, f: c("Quot", "u")(a, r) >> b)
    e.quotient("lift", "Quot.lift", type_, "u", "v")


@CASES.add
def quotients_are_not_equal_without_the_axiom(e: Export) -> None:
    basics.everything(e)
    r = lam(NAT, NAT, c("True"))

    def made(n: int) -> Term:
        return c("Quot.mk", 1)(NAT, r, Nat(n))

    quot = c("Quot", 1)(NAT, r)
    e.theorem("t", eq(1, quot, made(0), made(1)), refl(1, quot, made(0)))
