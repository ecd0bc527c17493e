"""`qstar doctor`: what is there, and whether `qstar prove` can work."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prover.cli.support.exits import Exit, finish

if TYPE_CHECKING:
    from lean_env.toolchain.diagnostics import EmbeddedDiagnostics
    from lean_env.toolchain.native import NativeLean


def doctor(
    full: Annotated[
        bool,
        typer.Option("--full", help="Read all that is in the cache through, to find damage."),
    ] = False,
    native: Annotated[
        bool,
        typer.Option(
            "--native",
            help="Run a session with the Lean of the project here (or on PATH), by our server and "
            "by the REPL, and say which works and where the other fails.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Say what is found.  Exit code: 0 if `qstar prove` can work, 3 if not."""

    def command() -> Exit:
        import json as format

        found = examine(full=full, native=native)
        print(format.dumps(found, ensure_ascii=False, indent=1) if json else describe(found))
        return Exit.DONE if found["ok"] else Exit.BROKEN

    finish(command)


def examine(*, full: bool = False, native: bool = False) -> dict[str, Any]:
    """All findings, without importing what is heavy.

    Args:
        full: Whether the cache is read through.
        native: Whether sessions are run with native Lean.

    Returns:
        Values as JSON has them.  `problems` holds what keeps `qstar prove` from working and what to
        do, `smaller` what takes space that it need not take.
    """
    import platform
    import sys

    from lean_env.toolchain.advisories import advisory_numbers
    from lean_env.toolchain.cache import default_cache_dir
    from lean_env.toolchain.diagnostics import diagnose
    from prover.runs.manifest import package_version

    facts = diagnose(default_cache_dir(), Path.cwd(), read_all=full)
    embedded, machine = facts.embedded, facts.native
    problems = _problems(embedded, facts.cache)
    return {
        "ok": not problems,
        "problems": problems,
        "smaller": _smaller(),
        "qstar": package_version(),
        "python": {"version": platform.python_version(), "path": sys.executable},
        "torch": _torch(),
        "node": {"version": embedded.node_version, "path": embedded.node},
        "lean": {
            "embedded": {
                "version": embedded.version,
                "advisories": advisory_numbers(embedded.version),
                "installed": embedded.installed,
                "path": str(embedded.folder),
                "bytes": embedded.size,
                "snapshots": [
                    {
                        "imports": s.imports,
                        "bytes": s.size,
                        "intact": s.intact,
                        "current": s.current,
                    }
                    for s in embedded.snapshots
                ],
            },
            "native": {
                "found": machine.lean is not None,
                "version": machine.lean.version if machine.lean else "",
                "advisories": advisory_numbers(machine.lean.version) if machine.lean else [],
                "path": str(machine.lean.program) if machine.lean else "",
                "project": str(machine.project or ""),
                "isolation": machine.isolation,
                "problem": machine.problem,
                "remedy": machine.remedy,
                "repl": _repl(machine.lean),
                "trials": _trials(machine.lean, facts.cache) if native else [],
            },
        },
        "cache": {"path": str(facts.cache), "bytes": facts.cache_size, "free": _free(facts.cache)},
        "shipped": _shipped(),
        "models": _models(),
    }


def _repl(lean: NativeLean | None) -> str:
    """Where the REPL for a Lean is, or what keeps it from being used."""
    from lean_env.toolchain.repl import existing_repl, why_no_repl

    if lean is None:
        return ""
    found = existing_repl(lean)
    return str(found) if found else why_no_repl(lean) or "built at its first use"


def _trials(lean: NativeLean | None, cache: Path) -> list[dict[str, object]]:
    import asyncio

    from lean_env.trial import try_native

    trials = asyncio.run(try_native(lean, cache)) if lean else []
    return [
        {"lean": t.kind, "ok": not t.failure, "failure": t.failure, "remedy": t.remedy}
        for t in trials
    ]


def _problems(embedded: EmbeddedDiagnostics, cache: Path) -> list[dict[str, str]]:
    import tempfile

    problems = []
    if embedded.problem:
        problems.append({"problem": embedded.problem, "remedy": embedded.remedy})
    places = (cache, Path(tempfile.gettempdir()))
    return problems + [found for place in places if (found := _cannot_write(place))]


def _cannot_write(folder: Path) -> dict[str, str] | None:
    """Try what `prove` does there: make the folder, and a file in it."""
    import os
    import tempfile

    there = _existing(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"qstar")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        name = "TMPDIR" if folder == Path(tempfile.gettempdir()) else "QSTAR_CACHE"
        return {
            "problem": f"{folder} cannot be written: {error.strerror or error}",
            "remedy": f"make it writable, or set {name} to a folder that is",
        }
    finally:
        made = [place for place in (folder, *folder.parents) if there in place.parents]
        for place in made:  # leave nothing behind
            with suppress(OSError):
                place.rmdir()
    return None


def _existing(path: Path) -> Path:
    """`path` or its nearest parent that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _free(cache: Path) -> int:
    import shutil

    return shutil.disk_usage(_existing(cache)).free


def _torch() -> dict[str, object] | None:
    """What is known of it without importing it, which takes seconds."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("torch")
    except PackageNotFoundError:
        return None
    return {"version": found, "cuda": _has_cuda_packages(found), "gpu": _has_gpu()}


def _has_cuda_packages(torch_version: str) -> bool:
    from importlib.util import find_spec

    return "+cu" in torch_version or find_spec("nvidia") is not None


def _has_gpu() -> bool:
    return any(Path("/dev").glob("nvidia[0-9]*")) or Path("/dev/dxg").exists()


def _smaller() -> list[dict[str, str]]:
    """Packages that take much space and are of no use here."""
    from importlib.metadata import distributions

    sizes: dict[str, int] = {}
    torch = _torch()
    useless = ["ray"] if torch is None or torch["gpu"] or not torch["cuda"] else ["ray", "cuda"]
    for distribution in distributions():
        name = distribution.metadata["Name"].lower()
        kind = "cuda" if name.startswith(("nvidia-", "triton")) else name
        if kind in useless:
            size = sum(file.size or 0 for file in distribution.files or ())
            sizes[kind] = sizes.get(kind, 0) + size
    said = {
        "cuda": (
            "packages for CUDA, and this machine has no GPU",
            "install the CPU build of torch: uv pip install torch --torch-backend cpu --reinstall, "
            "then uninstall nvidia-* and triton",
        ),
        "ray": (
            "Ray, which lean-dojo brings along and qstar does not use",
            "pip uninstall ray; lean-dojo's tracing needs it again",
        ),
    }
    return [
        {"what": f"{_size(size)}: {said[kind][0]}", "remedy": said[kind][1]}
        for kind, size in sizes.items()
        if size
    ]


def _shipped() -> dict[str, object] | None:
    """The model that comes with the package: how it was made last, and where it lies."""
    import json

    from prover.models import folders, shipped

    if not shipped.is_available():
        return None
    files = [file for file in shipped.FOLDER.rglob("*") if file.is_file()]
    settings = json.loads((shipped.FOLDER / folders.SETTINGS_FILE).read_text("utf-8"))
    return {
        "path": str(shipped.FOLDER),
        "bytes": sum(file.stat().st_size for file in files),
        "lineage": settings["lineage"],
    }


def _models() -> list[dict[str, object]]:
    """The language models in the cache of Hugging Face's libraries, which are slow to import."""
    import os

    home = Path(os.environ.get("HF_HOME", "~/.cache/huggingface")).expanduser()
    cache = Path(os.environ.get("HF_HUB_CACHE", home / "hub"))
    return [
        {
            "name": folder.name.removeprefix("models--").replace("--", "/"),
            "bytes": sum(f.stat().st_size for f in folder.glob("blobs/*") if f.is_file()),
        }
        for folder in sorted(cache.glob("models--*"))
    ]


def describe(found: dict[str, Any]) -> str:
    """The findings as text, a line each."""
    from prover.runs.progress import count

    torch, native = found["torch"], found["lean"]["native"]
    embedded, cache = found["lean"]["embedded"], found["cache"]
    state = _size(embedded["bytes"]) if embedded["installed"] else "set up by the first `prove`"
    rows = [
        ("qstar", found["qstar"] or "not installed"),
        ("Python", f"{found['python']['version']}  {found['python']['path']}"),
        (
            "torch",
            _torch_text(torch) if torch else "missing: no hf policies",
        ),
        ("Node", f"{found['node']['version']}  {found['node']['path']}"),
        ("embedded Lean", f"{embedded['version']}, {state}"),
    ]
    for snapshot in embedded["snapshots"]:
        if snapshot["current"]:
            condition = "" if snapshot["intact"] else ", damaged (the next use rebuilds it)"
            text = f"{', '.join(snapshot['imports'])}, {_size(snapshot['bytes'])}{condition}"
            rows.append(("  ready with", text))
    if others := [s["bytes"] for s in embedded["snapshots"] if not s["current"]]:
        snapshots = count(len(others), "snapshot")
        rows.append(("  also", f"{snapshots} of other versions of qstar, {_size(sum(others))}"))
    rows += _advisories(embedded["version"])
    rows += _native(native)
    rows.append(("cache", f"{cache['path']}, {_size(cache['bytes'])}, {_size(cache['free'])} free"))
    own = found["shipped"]
    rows.append(("shipped model", f"{own['path']}, {_size(own['bytes'])}" if own else "none"))
    rows += [("model", f"{model['name']}, {_size(model['bytes'])}") for model in found["models"]]
    lines = [f"{name:<14} {text}" for name, text in rows]
    for heavy in found["smaller"]:
        lines += ["", f"could be smaller: {heavy['what']}", f"         {heavy['remedy']}"]
    for problem in found["problems"]:
        lines += ["", f"problem: {problem['problem']}", f"         {problem['remedy']}"]
    return "\n".join([*lines, "", "`qstar prove` can work." if found["ok"] else "It cannot work."])


def _torch_text(torch: dict[str, Any]) -> str:
    build = "with CUDA" if torch["cuda"] else "for CPUs"
    return f"{torch['version']}, {build}; {'a GPU is' if torch['gpu'] else 'no GPU'} here"


def _native(native: dict[str, Any]) -> list[tuple[str, str]]:
    if native["problem"]:
        return [("native Lean", native["problem"]), ("", native["remedy"])]
    if not native["found"]:
        return [("native Lean", "none")]
    isolation = native["isolation"]
    if isolation == "unsandboxed":
        isolation += " (limits only: bubblewrap is not there, or not allowed to work)"
    rows = [("native Lean", f"{native['version']}  {native['path']}"), ("  isolation", isolation)]
    if native["project"]:
        rows.append(("  project", native["project"]))
    rows.append(("  REPL", native["repl"]))
    for trial in native["trials"]:
        works = "works" if trial["ok"] else f"fails: {trial['failure']}"
        rows.append((f"  --lean {trial['lean']}", works))
    if native["trials"]:
        working = [trial["lean"] for trial in native["trials"] if trial["ok"]]
        rows.append(("  --lean auto", f"takes {(working or ['embedded'])[0]} in a Lake project"))
    return rows + _advisories(native["version"])


def _advisories(version: str) -> list[tuple[str, str]]:
    """The known errors of a Lean's kernel; what they mean is in `docs/concepts/trust.md`."""
    from lean_env.toolchain.advisories import known_advisories

    known = known_advisories(version)
    rows = [(f"  {a.number}", f"{a.what}; mended in {a.fixed_in}") for a in known]
    return [("  its kernel", f"known errors, by pull request: {len(known) or 'none'}"), *rows]


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
