"""Traces are written and read back; tree and page say what the graph says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from lean_env.errors import BadInput, BrokenEnvironment
from lean_env.types import Applied, Theorem
from prover.graph.store import ProofGraph
from prover.result import SearchResult
from prover.tracing import analysis, terminal, trace
from prover.tracing.page import index_page, page
from prover.types import Proposal, StopReason, TheoremStatus
from tests.support.disk import files_of_at_most
from tests.support.problems import make_problem
from tests.support.synthetic import Table, random_table, state
from tests.support.traces import searched

TABLE: Table = {0: [(1, 2), None, (3,)], 1: [(), None], 2: [(4,)], 3: [None], 4: [()]}


def written(folder: Path, table: Table, calls: int | None = None) -> trace.Trace:
    return trace.read(trace.write(folder, "qstar", *searched(table, calls)))


def test_a_trace_is_read_back(tmp_path: Path) -> None:
    problem, result = searched(TABLE, name="a/b «c»")
    path = trace.write(tmp_path, "qstar", problem, result)
    assert path.parent == tmp_path
    ((found, back),) = trace.read_all(tmp_path)
    assert found == path
    assert (back.name, back.search, back.status) == ("a/b «c»", "qstar", TheoremStatus.PROVED)
    assert back.stats == result.stats
    assert [n.priority for n in back.graph.nodes] == [n.priority for n in problem.graph.nodes]
    assert not list(tmp_path.glob("*.new"))


def test_every_theorem_has_a_file_of_its_own_for_its_trace(tmp_path: Path) -> None:
    names = ["plain.name_1", "α₁", "f'", "f_", "f!", "..", "a/b", "x" * 300, "x" * 301, "α" * 150]
    written = [trace.write(tmp_path, "qstar", *searched(TABLE, name=name)) for name in names]
    assert len(set(written)) == len(names)
    assert {path.parent for path in written} == {tmp_path}
    assert [path.name.removesuffix(trace.SUFFIX) for path in written[:2]] == names[:2]
    assert {back.name for _, back in trace.read_all(tmp_path)} == set(names)


def test_a_trace_that_cannot_be_written_leaves_the_earlier_one(tmp_path: Path) -> None:
    problem, result = searched(TABLE)
    path = trace.write(tmp_path, "qstar", problem, result)
    with files_of_at_most(10), pytest.raises(BrokenEnvironment, match="cannot write"):
        trace.write(tmp_path, "astar", problem, result)
    assert trace.read(path).search == "qstar"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_trace_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no traces"):
        list(trace.read_all(tmp_path))
    with pytest.raises(BadInput, match="no such file"):
        trace.read(tmp_path / "x.trace.json")
    (tmp_path / "x.trace.json").write_text('{"name": "x"}')
    with pytest.raises(BadInput, match="not a trace"):
        list(trace.read_all(tmp_path))
    (tmp_path / "folder.trace.json").mkdir()
    with pytest.raises(BadInput, match="cannot be read"):
        trace.read(tmp_path / "folder.trace.json")


def reasons_of(graph: ProofGraph) -> dict[str, str]:
    """Why each state was expanded as far as it was, by its key."""
    keys = [node.state.key for node in graph.nodes]
    return dict(zip(keys, analysis.explain_nodes(graph), strict=True))


def test_why_says_what_became_of_each_state(tmp_path: Path) -> None:
    graph = written(tmp_path, TABLE).graph
    reasons = dict(
        zip([n.state.key for n in graph.nodes], analysis.explain_nodes(graph), strict=True)
    )
    assert reasons["0"].startswith("proved in 4 tactics")
    assert reasons["1"].startswith("proved in 1 tactic;")
    table: Table = {0: [(1,), (2,)], 1: [None], 2: [(3,), (4,)], 3: [None, None], 4: [None]}
    cut = written(tmp_path, table, calls=5)
    graph = cut.graph
    reasons = dict(
        zip([n.state.key for n in graph.nodes], analysis.explain_nodes(graph), strict=True)
    )
    assert reasons["1"].startswith("failed: 1 tactic run, 0 of use")
    assert any("better priority" in reason for reason in reasons.values())


def test_the_budget_adds_up(tmp_path: Path) -> None:
    graph = written(tmp_path, random_table(states=100, tactics=10, seed=2), calls=300).graph
    for shares in (analysis.by_outcome(graph), analysis.by_tactic(graph), analysis.by_depth(graph)):
        assert sum(share.tactics for share in shares) == len(graph.edges)


def test_the_tree_on_the_terminal(tmp_path: Path) -> None:
    out = StringIO()
    console = Console(file=out, width=150)
    for part in terminal.report(written(tmp_path, TABLE)):
        console.print(part)
    text = out.getvalue()
    assert text.count("← proof") == 4
    assert "part of the proof" in text
    assert "t: proved by qstar; " in text


def test_a_large_tree_is_cut_and_says_so(tmp_path: Path) -> None:
    big = written(tmp_path, random_table(states=500, tactics=10, seed=2, closing=0.0), calls=1500)
    assert len(big.graph.edges) == 1500
    out = StringIO()
    for part in terminal.report(big, most=30):
        Console(file=out, width=150).print(part)
    assert out.getvalue().count("\n") < 120
    assert re.search(r"\d+ more applied; \d+ rejected \(error \d+\)", out.getvalue())


def test_a_line_of_the_tree_is_a_line_of_the_terminal(tmp_path: Path) -> None:
    graph = ProofGraph(state(0, text="a = b ∧ " * 30))
    graph.add(graph.root, Proposal("simp " * 30, -1.0), Applied((state(1, text="c = d ∧ " * 30),)))
    problem = make_problem({0: [None]})
    problem = replace(problem, graph=graph)
    end = SearchResult(
        theorem=Theorem(statement="", name="t"), status=TheoremStatus.OPEN, stop=StopReason.SECONDS
    )
    out = StringIO()
    _, tree, *_ = terminal.report(trace.read(trace.write(tmp_path, "qstar", problem, end)))
    Console(file=out, width=80).print(tree)
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= 80


def test_the_page_holds_the_graph_and_nothing_breaks_out_of_it(tmp_path: Path) -> None:
    problem, result = searched(TABLE, name="</script><b>&")
    text = page(trace.read(trace.write(tmp_path, "qstar", problem, result)))
    assert text.count("</script>") == 2
    assert "<title>&lt;/script&gt;" in text
    found = re.search(r'<script id="data"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert [n["status"] for n in data["nodes"]] == [n.status for n in problem.graph.nodes]
    assert sum(e["proof"] for e in data["edges"]) == 4
    assert not re.search(r"(src|href)=|https?:|@import|url\(", text), "the page needs nothing else"


def test_the_index_links_to_each_page_and_has_failures_first(tmp_path: Path) -> None:
    pages = [
        (tmp_path / "a.html", written(tmp_path, TABLE)),
        (tmp_path / "b.html", written(tmp_path, {0: [None]})),
    ]
    assert re.findall(r'href="(.*?)"', index_page(pages)) == ["b.html", "a.html"]
