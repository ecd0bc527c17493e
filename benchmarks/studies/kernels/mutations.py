"""Small changes of an export, most of which make it ill-typed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks.studies.kernels.environments import Export


def mutant(rng: Random, exported: Export) -> Export:
    """A copy with one change, or a few."""
    made = {
        "names": exported["names"],
        "levels": [row and list(row) for row in exported["levels"]],
        "terms": [list(row) for row in exported["terms"]],
        "decls": [_copy(declaration) for declaration in exported["decls"]],
    }
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        rng.choices((_term, _declaration, _level), (12, 4, 1))[0](rng, made)
    return made


def _copy(declaration: dict[str, Any]) -> dict[str, Any]:
    copy = {**declaration, "levels": list(declaration["levels"])}
    if "types" in copy:
        copy["types"] = [
            {**type_, "ctors": [dict(ctor) for ctor in type_["ctors"]]} for type_ in copy["types"]
        ]
    return copy


def _term(rng: Random, made: Export) -> None:
    """Change a row of the table of terms, and so every term that it is a part of."""
    terms, levels = made["terms"], made["levels"]
    number = rng.randrange(len(terms))
    row = terms[number]
    match row[0]:
        case 0:
            row[1] = max(0, row[1] + rng.choice((-1, 1)))
        case 1:
            row[1] = rng.randrange(len(levels))
        case 2 if len(row) > 2 and rng.random() < 0.6:
            row[rng.randrange(2, len(row))] = rng.randrange(len(levels))
        case 2:
            terms[number] = list(rng.choice([other for other in terms if other[0] == 2]))
        case 7:
            row[1] = str(max(0, int(row[1]) + rng.choice((-1, 1))))
        case 8:
            row[1] = row[1][::-1] + rng.choice(("", "a"))
        case 9 if rng.random() < 0.6:
            row[2] = max(0, row[2] + rng.choice((-1, 1)))
        case 9:
            row[1] = rng.choice([other[1] for other in terms if other[0] in {2, 9}])
        case _ if number:
            _part(rng, number, row)


def _part(rng: Random, number: int, row: list[Any]) -> None:
    """Another part, often one that was written shortly before."""
    part = rng.randrange(1, len(row))
    if rng.random() < 0.5:
        row[part] = rng.randrange(number)
    elif rng.random() < 0.5:
        row[part] = max(0, row[part] - rng.choice((1, 2, 3)))
    elif row[0] == 3 or rng.random() < 0.5:
        row[-1], row[-2] = row[-2], row[-1]
    else:
        row[0] = {3: 3, 4: 5, 5: 4, 6: 6}[row[0]]


def _level(rng: Random, made: Export) -> None:
    levels = made["levels"]
    if len(levels) == 1:
        return
    number = rng.randrange(1, len(levels))
    row = levels[number]
    if row[0] in {1, 2} and rng.random() < 0.4:
        row[0] = 3 - row[0]
    elif row[0] in {1, 2} and rng.random() < 0.5:
        row[1], row[2] = row[2], row[1]
    elif row[0] != 3:
        row[rng.randrange(1, len(row))] = rng.randrange(number)
    elif rng.random() < 0.3:
        levels[number] = [0, 0]


def _declaration(rng: Random, made: Export) -> None:
    chosen = rng.choice(made["decls"])
    changes: list[Callable[[Random, Export, dict[str, Any]], None]] = [_universes, _order]
    changes += [_params, _ctors, _ctors, _retype] if "types" in chosen else [_kind, _retype]
    rng.choice(changes)(rng, made, chosen)


def _universes(rng: Random, made: Export, chosen: dict[str, Any]) -> None:
    """Parameters that are missing, declared twice or new."""
    levels = chosen["levels"]
    names = len(made["names"])
    if levels and rng.random() < 0.5:
        del levels[rng.randrange(len(levels))]
    else:
        levels.insert(
            rng.randrange(len(levels) + 1), rng.choice([*levels, rng.randrange(1, names)])
        )


def _order(rng: Random, made: Export, chosen: dict[str, Any]) -> None:
    made["decls"].remove(chosen)
    made["decls"].insert(rng.randrange(len(made["decls"]) + 1), chosen)
    if rng.random() < 0.2:
        made["decls"].append(_copy(chosen))


def _kind(rng: Random, _made: Export, chosen: dict[str, Any]) -> None:
    chosen["kind"] = rng.choice(("axiom", "theorem", "opaque", "def"))
    chosen["hint"] = rng.randrange(4)


def _params(rng: Random, _made: Export, chosen: dict[str, Any]) -> None:
    chosen["params"] = max(0, chosen["params"] + rng.choice((-1, 1)))


def _ctors(rng: Random, made: Export, chosen: dict[str, Any]) -> None:
    """Constructors that are missing, there twice, of another type of the block, or misnamed."""
    ctors = rng.choice(chosen["types"])["ctors"]
    if not ctors:
        return
    ctor = rng.choice(ctors)
    match rng.randrange(4):
        case 0:
            ctors.remove(ctor)
        case 1:
            ctors.append({**ctor, "name": rng.choice((ctor["name"], chosen["types"][0]["name"]))})
        case 2:
            ctors.remove(ctor)
            rng.choice(chosen["types"])["ctors"].append(ctor)
        case 3:
            ctor["name"] = rng.randrange(1, len(made["names"]))


def _retype(rng: Random, made: Export, chosen: dict[str, Any]) -> None:
    """Another type, or another value."""
    heads = [chosen]
    if "types" in chosen:
        heads = [*chosen["types"], *(ctor for t in chosen["types"] for ctor in t["ctors"])]
    head = rng.choice(heads)
    key = rng.choice([key for key in ("type", "value") if key in head])
    head[key] = rng.randrange(len(made["terms"]))
