"""Names in a statement that nothing declares.

Lean takes an unknown name in a statement for a variable of the statement's own, so that a theorem
about `ℝ` without Mathlib is about any type.  Where a statement stands alone, that is not what is
meant, but for single letters: many public statements leave `α` and `u` to be found so.
"""

from __future__ import annotations

import re

from lean_env.errors import InvalidStatement
from lean_env.types import Theorem
from prover.problems.source import IMPORT, without_comments

_LETTER = re.compile(r".[0-9₀-₉_'!?]*")
_NUMBERS = "ℕℤℚℝℂℍ"
_MATHLIB = re.compile(
    rf"[{_NUMBERS}∑∏∫√‖∞]|\b(?:Real|Complex|NNReal|ENNReal|Finset|Multiset|Set|Filter|Polynomial|"
    r"MvPolynomial|Matrix|ZMod|Ideal|Group|CommGroup|AddCommGroup|Monoid|CommMonoid|Semiring|Ring|"
    r"CommRing|Field|Module|Algebra|LinearMap|MeasureTheory|Metric|Topology|TopologicalSpace|"
    r"Continuous|Differentiable|deriv|Prime|Irrational|Function\.Injective|Nat\.Prime|"
    r"Nat\.factorial|Nat\.choose|Nat\.divisors|Int\.floor|Int\.ceil|Bijective|StrictMono|Monotone)\b"
)
"""What is likely to be Mathlib's in a statement that Lean does not understand without it."""


def require_declared(theorem: Theorem, auto_bound: tuple[str, ...]) -> None:
    """Refuse a statement in which Lean bound an undeclared name of more than a letter.

    Args:
        theorem: The theorem.  If its header sets `autoImplicit` or `relaxedAutoImplicit`,
            nothing is refused.
        auto_bound: The names that Lean bound as variables of the statement.

    Raises:
        InvalidStatement: Lists the undeclared names.
    """
    if "utoImplicit" in theorem.header:
        return
    unknown = [n for n in auto_bound if not _LETTER.fullmatch(n) or n in _NUMBERS]
    if unknown:
        named = ", ".join(f"`{name}`" for name in unknown)
        raise InvalidStatement(
            f"nothing declares {named}",
            where="statement",
            remedy=_mathlib_hint(theorem)
            or "Lean would take it for a variable: correct it, bind it like `(x : Nat)`, or put "
            "`set_option relaxedAutoImplicit true` before the statement",
        )


def explained(error: InvalidStatement, theorem: Theorem) -> InvalidStatement:
    """The error of a statement, which may be that it is written for Mathlib."""
    hint = _mathlib_hint(theorem)
    if not hint:
        return error
    numbers = [n for n in _NUMBERS if n in _code(theorem.statement) and n not in theorem.header]
    message = f"nothing declares {', '.join(f'`{n}`' for n in numbers)}" if numbers else ""
    return InvalidStatement(
        message or error.message,
        where=error.where,
        line=0 if message else error.line,
        column=0 if message else error.column,
        remedy=hint,
    )


def _mathlib_hint(theorem: Theorem) -> str:
    """The remedy for a statement that seems to need Mathlib.

    Returns:
        An empty text if it does not, or if its header imports or defines what it needs.
    """
    if any(name.startswith("Mathlib") for name in IMPORT.findall(_code(theorem.header))):
        return ""
    words = dict.fromkeys(_MATHLIB.findall(_code(theorem.statement)))
    missing = [word for word in words if word not in theorem.header]
    if not missing:
        return ""
    named = ", ".join(f"`{word}`" for word in missing)
    return (
        f"{named}: this is of Mathlib, which nothing imports here; embedded Lean has no Mathlib: "
        "put the statement into a file of a Lake project that has it"
    )


def _code(text: str) -> str:
    return without_comments(text)
