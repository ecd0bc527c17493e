"""How the network is computed: by onnxruntime, or by torch where a model was not exported.

Importing torch and transformers takes seconds, onnxruntime a tenth of one.  Both engines compute
`ProofNetwork.evaluate`; the graph for onnxruntime is written by `prover.training.export`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lean_env.errors import BadInput

if TYPE_CHECKING:
    from prover.models.network import ProofNetwork

ONNX_FILE = "inference.onnx"
"""In a model's folder."""

WEIGHTS_KEY = "weights"
"""Key of the graph's metadata: the digest of the weights that it was exported from."""

Cache: TypeAlias = Sequence[Any]
"""Keys and values of each decoder layer in turn, each of shape (B, heads, P, width of a head)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What the network computes at N places of a batch.

    Attributes:
        logprobs: (N, vocabulary) Logprobs of the next token, in nats.
        value: (N) V(s) in steps to go, if the place is a prompt's last token.
        q: (N) Q(s, a) in steps to go, if the place is a tactic's last token.
        cache: Keys and values of all tokens so far.
    """

    logprobs: NDArray[np.float32]
    value: NDArray[np.float32]
    q: NDArray[np.float32]
    cache: Cache


class Engine(Protocol):
    """Computes the network."""

    def evaluate(
        self,
        tokens: NDArray[np.int64],
        visible: NDArray[np.bool_],
        positions: NDArray[np.int64],
        places: NDArray[np.int64],
        cache: Cache | None = None,
    ) -> Evaluation:
        """Read T new tokens in each of B rows, after P tokens that the cache has.

        Args:
            tokens: (B, T) Token ids.
            visible: (B, T, P + T) Whether the token of axis 2 attends to that of axis 3.
            positions: (B, T) Position ids.
            places: (N) Where to evaluate: indices into the B·T new tokens.
            cache: Of an earlier evaluation, with its rows selected by `select`; None for P = 0.
        """
        ...

    def select(self, cache: Cache, rows: NDArray[np.int64]) -> Cache:
        """Select rows of a cache, in a new order, with repetitions."""
        ...


class OnnxEngine:
    """onnxruntime: on a GPU where its package for GPUs is installed, else on CPUs."""

    def __init__(self, file: Path, threads: int) -> None:
        """Load a graph.

        Args:
            file: What `prover.training.export` wrote.
            threads: CPU threads.

        Raises:
            BadInput: It is not such a file.
        """
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3  # errors
        try:
            self._session = ort.InferenceSession(
                str(file), options, providers=ort.get_available_providers()
            )
        except Exception as error:  # onnxruntime's own exceptions have no common base
            raise BadInput(
                f"cannot be read: {str(error).splitlines()[0]}",
                where=str(file),
                remedy="delete it, or write it again with qstar train export",
            ) from error
        self.weights = self._session.get_modelmeta().custom_metadata_map.get(WEIGHTS_KEY, "")
        self._inputs = [argument.name for argument in self._session.get_inputs()]
        self._layers = [argument.shape for argument in self._session.get_inputs()[4:]]

    def evaluate(
        self,
        tokens: NDArray[np.int64],
        visible: NDArray[np.bool_],
        positions: NDArray[np.int64],
        places: NDArray[np.int64],
        cache: Cache | None = None,
    ) -> Evaluation:
        """Compute the network; see `Engine.evaluate`."""
        past = self._empty(len(tokens)) if cache is None else cache
        values = [tokens, visible, positions, places, *past]
        logprobs, value, q, *now = self._session.run(
            None, dict(zip(self._inputs, values, strict=True))
        )
        return Evaluation(logprobs=logprobs, value=value, q=q, cache=now)

    def select(self, cache: Cache, rows: NDArray[np.int64]) -> Cache:
        """Select rows of a cache; see `Engine.select`."""
        return [layer[rows] for layer in cache]

    def _empty(self, rows: int) -> Cache:
        return [
            np.zeros((rows, heads, 0, width), dtype=np.float32)
            for _, heads, _, width in self._layers
        ]


class TorchEngine:
    """torch, on the network's own device."""

    def __init__(self, network: ProofNetwork, threads: int) -> None:
        self._network, self._threads = network, threads

    def evaluate(
        self,
        tokens: NDArray[np.int64],
        visible: NDArray[np.bool_],
        positions: NDArray[np.int64],
        places: NDArray[np.int64],
        cache: Cache | None = None,
    ) -> Evaluation:
        """Compute the network; see `Engine.evaluate`."""
        import torch

        torch.set_num_threads(self._threads)  # of this thread: trainings keep theirs
        device = self._network.device
        inputs = (torch.from_numpy(a).to(device) for a in (tokens, visible, positions, places))
        with torch.inference_mode():
            logprobs, value, q, *now = self._network.evaluate(*inputs, *(cache or ()))
        found = (tensor.float().cpu().numpy() for tensor in (logprobs, value, q))
        return Evaluation(**dict(zip(("logprobs", "value", "q"), found, strict=True)), cache=now)

    def select(self, cache: Cache, rows: NDArray[np.int64]) -> Cache:
        """Select rows of a cache; see `Engine.select`."""
        import torch

        index = torch.from_numpy(rows).to(self._network.device)
        return [layer[index] for layer in cache]
