"""Native Lean: finding it, what is said when it does not work, and a small Lake project with it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from lean_env.errors import BadInput, InvalidHeader, LeanEnvError, ToolchainError
from lean_env.toolchain import native as natives
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.diagnostics import diagnose
from lean_env.toolchain.launch import choose_lean, native_launch
from lean_env.toolchain.native import NativeLean, common_project, find_native, project_root
from lean_env.toolchain.sandbox import isolation
from lean_env.toolchain.server_source import bundle
from lean_env.wire.client import LaunchFactory
from tests.support.command_line import QSTAR
from tests.support.toolchains import USES, install, put_program, small_project

PATIENCE = 300
OLD = "Lean (version 4.9.0, x86_64-unknown-linux-gnu, commit abc, Release)"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH, with a `lean` of an old version and a `lake` that knows it."""
    sysroot = tmp_path / "toolchain"
    programs = sysroot / "bin"
    (sysroot / "lib" / "lean").mkdir(parents=True)
    (sysroot / "lib" / "lean" / "Init.olean").touch()
    programs.mkdir()
    put_program(
        programs / "lean",
        f'case "$1" in --version) echo "{OLD}";; --print-prefix) echo "{sysroot}";;\n'
        '*) echo "$1:40:3: error: unknown constant"; echo "$1:41:0: error: more"; exit 1;; esac',
    )
    put_program(
        programs / "lake", f'echo "LEAN_SYSROOT={sysroot}"; echo "LEAN_PATH=./.lake/build/lib/lean"'
    )
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    return programs


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "p" / "src").mkdir(parents=True)
    (tmp_path / "p" / "lakefile.toml").touch()
    (tmp_path / "p" / "src" / "A.lean").touch()
    return tmp_path / "p"


def found(project: Path | None) -> NativeLean:
    lean = find_native(project)
    assert lean is not None
    return lean


# Finding it


def test_the_project_of_a_file(project: Path, tmp_path: Path) -> None:
    assert project_root(project / "src" / "A.lean") == project
    assert project_root(tmp_path / "elsewhere") is None
    assert project_root(Path(__file__)) is None  # qstar's own lakefile is for who requires it
    assert common_project([project / "src" / "A.lean", tmp_path / "B.lean"]) == project
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "lakefile.lean").touch()
    with pytest.raises(BadInput, match="several Lake projects"):
        common_project([project / "src" / "A.lean", tmp_path / "q" / "B.lean"])


def test_lean_on_path(fake: Path) -> None:
    lean = found(None)
    assert (lean.version, lean.project, lean.path) == ("4.9.0", None, ())
    assert lean.program == fake / "lean"


@pytest.mark.usefixtures("fake")
def test_the_lean_of_a_project(project: Path) -> None:
    lean = found(project)
    assert (lean.version, lean.project) == ("4.9.0", project)
    assert lean.path == (project / ".lake/build/lib/lean",)
    assert lean.env["LEAN_PATH"] == str(project / ".lake/build/lib/lean")
    assert "HOME" not in lean.env


def test_which_lean_is_chosen(fake: Path, project: Path, tmp_path: Path) -> None:
    inside, outside = [project / "src" / "A.lean"], [tmp_path / "B.lean"]
    assert choose_lean("auto", outside) is None
    assert choose_lean("embedded", inside) is None
    chosen = choose_lean("auto", inside)
    assert chosen is not None
    assert chosen.project == project
    chosen = choose_lean("native", outside)
    assert chosen is not None
    assert chosen.project is None
    (fake / "lake").unlink()
    assert choose_lean("auto", inside) is None
    with pytest.raises(ToolchainError, match="no `lake` on PATH") as caught:
        choose_lean("native", inside)
    assert "--lean embedded" in caught.value.remedy


# What does not work is said


def test_a_lake_that_fails(fake: Path, project: Path) -> None:
    put_program(fake / "lake", "echo 'error: missing manifest' >&2; exit 1")
    with pytest.raises(ToolchainError, match=r"`lake env` fails in .*: error: missing manifest"):
        find_native(project)
    facts = diagnose(project / "none", project)
    assert facts.native.lean is None
    assert "missing manifest" in facts.native.problem


def test_a_lake_that_does_not_answer(
    fake: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_program(fake / "lake", "exec /bin/sleep 60")
    monkeypatch.setattr(natives, "ANSWER_SECONDS", 0.2)
    with pytest.raises(ToolchainError, match="gives no answer") as caught:
        find_native(project)
    assert "download" in caught.value.remedy


@pytest.mark.usefixtures("fake")
def test_a_version_that_does_not_take_the_server(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError) as caught:
        native_launch(found(None), tmp_path / "cache")
    assert str(caught.value) == (
        f"Lean 4.9.0 does not compile the server: {bundle().locate(40)}: unknown constant"
    )
    assert "written for Lean 4.28" in caught.value.remedy
    assert [f.name for f in (tmp_path / "cache" / "native").iterdir()] == [".lock"]


@pytest.mark.usefixtures("fake")
def test_a_module_that_is_not_built(project: Path) -> None:
    with pytest.raises(InvalidHeader, match=r"no built module 'Small\.Basic'") as caught:
        native_launch(found(project), project / "cache", ("Init", "Small.Basic"))
    assert caught.value.remedy == f"Run `lake build Small.Basic` in {project}."


def test_a_server_that_the_project_has_built(fake: Path, project: Path, tmp_path: Path) -> None:
    """It is taken where it is of the same source."""
    package = tmp_path / "package"
    library, source = package / ".lake/build/lib/lean", package / "lean_env"
    library.mkdir(parents=True)
    (package / "lakefile.lean").touch()
    (library / "LeanEnv.olean").touch()
    program = package / ".lake/build/bin/lean-env"
    program.parent.mkdir()
    program.touch()
    source.mkdir()
    (source / "server").symlink_to(natives.ROOT)
    put_program(fake / "lake", f'echo "LEAN_SYSROOT={fake.parent}"; echo "LEAN_PATH={library}"')
    assert natives.server_command(found(project), tmp_path / "cache") == (str(program),)
    (source / "server").unlink()
    with pytest.raises(LeanEnvError, match="does not compile"):
        natives.server_command(found(project), tmp_path / "cache")


# With a Lean that works


@pytest.fixture(scope="module")
def programs(launch: LaunchFactory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    launch(("Init",))
    return install(tmp_path_factory.mktemp("toolchain"))


@pytest.fixture(scope="module")
def small(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("project") / "small", programs)


def qstar(programs: Path, small: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run in a folder of its own, with a home and a folder for temporary files of its own."""
    own = small.parent
    environ = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "QSTAR_CACHE": str(default_cache_dir().resolve()),
        "HOME": str(own),
        "TMPDIR": str(own),
    }
    return subprocess.run(
        [*QSTAR, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | environ,
        cwd=own,
        check=False,
    )


def test_a_file_of_a_project_is_proved_with_the_projects_lean(programs: Path, small: Path) -> None:
    done = qstar(programs, small, "prove", "small/Small/Uses.lean", "--json", "--workers", "1")
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert (row["name"], row["status"]) == ("twice_zero", "proved")
    assert row["lean"]["kind"] == "native"
    assert row["lean"]["isolation"] == isolation()


def test_it_is_verified_there_as_well(programs: Path, small: Path) -> None:
    (small / "Small" / "Done.lean").write_text(USES.replace("by\n  sorry", "rfl"))
    done = qstar(programs, small, "verify", "small/Small/Done.lean")
    assert done.returncode == 0, done.stderr
    assert "twice_zero: accepted" in done.stdout
    assert ("unsandboxed" in done.stdout) == (isolation() == "unsandboxed")


def test_a_module_of_the_project_that_is_not_built(programs: Path, small: Path) -> None:
    (small / "Small" / "More.lean").write_text("import Small.Uses\n" + USES)
    done = qstar(programs, small, "prove", "small/Small/More.lean")
    assert done.returncode == 2
    assert "there is no built module 'Small.Uses'" in done.stderr
    assert "lake build Small.Uses" in done.stderr


def test_embedded_lean_knows_no_project(programs: Path, small: Path) -> None:
    done = qstar(programs, small, "prove", "small/Small/Uses.lean", "--lean", "embedded")
    assert done.returncode == 2
    assert "embedded Lean has no module 'Small.Basic'" in done.stderr


def test_doctor_names_it(programs: Path, small: Path) -> None:
    done = qstar(programs, small, "doctor", "--json")
    about = json.loads(done.stdout)["lean"]["native"]
    assert about["found"]
    assert about["version"].startswith("4.")
    assert about["isolation"] == isolation()
