"""Inductive types that a kernel must refuse."""

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
    Proj,
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

CASES = Cases()


@CASES.add
def a_negative_occurrence(e: Export) -> None:
    basics.truth(e)
    e.inductive("T", TYPE, {"T.mk": (c("T") >> c("False")) >> c("T")})


@CASES.add
def a_negative_occurrence_deep_down(e: Export) -> None:
    e.inductive("T", TYPE, {"T.mk": ((c("T") >> PROP) >> PROP) >> c("T")})


@CASES.add
def a_negative_occurrence_by_reduction(e: Export) -> None:
    basics.truth(e)
    e.definition("Not", TYPE >> PROP, lam(TYPE, lambda a: a >> c("False")))
    e.inductive("T", TYPE, {"T.mk": c("Not")(c("T")) >> c("T")})


@CASES.add
def a_negative_occurrence_in_a_mutual_block(e: Export) -> None:
    a, b = c("A"), c("B")
    e.mutual({"A": (TYPE, {"A.mk": (b >> PROP) >> a}), "B": (TYPE, {"B.mk": a >> b})})


@CASES.add
def a_negative_occurrence_through_a_nested_type(e: Export) -> None:
    basics.truth(e)
    e.inductive(
        "Neg",
        TYPE >> TYPE,
        {"Neg.mk": pi(TYPE, lambda a: (a >> c("False")) >> c("Neg")(a))},
        params=1,
    )
    e.inductive("T", TYPE, {"T.mk": c("Neg")(c("T")) >> c("T")})


@CASES.add
def an_occurrence_as_an_argument_of_a_variable(e: Export) -> None:
    t = c("T")
    e.inductive(
        "T",
        pi(TYPE >> TYPE, lambda f: TYPE),
        {"T.mk": pi(TYPE >> TYPE, lambda f: f(t(f)) >> t(f))},
        params=1,
    )


@CASES.add
def an_occurrence_under_equality(e: Export) -> None:
    """Nested in the indices of another type."""
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": pi(eq(2, TYPE, t, NAT), lambda _: t)})


@CASES.add
def an_occurrence_in_its_own_index(e: Export) -> None:
    t = c("T")
    e.inductive("T", PROP >> PROP, {"T.mk": pi(PROP, lambda p: t(t(p)) >> t(p))})


@CASES.add
def an_occurrence_in_the_index_of_the_result(e: Export) -> None:
    t = c("T")
    e.inductive("T", PROP >> PROP, {"T.mk": pi(PROP, lambda p: t(t(p)))})


@CASES.add
def a_field_above_its_universe(e: Export) -> None:
    e.inductive("T", TYPE, {"T.mk": TYPE >> c("T")})


@CASES.add
def a_field_above_its_universe_in_a_mutual_block(e: Export) -> None:
    e.mutual({"A": (TYPE, {"A.mk": c("B") >> c("A")}), "B": (TYPE, {"B.mk": TYPE >> c("B")})})


@CASES.add
def a_field_above_its_universe_in_a_nested_type(e: Export) -> None:
    """The list's universe is below that of what is in it."""
    basics.lists(e)
    e.inductive("T", TYPE, {"T.mk": c("List", 1)(c("T")) >> c("T")})


@CASES.add
def a_constructor_of_another_type(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": NAT})


@CASES.add
def a_constructor_of_another_type_of_the_block(e: Export) -> None:
    e.mutual({"A": (TYPE, {"A.mk": c("B")}), "B": (TYPE, {"B.mk": c("B")})})


@CASES.add
def a_constructor_of_a_function(e: Export) -> None:
    basics.base(e)
    e.inductive("T", NAT >> TYPE, {"T.mk": c("T")})


@CASES.add
def a_constructor_at_another_parameter(e: Export) -> None:
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(TYPE, lambda a: c("T")(PROP))}, params=1)


@CASES.add
def a_constructor_with_swapped_parameters(e: Export) -> None:
    e.inductive(
        "T", TYPE >> (TYPE >> TYPE), {"T.mk": pi(TYPE, TYPE, lambda a, b: c("T")(b, a))}, params=2
    )


@CASES.add
def a_field_at_another_parameter(e: Export) -> None:
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(TYPE, lambda a: t(NAT) >> t(a))}, params=1)


@CASES.add
def a_constructor_with_a_parameter_of_another_type(e: Export) -> None:
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(PROP, lambda a: c("T")(a))}, params=1)


@CASES.add
def a_constructor_without_its_parameters(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE >> TYPE, {"T.mk": c("T")(NAT)}, params=1)


@CASES.add
def a_constructor_whose_type_is_ill_typed(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": eq(1, NAT, number(0), c("Bool.true")) >> c("T")})


@CASES.add
def a_constructor_at_other_levels(e: Export) -> None:
    e.inductive("T", Sort(("succ", "u")), {"T.mk": c("T", 0)}, "u")


@CASES.add
def an_inductive_type_of_no_sort(e: Export) -> None:
    basics.base(e)
    e.inductive("T", NAT, {})


@CASES.add
def an_inductive_type_of_an_inductive_type(e: Export) -> None:
    basics.base(e)
    e.inductive("T", NAT >> NAT, {})


@CASES.add
def more_parameters_than_there_are(e: Export) -> None:
    e.inductive("T", TYPE, {"T.mk": c("T")}, params=1)


@CASES.add
def a_block_of_different_sorts(e: Export) -> None:
    e.mutual({"A": (TYPE, {"A.mk": c("A")}), "B": (PROP, {"B.mk": c("B")})})


@CASES.add
def a_block_of_different_parameters(e: Export) -> None:
    a, b = c("A"), c("B")
    e.mutual(
        {
            "A": (TYPE >> TYPE, {"A.mk": pi(TYPE, lambda x: a(x))}),
            "B": (PROP >> TYPE, {"B.mk": pi(PROP, lambda x: b(x))}),
        },
        params=1,
    )


@CASES.add
def a_constructor_twice(e: Export) -> None:
    row = e.inductive("T", TYPE, {"T.mk": c("T")})
    row["ctors"].append(row["ctors"][0])
    row["types"][0]["ctors"] *= 2


@CASES.add
def a_constructor_that_is_not_there(e: Export) -> None:
    row = e.inductive("T", TYPE, {"T.mk": c("T")})
    row["ctors"].clear()


@CASES.add
def a_constructor_of_no_type(e: Export) -> None:
    row = e.inductive("T", TYPE, {"T.mk": c("T")})
    row["types"][0]["ctors"] = []


@CASES.add
def a_constructor_with_the_name_of_its_type(e: Export) -> None:
    e.inductive("T", TYPE, {"T": c("T")})


@CASES.add
def a_constructor_with_the_name_of_the_recursor(e: Export) -> None:
    e.inductive("T", TYPE, {"T.rec": c("T")})


@CASES.add
def an_unsafe_inductive_type(e: Export) -> None:
    e.inductive("T", TYPE, {"T.mk": (c("T") >> PROP) >> c("T")})["types"][0]["isUnsafe"] = True


def _tags(e: Export) -> None:
    basics.boxes(e)
    e.inductive(
        "Tag",
        TYPE >> (BOOL >> TYPE),
        {"Tag.mk": pi(TYPE, BOOL, lambda a, b: c("Tag")(a, b))},
        params=2,
    )


@CASES.add
def a_nested_type_with_an_ill_typed_parameter(e: Export) -> None:
    """14576, 14577: the parameter is dropped, so nothing else looks at it."""
    _tags(e)
    chain = c("Chain")
    link = pi(c("Box"), lambda b: c("Tag")(chain(b), Proj("Flag", 0, b)), lambda b, t: chain(b))
    e.inductive("Chain", c("Box") >> TYPE, {"Chain.link": link}, params=1)


@CASES.add
def a_nested_type_with_a_parameter_of_another_type(e: Export) -> None:
    """14577."""
    _tags(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": c("Tag")(t, number(0)) >> t})


@CASES.add
def a_nested_type_with_a_parameter_that_is_a_field(e: Export) -> None:
    _tags(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": pi(BOOL, lambda b: c("Tag")(t, b), lambda b, x: t)})


@CASES.add
def a_nested_occurrence_at_another_parameter(e: Export) -> None:
    """A parameter that is no parameter, out of sight in what the outer type drops."""
    _tags(e)
    e.inductive(
        "Phantom", TYPE >> TYPE, {"Phantom.mk": pi(TYPE, lambda a: c("Phantom")(a))}, params=1
    )
    t = c("T")
    mk = pi(BOOL, lambda b: c("Phantom")(t(c("Bool.false"))), lambda b, x: t(b))
    e.inductive("T", BOOL >> TYPE, {"T.mk": mk}, params=1)


@CASES.add
def a_nested_occurrence_at_another_parameter_in_a_list(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    e.inductive(
        "T", TYPE >> TYPE, {"T.mk": pi(TYPE, lambda a: c("List", 0)(t(NAT)) >> t(a))}, params=1
    )


@CASES.add
def a_nested_type_in_another_universe(e: Export) -> None:
    """14616: what the copy of an outer type stands for may live elsewhere."""
    pack = pi(Sort("u"), lambda a: a >> c("Pack", "u")(a))
    sort = Sort(("max", 1, "u"))
    e.inductive("Pack", Sort("u") >> sort, {"Pack.mk": pack}, "u", params=1)
    e.inductive("P", PROP, {"P.mk": c("Pack", 0)(c("P")) >> c("P")})


@CASES.add
def a_type_that_is_named_like_a_copy(e: Export) -> None:
    """14616: the names that a kernel makes for nested types are no names of constants."""
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": c("List", 0)(t) >> (c("_nested.T_1") >> t)})


@CASES.add
def a_copy_by_a_kernels_name(e: Export) -> None:
    """14616."""
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": c("List", 0)(t) >> (c("_nested_1") >> t)})


def _into_data(name: str, *levels: Any) -> Term:
    return c(f"{name}.rec", 1, *levels)


@CASES.add
def existence_into_data(e: Export) -> None:
    basics.everything(e)
    some = c("Exists", 1)(NAT, lam(NAT, c("True")))
    value = lam(
        some,
        lambda h: _into_data("Exists", 1)(
            NAT, lam(NAT, c("True")), lam(some, NAT), lam(NAT, c("True"), lambda n, _: n), h
        ),
    )
    e.definition("d", some >> NAT, value)


@CASES.add
def a_disjunction_into_data(e: Export) -> None:
    basics.base(e)
    p = c("P")
    e.inductive("P", PROP, {"P.a": p, "P.b": p})
    e.definition("d", p >> NAT, lam(p, lambda h: _into_data("P")(lam(p, NAT), Nat(0), Nat(1), h)))


@CASES.add
def a_proposition_by_a_computed_sort_into_data(e: Export) -> None:
    """14613."""
    basics.base(e)
    p = c("P")
    e.inductive("P", Sort(("imax", 1, 0)), {"P.mk": NAT >> p})
    e.definition(
        "d", p >> NAT, lam(p, lambda h: _into_data("P")(lam(p, NAT), lam(NAT, lambda n: n), h))
    )


@CASES.add
def what_may_be_a_proposition_into_data(e: Export) -> None:
    basics.base(e)
    p = c("P", "u")
    e.inductive("P", Sort("u"), {"P.a": p, "P.b": p}, "u")
    e.definition(
        "d", p >> NAT, lam(p, lambda h: _into_data("P", "u")(lam(p, NAT), Nat(0), Nat(1), h)), "u"
    )


@CASES.add
def mutual_propositions_into_data(e: Export) -> None:
    basics.base(e)
    a, b = c("A"), c("B")
    e.mutual({"A": (PROP, {"A.mk": b >> a}), "B": (PROP, {"B.mk": a >> b})})
    value = lam(
        a,
        lambda h: _into_data("A")(
            lam(a, NAT), lam(b, NAT), lam(b, NAT, Nat(0)), lam(a, NAT, Nat(0)), h
        ),
    )
    e.definition("d", a >> NAT, value)


@CASES.add
def a_field_that_the_type_tells_in_part(e: Export) -> None:
    basics.base(e)
    e.inductive("Is", NAT >> PROP, {"Is.mk": pi(NAT, lambda n: c("Is")(succ(n)))})
    value = lam(
        NAT,
        lambda n: c("Is")(n),
        lambda n, h: _into_data("Is")(
            lam(NAT, lambda k: c("Is")(k), NAT), lam(NAT, lambda k: k), n, h
        ),
    )
    e.definition("d", pi(NAT, lambda n: c("Is")(n) >> NAT), value)
