"""Why the kernels differ on a case, as far as Lean's kernel itself can be made to show it.

Each explanation is tested by asking Lean's kernel about other declarations; a disagreement that no
test explains is an error in one of the two kernels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from benchmarks.studies.kernels.environments import Export
from benchmarks.studies.kernels.kernels import Answer, Answers, Kernels
from lean_env.wire.protocol import Replayed

INCOMPLETE_LEVELS = "Lean's kernel is incomplete on universe levels"
"""It accepts the declarations once equal levels are written in one way, or every instance."""

NESTED_PARAMETERS = "upstream 14576: Lean's kernel does not check the parameters of a nested type"
OTHER_PARAMETERS = "upstream 14582: Lean's kernel overlooks occurrences at other parameters"
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
        if all(map(_accepted, await kernels.replay([normalized(exported)]))):
            return INCOMPLETE_LEVELS
        replayed = await kernels.replay(instances(exported))
        return INCOMPLETE_LEVELS if all(map(_accepted, replayed)) else UNEXPLAINED
    replayed = await kernels.replay([with_axiom(exported, ctor) for ctor in _ctors(exported)])
    if not all(map(_accepted, replayed)):
        return NESTED_PARAMETERS
    return OTHER_PARAMETERS if any(map(occurs_elsewhere, _blocks(exported))) else UNEXPLAINED


def _blocks(exported: Export) -> list[tuple[Export, dict[str, Any]]]:
    return [(exported, one) for one in exported["decls"] if "types" in one]


def occurs_elsewhere(block: tuple[Export, dict[str, Any]]) -> bool:
    """Does a constructor mention a type of its block at other parameters or levels than its own?"""
    exported, declaration = block
    terms, levels = exported["terms"], exported["levels"]
    names = {type_["name"] for type_ in declaration["types"]}
    own_levels = [levels.index([3, name]) for name in declaration["levels"] if [3, name] in levels]
    params = declaration["params"]

    def elsewhere(number: int, depth: int, arguments: tuple[int, ...]) -> bool:
        match terms[number]:
            case [3, function, argument]:
                return elsewhere(function, depth, (argument, *arguments)) or elsewhere(
                    argument, depth, ()
                )
            case [2, name, *at] if name in names:
                given = [terms[argument] for argument in arguments[:params]]
                return at != own_levels or given != [[0, depth - 1 - i] for i in range(params)]
            case [4 | 5, domain, body]:
                return elsewhere(domain, depth, ()) or elsewhere(body, depth + 1, ())
            case [6, type_, value, body]:
                parts = elsewhere(type_, depth, ()) or elsewhere(value, depth, ())
                return parts or elsewhere(body, depth + 1, ())
            case [9, _, _, inner]:
                return elsewhere(inner, depth, ())
        return False

    return any(elsewhere(ctor["type"], 0, ()) for ctor in _heads(declaration))


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


# Universe levels


def normalized(exported: Export) -> Export:
    """The declarations with one level, the shortest, for all that have the same values."""
    values = [_values(exported, each) for each in _assignments(exported)]
    profiles = list(zip(*values, strict=True))
    sizes = _sizes(exported)
    chosen: dict[tuple[int, ...], int] = {}
    for number in sorted(range(len(sizes)), key=lambda number: sizes[number]):
        chosen.setdefault(profiles[number], number)
    places = [chosen[profile] for profile in profiles]
    return {**exported, "terms": [_at(row, places) for row in exported["terms"]]}


def instances(exported: Export) -> list[Export]:
    """The declarations with numbers for universe parameters and levels, in all combinations."""
    return [_instance(exported, _values(exported, each)) for each in _assignments(exported)]


def _instance(exported: Export, values: list[int]) -> Export:
    levels = [None, *([0, number] for number in range(max(values)))]
    own = {head["name"] for one in exported["decls"] for head in _declared(one)}
    terms = [
        row[:2] if row[0] == 2 and row[1] in own else _at(row, values) for row in exported["terms"]
    ]
    declarations = [{**one, "levels": []} for one in exported["decls"]]
    return {**exported, "levels": levels, "terms": terms, "decls": declarations}


def _declared(declaration: dict[str, Any]) -> Sequence[dict[str, Any]]:
    return [*declaration.get("types", [declaration]), *_heads(declaration)]


def _assignments(exported: Export) -> Iterator[dict[int, int]]:
    """Values of the universe parameters, which are known by the numbers of their names."""
    parameters = sorted({row[1] for row in exported["levels"] if row and row[0] == 3})
    for each in product(LEVELS, repeat=len(parameters)):
        yield dict(zip(parameters, each, strict=True))


def _values(exported: Export, parameters: dict[int, int]) -> list[int]:
    """What each level of the table is at values of the parameters."""
    values: list[int] = []
    for row in exported["levels"]:
        match row:
            case [0, a]:
                value = values[a] + 1
            case [1, a, b]:
                value = max(values[a], values[b])
            case [2, a, b]:
                value = max(values[a], values[b]) if values[b] else 0
            case [3, name]:
                value = parameters[name]
            case _:
                value = 0
        values.append(value)
    return values


def _sizes(exported: Export) -> list[int]:
    sizes: list[int] = []
    for row in exported["levels"]:
        parts = row[1:] if row and row[0] != 3 else []
        sizes.append(1 + sum(sizes[part] for part in parts))
    return sizes


def _at(row: list[Any], places: Sequence[int]) -> list[Any]:
    """A row of the table of terms with other levels."""
    match row:
        case [1, level]:
            return [1, places[level]]
        case [2, name, *levels]:
            return [2, name, *(places[level] for level in levels)]
    return row
