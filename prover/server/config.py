"""How a service works and what it allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address

from lean_env.errors import BadInput
from prover.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen.  Off loopback only with a token, which clients then have to send.

    Raises `BadInput` for what cannot be.
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
    """`settings` are those of jobs; a job may have less time.  `workers` is the number of Lean
    processes that check texts with the same imports; when all processes together take more than
    `memory_mb` (MiB), those end whose imports have not been asked for longest.  Texts wait whose
    imports are others than what is in use, if that takes so much already.

    `queue` proofs may wait or run, more are turned away; each may take `seconds`.  A request has
    `body_bytes` at most and arrives within `body_seconds`.  Of the jobs `jobs_at_once` run.
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
