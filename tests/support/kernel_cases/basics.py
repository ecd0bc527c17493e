"""Declarations that cases build on."""

from __future__ import annotations

from tests.support.kernel_cases.terms import (
    BOOL,
    NAT,
    PROP,
    TYPE,
    Sort,
    Term,
    c,
    eq,
    lam,
    number,
    pi,
    succ,
)
from tests.support.kernel_cases.writer import Export


def truth(e: Export) -> None:
    e.inductive("True", PROP, {"True.intro": c("True")})
    e.inductive("False", PROP, {})


def booleans(e: Export) -> None:
    e.inductive("Bool", TYPE, {"Bool.false": BOOL, "Bool.true": BOOL})


def naturals(e: Export) -> None:
    e.inductive("Nat", TYPE, {"Nat.zero": NAT, "Nat.succ": NAT >> NAT})


def addition(e: Export) -> None:
    value = lam(
        NAT,
        NAT,
        lambda n, m: c("Nat.rec", 1)(lam(NAT, NAT), n, lam(NAT, NAT, lambda _, ih: succ(ih)), m),
    )
    e.definition("Nat.add", NAT >> (NAT >> NAT), value, hints={"regular": 1})


def multiplication(e: Export) -> None:
    value = lam(
        NAT,
        NAT,
        lambda n, m: c("Nat.rec", 1)(
            lam(NAT, NAT), number(0), lam(NAT, NAT, lambda _, ih: c("Nat.add")(ih, n)), m
        ),
    )
    e.definition("Nat.mul", NAT >> (NAT >> NAT), value, hints={"regular": 2})


def equality(e: Export) -> None:
    e.inductive(
        "Eq",
        pi(Sort("u"), lambda a: a >> (a >> PROP)),
        {"Eq.refl": pi(Sort("u"), lambda a: a, lambda a, x: eq("u", a, x, x))},
        "u",
        params=2,
    )


def lists(e: Export) -> None:
    def of(a: Term) -> Term:
        return c("List", "u")(a)

    e.inductive(
        "List",
        Sort(("succ", "u")) >> Sort(("succ", "u")),
        {
            "List.nil": pi(Sort(("succ", "u")), of),
            "List.cons": pi(Sort(("succ", "u")), lambda a: a >> (of(a) >> of(a))),
        },
        "u",
        params=1,
    )


def existence(e: Export) -> None:
    def of(a: Term, p: Term) -> Term:
        return c("Exists", "u")(a, p)

    e.inductive(
        "Exists",
        pi(Sort("u"), lambda a: (a >> PROP) >> PROP),
        {
            "Exists.intro": pi(
                Sort("u"),
                lambda a: a >> PROP,
                lambda a, p: a,
                lambda a, p, x: p(x),
                lambda a, p, x, h: of(a, p),
            )
        },
        "u",
        params=2,
    )


def conjunction(e: Export) -> None:
    e.inductive(
        "And",
        PROP >> (PROP >> PROP),
        {"And.intro": pi(PROP, PROP, lambda a, b: a >> (b >> c("And")(a, b)))},
        params=2,
    )


def pairs(e: Export) -> None:
    u1, v1 = ("succ", "u"), ("succ", "v")
    e.inductive(
        "Prod",
        Sort(u1) >> (Sort(v1) >> Sort(("succ", ("max", "u", "v")))),
        {"Prod.mk": pi(Sort(u1), Sort(v1), lambda a, b: a >> (b >> c("Prod", "u", "v")(a, b)))},
        "u",
        "v",
        params=2,
    )


def unit(e: Export) -> None:
    e.inductive("Unit", TYPE, {"Unit.unit": c("Unit")})


def quotient_type(e: Export) -> None:
    e.quotient("type", "Quot", pi(Sort("u"), lambda a: (a >> (a >> PROP)) >> Sort("u")), "u")


def quotients(e: Export) -> None:
    def quot(a: Term, r: Term) -> Term:
        return c("Quot", "u")(a, r)

    quotient_type(e)
    relation = (Sort("u"), lambda a: a >> (a >> PROP))
    e.quotient("ctor", "Quot.mk", pi(*relation, lambda a, r: a, lambda a, r, x: quot(a, r)), "u")
    e.quotient(
        "lift",
        "Quot.lift",
        pi(
            *relation,
            lambda a, r: Sort("v"),
            lambda a, r, b: a >> b,
            lambda a, r, b, f: pi(a, a, lambda x, y: r(x, y) >> eq("v", b, f(x), f(y))),
            lambda a, r, b, f, h: quot(a, r),
            lambda a, r, b, f, h, q: b,
        ),
        "u",
        "v",
    )
    e.quotient(
        "ind",
        "Quot.ind",
        pi(
            *relation,
            lambda a, r: quot(a, r) >> PROP,
            lambda a, r, b: pi(a, lambda x: b(c("Quot.mk", "u")(a, r, x))),
            lambda a, r, b, h: quot(a, r),
            lambda a, r, b, h, q: b(q),
        ),
        "u",
    )


def base(e: Export) -> None:
    for part in (truth, booleans, naturals, addition, multiplication, equality, lists, unit):
        part(e)


def everything(e: Export) -> None:
    for part in (base, existence, conjunction, pairs, quotients):
        part(e)


def boxes(e: Export) -> None:
    everything(e)
    e.inductive("Flag", TYPE, {"Flag.mk": BOOL >> c("Flag")})
    e.inductive("Box", TYPE, {"Box.mk": NAT >> c("Box")})
