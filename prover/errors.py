"""What can be wrong with the parameters of a prover."""

from __future__ import annotations

from lean_env.errors import BadInput


class BadParameter(BadInput):
    """A parameter of `prover.config.Settings`, named in `where`, has a value that cannot be used.

    The command line reports it as the option of that name.
    """
