"""Lean's own automation, on the goal as it stands."""

from __future__ import annotations

from prover.policies.tactic_families.view import View, WeightedTactics


def simp_set(view: View) -> str:
    """Lemmas that open up what the goal is about: the header's definitions, powers, products."""
    names = list(view.definitions)
    if view.definitions and "∈" in view.text:
        names.append("Membership.mem")
    kinds = [k for k, found in (("Nat", view.naturals), ("Int", view.integers)) if found]
    for kind in kinds:
        if "^" in view.text:
            names.append(f"{kind}.pow_succ")
        if "* (" in view.text or ") *" in view.text:
            names += [f"{kind}.mul_add", f"{kind}.add_mul"]
    return ", ".join(names)


def closing(view: View) -> list[tuple[str, float]]:
    """Tactics that close a goal or fail, for use after `<;>`."""
    lemmas = simp_set(view)
    simp = f"simp_all [{lemmas}]" if lemmas else "simp_all"
    found = [("grind", 1.0), (simp, 0.5), (f"{simp} <;> grind", 0.3)]
    if view.arithmetic:
        found += [("omega", 1.0), (f"{simp} <;> omega", 1.0)]
    if view.definitions:
        found.append((f"grind [{', '.join(view.definitions)}]", 0.7))
    return found


def automation(view: View) -> WeightedTactics:
    """Lean's automation, with and without the definitions of the header."""
    target = view.target
    yield "rfl", 8.0 if view.shape in ("=", "↔", "≤") else 0.5
    yield "simp_all", 10.0
    yield "grind", 10.0
    if view.arithmetic:
        yield "omega", 12.0
    yield "simp", 6.0
    yield "assumption", 1.0
    yield "contradiction", 0.8
    if view.variables:
        yield "decide +revert", 0.7 if view.arithmetic else 0.3
    else:
        yield "decide", 8.0
        yield "decide +kernel", 1.0
    yield "exact?", 0.2 if view.arithmetic else 0.7  # slow, and does no arithmetic
    if view.facts:
        yield "simp at *", 1.0
        yield "subst_vars", 1.0
    if "↑" in view.text:
        yield "norm_cast", 1.0
        yield "norm_cast at *", 0.5
        yield "push_cast", 0.5
    if view.shape == "=" and not view.arithmetic:
        yield "ac_rfl", 0.3
    if "if " in target or "match " in target:
        yield "split", 8.0
        yield "split <;> simp_all", 2.0
        yield "split <;> grind", 1.0
    yield from _with_lemmas(view)


def _with_lemmas(view: View) -> WeightedTactics:
    lemmas = simp_set(view)
    if lemmas:
        yield f"simp [{lemmas}]", 3.0
        yield f"simp_all [{lemmas}]", 2.0
        yield f"simp [{lemmas}] at *", 1.0
        if view.arithmetic:
            yield f"simp_all [{lemmas}]; omega", 2.0
            yield f"simp [{lemmas}] at *; omega", 1.0
        yield f"simp_all [{lemmas}]; grind", 0.7
    if view.definitions:
        yield f"grind [{', '.join(view.definitions)}]", 3.0
    if view.abbreviations:
        names = ", ".join([*view.abbreviations, *(["Membership.mem"] if "∈" in view.text else [])])
        yield f"simp [{names}]", 2.0
        yield f"simp [{names}] at *", 1.0
    for name in view.definitions:
        if name.split(".")[-1] in {w.split(".")[-1] for w in view.target_words}:
            yield f"unfold {name}", 1.0
