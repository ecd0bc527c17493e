"""Pairs of universe levels: equal ones, ones of which the first is below, and others."""

from __future__ import annotations

from typing import Any


def s(level: Any) -> Any:
    return ("succ", level)


def mx(a: Any, b: Any) -> Any:
    return ("max", a, b)


def im(a: Any, b: Any) -> Any:
    return ("imax", a, b)


EQUAL: list[tuple[Any, Any]] = [
    ("u", "u"),
    (im(1, 0), 0),
    (im("u", 0), 0),
    (im(2, 1), 2),
    (im(0, "u"), "u"),
    (im(1, "u"), "u"),
    (im("u", "u"), "u"),
    (mx("u", "v"), mx("v", "u")),
    (mx("u", "u"), "u"),
    (mx("u", 0), "u"),
    (mx(s("u"), 1), s("u")),
    (mx(s("u"), "u"), s("u")),
    (s(mx("u", "v")), mx(s("u"), s("v"))),
    (mx(mx("u", "v"), "w"), mx("u", mx("v", "w"))),
    (im("u", s("v")), mx("u", s("v"))),
    (im("u", im("v", "w")), im(mx("u", "v"), "w")),
    (im("u", mx("v", "w")), mx(im("u", "v"), im("u", "w"))),
    (mx("u", im("v", "u")), mx("u", im("v", "u"))),
    (mx("v", im("v", "u")), mx("u", "v")),
    (im(mx("u", "v"), "w"), mx(im("u", "w"), im("v", "w"))),
    (s(im("u", s("v"))), mx(s("u"), s(s("v")))),
    (im("u", mx("u", 1)), mx("u", 1)),
    (mx(1, im("u", "v")), mx(1, mx(im("u", "v"), "v"))),
]

BELOW: list[tuple[Any, Any]] = [
    (0, "u"),
    ("u", s("u")),
    ("u", mx("u", "v")),
    (im("u", "v"), mx("u", "v")),
    ("v", im("u", "v")),
    (1, s("u")),
    (im("u", "v"), s(mx("v", "u"))),
    (mx("u", 1), s("u")),
    (mx("u", "v"), s(mx("u", mx("v", "w")))),
]

DIFFERENT: list[tuple[Any, Any]] = [
    ("u", "v"),
    ("u", s("u")),
    ("u", 0),
    ("u", 1),
    (1, 0),
    (im("u", "v"), mx("u", "v")),
    (im("u", "v"), im("v", "u")),
    (im("u", "v"), "v"),
    (im(s("u"), "v"), s(im("u", "v"))),
    (s(im("u", "v")), im("u", "v")),
    (s(im(0, "v")), im(0, "v")),
    (s(im("u", "v")), im(s("u"), s("v"))),
    (im("u", "v"), "u"),
    (mx("u", "v"), "u"),
    (mx("u", 1), "u"),
    (im(1, "u"), mx(1, "u")),
    (im("u", im("v", "w")), mx("u", im("v", "w"))),
    (mx(s("u"), "v"), s(mx("u", "v"))),
    (im("u", mx("v", "w")), mx("u", mx("v", "w"))),
    (s(s("u")), mx(s("u"), 2)),
]
"""Levels that differ for some values of the parameters."""

NOT_BELOW: list[tuple[Any, Any]] = [
    (s("u"), "u"),
    ("u", "v"),
    (1, "u"),
    ("u", im("u", "v")),
    (mx("u", "v"), im("u", "v")),
    (s(im("u", "v")), im("u", "v")),
    (2, s("u")),
]
