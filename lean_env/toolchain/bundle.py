"""Embedded Lean in one file, for machines without network."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from lean_env.errors import BadInput
from lean_env.toolchain.cache import (
    MANIFEST,
    build_folder,
    cache_errors,
    read_manifest,
    require_space,
)
from lean_env.toolchain.install import KEPT, SPACE_BYTES, lean_folder


def write_bundle(cache: Path, file: Path) -> None:
    """Put the installed embedded Lean into a file.

    Args:
        cache: The cache folder, in which this version of Lean is installed.
        file: Where the bundle goes; a tar file that gzip has compressed.

    Raises:
        BadInput: The file cannot be written.
    """
    folder = lean_folder(cache.expanduser().resolve())
    new = file.with_name(file.name + ".new")
    try:
        with tarfile.open(new, "w:gz", compresslevel=6) as archive:
            archive.add(folder, arcname=folder.name)
        new.replace(file)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise BadInput(
            f"cannot be written: {error.strerror or error}",
            where=str(file),
            remedy="name a file in a folder that is there, on a disk with 200 MB free",
        ) from None


def install_bundle(cache: Path, file: Path) -> Path:
    """Install embedded Lean from a bundle, unless it is installed.

    Args:
        cache: The cache folder.
        file: What `write_bundle` wrote.

    Returns:
        The folder with embedded Lean.

    Raises:
        BadInput: The file is no bundle, is damaged, or is of another version of qstar.
        CacheError: The cache folder cannot be written.
    """
    folder = lean_folder(cache.expanduser().resolve())
    _open(file).close()  # a wrong name is told even if there is nothing to do

    def make(new: Path) -> Mapping[str, Any]:
        require_space(new, SPACE_BYTES, "setting up embedded Lean")
        _unpack(file, folder.name, new)
        manifest = read_manifest(new)
        if manifest is None:
            raise _no_bundle(file, "files are missing or have other sizes")
        (new / MANIFEST).unlink()  # the folder gets one of its own
        return manifest

    with cache_errors(cache):
        build_folder(folder, make, keep=KEPT)
    return folder


def _unpack(file: Path, name: str, new: Path) -> None:
    """Only regular files, below the folder that a bundle of this version has."""
    with _open(file) as archive:
        try:
            for member in archive:
                path = PurePosixPath(member.name)
                if path.parts[:1] != (name,):
                    raise _no_bundle(file, f"it holds {member.name}, not {name}")
                data = archive.extractfile(member)
                if data is None or ".." in path.parts:
                    continue
                target = new.joinpath(*path.parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as out:
                    while block := data.read(1 << 20):
                        out.write(block)
        except (tarfile.TarError, EOFError) as error:
            raise _no_bundle(file, str(error)) from None
    if not (new / MANIFEST).exists():
        raise _no_bundle(file, "it has no manifest")


def _open(file: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(file, "r:gz")
    except tarfile.TarError as error:
        raise _no_bundle(file, str(error)) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", where=str(file)) from None


def _no_bundle(file: Path, why: str) -> BadInput:
    return BadInput(
        f"not a bundle of this version: {why}",
        where=str(file),
        remedy="write one with `qstar setup --bundle FILE` of the same version of qstar",
    )
