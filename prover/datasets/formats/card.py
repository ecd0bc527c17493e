"""The card of an exported dataset: what it is, how it was made, what each column says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prover.datasets.formats.hub import CONFIGS, MESSAGE, schemas
from prover.runs.manifest import Manifest

if TYPE_CHECKING:
    import pyarrow as pa

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
    "message": f"the first {MESSAGE} characters of what Lean said",
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


def card(manifest: Manifest, rows: Mapping[str, int]) -> str:
    """`rows` counts those of each file."""
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
    """As the hub writes it."""
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
