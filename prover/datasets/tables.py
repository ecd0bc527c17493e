"""Records as tables of pyarrow and back.  Three tables a part: searches, states, edges.

In `states` and `edges`, the column `search` is the row of the search among the part's searches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from prover.datasets.records import Search
from prover.datasets.rows import STATS, THEOREM, Row, from_rows

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("searches", "states", "edges")


@cache
def schemas() -> dict[str, pa.Schema]:
    """Of each table."""
    import pyarrow as pa

    text, number, real, flag = pa.string(), pa.int32(), pa.float64(), pa.bool_()
    hypothesis: dict[str, Any] = {"name": text, "type": text, "value": text}
    hypothesis |= {"accessible": flag, "is_prop": flag, "is_instance": flag}
    goal = {"target": text, "case": text, "hypotheses": pa.list_(_struct(hypothesis))}
    goals = pa.list_(_struct(goal))

    searches = dict.fromkeys(("id", "run", "suite", "split", "group", *THEOREM), text)
    searches |= {"together": flag}
    searches |= dict.fromkeys(("status", "stop", "proof", "verdict"), text)
    searches |= {"tactics": pa.list_(text), "axioms": pa.list_(text)}
    searches |= {name: real if name.endswith("seconds") else number for name in STATS}

    states = {"search": number, "key": text, "goals": goals}
    states |= {"origin": _struct({"state": number, "tactic": text, "index": number})}
    states |= {"depth": number, "status": text, "cost": real, "exhausted": flag}
    states |= {"value": real, "priority": real}

    edges = {"search": number, "state": number, "tactic": text, "logprob": real, "source": text}
    edges |= {"tokens": number, "seconds": real, "reason": text}
    edges |= {"message_class": text, "message": text, "children": pa.list_(number)}
    edges |= {"positions": pa.list_(pa.list_(number))}
    edges |= {"renamed": pa.list_(_struct({"index": number, "goals": goals}))}
    edges |= {"messages": pa.list_(text), "cost": real, "q": real, "on_proof": flag}

    columns = {"searches": searches, "states": states, "edges": edges}
    return {name: pa.schema(list(fields.items())) for name, fields in columns.items()}


def _struct(fields: Mapping[str, pa.DataType]) -> pa.DataType:
    import pyarrow as pa

    return pa.struct(list(fields.items()))


def to_tables(rows: Sequence[Row]) -> dict[str, pa.Table]:
    """Of searches, each as `to_rows` has it."""
    import pyarrow as pa

    found = {"searches": rows}
    for name in ("states", "edges"):
        found[name] = [item | {"search": i} for i, row in enumerate(rows) for item in row[name]]
    return {
        name: pa.Table.from_arrays(
            [pa.array([row[f.name] for row in found[name]], type=f.type) for f in schema],
            schema=schema,
        )
        for name, schema in schemas().items()
    }


def from_tables(tables: Mapping[str, pa.Table]) -> list[Search]:
    """Raises `LookupError`, `ValueError` or `TypeError` when they do not fit together."""
    rows: list[dict[str, Any]] = tables["searches"].to_pylist()
    for name in ("states", "edges"):
        for row in rows:
            row[name] = []
        for item in tables[name].to_pylist():
            rows[item.pop("search")][name].append(item)
    return [from_rows(row) for row in rows]
