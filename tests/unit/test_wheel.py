"""What the wheel holds, as hatchling would build it."""

from __future__ import annotations

from pathlib import Path

import pytest

hatchling = pytest.importorskip("hatchling.builders.wheel", reason="builds the wheel")

ROOT = Path(__file__).resolve().parents[2]


def test_measurements_of_the_checkout_are_left_out_and_data_files_are_not() -> None:
    builder = hatchling.WheelBuilder(str(ROOT))
    files = {file.distribution_path for file in builder.recurse_included_files()}
    left_out = ("benchmarks/perf/", "benchmarks/studies/")
    assert not [name for name in files if name.startswith(left_out)]
    assert files >= {
        "benchmarks/runner.py",
        "benchmarks/suites/minif2f.digests",
        "lean_env/server/LeanEnv.lean",
        "lean_env/wasm/main.mjs",
        "prover/policies/library.tsv.gz",
        "prover/server/web/static/app.js",
        "prover/server/web/static/index.html",
        "prover/weights/inference.onnx",
        "prover/weights/model.safetensors",
    }
