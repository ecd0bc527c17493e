"""lean-dojo's own tracing: it builds a repository and writes down every tactic of every proof."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gaierror
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from lean_env.compat.traced_repository import trace_files, traced_root
from lean_env.errors import BadInput, ToolchainError

if TYPE_CHECKING:
    import lean_dojo

PROGRAMS = {
    "git": "Install Git.",
    "lake": "Install Lean with elan (https://lean-lang.org/install), and have it on PATH.",
    "lean": "Install Lean with elan (https://lean-lang.org/install), and have it on PATH.",
}
UNTRACED = (
    "`lean_env.compat.lean_dojo`, `qstar eval FILE.lean` and `qstar collect` need no tracing."
)
NOT_FOUND = 404


def trace(url: str, commit: str, out: Path) -> int:
    """The number of files that were traced; `out` then is a suite, and data to learn from.
    Otherwise there is no `out`.

    Raises `BadInput` when `out` is there already or there is no such repository or commit,
    `ToolchainError` when programs or the network are missing or the repository cannot be built.
    """
    if out.exists():
        raise BadInput("is there already", where=str(out), remedy="choose a new folder")
    for program, remedy in PROGRAMS.items():
        if shutil.which(program) is None:
            raise ToolchainError(
                f"lean-dojo traces with `{program}`, and there is none on PATH",
                remedy=f"{remedy}  {UNTRACED}",
            )
    repo = _repository(url, commit)
    with whole_or_gone(out):
        try:
            import lean_dojo

            lean_dojo.trace(repo, out.resolve())
        except Exception as error:  # whatever git, the network or Lake have to say
            raise failed(url, error) from error
        root = traced_root(out)
        if root is None:
            raise ToolchainError(
                f"lean-dojo traced no file of {url}", remedy="Does it build anything?"
            )
        return len(trace_files(root))


@contextmanager
def whole_or_gone(out: Path) -> Iterator[None]:
    """Whatever is raised within removes the folder `out`."""
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
        raise failed(url, error) from error


def failed(url: str, error: Exception) -> ToolchainError:
    """What to say of an error of lean-dojo's."""
    said = str(error) or type(error).__name__
    if _is_of_the_network(error):
        return ToolchainError(
            f"lean-dojo cannot trace {url} without the network: {said}",
            remedy=f"It asks GitHub, and a cache of its own.  {UNTRACED}",
        )
    return ToolchainError(
        f"lean-dojo cannot trace {url}: {said}",
        remedy="It fetches and builds the repository: what it printed says what is missing.",
    )


def _is_of_the_network(error: Exception) -> bool:
    """No answer came, not even a refusal.  What urllib and requests raise then has no number; what
    the system says, of a full disk for instance, has one."""
    if isinstance(error, (ConnectionError, TimeoutError, gaierror)):
        return True
    answered = isinstance(error, (HTTPError, shutil.Error))
    return isinstance(error, OSError) and error.errno is None and not answered
