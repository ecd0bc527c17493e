"""Export of proof data to formats that other projects read.

* `hf`: a folder for the Hugging Face hub or `datasets.load_dataset(FOLDER, "tactics")`: parquet
  files of tactics (without duplicates on equal states) and of proofs, and a dataset card.
* `jsonl`: the same tactics, one JSON object a line, duplicates and whole messages included.
* `leandojo`: proved theorems in the format of LeanDojo Benchmark 4.
* `deepseek`: proved theorems in the format of DeepSeek-Prover's data and miniF2F: header,
  statement and proof, concatenated, are a file.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from lean_env.errors import BadInput
from prover.datasets.records import Search, TacticEdge
from prover.datasets.store import read_data_manifest, read_searches
from prover.runs.files import reporting_disk_errors, require_empty

Row = dict[str, Any]
FORMATS = ("hf", "leandojo", "deepseek", "jsonl")
LEAN_URL = "https://github.com/leanprover/lean4"

_HOLE = re.compile(r"(\s*:=)?(\s*\bby)?(\s*\bsorry)?\s*$")
_BY = re.compile(r"\s*:=\s*by\b")


def export(folder: Path, form: str, out: Path) -> dict[str, int]:
    """Write the data of `folder` to a new folder in another format.

    Args:
        folder: A folder of proof data.
        form: One of `FORMATS`.
        out: The folder to create.

    Returns:
        The number of rows of each file.

    Raises:
        BadInput: There is no such format, the data cannot be read, or `out` has content.
        BrokenEnvironment: `out` cannot be written.
    """
    writers: dict[str, Callable[[Path, Path], dict[str, int]]] = {
        "hf": _write_hf,
        "jsonl": lambda source, target: _write_lines(source, target, tactic_rows),
        "deepseek": lambda source, target: _write_lines(source, target, deepseek_rows),
        "leandojo": _write_leandojo,
    }
    if form not in writers:
        raise BadInput(
            f"there is no format `{form}`",
            where="--format",
            remedy=f"choose one of: {', '.join(FORMATS)}",
        )
    read_data_manifest(folder)
    require_empty(out)
    with reporting_disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        return writers[form](folder, out)


# Rows


def tactic_rows(search: Search) -> Iterator[Row]:
    """Make a row for each tactic that ran, with its state and its outcome.

    `prover.datasets.formats.huggingface.COLUMNS` describes the fields.
    """
    for edge in search.edges:
        state = search.states[edge.state]
        yield {
            "theorem": search.id,
            "state": state.text,
            "state_key": state.key,
            "depth": state.depth,
            "tactic": edge.tactic,
            "outcome": edge.reason.value if edge.reason else "applied",
            "next_states": [search.states[child].text for child in edge.children],
            "message_class": edge.message_class,
            "message": edge.message,
            "on_proof": edge.on_proof,
            "steps": _steps(search, edge),
            "state_steps": _finite(state.cost),
            "state_failed": state.status.value == "failed",
            "logprob": edge.logprob,
            "q": edge.q,
            "value": state.value,
            "ms": round(edge.seconds * 1000, 3),
        }


def _steps(search: Search, edge: TacticEdge) -> float | None:
    """Compute the least known cost to finish the proof of the state with this tactic next."""
    if not edge.applied:
        return None
    return _finite(edge.cost + sum(search.states[child].cost for child in edge.children))


def _finite(cost: float) -> float | None:
    return cost if isfinite(cost) else None


def proof_row(search: Search) -> Row:
    """Make the row of a theorem with its verified proof, which is empty if there is none."""
    theorem = search.theorem
    return {
        "theorem": search.id,
        "group": search.group,
        "header": theorem.header,
        "statement": theorem.statement,
        "out_of_reach": theorem.before,
        "goal": search.states[0].text,
        "proof": search.proof,
        "tactics": list(search.tactics),
        "axioms": list(search.axioms),
        "lean_calls": search.stats.lean_calls,
    }


def deepseek_rows(search: Search) -> Iterator[Row]:
    """Make the row of a proved theorem; there is none if its proof is not a tactic block."""
    proof, header = search.proof, search.theorem.header
    begin = _begin_of_block(search.theorem.statement, proof)
    if begin is None:
        return
    before = proof[:begin].rpartition("\n")[2]
    block = dedent(" " * len(before) + proof[begin:])  # its lines stay in one column
    yield {
        "name": search.id,
        "split": search.split,
        "informal_prefix": "",
        "formal_statement": re.sub(r":=\s*by$", ":= by\n", proof[:begin]),
        "goal": search.states[0].text,
        "header": header if not header or header.endswith("\n") else f"{header}\n",
        "formal_proof": indent(block.strip("\n"), "  "),
    }


def _begin_of_block(statement: str, proof: str) -> int | None:
    """Find the index in `proof`, a declaration of `statement`, just after `by`."""
    stated = _HOLE.sub("", statement)
    if not proof.startswith(stated):
        stated = stated.replace("lemma ", "theorem ", 1)  # as Lean read it
    found = [_BY.match(proof, len(stated)), *reversed([*_BY.finditer(proof, 0, len(stated))])]
    return next((match.end() for match in found if match), None)


def leandojo_row(search: Search, commit: str) -> Row:
    """Make the row of a proved theorem, with its tactics in execution order.

    File path and positions are empty, since the data do not have them.

    Args:
        search: A search with a verified proof.
        commit: The version of Lean.
    """
    return {
        "url": LEAN_URL,
        "commit": commit,
        "file_path": "",
        "full_name": search.id,
        "start": [0, 0],
        "end": [0, 0],
        "traced_tactics": [
            {
                "tactic": edge.tactic,
                "annotated_tactic": [edge.tactic, []],
                "state_before": search.states[edge.state].text,
                "state_after": "\n\n".join(search.states[c].text for c in edge.children)
                or "no goals",
            }
            for edge in proof_edges(search)
        ],
    }


def proof_edges(search: Search) -> list[TacticEdge]:
    """List the edges of the verified proof in execution order: depth first from the root."""
    by_state = {edge.state: edge for edge in search.edges if edge.on_proof}
    found: list[TacticEdge] = []
    todo = [0]
    while todo:
        edge = by_state[todo.pop()]
        found.append(edge)
        todo += reversed(edge.children)
    return found


# Files


def _split(search: Search) -> str:
    return search.split or "train"


def _write_lines(
    folder: Path, out: Path, rows: Callable[[Search], Iterable[Row]]
) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for search in read_searches(folder):
        name = f"{_split(search)}.jsonl"
        with (out / name).open("a", encoding="utf-8") as file:
            for row in rows(search):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                counts[name] += 1
    return dict(counts)


def _write_leandojo(folder: Path, out: Path) -> dict[str, int]:
    commit = str(read_data_manifest(folder).settings["lean"]["version"])
    by_split: dict[str, list[Row]] = defaultdict(list)
    for search in read_searches(folder):
        if search.proof:
            by_split[_split(search)].append(leandojo_row(search, commit))
    for split, rows in by_split.items():
        (out / f"{split}.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    return {f"{split}.json": len(rows) for split, rows in by_split.items()}


def _write_hf(folder: Path, out: Path) -> dict[str, int]:
    from prover.datasets.formats.huggingface import HubWriter, dataset_card

    manifest = read_data_manifest(folder)
    with HubWriter(out) as writer:
        for search in read_searches(folder):
            writer.add(_split(search), tactic_rows(search), proof_row(search))
    (out / "README.md").write_text(dataset_card(manifest, writer.rows), "utf-8")
    return writer.rows
