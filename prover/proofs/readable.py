"""Write steps of a proof as a reviewer of Mathlib expects them.

What proves a case is written into its arm, names are readable, and lines are not too long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lean_env.types import ProofState
from prover.graph.names import renaming
from prover.graph.script import bullet, rotation, running_order
from prover.proofs.readable_names import is_readable, readable
from prover.proofs.steps import Step
from prover.proofs.tactic_text import names_bound_in, names_in, split_sequence, substitute, wrapped

_ARM = re.compile(r"(\s*\|.*=>) \?_")
_ARMS_ON_ONE_LINE = re.compile(r"((?:cases|induction) [^|\n]* with)((?: \| [^|\n]* => \?_)+)")

Names = Mapping[str, str]
"""How hypotheses are written whose names in a state are others, or are not accessible."""


def readable_text(step: Step, width: int) -> str:
    """The text of a proof, on lines of at most `width` characters where that is possible."""
    return "\n".join(_lines(step, {}, width))


def _lines(step: Step, names: Names, width: int) -> list[str]:
    """The lines of a proof without a common indentation; see `Names`."""
    lines = list[str]()
    while True:
        new = _new_names(step, names)
        known = {**names, **new}
        tactic = substitute(step.tactic, known)
        if arms := _arm_lines(tactic, step):
            return lines + _filled_arms(step, arms, known, width)
        for part in split_sequence(tactic):
            lines += wrapped(part.strip("\n"), width)
        order = running_order(step.positions)
        if not order:
            return lines
        for i, turn in order[:-1]:
            lines += rotation(turn)
            lines += bullet(_part(step, i, known, width - 2))
        last, turn = order[-1]
        lines += rotation(turn)
        if len(order) > 1 and len(step.applied.states[last].goals) == 1:
            return lines + bullet(_part(step, last, known, width - 2))
        renamed, names = _names_for(step, last, known)
        lines += renamed
        step = step.parts[last]


def _part(step: Step, i: int, known: Names, width: int) -> list[str]:
    renamed, names = _names_for(step, i, known)
    return renamed + _lines(step.parts[i], names, width)


def _arm_lines(tactic: str, step: Step) -> list[str]:
    """The lines of a tactic with an open arm for each state it leaves; none for another tactic."""
    if one := _ARMS_ON_ONE_LINE.fullmatch(tactic):
        tactic = one[1] + one[2].replace(" | ", "\n| ")
    lines = tactic.split("\n")
    open_arms = sum(bool(_ARM.fullmatch(line)) for line in lines)
    in_order = tuple((i,) for i in range(open_arms))
    return lines if open_arms and step.positions == in_order else []


def _filled_arms(step: Step, arms: list[str], known: Names, width: int) -> list[str]:
    """The lines of a tactic with the proof of each open arm in its place."""
    lines, i = list[str](), 0
    for line in arms:
        arm = _ARM.fullmatch(line)
        if not arm:
            lines += wrapped(line, width)
            continue
        proof = _part(step, i, known, width - 2)
        i += 1
        if len(proof) == 1 and len(arm[1]) + 1 + len(proof[0]) <= width:
            lines.append(f"{arm[1]} {proof[0]}")
        else:
            margin = " " * (len(line) - len(line.lstrip()) + 2)
            lines += [arm[1], *(margin + text for text in proof)]
    return lines


def _new_names(step: Step, names: Names) -> dict[str, str]:
    """Readable names for what a tactic introduces by names that are not, or that are taken now."""
    before = _accessible(step.state)
    mentioned = names_in(step.tactic)
    later = _names_later(step)
    new = dict[str, str]()
    for state in step.applied.states:
        there = _accessible(state)
        introduced = [name for name in there if name in mentioned and name not in before]
        all_names = {h.name for goal in state.goals for h in goal.hypotheses}
        taken = {names.get(name, name) for name in all_names.difference(introduced)}
        taken |= {new[name] for name in introduced if name in new}
        for name in introduced:
            if name not in new:
                kept = is_readable(name) and name not in taken
                new[name] = name if kept else readable(name, taken | later)
            taken.add(new[name])
    for name in sorted(names_bound_in(step.tactic).difference(before, new)):
        if not is_readable(name):
            taken = {names.get(h, h) for h in before} | set(new.values()) | mentioned | later
            new[name] = readable(name, taken)
    return new


def _names_later(step: Step) -> set[str]:
    """The names that the tactics after a step use, but for those of its hypotheses."""
    found, todo = set[str](), list(step.parts)
    while todo:
        part = todo.pop()
        found |= names_in(part.tactic) - set(_accessible(part.state))
        todo += part.parts
    return found


def _accessible(state: ProofState) -> list[str]:
    """Names of hypotheses, each once."""
    return list(dict.fromkeys(h.name for g in state.goals for h in g.hypotheses if h.accessible))


def _names_for(step: Step, i: int, known: Names) -> tuple[list[str], Names]:
    """How the proof of state `i` of a step has to be written.

    Returns:
        Tactics that give its hypotheses names, where they have none, and what to replace in the
        proof.
    """
    state, wanted = step.applied.states[i], step.parts[i].state
    if len(state.goals) > 1:
        there = _accessible(state)
        return [], {name: known[name] for name in there if name in known}
    (have,), (want,) = state.goals, wanted.goals
    pairs = list(zip(have.hypotheses, want.hypotheses, strict=True))
    if any(w.accessible and not h.accessible for h, w in pairs):
        *lines, introduced = renaming(have, want)
        return [*(substitute(line, known) for line in lines), introduced], {}
    named = [(h, w) for h, w in pairs if h.accessible or h.name in known]
    return [], {w.name: known.get(h.name, h.name) for h, w in named}
