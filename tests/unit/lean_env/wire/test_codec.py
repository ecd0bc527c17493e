"""Requests and answers as lines: what is written can be read, and nonsense is an error."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_env.errors import ProtocolError
from lean_env.types import (
    Argument,
    ArgumentKind,
    Goal,
    Hypothesis,
    Refutation,
    RejectionReason,
    Severity,
)
from lean_env.wire.codec import decode, encode
from lean_env.wire.protocol import (
    Answer,
    AppliedAnswer,
    Apply,
    ApplyAnswer,
    Cancel,
    Check,
    CheckAnswer,
    DeclarationRecord,
    ErrorAnswer,
    Export,
    ExportAnswer,
    FatalAnswer,
    Hello,
    HelloAnswer,
    Judge,
    JudgeAnswer,
    Message,
    Open,
    OpenAnswer,
    Refute,
    RejectedAnswer,
    Release,
    Request,
    Run,
    Scan,
    ScanAnswer,
    SorryGoal,
    SorryRecord,
    Start,
    StartAnswer,
    StateRecord,
    Stats,
    StatsAnswer,
    TacticRecord,
)

text = st.text(st.characters(exclude_categories=["Cs"]))
number = st.integers(0, 2**31)
texts = st.lists(text, max_size=3).map(tuple)
numbers = st.lists(number, max_size=3).map(tuple)
ms = st.floats(0, 1e6)
names = st.lists(number | text, max_size=3).map(tuple)
terms = st.dictionaries(text, st.lists(number | text, max_size=2), min_size=1, max_size=2)

requests: st.SearchStrategy[Request] = st.one_of(
    st.builds(Hello),
    st.builds(Open, text),
    st.builds(Start, number, text, text, st.booleans()),
    st.builds(Scan, text),
    st.builds(Check, st.none() | number, text, st.booleans(), st.booleans(), number),
    st.builds(Apply, number, text, number, number),
    st.builds(Run, number, texts, number, number, st.booleans()),
    st.builds(Refute, number, number),
    st.builds(Release, numbers),
    st.builds(Stats),
    st.builds(Cancel),
    st.builds(Export, number, names, text, number),
    st.builds(Judge, number, names, text, terms, texts, number),
)

hypotheses = st.builds(
    Hypothesis, text, text, st.none() | text, st.booleans(), st.booleans(), st.booleans()
)
goals = st.builds(Goal, text, st.lists(hypotheses, max_size=3).map(tuple), text)
states = st.builds(StateRecord, number, text, st.lists(goals, max_size=2).map(tuple))
theorems = st.builds(DeclarationRecord, names, text, number, text)
sorries = st.builds(
    SorryRecord, number, number, number, text, number, st.lists(theorems, max_size=2).map(tuple)
)
places = st.tuples(number, number)
messages = st.builds(Message, st.sampled_from(Severity), text, places, st.none() | places)
open_goals = st.builds(
    SorryGoal, places, places, st.lists(goals, max_size=2).map(tuple), st.none() | number
)
tactics = st.builds(
    TacticRecord, places, places, text, st.lists(goals, max_size=2).map(tuple), number, texts
)
arguments = st.builds(Argument, text, text, st.sampled_from(ArgumentKind), st.booleans())
refutations = st.builds(Refutation, why=text) | st.builds(
    Refutation,
    counterexample=st.lists(arguments, max_size=2).map(tuple),
    claim=text,
    levels=number,
    definitions=texts,
)
errors = st.builds(ErrorAnswer, text, text, number, number, texts)
fatals = st.builds(FatalAnswer, text, text, st.integers(-1, 100))
answers: st.SearchStrategy[Answer] = st.one_of(
    st.none(),
    errors,
    fatals,
    st.builds(HelloAnswer, number, text, text, texts),
    st.builds(OpenAnswer, number),
    st.builds(StartAnswer, names, text, st.tuples(number, number), states, texts),
    st.builds(
        ScanAnswer,
        st.lists(sorries, max_size=2).map(tuple),
        st.lists(theorems, max_size=2).map(tuple),
    ),
    st.builds(
        CheckAnswer,
        st.lists(messages, max_size=2).map(tuple),
        st.lists(open_goals, max_size=2).map(tuple),
        st.lists(tactics, max_size=2).map(tuple),
        st.booleans(),
        st.none() | number,
    ),
    st.builds(
        ApplyAnswer,
        states,
        text,
        st.lists(messages, max_size=2).map(tuple),
        st.lists(open_goals, max_size=2).map(tuple),
    ),
    st.builds(
        AppliedAnswer,
        number,
        st.lists(states, max_size=2).map(tuple),
        st.lists(numbers, max_size=2).map(tuple),
        texts,
        ms,
    ),
    refutations,
    st.builds(RejectedAnswer, number, st.sampled_from(RejectionReason), text, ms),
    st.builds(StatsAnswer, number, number),
    st.builds(ExportAnswer, terms),
    st.builds(JudgeAnswer, text, text, texts),
)


def plain(value: Any) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in fields(value)}


def stated(value: Any) -> dict[str, Any]:
    """Without what is None: the server leaves it out."""
    return {key: field for key, field in plain(value).items() if field is not None}


def goal_json(goal: Goal) -> dict[str, Any]:
    flags = {"p": "is_prop", "i": "is_instance"}
    return {
        "case": goal.case,
        "target": goal.target,
        "hyps": [
            {"n": h.name, "t": h.type}
            | ({} if h.value is None else {"v": h.value})
            | {key: True for key, name in flags.items() if getattr(h, name)}
            | ({} if h.accessible else {"x": True})
            for h in goal.hypotheses
        ],
    }


def state_json(state: StateRecord) -> dict[str, Any]:
    return plain(state) | {"goals": [goal_json(goal) for goal in state.goals]}


def spoken(answer: CheckAnswer | ApplyAnswer) -> dict[str, Any]:
    return stated(answer) | {
        "messages": [stated(message) for message in answer.messages],
        "sorries": [with_goals(sorry) for sorry in answer.sorries],
    }


def with_goals(record: SorryGoal | TacticRecord) -> dict[str, Any]:
    return stated(record) | {"goals": [goal_json(goal) for goal in record.goals]}


def line_of(id: int, answer: Answer) -> bytes:
    """An answer as the page in `protocol.py` says that the server writes it."""
    match answer:
        case None:
            rest: dict[str, Any] = {"ok": {}}
        case ErrorAnswer():
            rest = {"error": plain(answer)}
        case FatalAnswer():
            fatal = {"reason": answer.reason, "message": answer.message}
            rest = {"index": answer.index, "fatal": fatal}
        case RejectedAnswer():
            rejected = {"reason": answer.reason, "message": answer.message}
            rest = {"index": answer.index, "rejected": rejected, "ms": answer.ms}
        case AppliedAnswer():
            rest = {"index": answer.index, "ok": plain(answer), "ms": answer.ms}
            rest["ok"]["states"] = [state_json(state) for state in answer.states]
        case StartAnswer():
            rest = {"ok": plain(answer) | {"state": state_json(answer.state)}}
        case ScanAnswer():
            holes = [
                plain(record) | {"declares": [plain(found) for found in record.declares]}
                for record in answer.sorries
            ]
            declared = [plain(record) for record in answer.theorems]
            rest = {"ok": {"sorries": holes, "theorems": declared}}
        case CheckAnswer():
            rest = {"ok": spoken(answer)}
            rest["ok"]["tactics"] = [with_goals(tactic) for tactic in answer.tactics]
        case ApplyAnswer():
            rest = {"ok": spoken(answer) | {"state": state_json(answer.state)}}
        case Refutation(counterexample=found) if found is not None:
            given = [
                {"n": a.name, "v": a.value, "kind": a.kind, "explicit": a.explicit} for a in found
            ]
            rest = {"ok": plain(answer) | {"counterexample": given}}
        case _:
            rest = {"ok": plain(answer)}
    return json.dumps({"id": id} | rest).encode()


@given(number, requests)
def test_a_request_is_one_line_with_its_fields(id: int, request: Request) -> None:
    line = encode(id, request)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    record = json.loads(line)
    assert (record.pop("id"), record.pop("op")) == (id, request.op)
    assert record == json.loads(json.dumps(plain(request)))


@given(number, answers)
def test_an_answer_is_read_as_it_was_meant(id: int, answer: Answer) -> None:
    assert decode(line_of(id, answer)) == (id, answer)


def test_a_last_word_may_belong_to_no_request() -> None:
    line = b'{"id":null,"index":-1,"fatal":{"reason":"crash","message":"gone"}}'
    assert decode(line) == (0, FatalAnswer("crash", "gone", -1))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_answer_are_an_error(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=8,
)


@given(answers, st.data())
def test_an_answer_with_a_part_replaced_is_an_error_or_an_answer(
    answer: Answer, data: st.DataObject
) -> None:
    record = json.loads(line_of(1, answer))
    place: Any = record
    while data.draw(st.booleans(), "deeper"):
        inside = place[data.draw(st.sampled_from(sorted(place)))] if place else None
        if not isinstance(inside, dict) or not inside:
            break
        place = inside
    if place:
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(json_values)
    try:
        _, read = decode(json.dumps(record).encode())
    except ProtocolError:
        return
    assert read is None or type(read).__module__ in ("lean_env.wire.protocol", "lean_env.types")


def test_the_error_shows_how_the_line_began() -> None:
    with pytest.raises(ProtocolError, match="panic: out of memory"):
        decode(b"panic: out of memory" + b"x" * 10_000)


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":true,"ok":{}}',
        b'{"id":1}',
        b'{"id":1,"ok":[]}',
        b'{"id":1,"ok":{"header":"0"}}',
        b'{"id":1,"index":0,"ms":1,"rejected":{"reason":"bored","message":""}}',
        b"[" * 100_000,
    ],
)
def test_answers_of_the_wrong_shape(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(line)
