"""Literals and structures that a kernel must refuse."""

from __future__ import annotations

from tests.support.kernel_cases import basics
from tests.support.kernel_cases.cases import Cases
from tests.support.kernel_cases.terms import (
    NAT,
    PROP,
    TYPE,
    Nat,
    Proj,
    Text,
    c,
    eq,
    lam,
    pi,
    refl,
    succ,
)
from tests.support.kernel_cases.writer import Export

CASES = Cases()


@CASES.add
def a_numeral_without_numbers(e: Export) -> None:
    e.definition("d", TYPE, lam(PROP, lambda p: PROP)(Nat(0)))


@CASES.add
def a_numeral_of_other_numbers(e: Export) -> None:
    """`Nat` of this file has its constructors the other way round."""
    e.inductive("Nat", TYPE, {"Nat.succ": NAT >> NAT, "Nat.zero": NAT})
    e.definition("d", NAT, Nat(3))


@CASES.add
def a_numeral_of_numbers_without_a_successor(e: Export) -> None:
    e.inductive("Nat", TYPE, {"Nat.zero": NAT, "Nat.succ": NAT})
    e.definition("d", NAT, Nat(3))


@CASES.add
def a_numeral_of_propositions(e: Export) -> None:
    e.inductive("Nat", PROP, {"Nat.zero": NAT, "Nat.succ": NAT >> NAT})
    e.definition("d", NAT, Nat(3))


@CASES.add
def a_numeral_of_an_axiom(e: Export) -> None:
    e.axiom("Nat", TYPE)
    e.definition("d", NAT, Nat(3))


@CASES.add
def a_string_without_strings(e: Export) -> None:
    basics.base(e)
    e.definition("d", c("String"), Text("a"))


@CASES.add
def a_string_of_another_type(e: Export) -> None:
    basics.base(e)
    e.inductive("String", TYPE, {"String.mk": NAT >> c("String")})
    e.definition("d", c("String"), Text("a"))


@CASES.add
def a_sum_that_is_none(e: Export) -> None:
    """`Nat.add` of this file is the first projection: 2 + 2 is 2."""
    basics.truth(e)
    basics.naturals(e)
    basics.equality(e)
    e.definition("Nat.add", NAT >> (NAT >> NAT), lam(NAT, NAT, lambda n, m: n))
    e.theorem("t", eq(1, NAT, c("Nat.add")(Nat(2), Nat(2)), Nat(4)), refl(1, NAT, Nat(4)))


@CASES.add
def a_sum_that_is_an_axiom(e: Export) -> None:
    basics.truth(e)
    basics.naturals(e)
    basics.equality(e)
    e.axiom("Nat.add", NAT >> (NAT >> NAT))
    e.theorem("t", eq(1, NAT, c("Nat.add")(Nat(2), Nat(2)), Nat(4)), refl(1, NAT, Nat(4)))


@CASES.add
def a_quotient_of_numbers_that_is_none(e: Export) -> None:
    basics.base(e)
    e.definition("Nat.div", NAT >> (NAT >> NAT), lam(NAT, NAT, lambda n, m: n))
    e.theorem("t", eq(1, NAT, c("Nat.div")(Nat(6), Nat(2)), Nat(3)), refl(1, NAT, Nat(3)))


@CASES.add
def different_numerals(e: Export) -> None:
    basics.base(e)
    e.theorem("t", eq(1, NAT, Nat(78670), Nat(24083)), refl(1, NAT, Nat(78670)))


@CASES.add
def a_numeral_and_a_variable(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t",
        pi(NAT, lambda n: eq(1, NAT, succ(n), Nat(1))),
        lam(NAT, lambda n: refl(1, NAT, Nat(1))),
    )


@CASES.add
def eta_for_a_recursive_structure(e: Export) -> None:
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": t >> t})
    e.theorem(
        "t",
        pi(t, lambda x: eq(1, t, c("T.mk")(Proj("T", 0, x)), x)),
        lam(t, lambda x: refl(1, t, x)),
    )


@CASES.add
def eta_for_a_nested_structure(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": c("List", 0)(t) >> t})
    e.theorem(
        "t",
        pi(t, lambda x: eq(1, t, c("T.mk")(Proj("T", 0, x)), x)),
        lam(t, lambda x: refl(1, t, x)),
    )


@CASES.add
def structures_with_different_fields(e: Export) -> None:
    basics.boxes(e)
    e.theorem(
        "t",
        eq(1, c("Box"), c("Box.mk")(Nat(1)), c("Box.mk")(Nat(2))),
        refl(1, c("Box"), c("Box.mk")(Nat(1))),
    )


@CASES.add
def a_unit_of_a_recursive_type(e: Export) -> None:
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": t >> t})
    e.theorem("t", pi(t, t, lambda x, y: eq(1, t, x, y)), lam(t, t, lambda x, y: refl(1, t, x)))


@CASES.add
def russells_paradox_by_a_lying_universe(e: Export) -> None:
    basics.truth(e)
    e.inductive("Set", TYPE, {"Set.mk": pi(TYPE, lambda a: (a >> c("Set")) >> c("Set"))})
