"""Tactic text that no proof needs, told from text that only looks like it."""

from __future__ import annotations

import pytest

from lean_env.gate.forbidden import first_forbidden


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("sorry", "sorry"),
        ("intro x\nadmit", "admit"),
        ("exact sorryAx _", "sorryAx"),
        ("exact @«sorryAx» _ false", "sorryAx"),
        ("exact Lean.ofReduceBool a b c", "ofReduceBool"),
        ("native_decide", "native_decide"),
        ("decide +native", "+native"),
        ("decide (config := {native := true})", "native := true"),
        ("set_option debug.skipKernelTC true in simp", "set_option debug.skipKernelTC"),
        ("run_tac pure ()", "run_tac"),
        ("exact (by_elab pure (mkConst ``True.intro))", "by_elab"),
        ("exact unsafe foo", "unsafe"),
        ("axiom foo : False", "axiom"),
        ("let rec @[implemented_by foo] f := 1", "implemented_by"),
        ("#eval 1", "#eval"),
        ("simp; stop", "stop"),
        ("exact (by\n  stop)", "stop"),
        ("cases h with\n| inl h => stop", "stop"),
        ('exact f s!"{(sorry : Nat)}"', "sorry"),
        ("exact c '\"' sorry '\"'", "sorry"),
        ("exact x' ▸ sorry", "sorry"),
        ("exact x#sorry", "sorry"),
        ("-- fine\nsorry", "sorry"),
        ("/- fine -/ sorry", "sorry"),
    ],
)
def test_what_is_forbidden(text: str, word: str) -> None:
    assert first_forbidden(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "exact sorry_free",
        "exact sorry'",
        "exact h.sorry",
        "exact «sorry»",
        "simp -- no sorry here",
        "/- /- sorry -/ admit -/ simp",
        "/- sorry",
        'exact "sorry"',
        'exact "a \\" sorry"',
        'exact r#"a " sorry"#',
        'exact s!"sorry {x}"',
        "have native := 1",
        "set_option maxRecDepth 1000 in simp",
        "exact #[1, 2]",
        "exact #v[1, 2]",
        "exact 5#w",
        "simp [stop]",
        "exact List.range' (stop := 3)",
        "bv_omega",
        "apply admit_one",
    ],
)
def test_what_is_not(text: str) -> None:
    assert first_forbidden(text) is None


def test_long_text_takes_little_time() -> None:
    assert first_forbidden("(" * 100_000 + '"' * 99_999 + "/-" * 50_000) is None
    assert first_forbidden("'" * 100_001 + " sorry") == "sorry"
