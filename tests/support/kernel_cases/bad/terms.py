"""Terms and projections that a kernel must refuse."""

from __future__ import annotations

from tests.support.kernel_cases import basics
from tests.support.kernel_cases.cases import Cases
from tests.support.kernel_cases.terms import (
    BOOL,
    NAT,
    PROP,
    TYPE,
    TYPE1,
    Let,
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
def an_argument_of_another_type(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, succ(c("Bool.true")))


@CASES.add
def an_argument_of_no_function(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, number(0)(number(0)))


@CASES.add
def too_many_arguments(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, c("Nat.succ")(number(0), number(0)))


@CASES.add
def a_domain_that_is_no_type(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, lam(number(0), lambda x: number(0))(number(0)))


@CASES.add
def an_unused_domain_that_is_no_type(e: Export) -> None:
    basics.base(e)
    e.definition("d", PROP, pi(number(0), c("True")))


@CASES.add
def an_ill_typed_argument_that_is_dropped(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, lam(NAT, number(0))(succ(c("Bool.true"))))


@CASES.add
def a_let_of_another_type(e: Export) -> None:
    basics.base(e)
    e.theorem("t", c("False"), Let(c("False"), c("True.intro"), lambda h: h))


@CASES.add
def a_let_that_is_dropped(e: Export) -> None:
    basics.base(e)
    e.theorem("t", c("True"), Let(c("False"), c("True.intro"), lambda h: c("True.intro")))


@CASES.add
def a_let_with_a_type_that_is_none(e: Export) -> None:
    basics.base(e)
    e.theorem("t", c("True"), Let(number(0), number(0), lambda h: c("True.intro")))


@CASES.add
def equal_data_by_irrelevance(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t",
        pi(NAT, NAT, lambda a, b: eq(1, NAT, a, b)),
        lam(NAT, NAT, lambda a, b: refl(1, NAT, a)),
    )


@CASES.add
def true_is_false(e: Export) -> None:
    basics.base(e)
    true, false = c("Bool.true"), c("Bool.false")
    e.theorem("t", eq(1, BOOL, true, false), refl(1, BOOL, true))


@CASES.add
def all_of_a_type_with_two_elements_are_equal(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t",
        pi(BOOL, BOOL, lambda a, b: eq(1, BOOL, a, b)),
        lam(BOOL, BOOL, lambda a, b: refl(1, BOOL, a)),
    )


@CASES.add
def two_and_two_is_five(e: Export) -> None:
    basics.base(e)
    e.theorem("t", eq(1, NAT, c("Nat.add")(Nat(2), Nat(2)), Nat(5)), refl(1, NAT, Nat(5)))


@CASES.add
def different_functions(e: Export) -> None:
    basics.base(e)
    arrow = NAT >> NAT
    f, g = lam(NAT, lambda n: n), lam(NAT, succ)
    e.theorem("t", eq(1, arrow, f, g), refl(1, arrow, f))


@CASES.add
def proofs_of_different_propositions(e: Export) -> None:
    basics.base(e)
    e.theorem(
        "t", pi(PROP, PROP, lambda p, q: p >> q), lam(PROP, PROP, lambda p, q: p, lambda p, q, h: h)
    )


@CASES.add
def a_cast_along_any_equation(e: Export) -> None:
    """Rule K only where both sides are equal."""
    basics.base(e)

    def cast(a: Term, b: Term, h: Term, x: Term) -> Term:
        return c("Eq.rec", 1, 1)(NAT, a, lam(NAT, lambda z: eq(1, NAT, a, z), NAT), x, b, h)

    e.theorem(
        "t",
        pi(
            NAT, NAT, lambda a, b: eq(1, NAT, a, b), lambda a, b, h: eq(1, NAT, cast(a, b, h, a), a)
        ),
        lam(NAT, NAT, lambda a, b: eq(1, NAT, a, b), lambda a, b, h: refl(1, NAT, a)),
    )


@CASES.add
def a_projection_of_another_structure(e: Export) -> None:
    """14576."""
    basics.boxes(e)
    e.definition("d", c("Box") >> BOOL, lam(c("Box"), lambda b: Proj("Flag", 0, b)))


@CASES.add
def a_projection_by_another_name(e: Export) -> None:
    """14576."""
    basics.boxes(e)
    e.definition("d", c("Box") >> NAT, lam(c("Box"), lambda b: Proj("Flag", 0, b)))


@CASES.add
def a_projection_of_a_type_with_two_constructors(e: Export) -> None:
    basics.truth(e)
    p = c("P")
    e.inductive("P", PROP, {"P.a": c("False") >> p, "P.b": c("True") >> p})
    e.theorem("t", c("False"), Proj("P", 0, c("P.b")(c("True.intro"))))


@CASES.add
def a_projection_of_a_type_without_constructors(e: Export) -> None:
    basics.truth(e)
    e.theorem("t", c("False") >> c("False"), lam(c("False"), lambda h: Proj("False", 0, h)))


@CASES.add
def a_projection_of_an_indexed_type(e: Export) -> None:
    basics.base(e)
    e.inductive("I", NAT >> TYPE, {"I.mk": pi(NAT, lambda n: c("I")(n))})
    e.definition(
        "d",
        pi(NAT, lambda n: c("I")(n) >> NAT),
        lam(NAT, lambda n: c("I")(n), lambda n, i: Proj("I", 0, i)),
    )


@CASES.add
def a_projection_too_far(e: Export) -> None:
    basics.boxes(e)
    e.definition("d", c("Box") >> NAT, lam(c("Box"), lambda b: Proj("Box", 1, b)))


@CASES.add
def a_projection_too_far_by_two_to_the_32(e: Export) -> None:
    """12746: 32 bits of an index are not all of it."""
    basics.boxes(e)
    e.definition("d", c("Box") >> NAT, lam(c("Box"), lambda b: Proj("Box", 2**32, b)))


@CASES.add
def a_projection_of_a_function(e: Export) -> None:
    basics.boxes(e)
    e.definition("d", NAT, Proj("Box", 0, c("Box.mk")))


@CASES.add
def a_projection_of_a_numeral(e: Export) -> None:
    basics.boxes(e)
    e.definition("d", NAT, Proj("Nat", 0, Nat(3)))


@CASES.add
def a_witness_out_of_existence(e: Export) -> None:
    basics.everything(e)
    some = c("Exists", 1)(NAT, lam(NAT, c("True")))
    e.definition("d", some >> NAT, lam(some, lambda h: Proj("Exists", 0, h)))


@CASES.add
def the_proof_of_a_witness(e: Export) -> None:
    """Its type mentions the witness."""
    basics.everything(e)
    pred = lam(NAT, lambda n: eq(1, NAT, n, n))
    some = c("Exists", 1)(NAT, pred)
    e.theorem(
        "t",
        some >> c("True"),
        lam(
            some,
            lambda h: Let(
                PROP, c("True"), lambda _: lam(c("True"), c("True.intro"))(Proj("Exists", 1, h))
            ),
        ),
    )


@CASES.add
def data_out_of_a_proposition_by_a_computed_sort(e: Export) -> None:
    """14613: `Sort (imax 1 0)` is `Prop`."""
    basics.base(e)
    p, mk = c("P"), c("P.mk")
    e.inductive("P", Sort(("imax", 1, 0)), {"P.mk": BOOL >> p})
    e.definition("out", p >> BOOL, lam(p, lambda x: Proj("P", 0, x)))
    e.theorem(
        "t",
        eq(1, BOOL, c("Bool.true"), c("Bool.false")),
        refl(1, BOOL, c("out")(mk(c("Bool.true")))),
    )


@CASES.add
def data_out_of_a_proposition_by_a_parameter(e: Export) -> None:
    """14613: `Sort (imax u 0)`."""
    basics.base(e)
    p = c("P", "u")
    e.inductive("P", Sort(("imax", "u", 0)), {"P.mk": BOOL >> p}, "u")
    e.definition("out", p >> BOOL, lam(p, lambda x: Proj("P", 0, x)), "u")


@CASES.add
def data_out_of_a_proposition_by_definition(e: Export) -> None:
    """14613: the sort is told by unfolding."""
    basics.base(e)
    e.definition("Small", TYPE, PROP, hints="opaque")
    e.inductive("Q", PROP, {"Q.mk": BOOL >> c("Q")})
    e.definition("AsSmall", c("Small"), c("Q"))
    e.definition("out", c("AsSmall") >> BOOL, lam(c("AsSmall"), lambda x: Proj("Q", 0, x)))


@CASES.add
def data_out_of_a_proposition_by_a_stuck_sort(e: Export) -> None:
    """14806, 14807: what has no sort is no proposition, and no type."""
    basics.base(e)
    sort_of = lam(BOOL, lambda b: c("Bool.rec", 3)(lam(BOOL, TYPE1), TYPE, TYPE, b))
    e.definition("sortOf", BOOL >> TYPE1, sort_of)
    e.definition(
        "out",
        pi(BOOL, lambda b: c("sortOf")(b), lambda b, t: t >> BOOL),
        lam(BOOL, lambda b: c("sortOf")(b), lambda b, t: t, lambda b, t, x: Proj("Flag", 0, x)),
    )


@CASES.add
def data_out_of_a_stuck_proposition(e: Export) -> None:
    """14806, 14807: the type of the proof is computed from a variable."""
    basics.base(e)
    e.inductive("Q", PROP, {"Q.mk": BOOL >> c("Q")})
    choose = lam(BOOL, lambda b: c("Bool.rec", 2)(lam(BOOL, TYPE), PROP, PROP, b))
    e.definition("choose", BOOL >> TYPE, choose)
    e.definition(
        "out",
        pi(BOOL, lambda b: c("choose")(b), lambda b, p: p >> BOOL),
        lam(BOOL, lambda b: c("choose")(b), lambda b, p: p, lambda b, p, x: Proj("Q", 0, x)),
    )


@CASES.add
def a_proof_in_a_proof_with_an_ill_typed_argument(e: Export) -> None:
    basics.truth(e)
    e.inductive("Wrapper", PROP, {"Wrapper.mk": c("False") >> c("Wrapper")})
    e.theorem("t", c("False"), Proj("Wrapper", 0, c("Wrapper.mk")(c("True.intro"))))


@CASES.add
def projections_of_different_structures_are_equal(e: Export) -> None:
    """14631: the same field of one term by two names."""
    basics.boxes(e)
    box = c("Box")
    e.theorem(
        "t",
        pi(box, lambda b: eq(1, NAT, Proj("Box", 0, b), Proj("Flag", 0, b))),
        lam(box, lambda b: refl(1, NAT, Proj("Box", 0, b))),
    )
