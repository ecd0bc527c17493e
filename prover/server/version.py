"""The version of the package that is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """As pip shows it; `unknown` in a checkout that is not installed."""
    try:
        return version("qstar-prover")
    except PackageNotFoundError:
        return "unknown"
