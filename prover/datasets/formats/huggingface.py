"""Datasets for the Hugging Face hub: parquet files of tactics and proofs, and a dataset card."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from prover.runs.manifest import Manifest

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

Row = dict[str, Any]

CONFIGS = ("tactics", "proofs")
MESSAGE_LENGTH = 160
"""Characters that are kept of a message: what follows is mostly the printed goal."""

BATCH_ROWS = 20_000


@cache
def schemas() -> dict[str, pa.Schema]:
    """Return the schemas of the configurations `tactics` and `proofs`."""
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
    """Writes the parquet files, to be used as a context.

    Of equal tactics on equal states in a split, the first is kept.

    Attributes:
        rows: Number of rows of each file.
    """

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
        """Write the rows of a search.

        Args:
            split: The split that they go to.
            tactics: See `prover.datasets.formats.export.tactic_rows`.
            proof: See `prover.datasets.formats.export.proof_row`; left out if it has no proof.
        """
        for row in tactics:
            name = (split, row["state_key"], row["tactic"])
            if name not in self._seen:
                self._seen.add(name)
                steps = {key: row[key] and int(row[key]) for key in ("steps", "state_steps")}
                self._put(
                    f"tactics/{split}", row | steps | {"message": row["message"][:MESSAGE_LENGTH]}
                )
        if proof["proof"]:
            self._put(f"proofs/{split}", proof)

    def _put(self, name: str, row: Row) -> None:
        self._waiting[name].append(row)
        if len(self._waiting[name]) >= BATCH_ROWS:
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


COLUMNS = {
    "theorem": "name of the theorem",
    "state": "the goals, as Lean's infoview shows them",
    "state_key": "hash of the goals up to the names of variables: equal states have equal keys",
    "depth": "least number of tactics from the statement to this state",
    "tactic": "what was run on the first goal",
    "outcome": "`applied`, or why Lean did not take it: `parse`, `error`, `no_progress`, "
    "`timeout`, `memory`, `crash`, `forbidden`",
    "next_states": "the states that it left; all have to be proved",
    "message_class": "what kind of error",
    "message": f"the first {MESSAGE_LENGTH} characters of what Lean said",
    "on_proof": "part of the proof that was verified",
    "steps": "least known number of tactics to the end of the proof of `state` when this is next",
    "state_steps": "the same for the best tactic on `state`; null where no proof was found",
    "state_failed": "everything that was proposed on `state` has failed",
    "logprob": "of the tactic under the policy that proposed it",
    "q": "Q(state, tactic) as estimated before it ran, null if nothing estimated it",
    "value": "V(state) as estimated when it was met, null if nothing estimated it",
    "ms": "milliseconds that Lean took",
    "group": "namespace",
    "header": "what stands before the statement",
    "statement": "the theorem as it was posed",
    "out_of_reach": "a proof may not use this theorem, nor any that its module or a later one has",
    "goal": "the first state",
    "proof": "the statement with its proof: compiles after `header`",
    "tactics": "the proof's tactics in the order in which they run",
    "axioms": "what the proof is seen to rest on",
    "lean_calls": "tactics that Lean ran until the proof was found",
}

OF_THE_LIBRARY = """
Splits are fixed by a hash of what a lemma says (the last part of its name without the marks of
variants), so that variants of one lemma are in one split.

## Licence

Apache-2.0.  The statements are of Lean's own library, which is under the same licence.
"""


def dataset_card(manifest: Manifest, rows: Mapping[str, int]) -> str:
    """Render the dataset card as Markdown with the hub's metadata header.

    Args:
        manifest: Manifest of the exported data.
        rows: Number of rows of each file.
    """
    settings = manifest.settings
    suite, lean = settings["suite"], settings["lean"]
    of_library = suite["name"] == "library"
    counts = "\n".join(f"| `{name}` | {count:,} |" for name, count in sorted(rows.items()))
    return f"""---
{_front_matter(rows, of_library)}
---

# Lean 4 proof search: every tactic that was tried

Searches by qstar over {suite["variant"]}: each tactic that was run, on which state,
and what Lean {lean["version"]} said; and the proofs that were found.  Every proof was checked by
Lean's kernel in a process that has not seen the proof's text, with no axioms beyond Lean's three.

| file | rows |
|---|---|
{counts}

```python
from datasets import load_dataset

tactics = load_dataset("FOLDER")  # this folder, or its name on the hub
proofs = load_dataset("FOLDER", "proofs")
```

## Columns

{_columns()}

## How it was made

```json
{json.dumps(settings, ensure_ascii=False, indent=1)}
```

Equal tactics on equal states stand here once.  A theorem without a proof here is one that this
search did not prove in its budget, nothing more.
{OF_THE_LIBRARY if of_library else ""}"""


def _front_matter(rows: Mapping[str, int], of_library: bool) -> str:
    size = sum(rows.values())
    bounds = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))
    category = next((name for most, name in bounds if size < most), "100K<n<1M")
    lines = ["tags: [lean4, theorem-proving]", f"size_categories: [{category}]", "configs:"]
    if of_library:
        lines.insert(0, "license: apache-2.0")
    for config in CONFIGS:
        lines.append(f"- config_name: {config}")
        if config == CONFIGS[0]:
            lines.append("  default: true")
        lines.append("  data_files:")
        for name in sorted(n for n in rows if n.startswith(config)):
            split = name.removeprefix(f"{config}/").removesuffix(".parquet")
            lines += [f"  - split: {split}", f"    path: {name}"]
    lines.append("dataset_info:")
    for config in CONFIGS:
        lines += [f"- config_name: {config}", "  features:"]
        for field in schemas()[config]:
            lines += [f"  - name: {field.name}", f"    {_type(field.type)}"]
    return "\n".join(lines)


def _type(kind: pa.DataType) -> str:
    """Write a column's type as the hub's metadata do."""
    import pyarrow as pa

    if pa.types.is_list(kind):
        return f"list: {kind.value_type}"
    return f"dtype: {'float32' if pa.types.is_float32(kind) else kind}"


def _columns() -> str:
    parts = []
    for config in CONFIGS:
        lines = [f"`{config}`:", ""]
        lines += [f"* `{name}`: {COLUMNS[name]}" for name in schemas()[config].names]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)
