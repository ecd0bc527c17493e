"""`qstar doctor`, and caches that cannot be used."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.install import lean_folder
from lean_env.wire.client import LaunchFactory
from tests.support.command_line import EASY, qstar


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    """No set-up of Lean while a test looks at what is printed."""
    launch(("Init",))


def test_a_cache_that_cannot_be_used() -> None:
    done = qstar("prove", EASY, QSTAR_CACHE="/dev/null/qstar")
    assert done.returncode == 3
    assert "QSTAR_CACHE" in done.stderr
    assert done.stdout == ""


def test_doctor() -> None:
    done = qstar("doctor", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["ok"] is True
    assert found["python"]["path"] == sys.executable
    assert found["lean"]["embedded"]["installed"] is True
    assert {14577, 14613} <= set(found["lean"]["embedded"]["advisories"])
    snapshots = found["lean"]["embedded"]["snapshots"]
    assert ["Init"] in [s["imports"] for s in snapshots if s["intact"] and s["current"]]
    text = qstar("doctor")
    assert text.returncode == 0
    assert found["node"]["version"] in text.stdout
    assert "  14577        parameters of a nested inductive type are not" in text.stdout
    assert text.stdout.endswith("`qstar prove` can work.\n")


@pytest.mark.parametrize("cache", ["/dev/null/qstar", "/proc/foo"])
def test_doctor_says_what_keeps_prove_from_working(cache: str) -> None:
    done = qstar("doctor", QSTAR_CACHE=cache)
    assert done.returncode == 3
    assert f"problem: {cache} cannot be written: " in done.stdout
    assert "set QSTAR_CACHE to a folder that is" in done.stdout
    assert done.stdout.endswith("It cannot work.\n")


def test_doctor_leaves_nothing_behind(tmp_path: Path) -> None:
    assert qstar("doctor", QSTAR_CACHE=str(tmp_path / "new" / "cache")).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_doctor_imports_nothing_heavy_and_reads_no_large_file() -> None:
    code = (
        "import sys\n"
        "from prover.cli.doctor import examine\n"
        "found = examine()\n"
        "assert not {'torch', 'transformers', 'huggingface_hub', 'rich'} & set(sys.modules)\n"
        "import resource; used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "children = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime + children.ru_utime + children.ru_stime)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1  # of a processor: how busy others are says nothing


def test_doctor_finds_damage_when_it_reads_all(tmp_path: Path) -> None:
    lean = lean_folder(default_cache_dir())
    there = tmp_path / "lean" / lean.name
    shutil.copytree(lean, there, copy_function=os.link)
    module = next(there.glob("*.wasm"))
    data = bytearray(module.read_bytes())
    data[len(data) // 2] ^= 1
    module.unlink()
    module.write_bytes(data)
    assert qstar("doctor", QSTAR_CACHE=str(tmp_path)).returncode == 0
    done = qstar("doctor", "--full", QSTAR_CACHE=str(tmp_path))
    assert done.returncode == 3
    assert f"embedded Lean is damaged in {there}" in done.stdout


def test_doctor_names_what_could_be_smaller(tmp_path: Path) -> None:
    for name, size in (("ray", 300_000_000), ("nvidia_cublas", 500_000_000)):
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\n")
        (folder / "RECORD").write_text(f"{name}/big.so,,{size}\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = qstar("doctor", PYTHONPATH=path)
    assert "Ray, which lean-dojo brings along" in done.stdout
    assert "pip uninstall ray" in done.stdout
