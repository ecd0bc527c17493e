"""A native Lean to test with: the machine's own, or the stand-in in `standin/`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.install import lean_folder

STANDIN = Path(__file__).parent / "standin"
IS_REAL = bool(shutil.which("lean") and shutil.which("lake"))

BASIC = """module

public section

@[expose] def twice (n : Nat) : Nat := n + n
"""
USES = """import Small.Basic

theorem twice_zero : twice 0 = 0 := by
  sorry
"""
LAKEFILE = """name = "small"

[[lean_lib]]
name = "Small"
"""


def install(folder: Path) -> Path:
    """The folder with `lean` and `lake` in it, to be put first on PATH."""
    if IS_REAL:
        return Path(str(shutil.which("lake"))).parent
    programs = folder / "bin"
    programs.mkdir(parents=True)
    (folder / "lib").mkdir()
    cache = default_cache_dir().resolve()
    (folder / "cache").write_text(str(cache), encoding="utf-8")
    (folder / "lib" / "lean").symlink_to(lean_folder(cache) / "lib")
    for name in ("lean", "lake"):
        command = f"'{sys.executable}' '{STANDIN / name}.py' '{folder}'"
        put_program(programs / name, f'exec {command} "$@"')
    return programs


def put_program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def small_project(folder: Path, programs: Path) -> Path:
    """A Lake project of two files, of which one imports the other, which is built."""
    (folder / "Small").mkdir(parents=True)
    (folder / "lakefile.toml").write_text(LAKEFILE, encoding="utf-8")
    (folder / "Small" / "Basic.lean").write_text(BASIC, encoding="utf-8")
    (folder / "Small" / "Uses.lean").write_text(USES, encoding="utf-8")
    subprocess.run((programs / "lake", "build", "Small.Basic"), cwd=folder, check=True)
    return folder
