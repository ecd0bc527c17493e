"""What importing a module, or asking for help, loads and does."""

from __future__ import annotations

import pytest

from tests.support.modules import HEAVY, MODULES, PACKAGES, ROOT, module_name, run_fresh


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
