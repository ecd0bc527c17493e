"""The Lean server as one source file.

Embedded Lean has no compiled code for modules that are not in its library, so `import LeanEnv.X` is
replaced by the text of that module; the same file serves `lean --run` natively.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent / "server"
MAIN = "LeanEnv"
EMBEDDED_MAIN = "LeanEnv.Embedded"

_IMPORT = re.compile(r"(?:public |meta |private )*import (?:all )?(\S+)")


@dataclass(frozen=True, slots=True)
class Bundle:
    """`text` is the source; line i + 1 of it comes from `origins[i]`, a (file, line) pair."""

    text: str
    origins: tuple[tuple[str, int], ...]

    def locate(self, line: int) -> str:
        """`file:line` of the source for a line of the bundle, both counted from 1."""
        file, number = self.origins[line - 1]
        return f"{file}:{number}"


@dataclass(slots=True)
class _Parts:
    seen: set[str] = field(default_factory=set)
    imports: list[tuple[str, str, int]] = field(default_factory=list)
    body: list[tuple[str, str, int]] = field(default_factory=list)

    def add(self, module: str, root: Path) -> None:
        """Append `module` after the modules of ours that it imports, each once."""
        if module in self.seen:
            return
        self.seen.add(module)
        file = Path(*module.split(".")).with_suffix(".lean")
        own: list[tuple[str, str, int]] = []
        for number, line in enumerate((root / file).read_text(encoding="utf-8").splitlines(), 1):
            match = _IMPORT.fullmatch(line.strip())
            if match is None:
                own.append((line, str(file), number))
            elif match[1].split(".")[0] == MAIN:
                self.add(match[1], root)
            elif all(line != seen for seen, _, _ in self.imports):
                self.imports.append((line, str(file), number))
        # a section keeps what the module opens to itself, as its own file would
        self.body += [("section", str(file), 1), *own, ("end", str(file), len(own))]


def bundle(root: Path = ROOT, main: str = MAIN) -> Bundle:
    """`main` and all modules of ours it imports, in order of dependency, other imports first."""
    parts = _Parts()
    parts.add(main, root)
    lines = [*parts.imports, *parts.body]
    text = "".join(f"{line}\n" for line, _, _ in lines)
    return Bundle(text, tuple((file, number) for _, file, number in lines))
