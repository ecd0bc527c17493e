"""Suites by their names."""

from __future__ import annotations

import pytest

from benchmarks.suites.catalog import find_suite
from lean_env.errors import BadInput
from lean_env.toolchain.launch import LaunchSpec
from lean_env.wire.client import Imports


def no_lean(imports: Imports) -> LaunchSpec:
    raise AssertionError(f"Lean is started for {imports}")


async def test_a_wrong_split_of_the_library_is_told_before_it_is_read() -> None:
    with pytest.raises(BadInput, match="library has no split `foo`") as caught:
        await find_suite("library", no_lean, "foo")
    assert caught.value.remedy == "it has train, valid, test"


async def test_an_empty_name_is_not_the_folder_here() -> None:
    with pytest.raises(BadInput, match="no suite is named"):
        await find_suite("", no_lean)
