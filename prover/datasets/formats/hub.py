"""Tactics and proofs as parquet files for the Hugging Face hub."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

Row = dict[str, Any]

CONFIGS = ("tactics", "proofs")
MESSAGE = 160
"""Characters that are kept of a message: what follows is mostly the goal over again."""

BATCH = 20_000


@cache
def schemas() -> dict[str, pa.Schema]:
    """Of each configuration."""
    import pyarrow as pa

    text, texts, number, real = pa.string(), pa.list_(pa.string()), pa.int32(), pa.float32()
    tactics = dict.fromkeys(("theorem", "state", "state_key", "tactic", "outcome"), text)
    tactics |= {"depth": number, "next_states": texts, "message_class": text, "message": text}
    tactics |= {"on_proof": pa.bool_(), "steps": number, "state_steps": number}
    tactics |= {"state_failed": pa.bool_(), "logprob": real, "q": real, "value": real, "ms": real}
    proofs = dict.fromkeys(("theorem", "group", "header", "statement", "out_of_reach"), text)
    proofs |= {"goal": text, "proof": text, "tactics": texts, "axioms": texts}
    proofs |= {"lean_calls": number}
    return {"tactics": pa.schema(list(tactics.items())), "proofs": pa.schema(list(proofs.items()))}


class HubWriter:
    """`rows` counts those of each file.  Of equal tactics on equal states the first is taken."""

    def __init__(self, folder: Path) -> None:
        self.rows: dict[str, int] = {}
        self._folder = folder
        self._waiting: dict[str, list[Row]] = defaultdict(list)
        self._files: dict[str, pq.ParquetWriter] = {}
        self._seen: set[tuple[str, str, str]] = set()

    def __enter__(self) -> HubWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            for name in list(self._waiting):
                self._flush(name)
        for file in self._files.values():
            file.close()

    def add(self, split: str, tactics: Iterable[Row], proof: Row) -> None:
        for row in tactics:
            name = (split, row["state_key"], row["tactic"])
            if name not in self._seen:
                self._seen.add(name)
                steps = {key: row[key] and int(row[key]) for key in ("steps", "state_steps")}
                self._put(f"tactics/{split}", row | steps | {"message": row["message"][:MESSAGE]})
        if proof["proof"]:
            self._put(f"proofs/{split}", proof)

    def _put(self, name: str, row: Row) -> None:
        self._waiting[name].append(row)
        if len(self._waiting[name]) >= BATCH:
            self._flush(name)

    def _flush(self, name: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        rows, schema = self._waiting.pop(name), schemas()[name.partition("/")[0]]
        path = self._folder / f"{name}.parquet"
        if name not in self._files:
            path.parent.mkdir(exist_ok=True)
            self._files[name] = pq.ParquetWriter(
                path, schema, compression="zstd", compression_level=15
            )
        self._files[name].write_table(pa.Table.from_pylist(rows, schema=schema))
        self.rows[f"{name}.parquet"] = self.rows.get(f"{name}.parquet", 0) + len(rows)
