"""Results of other provers: their files, published scores, and the comparison with a run.

Result files are read as the provers' own programs write them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.report.document import Section, Table
from benchmarks.results import Run
from benchmarks.suites.types import Entry
from lean_env.errors import BadInput
from prover.problems.read import read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherProver:
    """The results of another prover.

    Attributes:
        name: What reports call it.
        source: The file or folder that the results come from.
        budget: What was spent on a theorem, in words.
        tried: Names of the theorems that it tried.
        proved: Names of the theorems that it proved.
        statements: The statements that it was given, by name, where its files have them.
    """

    name: str
    source: str
    budget: str
    tried: frozenset[str]
    proved: frozenset[str]
    statements: Mapping[str, str] = field(default_factory=dict)

    def differs(self, entry: Entry) -> bool:
        """Whether the other prover was given another statement under the name of this entry."""
        theirs = self.statements.get(entry.id)
        return theirs is not None and _normalized(theirs) != _normalized(entry.theorem.statement)


@dataclass(frozen=True, slots=True)
class PublishedScore:
    """A score as its authors report it, on their own variant of miniF2F's test split."""

    system: str
    score: str
    budget: str
    source: str


PUBLISHED_SCORES = (
    PublishedScore("BFS-Prover-V2 32B", "86.1 %", "best-first, cumulative", "arXiv 2509.06493"),
    PublishedScore("BFS-Prover-V2 32B with planner", "95.1 %", "cumulative", "arXiv 2509.06493"),
    PublishedScore("Goedel-Prover-V2 32B", "88.0 %", "pass@32", "its repository's README"),
    PublishedScore("… with self-correction", "90.4 %", "pass@32", "its repository's README"),
    PublishedScore("InternLM2.5-StepProver", "65.9 %", "256×32×600", "arXiv 2410.15700"),
    PublishedScore("DeepSeek-Prover-V1.5 with RMaxTS", "63.5 %", "32×6400", "arXiv 2408.08152"),
    PublishedScore("ReProver", "26.5 %", "pass@1, 600 s", "arXiv 2306.15626"),
)

_LOG = re.compile(r"\d+_(.+)")
_SAMPLE = re.compile(r"_g\d+$")


def read_other_prover(path: Path) -> OtherProver:
    """Read the results of another prover.

    Known are the files of InternLM's step provers (a .json file, or a folder with one for each
    shard), of Goedel-Prover (`code_compilation*.json`) and of DeepSeek-Prover-V1.5 (a folder of
    logs).

    Args:
        path: The file or folder.

    Returns:
        The theorems that it tried and proved.

    Raises:
        BadInput: The file has another format.
    """
    if path.is_dir():
        if shards := sorted(path.glob("results__*.json")):
            return _internlm(path, [_json(shard) for shard in shards])
        return _deepseek(path)
    if path.suffix in (".pickle", ".pkl"):
        raise BadInput(
            "a pickle, which is a program and is not run (BFS-Prover writes such)",
            where=str(path),
            remedy='name a JSON file of rows with "name" and "compilation_result" instead',
        )
    found = _json(path)
    if isinstance(found, dict) and "results" in found:
        return _internlm(path, [found])
    return _goedel(path, found)


def _json(path: Path) -> Any:
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        raise BadInput(f"not JSON: {error}", where=str(path)) from None


def _internlm(path: Path, shards: Iterable[Mapping[str, Any]]) -> OtherProver:
    proved, statements, budgets = set(), {}, set()
    try:
        for shard in shards:
            given = shard.get("args", {})
            limits = [f"{name} {given[name]}" for name in _INTERNLM_BUDGET if name in given]
            budgets.add(", ".join(limits) or "not said")
            for row in shard["results"]:
                name = row["example"]["full_name"]
                statements[name] = row["example"]["statement"]
                if row["success"]:
                    proved.add(name)
    except (KeyError, TypeError) as error:
        raise _wrong_format("InternLM", path, error) from None
    return OtherProver(
        name="InternLM step prover",
        source=str(path),
        budget="; ".join(sorted(budgets)),
        tried=frozenset(statements),
        proved=frozenset(proved),
        statements=statements,
    )


_INTERNLM_BUDGET = ("max_iters", "num_samples", "timeout")


def _goedel(path: Path, rows: Any) -> OtherProver:
    """One row is one sample; as in its own summary, samples that use `exact?` do not count."""
    samples: dict[str, int] = {}
    proved = set()
    try:
        for row in rows:
            name = _SAMPLE.sub("", row["name"])
            samples[name] = samples.get(name, 0) + 1
            whole = not any(search in row.get("code", "") for search in ("exact?", "apply?"))
            if row["compilation_result"]["complete"] and whole:
                proved.add(name)
    except (KeyError, TypeError, AttributeError) as error:
        raise _wrong_format("Goedel-Prover", path, error) from None
    most = max(samples.values(), default=0)
    return OtherProver(
        name="Goedel-Prover",
        source=str(path),
        budget=f"{most} samples a theorem",
        tried=frozenset(samples),
        proved=frozenset(proved),
    )


def _deepseek(path: Path) -> OtherProver:
    """A folder for each theorem, with a file `success-…` for each run that proved it."""
    folders = [
        (f, found[1]) for f in path.iterdir() if f.is_dir() and (found := _LOG.fullmatch(f.name))
    ]
    if not folders:
        raise BadInput(
            "no results that are known here",
            where=str(path),
            remedy="name results of InternLM's step prover, Goedel-Prover or DeepSeek-Prover-V1.5",
        )
    return OtherProver(
        name="DeepSeek-Prover-V1.5",
        source=str(path),
        budget="as its configuration says; the log does not",
        tried=frozenset(name for _, name in folders),
        proved=frozenset(name for folder, name in folders if any(folder.glob("success*"))),
    )


def _wrong_format(form: str, path: Path, error: Exception) -> BadInput:
    return BadInput(
        f"not results of {form}: {type(error).__name__} {error}",
        where=str(path),
        remedy="name results of InternLM's step prover, Goedel-Prover or DeepSeek-Prover-V1.5",
    )


def _normalized(statement: str) -> str:
    """The statement without white space and the marker of its proof, which differ between files."""
    text = re.sub(r":=\s*(by)?\s*(sorry)?\s*$", "", statement.strip())
    return re.sub(r"\s+", " ", text[max(0, text.find("theorem")) :]).strip()


def other_prover_sections(run: Run, peers: Sequence[OtherProver]) -> Iterator[Section]:
    """Build the sections that compare a run with other provers.

    Args:
        run: Our run.
        peers: Results of other provers on theorems of the same names.

    Yields:
        A table of the theorems that both tried, and published scores for miniF2F's test split.
    """
    if peers:
        yield Section(
            title="Beside other provers",
            text=(
                "Only theorems that both tried and, where the other's file has its statements, "
                "that read the same. Lean and Mathlib may be of other versions there.",
            ),
            table=Table(
                head=("prover", "in common", "proved there", "proved here", "budget", "source"),
                rows=[_row(run, peer) for peer in peers],
            ),
        )
    if _is_minif2f_test(run):
        yield Section(
            title="Published",
            text=("As their authors say, each on its own variant of the statements.",),
            table=Table(
                head=("system", "miniF2F test", "budget", "source"),
                rows=[(p.system, p.score, p.budget, p.source) for p in PUBLISHED_SCORES],
            ),
        )


def _row(run: Run, peer: OtherProver) -> tuple[str, ...]:
    common = [
        entry.id
        for entry in run.suite.entries
        if entry.id in run.by_entry and entry.id in peer.tried and not peer.differs(entry)
    ]
    here = sum(any(attempt.proved for attempt in run.by_entry[id]) for id in common)
    there = sum(id in peer.proved for id in common)
    return (peer.name, str(len(common)), str(there), str(here), peer.budget, peer.source)


def _is_minif2f_test(run: Run) -> bool:
    return run.suite.name == "minif2f" and {e.split for e in run.suite.entries} == {"test"}
