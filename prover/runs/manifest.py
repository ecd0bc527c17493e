"""A run's settings and environment, written once to its folder and compared on resume."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lean_env.errors import BadInput
from prover.runs.files import reporting_disk_errors

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The kind, schema, settings and environment of a run, all JSON values.

    Attributes:
        kind: What kind of run it is: `collect`, `eval`, `train`, `loop`, `round`.
        schema: Version of the folder's format.
        settings: Everything that results depend on.
        facts: Environment information for readers (versions, machine, start time).
    """

    kind: str
    schema: int
    settings: Mapping[str, Any]
    facts: Mapping[str, Any]

    def write(self, folder: Path) -> None:
        """Write the manifest file atomically.

        Raises:
            BrokenEnvironment: It cannot be written.
        """
        new = folder / f".{MANIFEST_FILE}.new"
        with reporting_disk_errors(new):
            new.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", "utf-8")
            new.replace(folder / MANIFEST_FILE)

    @property
    def digest(self) -> str:
        """A hash of kind, schema and settings; runs with equal digests may be merged."""
        same = [self.kind, self.schema, self.settings]
        return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:16]


def read_manifest(folder: Path, kind: str, schema: int) -> Manifest | None:
    """Read the manifest of a run's folder.

    Args:
        folder: The run's folder.
        kind: The expected kind of run.
        schema: The expected version of the folder's format.

    Returns:
        The manifest; None if the folder is empty or does not exist.

    Raises:
        BadInput: It holds other files, or a run of another kind or schema.
    """
    file = folder / MANIFEST_FILE
    try:
        found = Manifest(**json.loads(file.read_text("utf-8")))
        if not isinstance(found.settings, dict) or not isinstance(found.facts, dict):
            raise TypeError("settings and facts must be objects")
    except FileNotFoundError:
        if folder.is_dir() and any(not f.name.startswith(".") for f in folder.iterdir()):
            raise BadInput(
                f"there are files here but no {MANIFEST_FILE}",
                where=str(folder),
                remedy="name a folder that is new or empty, or one that such a run wrote",
            ) from None
        return None
    except NotADirectoryError:
        raise BadInput("not a folder", where=str(folder)) from None
    except (ValueError, TypeError) as error:
        raise BadInput(f"not a manifest: {error}", where=str(file)) from None
    if (found.kind, found.schema) != (kind, schema):
        raise BadInput(
            f"holds `{found.kind}` of schema {found.schema}, not `{kind}` of schema {schema}",
            where=str(folder),
            remedy="choose another folder, or the version of qstar that wrote this one",
        )
    return found


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Describe each setting that has different values in `old` and `new`, sorted by name."""
    return [
        f"{name} was {old.get(name)!r}, now {new.get(name)!r}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def environment_facts(**more: Any) -> dict[str, Any]:
    """Collect versions, code digest, machine and start time, for a manifest's `facts`.

    Args:
        more: Further facts to include.
    """
    import psutil

    return {
        "qstar": package_version(),
        "code": code_digest(),
        "python": platform.python_version(),
        "machine": {
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        },
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        **more,
    }


def package_version() -> str:
    """Return qstar's version as pip shows it; empty in a checkout that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("qstar-prover")
    except PackageNotFoundError:
        return ""


def code_digest(*packages: str) -> str:
    """Hash the Python, Lean and JavaScript sources that a result was produced by.

    Args:
        packages: The packages to hash; `lean_env` and `prover` by default.
    """
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for package in packages or ("lean_env", "prover"):
        for path in sorted((root / package).rglob("*")):
            if path.suffix in (".py", ".lean", ".mjs"):
                digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
