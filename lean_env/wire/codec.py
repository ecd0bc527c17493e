"""Lines of the protocol: requests into bytes, bytes into answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

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
from lean_env.wire.protocol import (
    Answer,
    AppliedAnswer,
    ApplyAnswer,
    CheckAnswer,
    ConstantsAnswer,
    DeclarationRecord,
    ErrorAnswer,
    ExportAnswer,
    FatalAnswer,
    HelloAnswer,
    JudgeAnswer,
    LibraryAnswer,
    LibraryTheorem,
    Message,
    ModulesAnswer,
    Name,
    OpenAnswer,
    Position,
    RejectedAnswer,
    ReplayAnswer,
    Replayed,
    Request,
    ScanAnswer,
    SorryGoal,
    SorryRecord,
    StartAnswer,
    StateRecord,
    StatsAnswer,
    TacticRecord,
)


def encode(id: int, request: Request) -> bytes:
    """The line of a request, with its end.  Lines in its texts end as Lean's parser wants it.

    Raises `UnicodeEncodeError` for lone surrogates.
    """
    record: dict[str, object] = {"id": id, "op": request.op}
    for field in fields(request):
        value = getattr(request, field.name)
        record[field.name] = value.replace("\r\n", "\n") if isinstance(value, str) else value
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> tuple[int, Answer]:
    """The `id` and the answer of a line.  Raises `ProtocolError` if it is not of the protocol."""
    try:
        record = json.loads(line)
        if "fatal" in record:
            return _int(record["id"] or 0), _fatal(record)
        return _int(record["id"]), _answer(record)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        start = line[:200].decode(errors="replace")
        raise ProtocolError(
            f"Lean's answer is not of the protocol ({type(error).__name__}: {error}): {start}",
            remedy="Python and Lean server may be of different versions: reinstall qstar.",
        ) from error


def _answer(record: Mapping[str, Any]) -> Answer:
    if "index" in record:
        return _tactic(record)
    if "ok" in record:
        return _ok(record["ok"])
    error = record["error"]
    return ErrorAnswer(
        _text(error["kind"]),
        _text(error["message"]),
        _int(error.get("line", 0)),
        _int(error.get("column", 0)),
        _tuple(error.get("imports", []), _text),
    )


def _fatal(record: Mapping[str, Any]) -> FatalAnswer:
    fatal = record["fatal"]
    return FatalAnswer(_text(fatal["reason"]), _text(fatal["message"]), _int(record["index"]))


def _tactic(record: Mapping[str, Any]) -> AppliedAnswer | RejectedAnswer:
    index, ms = _int(record["index"]), _number(record["ms"])
    if "rejected" in record:
        rejected = record["rejected"]
        return RejectedAnswer(
            index, RejectionReason(rejected["reason"]), _text(rejected["message"]), ms
        )
    ok = record["ok"]
    return AppliedAnswer(
        index,
        _tuple(ok["states"], _state),
        _tuple(ok["positions"], _ints),
        _tuple(ok["messages"], _text),
        ms,
    )


def _ok(ok: Mapping[str, Any]) -> Answer:
    """Each kind of answer is known by a field that no other kind has."""
    if not _object(ok):
        return None
    if "hole" in ok:
        start, stop = _ints(ok["hole"])
        name, source = _name(ok["name"]), _text(ok["source"])
        auto_bound = _tuple(ok["auto_bound"], _text)
        return StartAnswer(name, source, (start, stop), _state(ok["state"]), auto_bound)
    if "status" in ok:
        return _advance(ok)
    if "finished" in ok:
        return _check(ok)
    if "sorries" in ok:
        return ScanAnswer(_tuple(ok["sorries"], _sorry), _tuple(ok["theorems"], _declaration))
    if "counterexample" in ok:
        return _refutation(ok)
    if "modules" in ok:
        return ModulesAnswer(_tuple(ok["modules"], _text))
    if "left_out" in ok:
        return LibraryAnswer(_tuple(ok["theorems"], _library_theorem), _counts(ok["left_out"]))
    if "header" in ok:
        return OpenAnswer(_int(ok["header"]))
    if "absent" in ok:
        return ConstantsAnswer(_text(ok["export"]), _tuple(ok["absent"], _name))
    if "replayed" in ok:
        return ReplayAnswer(_tuple(ok["replayed"], _replayed))
    if "export" in ok:
        return ExportAnswer(_object(ok["export"]))
    if "axioms" in ok:
        return JudgeAnswer(
            _text(ok["refused"]),
            _text(ok["message"]),
            _tuple(ok["axioms"], _text),
            _tuple(ok["definitions"], _text),
            _name(ok.get("theorem", [])),
            _text(ok.get("rows", "")),
        )
    if "states" in ok:
        return StatsAnswer(_int(ok["states"]), _int(ok["headers"]))
    return HelloAnswer(
        _int(ok["protocol"]),
        _text(ok["lean"]),
        _text(ok["commit"]),
        _tuple(ok["imports"], _text),
    )


def _refutation(ok: Mapping[str, Any]) -> Refutation:
    if ok["counterexample"] is None:
        return Refutation(why=_text(ok["why"]))
    return Refutation(
        counterexample=_tuple(ok["counterexample"], _argument),
        claim=_text(ok["claim"]),
        levels=_int(ok["levels"]),
        definitions=_tuple(ok["definitions"], _text),
    )


def _argument(record: Mapping[str, Any]) -> Argument:
    return Argument(
        _text(record["n"]),
        _text(record["v"]),
        ArgumentKind(record["kind"]),
        _flag(record["explicit"]),
    )


def _replayed(record: Mapping[str, Any]) -> Replayed:
    return Replayed(
        _text(record["error"]),
        _flag(record["undecided"]),
        _text(record["rows"]),
        _number(record["ms"]),
    )


def _check(ok: Mapping[str, Any]) -> CheckAnswer:
    return CheckAnswer(
        _tuple(ok["messages"], _message),
        _tuple(ok["sorries"], _sorry_goal),
        _tuple(ok["tactics"], _tactic_record),
        _flag(ok["finished"]),
        _int(ok["header"]) if "header" in ok else None,
    )


def _advance(ok: Mapping[str, Any]) -> ApplyAnswer:
    return ApplyAnswer(
        _state(ok["state"]),
        _text(ok["status"]),
        _tuple(ok["messages"], _message),
        _tuple(ok["sorries"], _sorry_goal),
        _tuple(ok["traces"], _text),
    )


def _message(record: Mapping[str, Any]) -> Message:
    return Message(
        Severity(record["severity"]),
        _text(record["text"]),
        _place(record["start"]),
        _place(record["stop"]) if "stop" in record else None,
    )


def _sorry_goal(record: Mapping[str, Any]) -> SorryGoal:
    return SorryGoal(
        _place(record["start"]),
        _place(record["stop"]),
        _tuple(record["goals"], _goal),
        _int(record["state"]) if "state" in record else None,
    )


def _tactic_record(record: Mapping[str, Any]) -> TacticRecord:
    return TacticRecord(
        _place(record["start"]),
        _place(record["stop"]),
        _text(record["text"]),
        _tuple(record["goals"], _goal),
        _int(record["state"]),
        _tuple(record["constants"], _text),
    )


def _place(value: object) -> Position:
    line, column = _ints(value)
    return line, column


def _sorry(record: Mapping[str, Any]) -> SorryRecord:
    return SorryRecord(
        _int(record["start"]),
        _int(record["stop"]),
        _int(record["line"]),
        _text(record["text"]),
        _int(record["sorries"]),
        _tuple(record["declares"], _declaration),
    )


def _declaration(record: Mapping[str, Any]) -> DeclarationRecord:
    return DeclarationRecord(
        _name(record["name"]), _text(record["text"]), _int(record["line"]), _text(record["kind"])
    )


def _library_theorem(record: Mapping[str, Any]) -> LibraryTheorem:
    return LibraryTheorem(
        _text(record["name"]), _text(record["key"]), _tuple(record["levels"], _text)
    )


def _state(record: Mapping[str, Any]) -> StateRecord:
    return StateRecord(_int(record["id"]), _text(record["key"]), _tuple(record["goals"], _goal))


def _goal(record: Mapping[str, Any]) -> Goal:
    return Goal(_text(record["target"]), _tuple(record["hyps"], _hypothesis), _text(record["case"]))


def _hypothesis(record: Mapping[str, Any]) -> Hypothesis:
    value = record.get("v")
    return Hypothesis(
        name=_text(record["n"]),
        type=_text(record["t"]),
        value=None if value is None else _text(value),
        accessible=record.get("x") is not True,
        is_prop=record.get("p") is True,
        is_instance=record.get("i") is True,
    )


_T = TypeVar("_T")


def _tuple(value: object, item: Callable[[Any], _T]) -> tuple[_T, ...]:
    if type(value) is not list:
        raise TypeError(f"a list was expected, not {value!r:.50}")
    return tuple([item(x) for x in value])


def _object(value: object) -> dict[str, Any]:
    if type(value) is not dict:
        raise TypeError(f"an object was expected, not {value!r:.50}")
    return value


def _counts(value: object) -> dict[str, int]:
    return {name: _int(count) for name, count in _object(value).items()}


def _ints(value: object) -> tuple[int, ...]:
    return _tuple(value, _int)


def _name(value: object) -> Name:
    return _tuple(value, lambda part: _text(part) if type(part) is str else _int(part))


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError(f"a string was expected, not {value!r:.50}")
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise TypeError(f"true or false was expected, not {value!r:.50}")
    return value


def _int(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"an integer was expected, not {value!r:.50}")
    return value


def _number(value: object) -> float:
    if type(value) is int or type(value) is float:
        return float(value)
    raise TypeError(f"a number was expected, not {value!r:.50}")
