"""Terms of a depth that no recursion goes down to by itself."""

from __future__ import annotations

import json
from typing import Any

from tests.support.kernel_cases.writer import META


def _export(*rows: Any) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def _head(name: int, type_: int) -> dict[str, Any]:
    return {"name": name, "levelParams": [], "type": type_}


def _definition(value: int, *params: int) -> dict[str, Any]:
    parts = {"value": value, "hints": "abbrev", "safety": "safe", "all": []}
    return {"def": {**_head(1, 1), **parts, "levelParams": params}}


_START = (
    META,
    {"in": 1, "str": {"pre": 0, "str": "d"}},
    {"il": 1, "succ": 0},
    {"ie": 0, "sort": 0},
    {"ie": 1, "sort": 1},
)


def arrows(depth: int) -> str:
    """`Prop → (Prop → …)`, which is well-typed."""
    rows: list[Any] = list(_START)
    for i in range(depth):
        parts = {"name": 0, "type": 0, "body": 1 + i if i else 0, "binderInfo": "default"}
        rows.append({"ie": 2 + i, "forallE": parts})
    return _export(*rows, _definition(1 + depth))


def left_arrows(depth: int) -> str:
    """`((… → Prop) → Prop) → Prop`."""
    rows: list[Any] = list(_START)
    for i in range(depth):
        parts = {"name": 0, "type": 1 + i if i else 0, "body": 0, "binderInfo": "default"}
        rows.append({"ie": 2 + i, "forallE": parts})
    return _export(*rows, _definition(1 + depth))


def applications(depth: int) -> str:
    """`Prop Prop Prop …`, which is not."""
    rows: list[Any] = list(_START)
    rows += [{"ie": 2 + i, "app": {"fn": 1 + i if i else 0, "arg": 0}} for i in range(depth)]
    return _export(*rows, _definition(1 + depth))


def arguments(depth: int) -> str:
    """`Prop (Prop (Prop …))`."""
    rows: list[Any] = list(_START)
    rows += [{"ie": 2 + i, "app": {"fn": 0, "arg": 1 + i if i else 0}} for i in range(depth)]
    return _export(*rows, _definition(1 + depth))


def levels(depth: int) -> str:
    """A sort of a very high universe, which is no type of the lowest."""
    rows: list[Any] = list(_START)
    rows += [{"il": 2 + i, "succ": 1 + i} for i in range(depth)]
    return _export(*rows, {"ie": 2, "sort": 1 + depth}, _definition(2))


def doubled_levels(depth: int) -> str:
    """`max l l` of the same again and again: small as it is kept, exponential as it is read."""
    rows: list[Any] = [*_START, {"in": 2, "str": {"pre": 0, "str": "u"}}, {"il": 2, "param": 2}]
    rows += [{"il": 3 + i, "max": [2 + i, 2 + i]} for i in range(depth)]
    return _export(*rows, {"ie": 2, "sort": 2 + depth}, _definition(2, 2))


def doubled_terms(depth: int) -> str:
    """`f x x` with the same for x: small as it is kept, exponential as it is read."""
    rows: list[Any] = list(_START)
    for i in range(depth):
        below = 1 + i if i else 0
        parts = {"name": 0, "type": below, "body": below, "binderInfo": "default"}
        rows.append({"ie": 2 + i, "forallE": parts})
    return _export(*rows, _definition(1 + depth))
