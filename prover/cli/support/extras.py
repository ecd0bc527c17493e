"""Packages that only some commands need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lean_env.errors import ToolchainError


@contextmanager
def needed(extra: str) -> Iterator[None]:
    """Turn the lack of a package into a `ToolchainError` that says how to get it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ToolchainError(
            f"the package {error.name} is not installed",
            remedy=f"install qstar with it: pip install '.[{extra}]' in its checkout",
        ) from error
