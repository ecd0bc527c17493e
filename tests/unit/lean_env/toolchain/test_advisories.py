"""Which known errors of Lean's kernel a version has."""

from __future__ import annotations

import pytest

from lean_env.toolchain.advisories import ADVISORIES, advisory_numbers
from lean_env.toolchain.install import LEAN_VERSION

ALL = [advisory.number for advisory in ADVISORIES]


@pytest.mark.parametrize(
    ("version", "lacking", "having"),
    [
        ("4.32.0", [14498, 14577], []),
        ("4.32.1", [14577, 14613], [14498]),
        ("v4.32.2", [14613, 14807], [14498, 14577]),
        ("4.33.0", [14582, 14806, 14807, 14838, 14843], [14577, 14613, 14616]),
        ("4.33.0-rc1", [14613], [14498, 14577]),
        ("4.33.1", [15241], [14582, 14806, 14807, 14843]),
        ("4.34.1-pre", [15289], [14838]),
        ("4.34.1", [], ALL),
        ("5.0.0", [], ALL),
    ],
)
def test_a_version_has_the_errors_that_later_releases_mend(
    version: str, lacking: list[int], having: list[int]
) -> None:
    found = advisory_numbers(version)
    assert set(lacking) <= set(found)
    assert not set(having) & set(found)


@pytest.mark.parametrize("version", ["4.28.0", "4.28.0-pre", LEAN_VERSION, "", "nightly", "4.33"])
def test_old_versions_and_those_that_cannot_be_read_have_all(version: str) -> None:
    assert advisory_numbers(version) == ALL
