"""The layout of the code: who imports whom, circles, forwarding modules, folders, docstrings.

What happens when modules are imported is tested in `test_imports.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import networkx

from tests.support.modules import HEAVY, MODULES, PACKAGES, ROOT, module_name

NETWORKS = {"torch", "transformers", "safetensors", "accelerate", "peft", "trl"}
SERVICES = {"fastapi", "uvicorn", "mcp"}
OWN_SERVICES = ("prover.server",)
OWN_NETWORKS = ("prover.models", "prover.policies.huggingface", "prover.values", "prover.training")
SEARCH_MAY_IMPORT = (
    "lean_env.errors", "lean_env.types",
    "prover.graph", "prover.search", "prover.types",
)  # fmt: skip
MAY_IMPORT_A_CLI: set[str] = set()
"""Modules that import `prover.cli` and wait for their owner; nothing may be added."""
FORWARDING: set[str] = set()
"""Modules that only forward and wait for their owner; nothing may be added."""
CROWDED = {"prover/cli"}
"""Folders with too many files that wait for their owner; nothing may be added."""
FILES_IN_A_FOLDER = 14
NOT_SHIPPED = ("benchmarks.perf", "benchmarks.studies")
"""What the wheel leaves out."""
DOCUMENTED = (
    "benchmarks",
    "lean_env",
    "prover.api",
    "prover.config",
    "prover.datasets",
    "prover.errors",
    "prover.expert_iteration",
    "prover.graph",
    "prover.lean_setup",
    "prover.models",
    "prover.pipeline",
    "prover.policies",
    "prover.problems",
    "prover.proofs",
    "prover.registry",
    "prover.result",
    "prover.result_json",
    "prover.rewards",
    "prover.runs",
    "prover.search",
    "prover.server",
    "prover.session",
    "prover.tracing",
    "prover.training",
    "prover.types",
    "prover.values",
)
"""The packages whose public names all have a docstring that says more than the name."""


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == p or module.startswith(p + ".") for p in packages)


def imported(tree: ast.AST) -> Iterator[str]:
    """The full names that a piece of a module imports (`from a import b` counts as `a.b`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_at_top(tree: ast.Module) -> Iterator[str]:
    """What importing the module imports: not what functions do, nor `if TYPE_CHECKING:`."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported(node)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def forbidden(module: str, name: str) -> bool:
    """May `module` not import `name`?"""
    package = name.split(".")[0]
    if within(module, ("lean_env",)) and package in ("prover", "benchmarks"):
        return True
    if within(module, ("prover",)) and package == "benchmarks":
        return not within(module, ("prover.cli",))  # the edge, which has a command for each job
    if within(module, ("prover.graph", "prover.search")) and package in PACKAGES:
        return not within(name, SEARCH_MAY_IMPORT)
    return package in NETWORKS and not within(module, OWN_NETWORKS)


def test_who_imports_whom() -> None:
    found = [(module_name(p), name) for p in MODULES for name in imported(parse(p))]
    assert [(module, name) for module, name in found if forbidden(module, name)] == []


def test_heavy_packages_are_imported_late() -> None:
    light = [
        (module_name(path), name)
        for path in MODULES
        if not within(module_name(path), OWN_NETWORKS)
        for name in imported_at_top(parse(path))
    ]
    assert [(module, name) for module, name in light if too_heavy(module, name)] == []


def too_heavy(module: str, name: str) -> bool:
    allowed = SERVICES if within(module, OWN_SERVICES) else set()
    return name.split(".")[0] in HEAVY - allowed


# Circles and forwarding


def imported_at_run_time(tree: ast.Module) -> Iterator[str]:
    """Imports at any level, in functions too, but not those that only type checkers see."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported(node)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            todo += node.orelse
        else:
            todo += ast.iter_child_nodes(node)


def module_of(name: str, modules: set[str]) -> str | None:
    """The module that an imported name is, or is in; None for other people's."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


def test_there_are_no_import_circles() -> None:
    modules = {module_name(path) for path in MODULES}
    graph = networkx.DiGraph()
    for path in MODULES:
        for name in imported_at_run_time(parse(path)):
            if (target := module_of(name, modules)) and target != module_name(path):
                graph.add_edge(module_name(path), target)
    circles = {frozenset(c) for c in networkx.strongly_connected_components(graph) if len(c) > 1}
    assert sorted(map(sorted, circles)) == []


def test_imports_in_functions_count_and_those_of_type_checkers_do_not() -> None:
    code = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import a
else:
    import b
def f():
    from c import d
"""
    assert set(imported_at_run_time(ast.parse(code))) == {"typing.TYPE_CHECKING", "b", "c.d"}


def test_what_is_shipped_imports_no_measurements_of_the_checkout() -> None:
    """`benchmarks.perf` and `benchmarks.studies` are not in the wheel."""
    found = {
        (module_name(path), name)
        for path in MODULES
        if not within(module_name(path), NOT_SHIPPED)
        for name in imported(parse(path))
        if within(name, NOT_SHIPPED)
    }
    assert found == set()


def test_nothing_imports_a_command_line() -> None:
    importing = {
        module_name(path)
        for path in MODULES
        for name in imported(parse(path))
        if within(name, ("prover.cli",)) and not within(module_name(path), ("prover.cli",))
    }
    assert sorted(importing - MAY_IMPORT_A_CLI) == []


def test_no_test_imports_another_test() -> None:
    """What tests share is in `tests.support`, or is a fixture in a `conftest.py`."""
    importing = {
        (str(path.relative_to(ROOT)), name)
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for name in imported(parse(path))
        if within(name, ("tests",)) and not within(name, ("tests.support",))
    }
    assert importing == set()


def only_forwards(tree: ast.Module) -> bool:
    """Nothing but a docstring, imports and `__all__`."""
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body) and all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
        for node in tree.body
    )


def test_no_module_only_forwards() -> None:
    found = {
        module_name(p) for p in MODULES if p.stem not in ("__init__", "__main__")
        if only_forwards(parse(p))
    }  # fmt: skip
    assert sorted(found - FORWARDING) == []


def test_folders_can_be_taken_in_at_a_glance() -> None:
    folders = {path.parent for path in MODULES}
    sizes = {
        str(folder.relative_to(ROOT)): len([p for p in folder.glob("*.py") if p.stem[0] != "_"])
        for folder in folders
    }
    crowded = {name: size for name, size in sizes.items() if size > FILES_IN_A_FOLDER}
    assert {name: size for name, size in crowded.items() if name not in CROWDED} == {}


# Docstrings


def words_of(text: str) -> set[str]:
    """The words of a name or a sentence, without their endings and without small words."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", text)
    words = {re.sub(r"(?<=...)(s|ed|ing|es)$", "", part.lower()) for part in parts}
    return words - {"a", "an", "the", "of", "to", "in", "for", "is", "it", "this", "and", "self"}


def public_names(tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    """Public functions, classes and methods with their docstrings."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node.name, ast.get_docstring(node)
            for inner in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(inner, kinds) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", ast.get_docstring(inner)


def says_more_than_its_name(name: str, docstring: str | None) -> bool:
    """Whether the docstring has words that neither the name nor its class's name has."""
    return bool(words_of(docstring or "") - words_of(name))


def test_public_names_have_docstrings_that_say_more_than_the_name() -> None:
    silent = [
        f"{module_name(path)}.{name}"
        for path in MODULES
        if within(module_name(path), DOCUMENTED)
        for name, docstring in public_names(parse(path))
        if not says_more_than_its_name(name, docstring)
    ]
    assert silent == []


def test_a_docstring_that_repeats_the_name_is_noticed() -> None:
    assert not says_more_than_its_name("Worker.stop", "Stops the worker.")
    assert not says_more_than_its_name("stop", None)
    assert says_more_than_its_name("Worker.stop", "Kill the process and wait until it has ended.")
