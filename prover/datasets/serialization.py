"""Conversion of searches to plain rows (for JSON) and pyarrow tables (for parquet), and back.

A part of a collection has three tables: searches, states and edges.  In `states` and `edges`, the
column `search` is the row number of the search within the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from lean_env.types import Goal, Hypothesis, RejectionReason, Theorem
from prover.datasets.records import Search, State, TacticEdge
from prover.types import NodeStatus, Stats, StopReason, TheoremStatus

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]

NOT_STORED = {"sorry_index", "informal"}
"""A search is stored for a whole theorem, and without what only models read."""
THEOREM_FIELDS = tuple(field.name for field in fields(Theorem) if field.name not in NOT_STORED)
STATS_FIELDS = tuple(field.name for field in fields(Stats))


def to_rows(search: Search) -> Row:
    """Convert a search to a JSON object, with lists of objects for its states and edges."""
    row = {f.name: getattr(search, f.name) for f in fields(search)}
    states, edges = row.pop("states"), row.pop("edges")
    row |= asdict(row.pop("theorem")) | asdict(row.pop("stats"))
    row |= {"status": row["status"].value, "stop": row["stop"].value}
    return row | {
        "states": [_state_row(state) for state in states],
        "edges": [_edge_row(edge) for edge in edges],
    }


def from_rows(row: Row) -> Search:
    """Convert a row of `to_rows` back to a search.

    Raises:
        KeyError: A field is missing.
        ValueError: A field has an impossible value, or indices do not fit together.
        TypeError: A field has another type.
    """
    row = dict(row)
    search = Search(
        theorem=Theorem(**{name: row.pop(name) for name in THEOREM_FIELDS}),
        stats=Stats(**{name: row.pop(name) for name in STATS_FIELDS}),
        status=TheoremStatus(row.pop("status")),
        stop=StopReason(row.pop("stop")),
        tactics=tuple(row.pop("tactics")),
        axioms=tuple(row.pop("axioms")),
        states=tuple(_state(state) for state in row.pop("states")),
        edges=tuple(_edge(edge) for edge in row.pop("edges")),
        **row,
    )
    _check_numbers(search)
    return search


def _check_numbers(search: Search) -> None:
    """Check that all indices are of states of the search, and that origins come first."""
    count = len(search.states)
    origins = [state.origin for state in search.states]
    if not count or origins[0] is not None:
        raise ValueError("it has no first state")
    if not all(origin and 0 <= origin[0] < i for i, origin in enumerate(origins[1:], 1)):
        raise ValueError("a state comes from none before it")
    for edge in search.edges:
        if not all(0 <= number < count for number in (edge.state, *edge.children)):
            raise ValueError(f"a tactic is on or leaves a state beyond the {count} that it has")


def _state_row(state: State) -> Row:
    origin = state.origin
    return {
        "key": state.key,
        "goals": _goal_rows(state.goals),
        "origin": origin and {"state": origin[0], "tactic": origin[1], "index": origin[2]},
        "depth": state.depth,
        "status": state.status.value,
        "cost": state.cost,
        "exhausted": state.exhausted,
        "value": state.value,
        "priority": state.priority,
    }


def _state(row: Row) -> State:
    origin = row["origin"]
    return State(
        key=row["key"],
        goals=_goals(row["goals"]),
        origin=origin and (origin["state"], origin["tactic"], origin["index"]),
        depth=row["depth"],
        status=NodeStatus(row["status"]),
        cost=row["cost"],
        exhausted=row["exhausted"],
        value=row["value"],
        priority=row["priority"],
    )


def _edge_row(edge: TacticEdge) -> Row:
    row = dict(zip(_EDGE, _edge_values(edge), strict=True))
    row["reason"] = edge.reason and edge.reason.value
    row["renamed"] = [{"index": i, "goals": _goal_rows(goals)} for i, goals in edge.renamed]
    return row


_EDGE = tuple(field.name for field in fields(TacticEdge))
_edge_values = attrgetter(*_EDGE)  # edges are many


def _edge(row: Row) -> TacticEdge:
    return TacticEdge(
        **{name: row[name] for name in _EDGE}
        | {
            "reason": None if row["reason"] is None else RejectionReason(row["reason"]),
            "children": tuple(row["children"]),
            "positions": tuple(tuple(places) for places in row["positions"]),
            "renamed": tuple((r["index"], _goals(r["goals"])) for r in row["renamed"]),
            "messages": tuple(row["messages"]),
        }
    )


def _goal_rows(goals: Iterable[Goal]) -> list[Row]:
    return [
        {
            "target": goal.target,
            "case": goal.case,
            "hypotheses": [
                dict(zip(_HYP, _hypothesis_values(h), strict=True)) for h in goal.hypotheses
            ],
        }
        for goal in goals
    ]


_HYP = tuple(field.name for field in fields(Hypothesis))
_hypothesis_values = attrgetter(*_HYP)


def _goals(rows: Iterable[Row]) -> tuple[Goal, ...]:
    return tuple(
        Goal(row["target"], tuple(Hypothesis(**h) for h in row["hypotheses"]), row["case"])
        for row in rows
    )


TABLES = ("searches", "states", "edges")


@cache
def schemas() -> dict[str, pa.Schema]:
    """Return the schemas of the tables `searches`, `states` and `edges`."""
    import pyarrow as pa

    text, number, real, flag = pa.string(), pa.int32(), pa.float64(), pa.bool_()
    hypothesis: dict[str, Any] = {"name": text, "type": text, "value": text}
    hypothesis |= {"accessible": flag, "is_prop": flag, "is_instance": flag}
    goal = {"target": text, "case": text, "hypotheses": pa.list_(_struct(hypothesis))}
    goals = pa.list_(_struct(goal))

    searches = dict.fromkeys(("id", "run", "suite", "split", "group", *THEOREM_FIELDS), text)
    searches |= {"together": flag}
    searches |= dict.fromkeys(("status", "stop", "proof", "verdict"), text)
    searches |= {"tactics": pa.list_(text), "axioms": pa.list_(text)}
    searches |= {name: real if name.endswith("seconds") else number for name in STATS_FIELDS}

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
    """Convert rows of `to_rows` to one table each of searches, states and edges."""
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
    """Convert the three tables back to searches.

    Raises:
        LookupError: A field or a row is missing.
        ValueError: A field has an impossible value, or indices do not fit together.
        TypeError: A field has another type.
    """
    rows: list[dict[str, Any]] = tables["searches"].to_pylist()
    for name in ("states", "edges"):
        for row in rows:
            row[name] = []
        for item in tables[name].to_pylist():
            rows[item.pop("search")][name].append(item)
    return [from_rows(row) for row in rows]
