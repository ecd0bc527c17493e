"""Texts that are no exports."""

from __future__ import annotations

import json
from typing import Any

from tests.support.kernel_cases.writer import META

SORT = {"ie": 0, "sort": 0}
NAME = {"in": 1, "str": {"pre": 0, "str": "a"}}
AXIOM = {"axiom": {"name": 1, "levelParams": [], "type": 0, "isUnsafe": False}}
DEFINITION = {
    "name": 1,
    "levelParams": [],
    "type": 0,
    "value": 0,
    "hints": "abbrev",
    "safety": "safe",
    "all": [],
}
TYPE = {
    "name": 1,
    "levelParams": [],
    "type": 0,
    "numParams": 0,
    "numIndices": 0,
    "all": [1],
    "ctors": [],
    "numNested": 0,
    "isRec": False,
    "isUnsafe": False,
    "isReflexive": False,
}


def export(*rows: Any) -> str:
    return "\n".join(r if isinstance(r, str) else json.dumps(r) for r in (META, SORT, NAME, *rows))


def without(record: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in record.items() if k != key}


MALFORMED: dict[str, str] = {
    "no JSON": "this is no export",
    "a row that is cut off": export('{"ie":1,"sor'),
    "a row after a broken one": export("}", AXIOM),
    "an array": export([]),
    "a number": export(5),
    "null": export("null"),
    "an empty object": export({}),
    "another version of the format": json.dumps({"meta": {"format": {"version": "2.0.0"}}}),
    "a version that is no text": json.dumps({"meta": {"format": {"version": 3}}}),
    "metadata without a format": json.dumps({"meta": {}}),
    "an unknown kind of row": export({"theorem": {}}),
    "two kinds in a row": export({**AXIOM, "thm": {}}),
    "a term of two kinds": export({"ie": 1, "sort": 0, "bvar": 0}),
    "a term of no kind": export({"ie": 1}),
    "an unknown kind of term": export({"ie": 1, "quote": {}}),
    "an unknown kind of level": export({"il": 1, "plus": [0, 0]}),
    "an unknown kind of name": export({"in": 2, "sym": {"pre": 0}}),
    "a name before its parent": export({"in": 2, "str": {"pre": 3, "str": "b"}}),
    "a name that is its own parent": export({"in": 2, "str": {"pre": 2, "str": "b"}}),
    "a name that is a number": export({"in": 2, "str": {"pre": 0, "str": 5}}),
    "a name with half a character": export('{"in":2,"str":{"pre":0,"str":"\\ud800"}}'),
    "a number in a name that is text": export({"in": 2, "num": {"pre": 0, "i": "5"}}),
    "a negative number in a name": export({"in": 2, "num": {"pre": 0, "i": -1}}),
    "a level before its part": export({"il": 1, "succ": 7}),
    "a level that is its own successor": export({"il": 1, "succ": 1}),
    "a maximum of one level": export({"il": 1, "max": [0]}),
    "a maximum of three levels": export({"il": 1, "max": [0, 0, 0]}),
    "a parameter without a name": export({"il": 1, "param": 9}),
    "a term before its part": export({"ie": 1, "app": {"fn": 0, "arg": 2}}),
    "a term that is its own part": export({"ie": 1, "app": {"fn": 1, "arg": 1}}),
    "an application without an argument": export({"ie": 1, "app": {"fn": 0}}),
    "a sort without its level": export({"ie": 1, "sort": 5}),
    "a constant without levels": export({"ie": 1, "const": {"name": 1}}),
    "a variable with a negative index": export({"ie": 1, "bvar": -1}),
    "a variable with a broken index": export({"ie": 1, "bvar": 0.5}),
    "a variable with a great index": export({"ie": 1, "bvar": 2**40}),
    "an index beyond all numbers": export('{"ie":1,"bvar":1e400}'),
    "a numeral that is a number": export({"ie": 1, "natVal": 5}),
    "a numeral with a sign": export({"ie": 1, "natVal": "-5"}),
    "a numeral of letters": export({"ie": 1, "natVal": "0x10"}),
    "an empty numeral": export({"ie": 1, "natVal": ""}),
    "a numeral of a million digits": export({"ie": 1, "natVal": "9" * 1_000_000}),
    "a string that is a number": export({"ie": 1, "strVal": 5}),
    "a string with half a character": export('{"ie":1,"strVal":"\\udfff"}'),
    "a term given twice": export({"ie": 0, "sort": 0}),
    "a name given twice": export(NAME),
    "the level zero given again": export({"il": 0, "succ": 0}),
    "the anonymous name given again": export({"in": 0, "str": {"pre": 0, "str": "b"}}),
    "a number of a row that is text": export({"ie": "1", "sort": 0}),
    "a negative number of a row": export({"ie": -1, "sort": 0}),
    "a declaration without a name": export({"axiom": without(AXIOM["axiom"], "name")}),
    "a declaration without a type": export({"axiom": without(AXIOM["axiom"], "type")}),
    "a declaration of an unknown term": export({"axiom": {**AXIOM["axiom"], "type": 8}}),
    "an axiom that may be unsafe": export({"axiom": without(AXIOM["axiom"], "isUnsafe")}),
    "an axiom that is a little unsafe": export({"axiom": {**AXIOM["axiom"], "isUnsafe": 0}}),
    "a definition without a value": export({"def": without(DEFINITION, "value")}),
    "a theorem without a proof": export(
        {"thm": {"name": 1, "levelParams": [], "type": 0, "all": []}}
    ),
    "a definition without hints": export({"def": without(DEFINITION, "hints")}),
    "a definition with other hints": export({"def": {**DEFINITION, "hints": "later"}}),
    "a definition of a negative height": export({"def": {**DEFINITION, "hints": {"regular": -1}}}),
    "a definition of unknown safety": export({"def": {**DEFINITION, "safety": "quite"}}),
    "a quotient of an unknown kind": export(
        {"quot": {"name": 1, "levelParams": [], "type": 0, "kind": "sound"}}
    ),
    "an inductive type without constructors": export(
        {"inductive": {"types": [without(TYPE, "ctors")], "ctors": [], "recs": []}}
    ),
    "an inductive type of a broken number of parameters": export(
        {"inductive": {"types": [{**TYPE, "numParams": 0.5}], "ctors": [], "recs": []}}
    ),
    "a block without types": export({"inductive": {"ctors": [], "recs": []}}),
    "a block of numbers": export({"inductive": {"types": [1], "ctors": [], "recs": []}}),
    "a declaration that is an array": export({"axiom": [AXIOM["axiom"]]}),
    "nested arrays": export("[" * 100_000 + "]" * 100_000),
}
