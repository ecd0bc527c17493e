"""Why the kernels differ on a case, as far as Lean's kernel itself can be made to show it.

Each explanation is tested by asking Lean's kernel about other declarations; a disagreement that no
test explains is an error in one of the two kernels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from benchmarks.studies.kernels.environments import Export
from benchmarks.studies.kernels.kernels import Answer, Answers, Kernels
from lean_env.wire.protocol import Replayed

INCOMPLETE_LEVELS = "Lean's kernel is incomplete on universe levels: it accepts every instance"
NESTED_PARAMETERS = "upstream 14576: Lean's kernel does not check the parameters of a nested type"
UNEXPLAINED = "unexplained"

LEVELS = (0, 1, 3, 9)
"""What universe parameters are replaced by: zero, and numbers apart enough for every comparison."""


async def explain(kernels: Kernels, exported: Export, answers: Answers) -> str:
    """Find out why the kernels differ.

    Args:
        kernels: Lean's kernel is asked again.
        exported: The case.
        answers: What the kernels say to it.

    Returns:
        One of the explanations above.
    """
    if answers.lean is Answer.REFUSED:
        replayed = await kernels.replay(instances(exported))
        return INCOMPLETE_LEVELS if all(map(_accepted, replayed)) else UNEXPLAINED
    replayed = await kernels.replay([with_axiom(exported, ctor) for ctor in _ctors(exported)])
    return UNEXPLAINED if all(map(_accepted, replayed)) else NESTED_PARAMETERS


def _accepted(replayed: Replayed | None) -> bool:
    return replayed is not None and not replayed.error


def with_axiom(exported: Export, head: dict[str, Any]) -> Export:
    """Add an axiom of the type of a constructor: a kernel that accepts it has checked the type."""
    block = next(one for one in exported["decls"] if head in _heads(one))
    names = exported["names"]
    axiom = {**head, "kind": "axiom", "name": len(names), "levels": block["levels"]}
    return {**exported, "names": [*names, [0, "type_of"]], "decls": [*exported["decls"], axiom]}


def _ctors(exported: Export) -> list[dict[str, Any]]:
    return [head for declaration in exported["decls"] for head in _heads(declaration)]


def _heads(declaration: dict[str, Any]) -> list[dict[str, Any]]:
    return [ctor for type_ in declaration.get("types", ()) for ctor in type_["ctors"]]


# Instances at numbers


def instances(exported: Export) -> list[Export]:
    """The declarations with numbers for universe parameters and levels, in all combinations."""
    parameters = sorted({row[1] for row in exported["levels"] if row and row[0] == 3})
    values = product(LEVELS, repeat=len(parameters))
    return [_instance(exported, dict(zip(parameters, each, strict=True))) for each in values]


def _instance(exported: Export, parameters: dict[int, int]) -> Export:
    values: list[int] = []
    for row in exported["levels"]:
        values.append(_value(row, values, parameters))
    levels = [None, *([0, number] for number in range(max(values)))]
    own = {head["name"] for one in exported["decls"] for head in _declared(one)}
    terms = [_term(row, values, own) for row in exported["terms"]]
    declarations = [{**one, "levels": []} for one in exported["decls"]]
    return {**exported, "levels": levels, "terms": terms, "decls": declarations}


def _value(row: list[int] | None, values: Sequence[int], parameters: dict[int, int]) -> int:
    match row:
        case [0, a]:
            return values[a] + 1
        case [1, a, b]:
            return max(values[a], values[b])
        case [2, a, b]:
            return max(values[a], values[b]) if values[b] else 0
        case [3, name]:
            return parameters[name]
    return 0


def _declared(declaration: dict[str, Any]) -> Sequence[dict[str, Any]]:
    return [*declaration.get("types", [declaration]), *_heads(declaration)]


def _term(row: list[Any], values: Sequence[int], own: set[int]) -> list[Any]:
    match row:
        case [1, level]:
            return [1, values[level]]
        case [2, name, *levels]:
            return [2, name, *([] if name in own else [values[level] for level in levels])]
    return row
