"""Goals as the REPL prints them: read into `Goal`, grouped by metavariables, compared by text.

The print is all that the REPL gives of a goal.  What it hides (implicit arguments, proofs) is lost
here, so two goals that print alike count as one; the gate decides on what is built on that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lean_env.types import Goal, Hypothesis

_METAVARIABLE = re.compile(r"(?<![\w\])}'!?✝])\?[^\W\d][\w'✝]*(?:\.\d+)?")
_ANONYMOUS = re.compile(r"\?m\.\d+")
_NAMES = re.compile(r"((?:«[^»]*»|\S)+(?: (?:«[^»]*»|[^\s:]\S*))*) : ", re.DOTALL)
_RELATION = re.compile(r"[=≠<>≤≥∧∨¬↔∀∃∈∉∣∤⊆⊂≡≈∼]")
_BINDS_VALUES = re.compile(r"\b(?:let|have|fun)\b|λ")
_OPENING, _CLOSING = "([{⟨⟦‖«", ")]}⟩⟧‖»"


def read_goal(text: str) -> Goal:
    """Read a goal as Lean prints it.

    Args:
        text: The printed goal: an optional line `case TAG`, hypotheses, and `⊢ TARGET`.

    Returns:
        The goal.  Which hypotheses are propositions is guessed from notation and names, since the
        print does not tell.
    """
    before, turnstile, target = text.partition("⊢ ")
    if not turnstile:
        before, _, target = text.rpartition("\n")  # `| …` of conversion mode
    lines = before.splitlines()
    case = lines.pop(0)[len("case ") :] if lines and lines[0].startswith("case ") else ""
    hypotheses: list[Hypothesis] = []
    for entry in _entries(lines):
        if found := _NAMES.match(entry):
            hypotheses += _read_entry(found[1], entry[found.end() :], hypotheses)
    return Goal(target.strip(), tuple(hypotheses), case)


def group_by_metavariables(goals: Sequence[str]) -> list[tuple[int, ...]]:
    """Divide goals into those that have to be proved together.

    Goals belong together when they mention the same metavariable, or one is the metavariable that
    the other mentions.  An anonymous metavariable may be any goal without a tag.

    Args:
        goals: The printed goals.

    Returns:
        The positions of each group's goals, groups in the order of their first goals.
    """
    import networkx

    graph: networkx.Graph[int | str] = networkx.Graph()
    graph.add_nodes_from(range(len(goals)))
    mentioned = [set(_METAVARIABLE.findall(goal)) for goal in goals]
    for i, names in enumerate(mentioned):
        graph.add_edges_from((i, name) for name in names)
    for i, goal in enumerate(goals):
        tag = re.match(r"case (\S+)", goal)
        stands_for = [f"?{tag[1]}"] if tag else filter(_ANONYMOUS.match, set().union(*mentioned))
        graph.add_edges_from((i, name) for name in stands_for if name in graph)
    groups = [
        sorted(n for n in part if isinstance(n, int))
        for part in networkx.connected_components(graph)
    ]
    return sorted(tuple(group) for group in groups)


def normalise(goals: Sequence[str]) -> str:
    """Rewrite printed goals so that runs of Lean agree on them.

    Args:
        goals: The printed goals.

    Returns:
        Their text without tags, with single spaces, and anonymous metavariables numbered in the
        order in which they occur.
    """
    text = "\n".join(re.sub(r"\Acase \S+\n", "", goal) for goal in goals)
    numbers: dict[str, int] = {}
    text = _ANONYMOUS.sub(lambda m: f"?m.{numbers.setdefault(m[0], len(numbers))}", text)
    return re.sub(r"\s+", " ", text).strip()


def _entries(lines: Sequence[str]) -> list[str]:
    """The entries of a local context: lines, each with the indented lines that continue it."""
    entries: list[str] = []
    for line in lines:
        if line[:1].isspace() and entries:
            entries[-1] += f"\n{line}"
        elif line:
            entries.append(line)
    return entries


def _read_entry(names: str, rest: str, known: Sequence[Hypothesis]) -> list[Hypothesis]:
    type_, value = _split_value(rest)
    return [
        Hypothesis(
            name=name,
            type=type_,
            value=value,
            accessible="✝" not in name,
            is_prop=_is_probably_prop(name, type_, known),
            is_instance=name.startswith("inst✝"),
        )
        for name in re.findall(r"(?:«[^»]*»|\S)+", names)
    ]


def _split_value(rest: str) -> tuple[str, str | None]:
    """The type of an entry, and its value if it is a `let` variable."""
    depth = 0
    for i, char in enumerate(rest):
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth <= 0 and rest.startswith(" := ", i) and not _BINDS_VALUES.search(rest[:i]):
            return rest[:i], rest[i + len(" := ") :]
    return rest, None


def _is_probably_prop(name: str, type_: str, known: Sequence[Hypothesis]) -> bool:
    """By a relation or connective outside of brackets, a local predicate, or the name's form."""
    depth, outside = 0, ""
    for char in type_:
        depth += (char in _OPENING) - (char in _CLOSING)
        outside += char if depth <= 0 and char not in _CLOSING else " "
    if _RELATION.search(outside):
        return True
    head = type_.split(maxsplit=1)[0] if type_.split() else ""
    if any(h.name == head and re.search(r"\bProp$", h.type) for h in known):
        return True
    is_type = re.search(r"\b(?:Prop|Type|Sort)\b", type_) is not None
    return not is_type and re.fullmatch(r"(?:this|ih|h)\w*['✝¹²³⁴⁵⁶⁷⁸⁹⁰]*", name) is not None
