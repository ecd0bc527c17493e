"""Native Lean: the user's own, of a Lake project or on PATH."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lean_env.errors import BadInput, MissingModule, ToolchainError, UnsupportedLean
from lean_env.toolchain.cache import build_folder
from lean_env.toolchain.install import Progress, no_progress
from lean_env.toolchain.server_source import ROOT, bundle

ANSWER_SECONDS = 60.0
COMPILE_SECONDS = 300.0
KEPT = 6
"""For how many versions of Lean it is remembered that they take the server."""

WRITTEN_FOR = "4.28"
"""The version of Lean that the server is written for."""

_OWN_ROOT = Path(__file__).resolve().parents[2]
_LAKE_FILES = ("lakefile.lean", "lakefile.toml")
_VERSION = re.compile(r"version ([^\s,]+)")
_ERROR = re.compile(r"server\.lean:(\d+):\d+: error(?:\([^)]*\))?: (.*)")
_EMBEDDED = (
    "With `--lean embedded` it is not needed, but then there are no modules beside Lean's own."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeLean:
    """A native Lean.

    Attributes:
        sysroot: The folder of the toolchain.
        version: Its version number.
        about: What `lean --version` prints.
        path: The folders of modules beside its own.
        project: The root of the Lake project that these belong to.
    """

    sysroot: Path
    version: str
    about: str
    path: tuple[Path, ...]
    project: Path | None

    @property
    def program(self) -> Path:
        """The `lean` executable of the toolchain."""
        return self.sysroot / "bin" / "lean"

    @property
    def env(self) -> dict[str, str]:
        """All that Lean needs of an environment: nothing of the user's."""
        libraries = os.pathsep.join(str(self.sysroot / f) for f in ("lib", "lib/lean"))
        return {
            "PATH": os.pathsep.join((str(self.sysroot / "bin"), os.defpath)),
            "LEAN_SYSROOT": str(self.sysroot),
            "LEAN_PATH": os.pathsep.join(map(str, self.path)),
            "LD_LIBRARY_PATH": libraries,
            "DYLD_LIBRARY_PATH": libraries,
        }

    def need_modules(self, imports: Sequence[str]) -> None:
        """Check that modules are built.

        Args:
            imports: The modules.

        Raises:
            MissingModule: One of them is missing or not built.
        """
        for module in imports:
            file = Path(*module.split(".")).with_suffix(".olean")
            folders = (self.sysroot / "lib" / "lean", *self.path)
            if not any((folder / file).is_file() for folder in folders):
                where = self.project or "this folder"
                raise MissingModule(
                    f"there is no built module '{module}'",
                    where="header",
                    remedy=f"Run `lake build {module}` in {where}."
                    if self.project
                    else "Only files inside a Lake project have modules beside Lean's own.",
                )


def project_root(start: Path) -> Path | None:
    """Find the Lake project that a file or folder lies in.

    Args:
        start: The file or folder.

    Returns:
        The root of the project; None without one.  A checkout of qstar, which has a lakefile
        too, does
        not count.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if folder != _OWN_ROOT and any((folder / name).is_file() for name in _LAKE_FILES):
            return folder
    return None


def common_project(files: Sequence[Path]) -> Path | None:
    """Find the one Lake project that any of some files lie in.

    Args:
        files: The files.

    Returns:
        The root of the project; None without one.

    Raises:
        BadInput: The files lie in several projects.
    """
    projects = sorted({root for file in files if (root := project_root(file))})
    if len(projects) > 1:
        raise BadInput(
            f"the files lie in several Lake projects: {', '.join(map(str, projects))}",
            remedy="work on one project at a time",
        )
    return projects[0] if projects else None


def toolchain_wanted(project: Path) -> str:
    """Read which Lean a Lake project asks for.

    Args:
        project: The root of the project.

    Returns:
        The content of `lean-toolchain`, such as `leanprover/lean4:v4.9.0`; empty without one.
    """
    try:
        return (project / "lean-toolchain").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def same_version(toolchain: str, version: str) -> bool:
    """Whether a toolchain's name, as `toolchain_wanted` returns it, is of that version of Lean."""
    return toolchain.rpartition(":")[2].removeprefix("v") == version.removesuffix("-pre")


def find_native(
    project: Path | None, environ: Mapping[str, str] | None = None
) -> NativeLean | None:
    """The Lean of a Lake project or, without one, that on PATH; None where there is none.

    Raises `ToolchainError` when it is there and does not work.
    """
    environ = dict(os.environ if environ is None else environ)
    path = environ.get("PATH", "") + os.pathsep + str(Path.home() / ".elan" / "bin")
    program = shutil.which("lake" if project else "lean", path=path)
    if program is None:
        return None
    if project:
        said = _ask([program, "env"], environ, project)
        facts = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        sysroot = facts.get("LEAN_SYSROOT", "")
        modules = [project / part for part in facts.get("LEAN_PATH", "").split(os.pathsep) if part]
    else:
        sysroot, modules = _ask([program, "--print-prefix"], environ, None).strip(), []
    if not sysroot or not Path(sysroot, "bin", "lean").is_file():
        raise ToolchainError(
            f"{program} does not say where Lean is{f' for {project}' if project else ''}",
            remedy=f"Install the project's Lean again.  {_EMBEDDED}",
        )
    about = _ask([str(Path(sysroot, "bin", "lean")), "--version"], environ, project).strip()
    version = _VERSION.search(about)
    return NativeLean(
        sysroot=Path(sysroot),
        version=version[1] if version else about,
        about=about,
        path=tuple(modules),
        project=project,
    )


def run_program(
    command: Sequence[str], environ: Mapping[str, str], seconds: float, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program without input and capture its output.

    Args:
        command: The program and its arguments.
        environ: Its whole environment.
        seconds: The time limit.
        cwd: The folder to run it in.

    Returns:
        The finished process.

    Raises:
        subprocess.TimeoutExpired: The time limit was reached.
    """
    return subprocess.run(
        command,
        cwd=cwd,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )


def _ask(command: Sequence[str], environ: Mapping[str, str], project: Path | None) -> str:
    """What a program answers.  Lake is asked in its project: there `elan` knows which Lean."""
    place = f" in {project}" if project else ""
    words = " ".join([Path(command[0]).name, *command[1:]])
    try:
        done = run_program(command, environ, ANSWER_SECONDS, cwd=project)
    except subprocess.TimeoutExpired:
        raise ToolchainError(
            f"`{words}` gives no answer{place}",
            remedy=f"Run it there once: it may want to download Lean.  {_EMBEDDED}",
        ) from None
    except OSError as error:
        raise ToolchainError(f"cannot run {command[0]}: {error.strerror}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"status {done.returncode}"]
        raise ToolchainError(
            f"`{words}` fails{place}: {said[-1]}",
            remedy=f"Run it there and see to it that it works.  {_EMBEDDED}",
        )
    return done.stdout


# The server


def server_command(
    lean: NativeLean, cache: Path, progress: Progress = no_progress
) -> tuple[str, ...]:
    """Build the command of a native Lean server.

    It is the program that the project has built if it requires qstar, else the source, run by Lean.

    Args:
        lean: The Lean to run it.
        cache: The cache folder.
        progress: Told how far compiling is.

    Returns:
        The command, without its arguments.

    Raises:
        UnsupportedLean: This version of Lean does not compile the source.
        CacheError: The cache cannot be written.
    """
    if program := _built_server(lean):
        return (str(program),)
    text = bundle().text
    key = hashlib.sha256(f"{lean.about}\n{lean.sysroot}\n{text}".encode()).hexdigest()[:24]
    folder = cache.expanduser().resolve() / "native" / key

    def make(new: Path) -> Mapping[str, object]:
        (new / "server.lean").write_text(text, encoding="utf-8")
        progress("compile", 0, 1)
        _need_to_compile(lean, new / "server.lean")
        progress("compile", 1, 1)
        return {"lean": lean.about}

    build_folder(folder, make, keep=KEPT)
    return (str(lean.program), "--run", str(folder / "server.lean"))


def _built_server(lean: NativeLean) -> Path | None:
    """The program that Lake built of this same source, in a package that the project requires."""
    for folder in lean.path:
        package = next((p for p in folder.parents if (p / "lakefile.lean").is_file()), None)
        if package is None or not (folder / "LeanEnv.olean").is_file():
            continue
        program, source = package / ".lake/build/bin/lean-env", package / ROOT.relative_to(_TOP)
        if program.is_file() and source.is_dir() and bundle(source).text == bundle().text:
            return program
    return None


_TOP = ROOT.parent.parent


def _need_to_compile(lean: NativeLean, source: Path) -> None:
    try:
        done = run_program((str(lean.program), str(source)), lean.env, COMPILE_SECONDS)
    except subprocess.TimeoutExpired:
        raise ToolchainError(
            f"Lean {lean.version} did not compile the server in {COMPILE_SECONDS:.0f} s",
            remedy=_EMBEDDED,
        ) from None
    if done.returncode == 0:
        return
    said = f"{done.stdout}\n{done.stderr}"
    error = _ERROR.search(said)
    first = f"{bundle().locate(int(error[1]))}: {error[2]}" if error else said.strip()[:300]
    raise UnsupportedLean(
        f"Lean {lean.version} does not compile the server: {first}",
        remedy=f"It is written for Lean {WRITTEN_FOR}; for others there is `--lean repl`.  "
        f"{_EMBEDDED}",
    )
