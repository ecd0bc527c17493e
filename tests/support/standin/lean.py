"""A stand-in for native Lean's `lean`: embedded Lean behind the same command line.

It takes `--version`, `--print-prefix`, `-o OLEAN FILE`, `FILE`, `--run FILE ARGUMENT…`, and for
qstar's own server `FILE` and `--run FILE serve MODULE…`.  Modules are looked for in `LEAN_PATH` as
well.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from lean_env.errors import LeanEnvError
from lean_env.toolchain.install import LEAN_VERSION, lean_folder
from lean_env.toolchain.launch import serve_command
from lean_env.toolchain.node import HOST, find_node
from lean_env.toolchain.server_source import bundle
from lean_env.toolchain.snapshots import ensure_snapshot

SYSROOT = Path(sys.argv[1])
CACHE = Path((SYSROOT / "cache").read_text(encoding="utf-8"))
MEMORY_MB = 2048
SERVER = "server.lean"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["--version"]:
            print(f"Lean (version {LEAN_VERSION}, stand-in, commit 0, Release)")
        case ["--print-prefix"]:
            print(SYSROOT)
        case ["-o", olean, source] | [_, "-o", olean, source]:
            return compile_file(Path(source), Path(olean))
        case [source] if Path(source).name != SERVER:
            return run_host("run.mjs", source)
        case ["--run", source, *given] if Path(source).name != SERVER:
            return run_host("run.mjs", "--run", source, *given)
        case [source]:
            return server(Path(source), [])
        case ["--run", source, "serve", *imports]:
            return server(Path(source), imports)
        case _:
            print(f"the stand-in does not take {arguments}", file=sys.stderr)
            return 1
    return 0


def compile_file(source: Path, olean: Path) -> int:
    return run_host("compile.mjs", str(source), str(olean))


def run_host(script: str, *arguments: str) -> int:
    """Run embedded Lean once, from its start."""
    lean = with_modules()
    flags = ("--allow-natives-syntax", "--stack-size=7000")
    files = (Path(__file__).with_name(script), HOST.resolve(), lean, lean / "lib")
    return subprocess.run((find_node().program, *flags, *files, *arguments), check=False).returncode


def server(source: Path, imports: list[str]) -> int:
    """Compile the server, and run it if there are `imports`.

    Compiling makes the one snapshot, with all modules of the project: a sandbox lets nobody write.
    """
    assert source.read_text(encoding="utf-8") == bundle().text
    lean, node = with_modules(), find_node()
    cache = CACHE if lean == lean_folder(CACHE) else SYSROOT
    try:
        entry = ensure_snapshot(
            cache, lean, node, ("Init", *(name for name, _ in project_modules()))
        )
    except LeanEnvError as error:
        print(error, file=sys.stderr)
        return 1
    if imports:
        command = serve_command(node, lean, entry, MEMORY_MB)
        os.execve(command[0], command, {})
    return 0


def project_modules() -> list[tuple[str, Path]]:
    """The modules in `LEAN_PATH`, by name."""
    return [
        (".".join(file.relative_to(folder).with_suffix("").parts), file)
        for folder in map(Path, filter(None, os.environ.get("LEAN_PATH", "").split(os.pathsep)))
        for file in sorted(folder.rglob("*.olean"))
    ]


def with_modules() -> Path:
    """Embedded Lean with the modules of `LEAN_PATH` in its library."""
    lean, modules = lean_folder(CACHE), project_modules()
    if not modules:
        return lean
    key = hashlib.sha256()
    for name, file in modules:
        key.update(name.encode() + file.read_bytes())
    merged = SYSROOT / "merged" / key.hexdigest()[:16]
    if not merged.exists():
        for file in lean.rglob("*"):
            if file.is_file():
                link(file, merged / file.relative_to(lean))
        for name, file in modules:
            link(file, (merged / "lib").joinpath(*name.split(".")).with_suffix(".olean"))
    return merged


def link(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.unlink(missing_ok=True)
    try:
        os.link(file, to)
    except OSError:  # another file system
        to.write_bytes(file.read_bytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
