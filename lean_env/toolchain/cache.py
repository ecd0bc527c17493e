"""The cache folder: built things appear in it whole or not at all, also when two processes build.

Every built folder carries a `manifest.json` with the size of each of its large files, so that a
folder that was damaged later is noticed when it is used.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_env.errors import CacheError

MANIFEST = "manifest.json"
_UNFINISHED = ".new-"
_FULL = (errno.ENOSPC, errno.EDQUOT)


def default_cache_dir(environ: Mapping[str, str] | None = None) -> Path:
    """`QSTAR_CACHE`, or `qstar` in the place where the user's system keeps caches (XDG)."""
    environ = os.environ if environ is None else environ
    if chosen := environ.get("QSTAR_CACHE"):
        return Path(chosen).expanduser()
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "qstar"


@contextmanager
def cache_errors(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into a `CacheError` that says what to do."""
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        if error.errno in _FULL:
            raise CacheError(
                f"the disk is full: cannot write {place}",
                remedy=f"Free some space, or set QSTAR_CACHE to a folder elsewhere than {folder}.",
            ) from error
        raise CacheError(
            f"cannot write the cache: {place}: {error.strerror or error}",
            remedy=f"Make {folder} writable, or set QSTAR_CACHE to a folder that is.",
        ) from error


def require_space(folder: Path, size: int, what: str) -> None:
    """Check that there is space on the disk of a folder.

    Args:
        folder: The folder.
        size: Bytes that are needed.
        what: What they are needed for, for the message.

    Raises:
        CacheError: Fewer bytes are free.
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        raise CacheError(
            f"{what} needs {size / 1e9:.1f} GB in {folder}, where {free / 1e9:.1f} GB are free",
            remedy="Free some space, or set QSTAR_CACHE to a folder on another disk.",
        )


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest of a built folder.

    Args:
        folder: The folder.

    Returns:
        The manifest; None when it is missing or a file does not have the size that it records.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sizes = manifest["files"].items()
        whole = all((folder / name).stat().st_size == size for name, size in sizes)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(manifest) if whole else None


def touch_if_intact(folder: Path) -> bool:
    """Check that a built folder is there whole, and mark it as just used.

    Args:
        folder: The folder.

    Returns:
        Whether it is intact.
    """
    if read_manifest(folder) is None:
        return False
    with suppress(OSError):  # a cache that cannot be written serves as well
        os.utime(folder / MANIFEST)
    return True


def build_folder(
    folder: Path,
    make: Callable[[Path], Mapping[str, Any]],
    *,
    keep: int,
    waiting: Callable[[], None] = lambda: None,
) -> None:
    """Build a folder of the cache, if it is not there whole.

    One process builds at a time in one parent folder; the others wait and find its result.

    Args:
        folder: The folder.
        make: Fills a new folder and returns its manifest.
        keep: How many folders beside it stay, the last used ones; other versions may be using them.
        waiting: Called before waiting for another process.

    Raises:
        CacheError: The cache cannot be written.
    """
    root = folder.parent
    with cache_errors(root):
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root / ".lock", waiting):
            if touch_if_intact(folder):
                return
            for left in root.glob(f"{_UNFINISHED}*"):  # of a process that was killed
                shutil.rmtree(left, ignore_errors=True)
            new = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=root))
            try:
                _fill(new, make)
                if folder.exists():
                    shutil.rmtree(folder)
                new.rename(folder)
            finally:
                shutil.rmtree(new, ignore_errors=True)
            _prune(root, keep)


@contextmanager
def _locked(file: Path, waiting: Callable[[], None]) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fill(new: Path, make: Callable[[Path], Mapping[str, Any]]) -> None:
    manifest = dict(make(new))
    files = {f.name: f.stat().st_size for f in new.iterdir() if f.is_file()}
    text = json.dumps(manifest | {"files": files}, indent=1)
    (new / MANIFEST).write_text(text, encoding="utf-8")


def _prune(root: Path, keep: int) -> None:
    """Remove all but the `keep` last used of the built folders in `root`."""
    built = [file for file in root.glob(f"*/{MANIFEST}") if not file.parent.is_symlink()]
    built.sort(key=lambda file: file.stat().st_mtime, reverse=True)
    for file in built[keep:]:
        shutil.rmtree(file.parent, ignore_errors=True)


def folder_size(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(f.lstat().st_size for f in folder.rglob("*") if f.is_file())


@dataclass(frozen=True, slots=True)
class Entry:
    """A built folder of the cache.

    Attributes:
        folder: Where it is.
        imports: The modules of a snapshot; empty for others.
        size: Bytes.
        used: When it was last used, in seconds since 1970.
    """

    folder: Path
    imports: tuple[str, ...]
    size: int
    used: float


def entries(cache: Path) -> list[Entry]:
    """The built folders of a cache folder, the last used first."""
    found = [
        Entry(
            folder=file.parent,
            imports=tuple((read_manifest(file.parent) or {}).get("imports", ())),
            size=folder_size(file.parent),
            used=file.stat().st_mtime,
        )
        for file in cache.expanduser().glob(f"*/*/{MANIFEST}")
        if not file.parent.is_symlink() and not file.parent.name.startswith(_UNFINISHED)
    ]
    return sorted(found, key=lambda entry: entry.used, reverse=True)


def remove_entry(entry: Entry) -> None:
    """Remove a built folder.  Raises `CacheError`."""
    with cache_errors(entry.folder.parent), _locked(entry.folder.parent / ".lock", lambda: None):
        shutil.rmtree(entry.folder)


def remove_unfinished(cache: Path) -> int:
    """Remove what builds that were killed left in a cache folder.

    Returns:
        How many bytes that freed.

    Raises:
        CacheError: It cannot be removed.
    """
    freed = 0
    for left in cache.expanduser().glob(f"*/{_UNFINISHED}*"):
        with cache_errors(left.parent), _locked(left.parent / ".lock", lambda: None):
            if left.exists():  # a build that was under way has ended meanwhile
                freed += folder_size(left)
                shutil.rmtree(left)
    return freed
