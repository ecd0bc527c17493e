"""What the arguments of `qstar prove` name."""

from __future__ import annotations

import pytest

from lean_env.errors import BadInput
from prover.cli.support.targets import read_targets


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_target_is_not_the_folder_here(name: str) -> None:
    with pytest.raises(BadInput, match="a TARGET is empty") as caught:
        read_targets([name], write=False)
    assert caught.value.__notes__ == [caught.value.remedy]  # for tracebacks
