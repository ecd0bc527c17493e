"""Exports that are unusual and right."""

from __future__ import annotations

from tests.support.kernel_cases.cases import Cases
from tests.support.kernel_cases.terms import (
    BOOL,
    PROP,
    TYPE,
    Sort,
    c,
    lam,
    pi,
)
from tests.support.kernel_cases.writer import Export

CASES = Cases()


@CASES.add
def numbers_with_gaps_and_out_of_order(e: Export) -> None:
    e.rows += [
        {"il": 9, "succ": 0},
        {"ie": 1000, "sort": 9},
        {"ie": 3, "sort": 0},
        {"in": 77, "str": {"pre": 0, "str": "d"}},
        {
            "def": {
                "name": 77,
                "levelParams": [],
                "type": 1000,
                "value": 3,
                "hints": "abbrev",
                "safety": "safe",
                "all": [77],
            }
        },
    ]


@CASES.add
def equal_rows_with_different_numbers(e: Export) -> None:
    e.rows += [{"ie": 0, "sort": 0}, {"ie": 1, "sort": 0}, {"in": 1, "str": {"pre": 0, "str": "P"}}]
    e.rows += [{"axiom": {"name": 1, "levelParams": [], "type": 1, "isUnsafe": False}}]


@CASES.add
def blank_lines(e: Export) -> None:
    e.rows += ["", "  ", {"ie": 0, "sort": 0}, ""]


@CASES.add
def names_of_numbers(e: Export) -> None:
    e.rows += [{"ie": 0, "sort": 0}, {"in": 1, "num": {"pre": 0, "i": 5}}]
    e.rows += [{"in": 2, "str": {"pre": 0, "str": "5"}}]
    for name in (1, 2):
        e.rows.append({"axiom": {"name": name, "levelParams": [], "type": 0, "isUnsafe": False}})


@CASES.add
def a_deep_term(e: Export) -> None:
    """Ten thousand functions of each other."""
    term = PROP
    for _ in range(300):
        term = PROP >> term
    e.definition("d", TYPE, term)


@CASES.add
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
