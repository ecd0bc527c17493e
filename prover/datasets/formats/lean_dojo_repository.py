"""Repositories traced by lean-dojo: tracing one, and training data from its human proofs.

lean-dojo builds a repository and records every tactic of every proof.  Theorems have the same ids
and splits as when `qstar eval` measures on the repository.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gaierror
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from lean_env.compat import traced_repository as traced
from lean_env.compat.traced_repository import trace_files, traced_root
from lean_env.errors import BadInput, ToolchainError
from lean_env.types import Tactic
from prover.datasets.formats.lean_dojo_benchmark import SPLIT, searches_of_proof, unique_id
from prover.datasets.records import Search
from prover.runs.partition import split_of

if TYPE_CHECKING:
    import lean_dojo

PROGRAMS = {
    "git": "Install Git.",
    "lake": "Install Lean with elan (https://lean-lang.org/install), and have it on PATH.",
    "lean": "Install Lean with elan (https://lean-lang.org/install), and have it on PATH.",
}
NO_TRACING_NEEDED = (
    "`lean_env.compat.lean_dojo`, `qstar eval FILE.lean` and `qstar collect` need no tracing."
)
NOT_FOUND = 404


def trace_repository(url: str, commit: str, out: Path) -> int:
    """Trace a repository with lean-dojo; the result is both a suite and training data.

    Args:
        url: URL or local path of a Git repository with a Lean project.
        commit: A commit, tag or branch.
        out: The folder to create; removed again if tracing fails.

    Returns:
        The number of traced files.

    Raises:
        BadInput: `out` exists, or there is no such repository or commit.
        ToolchainError: Programs or the network are missing, or the repository cannot be built.
    """
    if out.exists():
        raise BadInput("is there already", where=str(out), remedy="choose a new folder")
    for program, remedy in PROGRAMS.items():
        if shutil.which(program) is None:
            raise ToolchainError(
                f"lean-dojo traces with `{program}`, and there is none on PATH",
                remedy=f"{remedy}  {NO_TRACING_NEEDED}",
            )
    repo = _repository(url, commit)
    with remove_on_error(out):
        try:
            import lean_dojo

            lean_dojo.trace(repo, out.resolve())
        except Exception as error:  # whatever git, the network or Lake raise
            raise tracing_error(url, error) from error
        root = traced_root(out)
        if root is None:
            raise ToolchainError(
                f"lean-dojo traced no file of {url}", remedy="Does it build anything?"
            )
        return len(trace_files(root))


@contextmanager
def remove_on_error(out: Path) -> Iterator[None]:
    """Remove the folder `out` if the body raises anything."""
    try:
        yield
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _repository(url: str, commit: str) -> lean_dojo.LeanGitRepo:
    if "://" not in url and not url.startswith("git@"):
        if not Path(url, ".git").exists():
            raise BadInput(
                "neither a URL nor a folder with a Git repository",
                where=url,
                remedy="Name it like https://github.com/leanprover-community/batteries",
            )
        url = str(Path(url).resolve())
    try:
        import lean_dojo

        return lean_dojo.LeanGitRepo(url, commit)
    except Exception as error:
        if isinstance(error, ValueError) or getattr(error, "status", None) == NOT_FOUND:
            raise BadInput(
                f"no such repository, or no `{commit}` in it: {error}",
                where=url,
                remedy="Name a Git repository, and a commit, tag or branch of it.",
            ) from error
        if isinstance(error, FileNotFoundError):
            raise BadInput(
                f"not a Lean project: it has no {Path(str(error.filename)).name}", where=url
            ) from error
        raise tracing_error(url, error) from error


def tracing_error(url: str, error: Exception) -> ToolchainError:
    """Convert an exception of lean-dojo to an error with a remedy.

    Args:
        url: The repository, for the message.
        error: The exception; failures of the network get a remedy of their own.
    """
    message = str(error) or type(error).__name__
    if _is_network_error(error):
        return ToolchainError(
            f"lean-dojo cannot trace {url} without the network: {message}",
            remedy=f"It asks GitHub, and a cache of its own.  {NO_TRACING_NEEDED}",
        )
    return ToolchainError(
        f"lean-dojo cannot trace {url}: {message}",
        remedy="It fetches and builds the repository: what it printed says what is missing.",
    )


def _is_network_error(error: Exception) -> bool:
    """Check whether no response came at all.

    What urllib and requests raise then has no `errno`; errors of the system, such as a full disk,
    have one.
    """
    if isinstance(error, (ConnectionError, TimeoutError, gaierror)):
        return True
    responded = isinstance(error, (HTTPError, shutil.Error))
    return isinstance(error, OSError) and error.errno is None and not responded


_BLOCKS = ("·", ". ", ".\n", "{")
"""Prefixes of focused blocks, which are skipped: the tactics in them are traced as well."""


def is_traced_repository(folder: Path) -> bool:
    """Check whether `folder` has the traces that lean-dojo writes."""
    return traced.traced_root(folder) is not None


def repository_digest(folder: Path) -> str:
    """Hash names and contents of the trace files, independent of the folder's path."""
    root, found = _root(folder), hashlib.sha256()
    for trace in traced.trace_files(root):
        found.update(f"{trace.relative_to(root).as_posix()}\0".encode())
        found.update(hashlib.sha256(trace.read_bytes()).digest())
    return found.hexdigest()[:16]


def read_traced_repository(folder: Path) -> Iterator[Search]:
    """Read the complete proofs of the train split.

    Raises:
        BadInput: `folder` has no traces, or a damaged one.
    """
    root, run, seen = _root(folder), repository_digest(folder), Counter[str]()
    for file in traced.read_repository(root):
        try:
            for theorem in file.theorems:
                id = unique_id(theorem.name, seen)
                if split_of(theorem.name) == SPLIT:
                    yield from searches_of_proof(id, _steps(theorem), run)
        except ValueError as error:
            raise BadInput(str(error), where=str(traced.trace_file(root, file.path))) from None


def _steps(theorem: traced.TracedTheorem) -> Iterator[tuple[Tactic, str, str]]:
    for step in theorem.steps:
        if not step.tactic.startswith(_BLOCKS):
            yield step.tactic, step.before, step.after


def _root(folder: Path) -> Path:
    root = traced.traced_root(folder)
    if root is None:
        raise BadInput("not a traced repository", where=str(folder))
    return root
