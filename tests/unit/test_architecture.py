"""Who may import whom, and that importing has no effect."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lean_env", "prover", "benchmarks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
HEAVY = {
    "torch", "transformers", "networkx", "lean_dojo", "httpx", "rich", "safetensors", "pyarrow",
    "matplotlib", "scipy", "fastapi", "uvicorn", "mcp", "accelerate", "peft", "datasets", "trl",
}  # fmt: skip
NETWORKS = {"torch", "transformers", "safetensors", "accelerate", "peft", "trl"}
SERVICES = {"fastapi", "uvicorn", "mcp"}
OWN_SERVICES = ("prover.server",)
OWN_NETWORKS = ("prover.models", "prover.policies.huggingface", "prover.values", "prover.training")
MAY_USE_NETWORKS = (*OWN_NETWORKS, "prover.cli.doctor")
SEARCH_MAY_IMPORT = (
    "lean_env.errors", "lean_env.types",
    "prover.graph", "prover.search", "prover.types",
)  # fmt: skip


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


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


def run_fresh(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def forbidden(module: str, name: str) -> bool:
    """May `module` not import `name`?"""
    package = name.split(".")[0]
    if within(module, ("lean_env",)) and package in ("prover", "benchmarks"):
        return True
    if within(module, ("prover",)) and package == "benchmarks":
        return not within(module, ("prover.cli",))  # the edge, which has a command for each job
    if within(module, ("prover.graph", "prover.search")) and package in PACKAGES:
        return not within(name, SEARCH_MAY_IMPORT)
    return package in NETWORKS and not within(module, MAY_USE_NETWORKS)


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


def test_search_comes_without_torch_or_lean_processes() -> None:
    code = """
import sys, pkgutil, importlib
for package in ("prover.graph", "prover.search"):
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(found.__path__, package + "."):
        importlib.import_module(module.name)
print(*sys.modules)
"""
    loaded = set(run_fresh(code).split())
    assert "prover.search" in loaded
    assert not loaded & {"torch", "transformers", "lean_env.wire.process", "lean_env.pool"}


def test_help_needs_nothing_heavy() -> None:
    code = """
import sys
from prover.cli import main
sys.argv = ["qstar", "prove", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end
print(*sys.modules)
"""
    loaded = set(run_fresh(code).split())
    assert not loaded & (HEAVY | {"asyncio", "lean_env.wire.process", "prover.pipeline"})


@pytest.mark.slow
def test_importing_has_no_effect() -> None:
    """No file is written or read, no process started, no environment variable read by our code."""
    modules = [m for m in map(module_name, MODULES) if not m.endswith("__main__")]
    folders = tuple(str(ROOT / package) + "/" for package in PACKAGES)
    code = f"""
import importlib, os, sys

ours = {folders!r}
seen = []

def ours_asks():
    frame = sys._getframe(2)
    while frame is not None and not frame.f_code.co_filename.startswith("<frozen importlib"):
        if frame.f_code.co_filename.startswith(ours):
            return True
        frame = frame.f_back
    return False

def audit(event, args):
    if event in ("subprocess.Popen", "os.system", "os.posix_spawn", "socket.connect", "os.mkdir"):
        seen.append((event, str(args)))
    if event == "open" and ours_asks():
        seen.append((event, str(args)))

def ours_reads():  # itself: what a library looks up while it is used is its own affair
    frame = sys._getframe(2)
    while frame.f_code.co_filename.startswith("<frozen "):  # os.environ.get, os.getenv
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(ours)

class Watched(type(os.environ)):
    def __getitem__(self, key):
        if ours_reads():
            seen.append(("environ", key))
        return super().__getitem__(key)

os.environ.__class__ = Watched
sys.addaudithook(audit)
for module in {modules!r}:
    importlib.import_module(module)
print(seen)
"""
    assert run_fresh(code).strip() == "[]"
