"""Statistics of proof data, computed on whole columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prover.datasets.store import (
    JOURNAL,
    inconsistent_tables,
    part_folders,
    read_data_manifest,
    read_tables,
)
from prover.types import TheoremStatus

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = {
    "searches": ["group", "status", "stop", "tactics", "seconds", "lean_seconds"],
    "states": ["search", "key", "depth"],
    "edges": ["search", "state", "tactic", "seconds", "reason", "message_class", "on_proof"],
}

Counts = dict[str, int]


@dataclass(slots=True, kw_only=True)
class DataSummary:
    """Counts of a folder of proof data.

    Attributes:
        searches: Number of searches.
        proved: How many of them found a verified proof.
        states: Number of states.
        edges: Number of tactics that Lean ran.
        on_proof: How many of them are part of a verified proof.
        repeated: How many of them had been run on an equal state before.
        wall_seconds: Sum of the searches' wall-clock times.
        waiting_seconds: Of these, how long an answer of Lean was awaited: for tactics and their way
            to the process and back, the start of a theorem, and the gate.  Sum of the column
            `lean_seconds`.
        statuses: Searches by status and stop reason.
        groups: Searches and proved searches of each group.
        outcomes: Tactics by `applied` or reason of rejection.
        classes: Rejected tactics by kind of message.
        seconds: How long Lean ran tactics, by outcome.  Sums of the column `seconds` of the edges.
        depths: States by depth.
        lengths: Verified proofs by number of tactics.
    """

    searches: int = 0
    proved: int = 0
    states: int = 0
    edges: int = 0
    on_proof: int = 0
    repeated: int = 0
    wall_seconds: float = 0.0
    waiting_seconds: float = 0.0
    statuses: Counts = field(default_factory=dict)
    groups: dict[str, tuple[int, int]] = field(default_factory=dict)
    outcomes: Counts = field(default_factory=dict)
    classes: Counts = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    depths: Counts = field(default_factory=dict)
    lengths: Counts = field(default_factory=dict)


def summarize(folder: Path) -> DataSummary:
    """Compute the statistics of a folder of proof data.

    Raises:
        BadInput: The data cannot be read.
    """
    import pyarrow as pa

    read_data_manifest(folder)
    parts = list(read_tables(folder, COLUMNS))
    found = DataSummary()
    if parts:
        _searches(found, pa.concat_tables([part["searches"] for part in parts]))
        _states(found, pa.concat_tables([part["states"] for part in parts]))
        places = [*part_folders(folder), folder / JOURNAL]
        with_keys = [_with_keys(part, place) for part, place in zip(parts, places, strict=False)]
        _edges(found, pa.concat_tables(with_keys))
    return found


def _searches(found: DataSummary, table: pa.Table) -> None:
    import pyarrow.compute as pc

    found.searches = table.num_rows
    found.wall_seconds = pc.sum(table["seconds"]).as_py() or 0.0
    found.waiting_seconds = pc.sum(table["lean_seconds"]).as_py() or 0.0
    ends = pc.binary_join_element_wise(table["status"], table["stop"], ": ")
    ends = pc.if_else(pc.equal(table["status"], table["stop"]), table["status"], ends)
    found.statuses = _counts(ends)
    proved = pc.equal(table["status"], TheoremStatus.PROVED.value)
    found.proved = pc.sum(proved).as_py() or 0
    by_group = table.append_column("proved", proved.cast("int32"))
    rows = by_group.group_by("group").aggregate([("proved", "count"), ("proved", "sum")])
    ranked = sorted(rows.to_pylist(), key=lambda row: -row["proved_count"])
    found.groups = {row["group"]: (row["proved_count"], row["proved_sum"]) for row in ranked}
    lengths = pc.list_value_length(table.filter(proved)["tactics"])
    found.lengths = _by_number(lengths)


def _states(found: DataSummary, table: pa.Table) -> None:
    found.states = table.num_rows
    found.depths = _by_number(table["depth"])


def _edges(found: DataSummary, table: pa.Table) -> None:
    import pyarrow.compute as pc

    found.edges = table.num_rows
    found.on_proof = pc.sum(table["on_proof"]).as_py() or 0
    outcome = pc.fill_null(table["reason"], "applied")
    found.outcomes = _counts(outcome)
    found.classes = _counts(table["message_class"])
    found.classes.pop("", None)
    timed = table.select(["seconds"]).append_column("outcome", outcome)
    rows = timed.group_by("outcome").aggregate([("seconds", "sum")]).to_pylist()
    found.seconds = {row["outcome"]: row["seconds_sum"] for row in rows}
    found.repeated = table.num_rows - table.group_by(["key", "tactic"]).aggregate([]).num_rows


def _with_keys(part: Mapping[str, pa.Table], place: Path) -> pa.Table:
    """Add a column with the keys of their states to the edges of a part."""
    try:
        rows = _rows_of_states(part)
    except (IndexError, ValueError) as error:
        raise inconsistent_tables(place, error) from None
    return part["edges"].append_column("key", part["states"]["key"].combine_chunks().take(rows))


def _rows_of_states(part: Mapping[str, pa.Table]) -> pa.Array:
    """Find the row of each edge's state; the states of a part are sorted by search."""
    import numpy as np
    import pyarrow as pa

    def numbers(table: str, column: str) -> Any:
        return part[table][column].combine_chunks().to_numpy()  # refuses nulls

    searches = numbers("states", "search")
    bounds = np.searchsorted(searches, np.arange(part["searches"].num_rows + 1))
    of, state = numbers("edges", "search"), numbers("edges", "state")
    rows = bounds[of] + state
    if np.any(np.diff(searches) < 0) or np.any(state < 0) or np.any(rows >= bounds[of + 1]):
        raise ValueError("a tactic is on a state that is not there")
    return pa.array(rows)


def _counts(column: pa.ChunkedArray) -> Counts:
    """Count the values of a column, the most frequent first."""
    return dict(sorted(_pairs(column), key=lambda pair: -pair[1]))


def _by_number(column: pa.ChunkedArray) -> Counts:
    return {str(value): count for value, count in sorted(_pairs(column))}


def _pairs(column: pa.ChunkedArray) -> Iterator[tuple[Any, int]]:
    import pyarrow.compute as pc

    for pair in pc.value_counts(column):
        yield pair["values"].as_py(), pair["counts"].as_py()
