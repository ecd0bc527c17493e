"""Make the virtual environment that the Makefile's targets run in.

    python3 tools/make_venv.py .venv

Installs this project, editable, with its development tools at the versions in constraints.txt.  May
be interrupted at any time and started again: the stamp `.ready`, which the Makefile looks at, is
written last, and an environment without it is made anew.  Where the system's own torch drives a
GPU, that torch serves: the environment sees the system's packages, and torch is left out of the
constraints.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAME_VERSION = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
HAS_CUDA = "import sys, torch; sys.exit(not torch.cuda.is_available())"


def main() -> None:
    """Create or complete the virtual environment that the first argument names."""
    if sys.version_info < (3, 11):
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"qstar needs Python 3.11 or later; {sys.executable} is {version}.\n"
            "Name another one: make PYTHON=/path/to/python3.11"
        )
    folder = ROOT / sys.argv[1]
    with open(__file__) as lock:  # one set-up at a time
        fcntl.flock(lock, fcntl.LOCK_EX)
        print(f"Setting up {sys.argv[1]} (only the first time; a few minutes, 2 GB of disk)")
        stamp = folder / ".ready"
        python = folder / "bin" / "python"
        if not (stamp.exists() and runs(python, SAME_VERSION)):
            create(folder)  # anew: what an interrupted pip left behind cannot be trusted
        stamp.unlink(missing_ok=True)
        install(python, constraints(folder, python))
        stamp.touch()


def runs(python: Path | str, code: str) -> bool:
    """Whether an interpreter runs some code with exit status 0."""
    try:
        return subprocess.run([python, "-c", code], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def create(folder: Path) -> None:
    """Create an empty virtual environment, replacing what is there."""
    shared = runs(sys.executable, HAS_CUDA)
    try:
        venv.create(folder, system_site_packages=shared, clear=True, with_pip=True)
    except subprocess.CalledProcessError:
        sys.exit(
            f"{sys.executable} cannot make virtual environments with pip.\n"
            "Debian, Ubuntu: apt install python3-venv. Or: make PYTHON=/path/to/python3.11"
        )


def constraints(folder: Path, python: Path) -> Path:
    """Find the file with the versions to install.

    Args:
        folder: The virtual environment.
        python: Its interpreter.

    Returns:
        constraints.txt, or a copy without torch where the system's own torch drives a GPU.
    """
    pinned = ROOT / "constraints.txt"
    if not runs(python, HAS_CUDA):
        return pinned
    lines = pinned.read_text().splitlines(keepends=True)
    without_torch = folder / "constraints.txt"
    without_torch.write_text("".join(x for x in lines if not x.startswith("torch==")))
    return without_torch


def install(python: Path, pinned: Path) -> None:
    """Run pip with one line of progress; its own output is shown when it fails."""
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--constraint", pinned, "--editable", f"{ROOT}[dev]"]
    total = pinned.read_text().count("==")
    output: list[str] = []
    done = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            output.append(line)
            if line.startswith("Collecting "):
                done += 1
                show(f"[{done:3}/{total}] {line.split()[1]}")
            elif line.startswith("Installing collected packages"):
                show(f"installing {done} packages")
    show("")
    if pip.returncode != 0:
        sys.exit("".join(output[-30:]) + "\npip failed; the same make command tries again.")


def show(text: str) -> None:
    """Rewrite the line of progress; does nothing where stdout is no terminal."""
    if sys.stdout.isatty():
        print(f"\r\033[K{'  ' if text else ''}{text}", end="", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\ninterrupted; the same make command goes on.")
