"""Worked cases: a case's inputs are worked out by the rule of its kind and compared with what it expects.

A case is a dict with `kind` (or `calc`), `inputs` and `expected`; `id`, `title` and `rule` are carried along. Only the
keys of `expected` are compared, and only those; lists in order (where a kind gives a set, in any), records by their
listed keys.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from clockstop.errors import UserError
from clockstop.rules import (
    action_cases,
    beds_cases,
    calendar_cases,
    cancer_cases,
    diagnostic_cases,
    discharge_cases,
    emergency_cases,
    outpatient_cases,
    rtt_cases,
    target_cases,
    theatre_cases,
    visibility_cases,
)

Status = Literal["pass", "fail", "not supported"]
Kind = Callable[[Mapping[str, Any]], Mapping[str, Any]]

# One line a family of kinds; each module's docstrings say which inputs it takes.
KINDS: dict[str, Kind] = {
    **rtt_cases.KINDS,
    **calendar_cases.KINDS,
    **cancer_cases.KINDS,
    **diagnostic_cases.KINDS,
    **outpatient_cases.KINDS,
    **theatre_cases.KINDS,
    **target_cases.KINDS,
    **emergency_cases.KINDS,
    **discharge_cases.KINDS,
    **beds_cases.KINDS,
    **action_cases.KINDS,
    **visibility_cases.KINDS,
}
NOT_GIVEN = "nothing"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One expected value that did not come out."""

    key: str
    expected: Any
    got: Any


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a case: `message` says what is wrong with it where it could not be worked out."""

    case_id: str
    kind: str
    title: str
    status: Status
    differences: tuple[Difference, ...] = ()
    message: str = ""


def kind_of(case: Mapping[str, Any]) -> str:
    """The case's `kind`, or `calc` where it has that instead; empty where it has neither."""
    return str(case.get("kind") or case.get("calc") or "")


def outcome(case: Mapping[str, Any], kinds: Mapping[str, Kind] = KINDS) -> Outcome:
    """What becomes of one case; never raises for what a case may hold.

    Rooms above have kinds of their own beside these (insight/worked_cases.py).
    """
    title = str(case.get("title") or case.get("rule") or "")
    run = Outcome(case_id=str(case.get("id", "?")), kind=kind_of(case), title=title, status="fail")
    if not run.kind:
        return replace(run, message="the case names neither a kind nor a calc")
    if run.kind not in kinds:
        return replace(run, status="not supported", message=f"'{run.kind}' is not a kind that Clockstop knows")
    fault = _fault(case)
    if fault:
        return replace(run, message=fault)
    try:
        got = kinds[run.kind](case["inputs"])
    except UserError as error:
        return replace(run, message=str(error).replace("\n", ": "))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return replace(run, message=_unusable(error))
    found = tuple(differences(case["expected"], got))
    return replace(run, status="fail" if found else "pass", differences=found)


def _fault(case: Mapping[str, Any]) -> str:
    if not isinstance(case.get("inputs"), Mapping):
        return "the case has no 'inputs' (a mapping of names to values)"
    if not isinstance(case.get("expected"), Mapping) or not case["expected"]:
        return "the case has no 'expected' (a mapping of names to values)"
    return ""


def _unusable(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"the inputs lack '{error.args[0]}'"
    return f"the inputs cannot be used: {error}"


def differences(expected: Mapping[str, Any], got: Mapping[str, Any], path: str = "") -> list[Difference]:
    """The expected values that `got` does not hold, key by key and, inside lists and records, place by place.

    >>> differences({"days": 7}, {"days": 8, "band": ">1-2"})
    [Difference(key='days', expected=7, got=8)]
    """
    found: list[Difference] = []
    for key, value in expected.items():
        name = f"{path}{key}"
        if key not in got:
            found.append(Difference(key=name, expected=value, got=NOT_GIVEN))
        else:
            found += _compared(name, value, got[key])
    return found


def _compared(name: str, expected: Any, got: Any) -> list[Difference]:
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return differences(expected, got, f"{name}.")
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        pairs = enumerate(zip(expected, got, strict=True))
        return [found for place, (one, other) in pairs for found in _compared(f"{name}[{place}]", one, other)]
    if isinstance(got, frozenset):
        got = sorted(got)
        expected = sorted(expected) if isinstance(expected, list) else expected
    return [] if is_same(expected, got) else [Difference(key=name, expected=expected, got=got)]


def is_same(expected: Any, got: Any) -> bool:
    """Whether two plain values say the same: a date and its text, a code as number or text, 75 and 75.0.

    >>> is_same("2026-09-30", date(2026, 9, 30)), is_same(30, "30"), is_same(75, 75.0), is_same(True, 1)
    (True, True, True, False)
    >>> is_same("2026-07-01T12:00:00+01:00", "2026-07-01T11:00:00Z")
    True
    """
    if isinstance(expected, bool) or isinstance(got, bool) or expected is None or got is None:
        return expected is got
    if isinstance(expected, (int, float)) and isinstance(got, (int, float)):
        return abs(expected - got) < 1e-9
    return _written(expected) == _written(got)


def _written(value: Any) -> Any:
    instant = _by_greenwich(value)
    if instant is not None:
        return instant
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, list) else str(value)


# An instant with a zone, which may be written in several ways.
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:\d\d)")


def _by_greenwich(value: Any) -> datetime | None:
    """An instant with a zone, by Greenwich; None for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else None
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].replace('Z', '+00:00')}").astimezone(UTC)
    except ValueError:
        return None
