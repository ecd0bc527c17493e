"""Environments that a kernel must refuse.

Numbers of upstream's issues and pull requests stand where a case is of the kind that one reported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.kernel_cases import basics
from tests.support.kernel_cases.levels import DIFFERENT, NOT_BELOW
from tests.support.kernel_cases.terms import (
    BOOL,
    NAT,
    PROP,
    TYPE,
    TYPE1,
    Let,
    Loose,
    Nat,
    Proj,
    Sort,
    Term,
    Text,
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
BAD: dict[str, Case] = {}


def bad(case: Case) -> Case:
    BAD[case.__name__] = case
    return case


# Universe levels


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
    BAD[f"levels_differ_{_i}"] = _different_levels(_a, _b)
    BAD[f"levels_differ_{_i}_turned"] = _different_levels(_b, _a)
for _i, (_a, _b) in enumerate(NOT_BELOW):
    BAD[f"level_not_below_{_i}"] = _level_not_below(_a, _b)


@bad
def a_cast_between_universes(e: Export) -> None:
    """`imax u v + 1` is not `imax u v`, whatever a careless comparison says."""
    down, level = Sort(("succ", ("imax", "u", "v"))), ("imax", "u", "v")
    e.definition("down", down >> Sort(level), lam(down, lambda a: a), "u", "v")


@bad
def type_in_type(e: Export) -> None:
    e.definition("d", TYPE, TYPE)


@bad
def an_undeclared_parameter_in_the_type(e: Export) -> None:
    e.axiom("a", Sort("u"))


@bad
def an_undeclared_parameter_in_the_value(e: Export) -> None:
    basics.base(e)
    e.definition("id", pi(Sort("u"), lambda a: a >> a), lam(Sort("u"), lambda a: a, lambda a, x: x), "u")
    e.definition("d", NAT >> NAT, lam(NAT, lambda n: Let(Sort(("succ", "x")), Sort("x"), lambda _: n)))


@bad
def a_parameter_declared_twice(e: Export) -> None:
    e.definition("d", Sort(("succ", "u")), Sort("u"), "u", "u")


@bad
def too_few_levels(e: Export) -> None:
    basics.equality(e)
    e.axiom("a", c("Eq")(PROP, c("Eq"), c("Eq")))


@bad
def too_many_levels(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, c("Nat.zero", 1))


# Declarations


@bad
def an_unknown_constant(e: Export) -> None:
    e.axiom("a", c("No.such"))


@bad
def a_theorem_that_proves_itself(e: Export) -> None:
    basics.truth(e)
    e.theorem("t", c("False"), c("t"))


@bad
def a_constant_before_its_declaration(e: Export) -> None:
    basics.truth(e)
    e.theorem("t", c("True"), c("s"))
    e.theorem("s", c("True"), c("True.intro"))


@bad
def a_name_declared_twice(e: Export) -> None:
    e.definition("d", TYPE, PROP)
    e.definition("d", TYPE, PROP >> PROP)


@bad
def a_constructor_declared_again(e: Export) -> None:
    basics.truth(e)
    e.axiom("True.intro", c("False"))


@bad
def a_recursor_declared_again(e: Export) -> None:
    basics.truth(e)
    e.axiom("True.rec", c("False"))


@bad
def a_recursor_that_is_there_before_its_type(e: Export) -> None:
    e.axiom("True.rec", PROP)
    basics.truth(e)


@bad
def a_theorem_of_no_proposition(e: Export) -> None:
    basics.base(e)
    e.theorem("t", NAT, number(0))


@bad
def a_theorem_of_what_may_be_no_proposition(e: Export) -> None:
    e.axiom("T", Sort("u"), "u")
    e.axiom("t", c("T", "u"), "u")
    e.theorem("s", c("T", "u"), c("t", "u"), "u")


@bad
def a_type_that_is_no_type(e: Export) -> None:
    basics.base(e)
    e.axiom("a", number(0))


@bad
def a_value_of_another_type(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, c("Bool.true"))


@bad
def an_opaque_value_of_another_type(e: Export) -> None:
    basics.base(e)
    e.opaque("d", c("False"), c("True.intro"))


@bad
def a_proof_of_another_proposition(e: Export) -> None:
    basics.base(e)
    e.theorem("t", c("False"), c("True.intro"))


@bad
def an_unsafe_definition(e: Export) -> None:
    e.definition("d", TYPE, PROP, safety="unsafe")


@bad
def a_partial_definition(e: Export) -> None:
    e.definition("d", TYPE, PROP, safety="partial")


@bad
def an_unsafe_axiom(e: Export) -> None:
    e.axiom("a", PROP, unsafe=True)


@bad
def an_unsafe_opaque_constant(e: Export) -> None:
    e.opaque("a", TYPE, PROP, unsafe=True)


@bad
def an_opaque_constant_unfolded(e: Export) -> None:
    basics.base(e)
    e.opaque("o", NAT, number(3))
    e.theorem("t", eq(1, NAT, c("o"), number(3)), refl(1, NAT, number(3)))


@bad
def a_loose_variable_in_a_type(e: Export) -> None:
    e.axiom("a", Loose(0))


@bad
def a_loose_variable_in_a_value(e: Export) -> None:
    basics.truth(e)
    e.theorem("t", c("False"), Loose(0))


@bad
def a_loose_variable_that_nobody_looks_at(e: Export) -> None:
    basics.truth(e)
    e.definition("k", PROP >> (PROP >> PROP), lam(PROP, PROP, lambda a, b: a))
    e.definition("d", PROP, c("k")(c("True"), Loose(7)))


@bad
def a_metavariable(e: Export) -> None:
    """14484: a value with what is no term."""
    e.rows += [{"ie": 0, "sort": 0}, {"ie": 1, "mvar": 1}, {"in": 1, "str": {"pre": 0, "str": "o"}}]
    e.rows.append({"opaque": {"name": 1, "levelParams": [], "type": 0, "value": 1, "isUnsafe": False, "all": []}})


@bad
def a_free_variable(e: Export) -> None:
    """14484."""
    e.rows += [{"ie": 0, "sort": 0}, {"ie": 1, "fvar": 1}, {"in": 1, "str": {"pre": 0, "str": "o"}}]
    e.rows.append({"opaque": {"name": 1, "levelParams": [], "type": 0, "value": 1, "isUnsafe": False, "all": []}})


# Terms


@bad
def an_argument_of_another_type(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, succ(c("Bool.true")))


@bad
def an_argument_of_no_function(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, number(0)(number(0)))


@bad
def too_many_arguments(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, c("Nat.succ")(number(0), number(0)))


@bad
def a_domain_that_is_no_type(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, lam(number(0), lambda x: number(0))(number(0)))


@bad
def an_unused_domain_that_is_no_type(e: Export) -> None:
    basics.base(e)
    e.definition("d", PROP, pi(number(0), c("True")))


@bad
def an_ill_typed_argument_that_is_dropped(e: Export) -> None:
    basics.base(e)
    e.definition("d", NAT, lam(NAT, number(0))(succ(c("Bool.true"))))


@bad
def a_let_of_another_type(e: Export) -> None:
    basics.base(e)
    e.theorem("t", c("False"), Let(c("False"), c("True.intro"), lambda h: h))


@bad
def a_let_that_is_dropped(e: Export) -> None:
    basics.base(e)
    e.theorem("t", c("True"), Let(c("False"), c("True.intro"), lambda h: c("True.intro")))


@bad
def a_let_with_a_type_that_is_none(e: Export) -> None:
    basics.base(e)
    e.theorem("t", c("True"), Let(number(0), number(0), lambda h: c("True.intro")))


@bad
def equal_data_by_irrelevance(e: Export) -> None:
    basics.base(e)
    e.theorem("t", pi(NAT, NAT, lambda a, b: eq(1, NAT, a, b)), lam(NAT, NAT, lambda a, b: refl(1, NAT, a)))


@bad
def true_is_false(e: Export) -> None:
    basics.base(e)
    true, false = c("Bool.true"), c("Bool.false")
    e.theorem("t", eq(1, BOOL, true, false), refl(1, BOOL, true))


@bad
def all_of_a_type_with_two_elements_are_equal(e: Export) -> None:
    basics.base(e)
    e.theorem("t", pi(BOOL, BOOL, lambda a, b: eq(1, BOOL, a, b)), lam(BOOL, BOOL, lambda a, b: refl(1, BOOL, a)))


@bad
def two_and_two_is_five(e: Export) -> None:
    basics.base(e)
    e.theorem("t", eq(1, NAT, c("Nat.add")(Nat(2), Nat(2)), Nat(5)), refl(1, NAT, Nat(5)))


@bad
def different_functions(e: Export) -> None:
    basics.base(e)
    arrow = NAT >> NAT
    f, g = lam(NAT, lambda n: n), lam(NAT, succ)
    e.theorem("t", eq(1, arrow, f, g), refl(1, arrow, f))


@bad
def proofs_of_different_propositions(e: Export) -> None:
    basics.base(e)
    e.theorem("t", pi(PROP, PROP, lambda p, q: p >> q), lam(PROP, PROP, lambda p, q: p, lambda p, q, h: h))


@bad
def a_cast_along_any_equation(e: Export) -> None:
    """Rule K only where both sides are equal."""
    basics.base(e)

    def cast(a: Term, b: Term, h: Term, x: Term) -> Term:
        return c("Eq.rec", 1, 1)(NAT, a, lam(NAT, lambda z: eq(1, NAT, a, z), NAT), x, b, h)

    e.theorem(
        "t",
        pi(NAT, NAT, lambda a, b: eq(1, NAT, a, b), lambda a, b, h: eq(1, NAT, cast(a, b, h, a), a)),
        lam(NAT, NAT, lambda a, b: eq(1, NAT, a, b), lambda a, b, h: refl(1, NAT, a)),
    )


# Projections


def _wrapped(e: Export) -> None:
    basics.everything(e)
    e.inductive("Flag", TYPE, {"Flag.mk": BOOL >> c("Flag")})
    e.inductive("Box", TYPE, {"Box.mk": NAT >> c("Box")})


@bad
def a_projection_of_another_structure(e: Export) -> None:
    """14576."""
    _wrapped(e)
    e.definition("d", c("Box") >> BOOL, lam(c("Box"), lambda b: Proj("Flag", 0, b)))


@bad
def a_projection_by_another_name(e: Export) -> None:
    """14576."""
    _wrapped(e)
    e.definition("d", c("Box") >> NAT, lam(c("Box"), lambda b: Proj("Flag", 0, b)))


@bad
def a_projection_of_a_type_with_two_constructors(e: Export) -> None:
    basics.truth(e)
    p = c("P")
    e.inductive("P", PROP, {"P.a": c("False") >> p, "P.b": c("True") >> p})
    e.theorem("t", c("False"), Proj("P", 0, c("P.b")(c("True.intro"))))


@bad
def a_projection_of_a_type_without_constructors(e: Export) -> None:
    basics.truth(e)
    e.theorem("t", c("False") >> c("False"), lam(c("False"), lambda h: Proj("False", 0, h)))


@bad
def a_projection_of_an_indexed_type(e: Export) -> None:
    basics.base(e)
    e.inductive("I", NAT >> TYPE, {"I.mk": pi(NAT, lambda n: c("I")(n))})
    e.definition("d", pi(NAT, lambda n: c("I")(n) >> NAT), lam(NAT, lambda n: c("I")(n), lambda n, i: Proj("I", 0, i)))


@bad
def a_projection_too_far(e: Export) -> None:
    _wrapped(e)
    e.definition("d", c("Box") >> NAT, lam(c("Box"), lambda b: Proj("Box", 1, b)))


@bad
def a_projection_too_far_by_two_to_the_32(e: Export) -> None:
    """12746: 32 bits of an index are not all of it."""
    _wrapped(e)
    e.definition("d", c("Box") >> NAT, lam(c("Box"), lambda b: Proj("Box", 2**32, b)))


@bad
def a_projection_of_a_function(e: Export) -> None:
    _wrapped(e)
    e.definition("d", NAT, Proj("Box", 0, c("Box.mk")))


@bad
def a_projection_of_a_numeral(e: Export) -> None:
    _wrapped(e)
    e.definition("d", NAT, Proj("Nat", 0, Nat(3)))


@bad
def a_witness_out_of_existence(e: Export) -> None:
    basics.everything(e)
    some = c("Exists", 1)(NAT, lam(NAT, c("True")))
    e.definition("d", some >> NAT, lam(some, lambda h: Proj("Exists", 0, h)))


@bad
def the_proof_of_a_witness(e: Export) -> None:
    """Its type mentions the witness."""
    basics.everything(e)
    pred = lam(NAT, lambda n: eq(1, NAT, n, n))
    some = c("Exists", 1)(NAT, pred)
    e.theorem("t", some >> c("True"), lam(some, lambda h: Let(PROP, c("True"), lambda _: lam(c("True"), c("True.intro"))(Proj("Exists", 1, h)))))


@bad
def data_out_of_a_proposition_by_a_computed_sort(e: Export) -> None:
    """14613: `Sort (imax 1 0)` is `Prop`."""
    basics.base(e)
    p, mk = c("P"), c("P.mk")
    e.inductive("P", Sort(("imax", 1, 0)), {"P.mk": BOOL >> p})
    e.definition("out", p >> BOOL, lam(p, lambda x: Proj("P", 0, x)))
    e.theorem("t", eq(1, BOOL, c("Bool.true"), c("Bool.false")), refl(1, BOOL, c("out")(mk(c("Bool.true")))))


@bad
def data_out_of_a_proposition_by_a_parameter(e: Export) -> None:
    """14613: `Sort (imax u 0)`."""
    basics.base(e)
    p = c("P", "u")
    e.inductive("P", Sort(("imax", "u", 0)), {"P.mk": BOOL >> p}, "u")
    e.definition("out", p >> BOOL, lam(p, lambda x: Proj("P", 0, x)), "u")


@bad
def data_out_of_a_proposition_by_definition(e: Export) -> None:
    """14613: the sort is told by unfolding."""
    basics.base(e)
    e.definition("Small", TYPE, PROP, hints="opaque")
    e.inductive("Q", PROP, {"Q.mk": BOOL >> c("Q")})
    e.definition("AsSmall", c("Small"), c("Q"))
    e.definition("out", c("AsSmall") >> BOOL, lam(c("AsSmall"), lambda x: Proj("Q", 0, x)))


@bad
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


@bad
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


@bad
def a_proof_in_a_proof_with_an_ill_typed_argument(e: Export) -> None:
    basics.truth(e)
    e.inductive("Wrapper", PROP, {"Wrapper.mk": c("False") >> c("Wrapper")})
    e.theorem("t", c("False"), Proj("Wrapper", 0, c("Wrapper.mk")(c("True.intro"))))


@bad
def projections_of_different_structures_are_equal(e: Export) -> None:
    """14631: the same field of one term by two names."""
    _wrapped(e)
    box = c("Box")
    e.theorem(
        "t",
        pi(box, lambda b: eq(1, NAT, Proj("Box", 0, b), Proj("Flag", 0, b))),
        lam(box, lambda b: refl(1, NAT, Proj("Box", 0, b))),
    )


# Inductive types


@bad
def a_negative_occurrence(e: Export) -> None:
    basics.truth(e)
    e.inductive("T", TYPE, {"T.mk": (c("T") >> c("False")) >> c("T")})


@bad
def a_negative_occurrence_deep_down(e: Export) -> None:
    e.inductive("T", TYPE, {"T.mk": ((c("T") >> PROP) >> PROP) >> c("T")})


@bad
def a_negative_occurrence_by_reduction(e: Export) -> None:
    basics.truth(e)
    e.definition("Not", TYPE >> PROP, lam(TYPE, lambda a: a >> c("False")))
    e.inductive("T", TYPE, {"T.mk": c("Not")(c("T")) >> c("T")})


@bad
def a_negative_occurrence_in_a_mutual_block(e: Export) -> None:
    a, b = c("A"), c("B")
    e.mutual({"A": (TYPE, {"A.mk": (b >> PROP) >> a}), "B": (TYPE, {"B.mk": a >> b})})


@bad
def a_negative_occurrence_through_a_nested_type(e: Export) -> None:
    basics.truth(e)
    e.inductive("Neg", TYPE >> TYPE, {"Neg.mk": pi(TYPE, lambda a: (a >> c("False")) >> c("Neg")(a))}, params=1)
    e.inductive("T", TYPE, {"T.mk": c("Neg")(c("T")) >> c("T")})


@bad
def an_occurrence_as_an_argument_of_a_variable(e: Export) -> None:
    t = c("T")
    e.inductive("T", pi(TYPE >> TYPE, lambda f: TYPE), {"T.mk": pi(TYPE >> TYPE, lambda f: f(t(f)) >> t(f))}, params=1)


@bad
def an_occurrence_under_equality(e: Export) -> None:
    """Nested in the indices of another type."""
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": pi(eq(2, TYPE, t, NAT), lambda _: t)})


@bad
def an_occurrence_in_its_own_index(e: Export) -> None:
    t = c("T")
    e.inductive("T", PROP >> PROP, {"T.mk": pi(PROP, lambda p: t(t(p)) >> t(p))})


@bad
def an_occurrence_in_the_index_of_the_result(e: Export) -> None:
    t = c("T")
    e.inductive("T", PROP >> PROP, {"T.mk": pi(PROP, lambda p: t(t(p)))})


@bad
def a_field_above_its_universe(e: Export) -> None:
    e.inductive("T", TYPE, {"T.mk": TYPE >> c("T")})


@bad
def a_field_above_its_universe_in_a_mutual_block(e: Export) -> None:
    e.mutual({"A": (TYPE, {"A.mk": c("B") >> c("A")}), "B": (TYPE, {"B.mk": TYPE >> c("B")})})


@bad
def a_field_above_its_universe_in_a_nested_type(e: Export) -> None:
    """The list's universe is below that of what is in it."""
    basics.lists(e)
    e.inductive("T", TYPE, {"T.mk": c("List", 1)(c("T")) >> c("T")})


@bad
def a_constructor_of_another_type(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": NAT})


@bad
def a_constructor_of_another_type_of_the_block(e: Export) -> None:
    e.mutual({"A": (TYPE, {"A.mk": c("B")}), "B": (TYPE, {"B.mk": c("B")})})


@bad
def a_constructor_of_a_function(e: Export) -> None:
    basics.base(e)
    e.inductive("T", NAT >> TYPE, {"T.mk": c("T")})


@bad
def a_constructor_at_another_parameter(e: Export) -> None:
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(TYPE, lambda a: c("T")(PROP))}, params=1)


@bad
def a_constructor_with_swapped_parameters(e: Export) -> None:
    e.inductive("T", TYPE >> (TYPE >> TYPE), {"T.mk": pi(TYPE, TYPE, lambda a, b: c("T")(b, a))}, params=2)


@bad
def a_field_at_another_parameter(e: Export) -> None:
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(TYPE, lambda a: t(NAT) >> t(a))}, params=1)


@bad
def a_constructor_with_a_parameter_of_another_type(e: Export) -> None:
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(PROP, lambda a: c("T")(a))}, params=1)


@bad
def a_constructor_without_its_parameters(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE >> TYPE, {"T.mk": c("T")(NAT)}, params=1)


@bad
def a_constructor_whose_type_is_ill_typed(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": eq(1, NAT, number(0), c("Bool.true")) >> c("T")})


@bad
def a_constructor_at_other_levels(e: Export) -> None:
    e.inductive("T", Sort(("succ", "u")), {"T.mk": c("T", 0)}, "u")


@bad
def an_inductive_type_of_no_sort(e: Export) -> None:
    basics.base(e)
    e.inductive("T", NAT, {})


@bad
def an_inductive_type_of_an_inductive_type(e: Export) -> None:
    basics.base(e)
    e.inductive("T", NAT >> NAT, {})


@bad
def more_parameters_than_there_are(e: Export) -> None:
    e.inductive("T", TYPE, {"T.mk": c("T")}, params=1)


@bad
def a_block_of_different_sorts(e: Export) -> None:
    e.mutual({"A": (TYPE, {"A.mk": c("A")}), "B": (PROP, {"B.mk": c("B")})})


@bad
def a_block_of_different_parameters(e: Export) -> None:
    a, b = c("A"), c("B")
    e.mutual(
        {
            "A": (TYPE >> TYPE, {"A.mk": pi(TYPE, lambda x: a(x))}),
            "B": (PROP >> TYPE, {"B.mk": pi(PROP, lambda x: b(x))}),
        },
        params=1,
    )


@bad
def a_constructor_twice(e: Export) -> None:
    row = e.inductive("T", TYPE, {"T.mk": c("T")})
    row["ctors"].append(row["ctors"][0])
    row["types"][0]["ctors"] *= 2


@bad
def a_constructor_that_is_not_there(e: Export) -> None:
    row = e.inductive("T", TYPE, {"T.mk": c("T")})
    row["ctors"].clear()


@bad
def a_constructor_of_no_type(e: Export) -> None:
    row = e.inductive("T", TYPE, {"T.mk": c("T")})
    row["types"][0]["ctors"] = []


@bad
def a_constructor_with_the_name_of_its_type(e: Export) -> None:
    e.inductive("T", TYPE, {"T": c("T")})


@bad
def a_constructor_with_the_name_of_the_recursor(e: Export) -> None:
    e.inductive("T", TYPE, {"T.rec": c("T")})


@bad
def an_unsafe_inductive_type(e: Export) -> None:
    e.inductive("T", TYPE, {"T.mk": (c("T") >> PROP) >> c("T")})["types"][0]["isUnsafe"] = True


# Nested types


def _tags(e: Export) -> None:
    _wrapped(e)
    e.inductive("Tag", TYPE >> (BOOL >> TYPE), {"Tag.mk": pi(TYPE, BOOL, lambda a, b: c("Tag")(a, b))}, params=2)


@bad
def a_nested_type_with_an_ill_typed_parameter(e: Export) -> None:
    """14576, 14577: the parameter is dropped, so nothing else looks at it."""
    _tags(e)
    chain = c("Chain")
    link = pi(c("Box"), lambda b: c("Tag")(chain(b), Proj("Flag", 0, b)), lambda b, t: chain(b))
    e.inductive("Chain", c("Box") >> TYPE, {"Chain.link": link}, params=1)


@bad
def a_nested_type_with_a_parameter_of_another_type(e: Export) -> None:
    """14577."""
    _tags(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": c("Tag")(t, number(0)) >> t})


@bad
def a_nested_type_with_a_parameter_that_is_a_field(e: Export) -> None:
    _tags(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": pi(BOOL, lambda b: c("Tag")(t, b), lambda b, x: t)})


@bad
def a_nested_occurrence_at_another_parameter(e: Export) -> None:
    """A parameter that is no parameter, out of sight in what the outer type drops."""
    _tags(e)
    e.inductive("Phantom", TYPE >> TYPE, {"Phantom.mk": pi(TYPE, lambda a: c("Phantom")(a))}, params=1)
    t = c("T")
    mk = pi(BOOL, lambda b: c("Phantom")(t(c("Bool.false"))), lambda b, x: t(b))
    e.inductive("T", BOOL >> TYPE, {"T.mk": mk}, params=1)


@bad
def a_nested_occurrence_at_another_parameter_in_a_list(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(TYPE, lambda a: c("List", 0)(t(NAT)) >> t(a))}, params=1)


@bad
def a_nested_type_in_another_universe(e: Export) -> None:
    """14616: what the copy of an outer type stands for may live elsewhere."""
    pack = pi(Sort("u"), lambda a: a >> c("Pack", "u")(a))
    sort = Sort(("max", 1, "u"))
    e.inductive("Pack", Sort("u") >> sort, {"Pack.mk": pack}, "u", params=1)
    e.inductive("P", PROP, {"P.mk": c("Pack", 0)(c("P")) >> c("P")})


@bad
def a_type_that_is_named_like_a_copy(e: Export) -> None:
    """14616: the names that a kernel makes for nested types are no names of constants."""
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": c("List", 0)(t) >> (c("_nested.T_1") >> t)})


@bad
def a_copy_by_a_kernels_name(e: Export) -> None:
    """14616."""
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": c("List", 0)(t) >> (c("_nested_1") >> t)})


# Large elimination


def _into_data(name: str, *levels: Any) -> Term:
    return c(f"{name}.rec", 1, *levels)


@bad
def existence_into_data(e: Export) -> None:
    basics.everything(e)
    some = c("Exists", 1)(NAT, lam(NAT, c("True")))
    value = lam(some, lambda h: _into_data("Exists", 1)(
        NAT, lam(NAT, c("True")), lam(some, NAT), lam(NAT, c("True"), lambda n, _: n), h))
    e.definition("d", some >> NAT, value)


@bad
def a_disjunction_into_data(e: Export) -> None:
    basics.base(e)
    p = c("P")
    e.inductive("P", PROP, {"P.a": p, "P.b": p})
    e.definition("d", p >> NAT, lam(p, lambda h: _into_data("P")(lam(p, NAT), Nat(0), Nat(1), h)))


@bad
def a_proposition_by_a_computed_sort_into_data(e: Export) -> None:
    """14613."""
    basics.base(e)
    p = c("P")
    e.inductive("P", Sort(("imax", 1, 0)), {"P.mk": NAT >> p})
    e.definition("d", p >> NAT, lam(p, lambda h: _into_data("P")(lam(p, NAT), lam(NAT, lambda n: n), h)))


@bad
def what_may_be_a_proposition_into_data(e: Export) -> None:
    basics.base(e)
    p = c("P", "u")
    e.inductive("P", Sort("u"), {"P.a": p, "P.b": p}, "u")
    e.definition("d", p >> NAT, lam(p, lambda h: _into_data("P", "u")(lam(p, NAT), Nat(0), Nat(1), h)), "u")


@bad
def mutual_propositions_into_data(e: Export) -> None:
    basics.base(e)
    a, b = c("A"), c("B")
    e.mutual({"A": (PROP, {"A.mk": b >> a}), "B": (PROP, {"B.mk": a >> b})})
    value = lam(a, lambda h: _into_data("A")(lam(a, NAT), lam(b, NAT), lam(b, NAT, Nat(0)), lam(a, NAT, Nat(0)), h))
    e.definition("d", a >> NAT, value)


@bad
def a_field_that_the_type_tells_in_part(e: Export) -> None:
    basics.base(e)
    e.inductive("Is", NAT >> PROP, {"Is.mk": pi(NAT, lambda n: c("Is")(succ(n)))})
    value = lam(NAT, lambda n: c("Is")(n), lambda n, h: _into_data("Is")(
        lam(NAT, lambda k: c("Is")(k), NAT), lam(NAT, lambda k: k), n, h))
    e.definition("d", pi(NAT, lambda n: c("Is")(n) >> NAT), value)


# Recursors that an export gives


def _bool_rec(e: Export, **changed: Any) -> None:
    motive = BOOL >> Sort("w")
    parts = (motive, lambda m: m(c("Bool.false")), lambda m, f: m(c("Bool.true")))
    type_ = pi(*parts, lambda m, f, t: BOOL, lambda m, f, t, b: m(b))
    false, true = lam(*parts, lambda m, f, t: f), lam(*parts, lambda m, f, t: t)
    rules = changed.pop("rules", lambda f, t: [("Bool.false", 0, f), ("Bool.true", 0, t)])
    recs = [e.recursor("Bool.rec", type_, rules(false, true), "w", numbers=(0, 0, 1, 2))]
    recs[0].update(changed)
    e.inductive("Bool", TYPE, {"Bool.false": BOOL, "Bool.true": BOOL}, recs=recs)


@bad
def a_recursor_with_a_false_k(e: Export) -> None:
    _bool_rec(e, k=True)


@bad
def a_recursor_with_swapped_rules(e: Export) -> None:
    """The values do not even have the right types."""
    _bool_rec(e, rules=lambda f, t: [("Bool.false", 0, t), ("Bool.true", 0, f)])


@bad
def a_recursor_without_a_rule(e: Export) -> None:
    _bool_rec(e, rules=lambda f, t: [("Bool.false", 0, f)])


@bad
def a_recursor_with_a_rule_twice(e: Export) -> None:
    _bool_rec(e, rules=lambda f, t: [("Bool.false", 0, f), ("Bool.false", 0, f)])


@bad
def a_recursor_with_a_rule_of_more_fields(e: Export) -> None:
    _bool_rec(e, rules=lambda f, t: [("Bool.false", 1, f), ("Bool.true", 0, t)])


@bad
def a_recursor_with_other_numbers(e: Export) -> None:
    _bool_rec(e, numMinors=1)


@bad
def a_recursor_with_more_motives(e: Export) -> None:
    _bool_rec(e, numMotives=2, numMinors=1)


@bad
def a_recursor_of_another_type(e: Export) -> None:
    basics.truth(e)
    _bool_rec(e, type=e.term(c("False")))


@bad
def a_recursor_by_another_name(e: Export) -> None:
    _bool_rec(e, name=e.name("Bool.recursor"))


@bad
def an_unsafe_recursor(e: Export) -> None:
    _bool_rec(e, isUnsafe=True)


@bad
def a_recursor_too_many(e: Export) -> None:
    basics.truth(e)
    rec = e.recursor("T.rec", c("False"), [], numbers=(0, 0, 0, 0))
    e.inductive("T", PROP, {"T.mk": c("T")}, recs=[rec, rec])


@bad
def a_recursor_of_no_type(e: Export) -> None:
    basics.truth(e)
    rec = e.recursor("Free.rec", c("False"), [], numbers=(0, 0, 0, 0))
    e.declare("inductive", types=[], ctors=[], recs=[rec])
    e.theorem("t", c("False"), c("Free.rec"))


@bad
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


@bad
def a_constructor_with_other_fields(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": NAT >> c("T")})["ctors"][0]["numFields"] = 0


@bad
def a_constructor_with_other_parameters(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": NAT >> c("T")})["ctors"][0]["numParams"] = 1


@bad
def a_constructor_at_another_place(e: Export) -> None:
    e.inductive("T", TYPE, {"T.a": c("T"), "T.b": c("T")})["ctors"][0]["cidx"] = 1


@bad
def a_constructor_with_another_parent(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": c("T")})["ctors"][0]["induct"] = e.name("Nat")


@bad
def a_type_with_other_indices(e: Export) -> None:
    e.inductive("T", TYPE >> TYPE, {"T.mk": pi(TYPE, lambda a: c("T")(a))}, params=1)["types"][0]["numIndices"] = 1


@bad
def a_type_with_other_companions(e: Export) -> None:
    basics.base(e)
    e.inductive("T", TYPE, {"T.mk": c("T")})["types"][0]["all"] = [e.name("Nat")]


# Quotients


@bad
def a_quotient_of_another_type(e: Export) -> None:
    e.quotient("type", "Quot", pi(Sort("u"), lambda a: (a >> (a >> PROP)) >> PROP), "u")


@bad
def a_quotient_by_another_name(e: Export) -> None:
    e.quotient("type", "Quotient", pi(Sort("u"), lambda a: (a >> (a >> PROP)) >> Sort("u")), "u")


@bad
def a_quotient_that_gives_falsity(e: Export) -> None:
    basics.truth(e)
    e.quotient("type", "Quot", c("False"), "u")


@bad
def a_quotient_twice(e: Export) -> None:
    basics.quotient_type(e)
    basics.quotient_type(e)


@bad
def quotients_without_equality(e: Export) -> None:
    basics.quotients(e)


@bad
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


@bad
def quotients_with_an_axiom_for_equality(e: Export) -> None:
    e.axiom("Eq", pi(Sort("u"), lambda a: a >> (a >> PROP)), "u")
    basics.quotients(e)


@bad
def a_lift_that_respects_nothing(e: Export) -> None:
    basics.equality(e)
    basics.quotient_type(e)
    relation = (Sort("u"), lambda a: a >> (a >> PROP), lambda a, r: Sort("v"))
    type_ = pi(*relation, lambda a, r, b: a >> b, lambda a, r, b, f: c("Quot", "u")(a, r) >> b)
    e.quotient("lift", "Quot.lift", type_, "u", "v")


@bad
def quotients_are_not_equal_without_the_axiom(e: Export) -> None:
    basics.everything(e)
    r = lam(NAT, NAT, c("True"))

    def made(n: int) -> Term:
        return c("Quot.mk", 1)(NAT, r, Nat(n))

    quot = c("Quot", 1)(NAT, r)
    e.theorem("t", eq(1, quot, made(0), made(1)), refl(1, quot, made(0)))


# Literals


@bad
def a_numeral_without_numbers(e: Export) -> None:
    e.definition("d", TYPE, lam(PROP, lambda p: PROP)(Nat(0)))


@bad
def a_numeral_of_other_numbers(e: Export) -> None:
    """`Nat` of this file has its constructors the other way round."""
    e.inductive("Nat", TYPE, {"Nat.succ": NAT >> NAT, "Nat.zero": NAT})
    e.definition("d", NAT, Nat(3))


@bad
def a_numeral_of_numbers_without_a_successor(e: Export) -> None:
    e.inductive("Nat", TYPE, {"Nat.zero": NAT, "Nat.succ": NAT})
    e.definition("d", NAT, Nat(3))


@bad
def a_numeral_of_propositions(e: Export) -> None:
    e.inductive("Nat", PROP, {"Nat.zero": NAT, "Nat.succ": NAT >> NAT})
    e.definition("d", NAT, Nat(3))


@bad
def a_numeral_of_an_axiom(e: Export) -> None:
    e.axiom("Nat", TYPE)
    e.definition("d", NAT, Nat(3))


@bad
def a_string_without_strings(e: Export) -> None:
    basics.base(e)
    e.definition("d", c("String"), Text("a"))


@bad
def a_string_of_another_type(e: Export) -> None:
    basics.base(e)
    e.inductive("String", TYPE, {"String.mk": NAT >> c("String")})
    e.definition("d", c("String"), Text("a"))


@bad
def a_sum_that_is_none(e: Export) -> None:
    """`Nat.add` of this file is the first projection: 2 + 2 is 2."""
    basics.truth(e)
    basics.naturals(e)
    basics.equality(e)
    e.definition("Nat.add", NAT >> (NAT >> NAT), lam(NAT, NAT, lambda n, m: n))
    e.theorem("t", eq(1, NAT, c("Nat.add")(Nat(2), Nat(2)), Nat(4)), refl(1, NAT, Nat(4)))


@bad
def a_sum_that_is_an_axiom(e: Export) -> None:
    basics.truth(e)
    basics.naturals(e)
    basics.equality(e)
    e.axiom("Nat.add", NAT >> (NAT >> NAT))
    e.theorem("t", eq(1, NAT, c("Nat.add")(Nat(2), Nat(2)), Nat(4)), refl(1, NAT, Nat(4)))


@bad
def a_quotient_of_numbers_that_is_none(e: Export) -> None:
    basics.base(e)
    e.definition("Nat.div", NAT >> (NAT >> NAT), lam(NAT, NAT, lambda n, m: n))
    e.theorem("t", eq(1, NAT, c("Nat.div")(Nat(6), Nat(2)), Nat(3)), refl(1, NAT, Nat(3)))


@bad
def different_numerals(e: Export) -> None:
    basics.base(e)
    e.theorem("t", eq(1, NAT, Nat(78670), Nat(24083)), refl(1, NAT, Nat(78670)))


@bad
def a_numeral_and_a_variable(e: Export) -> None:
    basics.base(e)
    e.theorem("t", pi(NAT, lambda n: eq(1, NAT, succ(n), Nat(1))), lam(NAT, lambda n: refl(1, NAT, Nat(1))))


# Structures


@bad
def eta_for_a_recursive_structure(e: Export) -> None:
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": t >> t})
    e.theorem(
        "t", pi(t, lambda x: eq(1, t, c("T.mk")(Proj("T", 0, x)), x)), lam(t, lambda x: refl(1, t, x))
    )


@bad
def eta_for_a_nested_structure(e: Export) -> None:
    basics.everything(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": c("List", 0)(t) >> t})
    e.theorem(
        "t", pi(t, lambda x: eq(1, t, c("T.mk")(Proj("T", 0, x)), x)), lam(t, lambda x: refl(1, t, x))
    )


@bad
def structures_with_different_fields(e: Export) -> None:
    _wrapped(e)
    e.theorem("t", eq(1, c("Box"), c("Box.mk")(Nat(1)), c("Box.mk")(Nat(2))), refl(1, c("Box"), c("Box.mk")(Nat(1))))


@bad
def a_unit_of_a_recursive_type(e: Export) -> None:
    basics.base(e)
    t = c("T")
    e.inductive("T", TYPE, {"T.mk": t >> t})
    e.theorem("t", pi(t, t, lambda x, y: eq(1, t, x, y)), lam(t, t, lambda x, y: refl(1, t, x)))


@bad
def russells_paradox_by_a_lying_universe(e: Export) -> None:
    basics.truth(e)
    e.inductive("Set", TYPE, {"Set.mk": pi(TYPE, lambda a: (a >> c("Set")) >> c("Set"))})
