"""Starting Lean processes with the imports that headers want."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from lean_env.errors import ImportsNeeded
from lean_env.wire.client import LeanClient

if TYPE_CHECKING:
    from lean_env.toolchain.find import Launch

Imports: TypeAlias = tuple[str, ...]
LaunchFor: TypeAlias = Callable[[Imports], "Launch"]
"""How to start Lean with these modules imported.  May take long (it may have to build first)."""

DEFAULT_IMPORTS: Imports = ("Init",)
"""What a file without `import` has."""

T = TypeVar("T")


class Launcher:
    """Starts clients, and remembers which imports each header turned out to want."""

    def __init__(self, launch: LaunchFor, *, memory_mb: float, setup_seconds: float) -> None:
        self._launch = launch
        self._memory_mb, self._setup_seconds = memory_mb, setup_seconds
        self._imports: dict[str, Imports] = {}

    async def client(self, imports: Imports) -> LeanClient:
        launch = await asyncio.to_thread(self._launch, imports)
        return await LeanClient.launch(
            launch, memory_mb=self._memory_mb, setup_seconds=self._setup_seconds
        )

    def imports_of(self, header: str) -> Imports:
        """As far as known."""
        return self._imports.get(header, DEFAULT_IMPORTS)

    async def ask(
        self,
        header: str,
        client_with: Callable[[Imports], Awaitable[LeanClient]],
        question: Callable[[LeanClient], Awaitable[T]],
    ) -> T:
        """Put a question about `header` to a client that has the imports it wants."""
        try:
            return await question(await client_with(self.imports_of(header)))
        except ImportsNeeded as needed:
            self._imports[header] = imports = tuple(dict.fromkeys(needed.imports))
            return await question(await client_with(imports))
