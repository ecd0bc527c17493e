"""Levels and declarations that a kernel must refuse."""

from __future__ import annotations

from typing import Any

from tests.support.kernel_cases import basics
from tests.support.kernel_cases.cases import Case, Cases
from tests.support.kernel_cases.levels import DIFFERENT, NOT_BELOW
from tests.support.kernel_cases.terms import (
    NAT,
    PROP,
    TYPE,
    Let,
    Loose,
    Sort,
    c,
    eq,
    lam,
    number,
    pi,
    refl,
)
from tests.support.kernel_cases.writer import Export

CASES = Cases()


def _different_levels(a: Any, b: Any) -> Case:
    def case(e: Export) -> None:
        e.definition("d", Sort(("succ", a)), Sort(b), "u", "v", "w")

    return case


def _level_not_below(a: Any, b: Any) -> Case:
    def case(e: Export) -> None:
        sort = Sort(("succ", b))
        e.inductive("T", sort, {"T.mk": Sort(a) >> c("T", "u", "v", "w")}, "u", "v", "w")

    return case


for _i, (_a, _b) in enumerate(DIFFERENT):
    CASES[f"levels_differ_{_i}"] = _different_levels(_a, _b)
    CASES[f"levels_differ_{_i}_turned"] = _different_levels(_b, _a)
for _i, (_a, _b) in enumerate(NOT_BELOW):
    CASES[f"level_not_below_{_i}"] = _level_not_below(_a, _b)


@CASES.add
def a_cast_between_universes(e: Export) -> None:
    """`imax u v + 1` is not `imax u v`, whatever a careless comparison says."""
    down, level = Sort(("succ", ("imax", "u", "v"))), ("imax", "u", "v")
    e.definition("down", down >> Sort(level), lam(down, lambda a: a), "u", "v")


@CASES.add
def type_in_type(e: Export) -> None:
    e.definition("d", TYPE, TYPE)


@CASES.add
def an_undeclared_parameter_in_the_type(e: Export) -> None:
    e.axiom("a", Sort("u"))


@CASES.add
def an_undeclared_parameter_in_the_value(e: Export) -> None:
    basics.base(e)
    e.definition(
        "id", pi(Sort("u"), lambda a: a >> a), lam(Sort("u"), lambda a: a, lambda a, x: x), "u"
    )
    e.definition(
        "d", NAT >> NAT, lam(NAT, lambda n: Let(Sort(("succ", "x")), Sort("x"), lambda _: n))
    )


@CASES.add
def a_parameter_declared_twice(e: Export) -> None:
    e.definition("d", Sort(("succ", "u")), Sort("u"), "u", "u")


@CASES.add
def too_few_levels(e: Export) -> None:
    basics.equality(e)
    e.axiom("a", c("Eq")(PROP, c("Eq"), c("Eq")))


@CASES.add
def too_many_levels(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, c("Nat.zero", 1))


@CASES.add
def an_unknown_constant(e: Export) -> None:
    e.axiom("a", c("No.such"))


@CASES.add
def a_theorem_that_proves_itself(e: Export) -> None:
    basics.truth(e)
    e.theorem("t", c("False"), c("t"))


@CASES.add
def a_constant_before_its_declaration(e: Export) -> None:
    basics.truth(e)
    e.theorem("t", c("True"), c("s"))
    e.theorem("s", c("True"), c("True.intro"))


@CASES.add
def a_name_declared_twice(e: Export) -> None:
    e.definition("d", TYPE, PROP)
    e.definition("d", TYPE, PROP >> PROP)


@CASES.add
def a_constructor_declared_again(e: Export) -> None:
    basics.truth(e)
    e.axiom("True.intro", c("False"))


@CASES.add
def a_recursor_declared_again(e: Export) -> None:
    basics.truth(e)
    e.axiom("True.rec", c("False"))


@CASES.add
def a_recursor_that_is_there_before_its_type(e: Export) -> None:
    e.axiom("True.rec", PROP)
    basics.truth(e)


@CASES.add
def a_theorem_of_no_proposition(e: Export) -> None:
    basics.base(e)
    e.theorem("t", NAT, number(0))


@CASES.add
def a_theorem_of_what_may_be_no_proposition(e: Export) -> None:
    e.axiom("T", Sort("u"), "u")
    e.axiom("t", c("T", "u"), "u")
    e.theorem("s", c("T", "u"), c("t", "u"), "u")


@CASES.add
def a_type_that_is_no_type(e: Export) -> None:
    basics.base(e)
    e.axiom("a", number(0))


@CASES.add
def a_value_of_another_type(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, c("Bool.true"))


@CASES.add
def an_opaque_value_of_another_type(e: Export) -> None:
    basics.base(e)
    e.opaque("d", c("False"), c("True.intro"))


@CASES.add
def a_proof_of_another_proposition(e: Export) -> None:
    basics.base(e)
    e.theorem("t", c("False"), c("True.intro"))


@CASES.add
def an_unsafe_definition(e: Export) -> None:
    e.definition("d", TYPE, PROP, safety="unsafe")


@CASES.add
def a_partial_definition(e: Export) -> None:
    e.definition("d", TYPE, PROP, safety="partial")


@CASES.add
def an_unsafe_axiom(e: Export) -> None:
    e.axiom("a", PROP, unsafe=True)


@CASES.add
def an_unsafe_opaque_constant(e: Export) -> None:
    e.opaque("a", TYPE, PROP, unsafe=True)


@CASES.add
def an_opaque_constant_unfolded(e: Export) -> None:
    basics.base(e)
    e.opaque("o", NAT, number(3))
    e.theorem("t", eq(1, NAT, c("o"), number(3)), refl(1, NAT, number(3)))


@CASES.add
def a_loose_variable_in_a_type(e: Export) -> None:
    e.axiom("a", Loose(0))


@CASES.add
def a_loose_variable_in_a_value(e: Export) -> None:
    basics.truth(e)
    e.theorem("t", c("False"), Loose(0))


@CASES.add
def a_loose_variable_that_nobody_looks_at(e: Export) -> None:
    basics.truth(e)
    e.definition("k", PROP >> (PROP >> PROP), lam(PROP, PROP, lambda a, b: a))
    e.definition("d", PROP, c("k")(c("True"), Loose(7)))


@CASES.add
def a_metavariable(e: Export) -> None:
    """14484: a value with what is no term."""
    e.rows += [{"ie": 0, "sort": 0}, {"ie": 1, "mvar": 1}, {"in": 1, "str": {"pre": 0, "str": "o"}}]
    e.rows.append(
        {
            "opaque": {
                "name": 1,
                "levelParams": [],
                "type": 0,
                "value": 1,
                "isUnsafe": False,
                "all": [],
            }
        }
    )


@CASES.add
def a_free_variable(e: Export) -> None:
    """14484."""
    e.rows += [{"ie": 0, "sort": 0}, {"ie": 1, "fvar": 1}, {"in": 1, "str": {"pre": 0, "str": "o"}}]
    e.rows.append(
        {
            "opaque": {
                "name": 1,
                "levelParams": [],
                "type": 0,
                "value": 1,
                "isUnsafe": False,
                "all": [],
            }
        }
    )
