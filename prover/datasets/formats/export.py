"""Proof data in the forms that others read.

* `hf`: a folder for the Hugging Face hub or `datasets.load_dataset(FOLDER, "tactics")`: parquet
  files of tactics (each once for equal states) and of proofs, and a card.
* `jsonl`: the same tactics, one JSON object a line, with whole messages and nothing left out.
* `leandojo`: proved theorems as LeanDojo Benchmark 4 has them.
* `deepseek`: proved theorems as DeepSeek-Prover's data and miniF2F have them: header, statement and
  proof, one after the other, are a file.
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
    """Write the data of `folder` into the new folder `out`; how many rows in which file.

    Raises `BadInput` for another form, for data that cannot be read, and when `out` has content.
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
    """Each tactic that ran, with the state it ran on and what became of it."""
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
    """The least known number of tactics to the end of the proof when this one is next."""
    if not edge.applied:
        return None
    return _finite(edge.cost + sum(search.states[child].cost for child in edge.children))


def _finite(cost: float) -> float | None:
    return cost if isfinite(cost) else None


def proof_row(search: Search) -> Row:
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
    """One row for a proved theorem; none where its proof does not end in a tactic block."""
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
    """Where in the declaration `proof` of a `statement` its tactics begin, just after `by`."""
    stated = _HOLE.sub("", statement)
    if not proof.startswith(stated):
        stated = stated.replace("lemma ", "theorem ", 1)  # as Lean read it
    found = [_BY.match(proof, len(stated)), *reversed([*_BY.finditer(proof, 0, len(stated))])]
    return next((match.end() for match in found if match), None)


def leandojo_row(search: Search, commit: str) -> Row:
    """`traced_tactics` in the order in which they run, each with the goals that it is focused on.
    The library's files are not at hand: no path, and no place in it."""
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
    """Those of the verified proof, from the root, each state's before those of what it leaves."""
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
    written: dict[str, int] = defaultdict(int)
    for search in read_searches(folder):
        name = f"{_split(search)}.jsonl"
        with (out / name).open("a", encoding="utf-8") as file:
            for row in rows(search):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                written[name] += 1
    return dict(written)


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
