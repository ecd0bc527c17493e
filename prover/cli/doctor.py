"""`qstar doctor`: what is there, and whether `qstar prove` can work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prover.cli.support.exits import Exit, finish

if TYPE_CHECKING:
    from lean_env.toolchain.diagnostics import EmbeddedDiagnostics


def doctor(
    json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Say what is found.  Exit code: 0 if `qstar prove` can work, 3 if not."""

    def command() -> Exit:
        import json as format

        found = examine()
        print(format.dumps(found, ensure_ascii=False, indent=1) if json else describe(found))
        return Exit.DONE if found["ok"] else Exit.BROKEN

    finish(command)


def examine() -> dict[str, Any]:
    """All findings; `problems` holds what keeps `qstar prove` from working and what to do."""
    import platform
    import sys

    from lean_env.toolchain.cache import default_cache_dir
    from lean_env.toolchain.diagnostics import diagnose
    from prover.runs.manifest import package_version

    facts = diagnose(default_cache_dir(), Path.cwd())
    embedded, native = facts.embedded, facts.native
    problems = _problems(embedded, facts.cache)
    return {
        "ok": not problems,
        "problems": problems,
        "qstar": package_version(),
        "python": {"version": platform.python_version(), "path": sys.executable},
        "torch": _torch(),
        "node": {"version": embedded.node_version, "path": embedded.node},
        "lean": {
            "embedded": {
                "version": embedded.version,
                "installed": embedded.installed,
                "path": str(embedded.folder),
                "bytes": embedded.size,
                "snapshots": [
                    {"imports": s.imports, "bytes": s.size, "intact": s.intact}
                    for s in embedded.snapshots
                ],
            },
            "native": {
                "found": native.lean is not None,
                "version": native.lean.version if native.lean else "",
                "path": str(native.lean.program) if native.lean else "",
                "project": str(native.project or ""),
                "isolation": native.isolation,
                "problem": native.problem,
                "remedy": native.remedy,
            },
        },
        "cache": {"path": str(facts.cache), "bytes": facts.cache_size, "free": _free(facts.cache)},
        "shipped": _shipped(),
        "models": _models(),
    }


def _problems(embedded: EmbeddedDiagnostics, cache: Path) -> list[dict[str, str]]:
    import os

    problems = []
    if embedded.problem:
        problems.append({"problem": embedded.problem, "remedy": embedded.remedy})
    place = _existing(cache)
    if not (place.is_dir() and os.access(place, os.W_OK)):
        remedy = "make it writable, or set QSTAR_CACHE to a folder that is"
        problems.append({"problem": f"the cache {cache} cannot be written", "remedy": remedy})
    return problems


def _existing(path: Path) -> Path:
    """`path` or its nearest parent that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _free(cache: Path) -> int:
    import shutil

    return shutil.disk_usage(_existing(cache)).free


def _torch() -> dict[str, object] | None:
    try:
        import torch
    except (ImportError, OSError):  # OSError: a library that it needs is missing
        return None
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    return {"version": torch.__version__, "device": device, "threads": torch.get_num_threads()}


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
    """The language models that transformers has in its cache."""
    from huggingface_hub import CacheNotFound, scan_cache_dir

    try:
        repos = scan_cache_dir().repos
    except CacheNotFound:
        return []
    models = [repo for repo in repos if repo.repo_type == "model"]
    return [{"name": m.repo_id, "bytes": m.size_on_disk} for m in models]


def describe(found: dict[str, Any]) -> str:
    """The findings as text, a line each."""
    torch, native = found["torch"], found["lean"]["native"]
    embedded, cache = found["lean"]["embedded"], found["cache"]
    state = _size(embedded["bytes"]) if embedded["installed"] else "set up by the first `prove`"
    rows = [
        ("qstar", found["qstar"] or "not installed"),
        ("Python", f"{found['python']['version']}  {found['python']['path']}"),
        (
            "torch",
            f"{torch['version']} on {torch['device']}" if torch else "missing: no hf policies",
        ),
        ("Node", f"{found['node']['version']}  {found['node']['path']}"),
        ("embedded Lean", f"{embedded['version']}, {state}"),
    ]
    for snapshot in embedded["snapshots"]:
        condition = "" if snapshot["intact"] else ", damaged (the next use rebuilds it)"
        text = f"{', '.join(snapshot['imports'])}, {_size(snapshot['bytes'])}{condition}"
        rows.append(("  ready with", text))
    rows += _native(native)
    rows.append(("cache", f"{cache['path']}, {_size(cache['bytes'])}, {_size(cache['free'])} free"))
    own = found["shipped"]
    rows.append(("shipped model", f"{own['path']}, {_size(own['bytes'])}" if own else "none"))
    rows += [("model", f"{model['name']}, {_size(model['bytes'])}") for model in found["models"]]
    lines = [f"{name:<14} {text}" for name, text in rows]
    for problem in found["problems"]:
        lines += ["", f"problem: {problem['problem']}", f"         {problem['remedy']}"]
    return "\n".join([*lines, "", "`qstar prove` can work." if found["ok"] else "It cannot work."])


def _native(native: dict[str, Any]) -> list[tuple[str, str]]:
    if native["problem"]:
        return [("native Lean", native["problem"]), ("", native["remedy"])]
    if not native["found"]:
        return [("native Lean", "none")]
    isolation = native["isolation"]
    if isolation == "unsandboxed":
        isolation += " (limits only: bubblewrap is not there, or not allowed to work)"
    rows = [("native Lean", f"{native['version']}  {native['path']}"), ("  isolation", isolation)]
    return [*rows, ("  project", native["project"])] if native["project"] else rows


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
