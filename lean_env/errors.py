"""One tree of exceptions: bad input, and broken machines.  Each carries its facts as attributes.

`remedy` says what a person can do about it; the command line prints `str(error)` and the remedy and
nothing else.
"""

from __future__ import annotations


class LeanEnvError(Exception):
    """The root of all exceptions of this package; `remedy` says what to do about it."""

    remedy: str = ""

    def explain(self) -> str:
        """What is wrong and what to do, in one text for those who get nothing else."""
        return f"{str(self).removesuffix('.')}. {self.remedy}" if self.remedy else str(self)


class BadInput(LeanEnvError):
    """What the user gave cannot be worked on.  `line` and `column` count from 1 within `where`."""

    def __init__(
        self, message: str, *, where: str = "", line: int = 0, column: int = 0, remedy: str = ""
    ) -> None:
        super().__init__(message)
        self.message, self.where, self.line, self.column = message, where, line, column
        self.remedy = remedy
        if remedy:
            self.add_note(remedy)  # for whoever sees a traceback

    def __str__(self) -> str:
        place = ":".join(str(x) for x in (self.where, self.line, self.column) if x)
        return f"{place}: {self.message}" if place else self.message


class InvalidHeader(BadInput):
    """Lean reports an error in what stands before the statement."""


class MissingModule(InvalidHeader):
    """An import names a module that this Lean does not have, or that is not built.

    The set-up is at fault, not what is to be checked.
    """


class InvalidStatement(BadInput):
    """The statement does not parse, does not elaborate, or is not a proposition."""


class BrokenEnvironment(LeanEnvError):
    """The machine, not the input, is at fault."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy
        if remedy:
            self.add_note(remedy)


class ToolchainError(BrokenEnvironment):
    """Lean is missing, is not the expected one, or cannot be installed."""


class UnsupportedLean(ToolchainError):
    """This version of Lean does not compile our server."""


class CacheError(BrokenEnvironment):
    """The cache folder cannot be written or read."""


class ImportsNeeded(LeanEnvError):
    """A header wants the modules `imports`, and this Lean process has others."""

    def __init__(self, imports: tuple[str, ...]) -> None:
        super().__init__(f"the header imports {', '.join(imports)}")
        self.imports = imports


class ReplayError(BrokenEnvironment):
    """Replaying the path of a proof state did not lead to that state again."""


class LeanProcessError(BrokenEnvironment):
    """A Lean process died, hung or spoke nonsense.

    `stderr` holds the end of what it printed; `index` is the tactic of the run that was running,
    -1 if none was.
    """

    def __init__(
        self, message: str, *, stderr: str = "", index: int = -1, remedy: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.stderr, self.index = stderr, index


class LeanTimeout(LeanProcessError):
    """No answer within the hard limit; the process was killed."""


class LeanOutOfMemory(LeanProcessError):
    """The process reached its memory limit."""


class LeanCrash(LeanProcessError):
    """Lean itself broke down: a panic, an abort, a trap.  Nobody killed it."""


class ProtocolError(LeanProcessError):
    """An answer was not of the protocol: a bug, or another version of the server."""
