import pytest

from lean_env.repl.files import split_commands
from lean_env.repl.statement import complete, keyword_and_name, mentions, split_imports


@pytest.mark.parametrize(
    ("given", "completed"),
    [
        ("theorem t : p", "theorem t : p := by\n  sorry"),
        ("theorem t : p -- why\n", "theorem t : p := by\n  sorry"),
        ("theorem t : p :=", "theorem t : p := by\n  sorry"),
        ("theorem t : p := by", "theorem t : p := by\n  sorry"),
        ("theorem t : p := sorry", "theorem t : p := by\n  sorry"),
        ("theorem t : p := by\n  simp\n  sorry", "theorem t : p := by\n  simp\n  sorry"),
        ("theorem t : standby", "theorem t : standby := by\n  sorry"),
    ],
)
def test_a_missing_proof_is_added(given: str, completed: str) -> None:
    assert complete(given) == completed


def test_imports_end_where_commands_begin() -> None:
    header = "/- import Foo -/\nimport Mathlib\nimport Aesop -- c\n\nopen Nat\n"
    imports, rest = split_imports(header)
    assert imports + rest == header
    assert "import Aesop" in imports
    assert "open Nat" in rest
    assert split_imports("open Nat\n") == ("", "open Nat\n")


def test_a_name_is_read_without_universes_and_comments() -> None:
    assert keyword_and_name("/-- theorem no -/ @[simp] theorem A.b.{u} (x : α)") == (
        "theorem",
        "A.b",
    )
    assert keyword_and_name("example (x : Nat) : p") == ("example", "")
    assert keyword_and_name("lemma «a b»: p") == ("lemma", "«a b»")


def test_a_name_is_mentioned_in_full_or_by_its_last_part() -> None:
    assert mentions("exact foo h", "Bar.foo")
    assert not mentions("exact foo' h.foo", "Bar.foo")


def test_commands_are_cut_at_the_first_column() -> None:
    text = (
        "open Nat\n/-- doc -/\n@[simp]\ntheorem a : p := by\n  sorry\n\n"
        "mutual\ntheorem b : p := c\ntheorem c : p := b\nend\n"
        "set_option x true in\nprivate\ntheorem d : p := by\n  have := 1\n  sorry\n-- def x\n"
    )
    pieces = [text[start:stop] for start, stop in split_commands(text)]
    assert "".join(pieces) == text
    assert [piece.split("\n")[0] for piece in pieces] == [
        "open Nat", "/-- doc -/", "mutual", "set_option x true in",
    ]  # fmt: skip
