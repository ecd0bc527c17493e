"""Cases by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tests.support.kernel_cases.writer import Export

Case: TypeAlias = Callable[[Export], None]


class Cases(dict[str, Case]):
    def add(self, case: Case) -> Case:
        """A decorator."""
        self[case.__name__] = case
        return case
