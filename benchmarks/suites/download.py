"""Statement files from their authors' repositories, kept in the cache folder."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from lean_env.errors import BrokenEnvironment
from lean_env.toolchain.cache import cache_errors

_OTHERWISE = "Get it from its authors yourself, and write SUITE:FILE, such as minif2f-core:FILE."


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file at `url` whose SHA-256 is `sha256`; `name` is what it is called in the cache."""

    name: str
    url: str
    sha256: str


def fetched(source: Source, cache: Path) -> Path:
    """The file, downloaded if it is not in the cache.

    Raises `BrokenEnvironment` when it cannot be had, or is another one than it should be.
    """
    path = cache / "suites" / f"{source.sha256[:16]}-{source.name}"
    if path.exists():
        return path
    content = _download(source)
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise BrokenEnvironment(
            f"{source.url}: not the file that it should be (another SHA-256)",
            remedy=_OTHERWISE,
        )
    with cache_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return path


def _download(source: Source) -> bytes:
    import httpx

    try:
        answer = httpx.get(source.url, follow_redirects=True, timeout=60)
        return answer.raise_for_status().content
    except httpx.HTTPError as error:
        raise BrokenEnvironment(
            f"{source.url}: cannot be downloaded ({error or type(error).__name__})",
            remedy=_OTHERWISE,
        ) from error
