"""Configuration of the HTTP service: address, limits and settings of searches."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address

from lean_env.errors import BadInput
from prover.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen; an address that other machines can reach requires a token.

    Attributes:
        host: Name or IP address of the interface.
        port: TCP port; 0 for any free one.
        token: The bearer token that clients must send.

    Raises:
        BadInput: `host` is not a loopback address, and there is no token.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.token and not _is_loopback(self.host):
            raise BadInput(
                f"{self.host} can be reached from other machines, and there is no token",
                where="--host",
                remedy="set QSTAR_TOKEN to a secret that clients send as `Authorization: Bearer …`",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceConfig:
    """Limits of the service, and settings of its searches.

    Attributes:
        settings: Settings of jobs; a job may ask for less time.
        workers: Lean processes for each set of imports.
        memory_mb: Memory of all Lean processes in MiB.  Above it, the least recently used idle
            processes are ended, and texts with other imports wait.
        queue: Proofs that may wait or run; further ones are refused.
        seconds: Time limit of a proof or a text.
        body_bytes: Size limit of a request's body.
        body_seconds: Time limit for a body to arrive.
        jobs_at_once: Number of jobs that run at the same time.
    """

    settings: Settings = field(default_factory=Settings)
    workers: int = 2
    memory_mb: float = 6144
    queue: int = 1024
    seconds: float = 300
    body_bytes: int = 4 * 2**20
    body_seconds: float = 30
    jobs_at_once: int = 1


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
