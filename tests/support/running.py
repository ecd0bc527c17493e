"""`qstar serve` as a process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.command_line import PATIENCE, QSTAR

SPIN = "partial def spin (n : Nat) : Nat := spin (n + 1)\n#eval spin 0\n"
"""Never ends."""


@dataclass(frozen=True, slots=True)
class Running:
    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1].split("/")[0])

    def stop(self) -> int:
        """As systemd and Kubernetes do; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def running(command: str, *arguments: object, **environ: str) -> Iterator[Running]:
    """A server that has said where it listens; it is killed in the end if it still runs."""
    process = subprocess.Popen(
        [*QSTAR, command, "--port", "0", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | environ,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line
        yield Running(process, found[0])
    finally:
        process.kill()
        process.communicate()
