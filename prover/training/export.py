"""Export of a model for onnxruntime, so that using it needs neither torch nor transformers."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lean_env.errors import BadInput
from prover.models import checkpoint
from prover.models.engine import ONNX_FILE, WEIGHTS_KEY
from prover.models.folders import model_folder, weights_digest
from prover.models.network import ProofNetwork


class _Evaluate(nn.Module):
    """`ProofNetwork.evaluate` as the `forward` of a module, which is what can be exported."""

    def __init__(self, network: ProofNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        return self.network.evaluate(*inputs)


def export(folder: Path) -> Path:
    """Write the network of a model as an ONNX graph beside its weights.

    Weights that half precision holds exactly are stored so, at half the size; all is computed in
    single precision.

    Args:
        folder: See `prover.models.checkpoint.load`.

    Returns:
        The file.

    Raises:
        BadInput: There is no model in `folder`, or onnx is not installed.
    """
    try:
        import onnx
        import onnxscript  # noqa: F401  torch needs it, and says so in a long traceback
    except ImportError as error:
        raise BadInput(
            f"{error.name} is not installed", remedy="pip install 'qstar-prover[train]'"
        ) from None
    place = model_folder(folder)
    network = checkpoint.load(folder, device="cpu").network.float()
    graph = _trace(network)
    _halve(graph.graph)
    onnx.helper.set_model_props(graph, {WEIGHTS_KEY: weights_digest(place)})
    file = place / ONNX_FILE
    new = file.with_suffix(".new")
    new.write_bytes(graph.SerializeToString())
    new.replace(file)
    return file


def _trace(network: ProofNetwork) -> Any:
    """Trace the network with free sizes of batch, new tokens, places and cache."""
    config = network.decoder.config.get_text_config()
    heads = config.num_key_value_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    rows, new, past, places = 2, 5, 3, 4  # any sizes but 0 and 1
    cache = [torch.randn(rows, heads, past, width) for _ in range(2 * config.num_hidden_layers)]
    inputs = (
        torch.zeros(rows, new, dtype=torch.long),
        torch.ones(rows, new, past + new, dtype=torch.bool),
        torch.arange(new).repeat(rows, 1),
        torch.arange(places),
        *cache,
    )
    free = torch.export.Dim.DYNAMIC
    shapes = [{0: free, 1: free}, {0: free, 1: free, 2: free}, {0: free, 1: free}, {0: free}]
    shapes += [{0: free, 2: free}] * len(cache)
    with _quiet():
        program = torch.onnx.export(
            _Evaluate(network).eval(), inputs, dynamo=True, dynamic_shapes=(tuple(shapes),),
            verbose=False,
        )  # fmt: skip
    assert program is not None
    return program.model_proto


def _halve(graph: Any) -> None:
    """Store large weights in half precision where that loses nothing, and cast them when loaded."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    for weights in graph.initializer:
        array = numpy_helper.to_array(weights)
        if array.dtype != np.float32 or array.size < 1024:
            continue
        half = array.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), array):
            continue
        name = weights.name
        weights.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        graph.node.insert(
            0, helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT)
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what torch prints about parts that have nothing to do with the model."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
