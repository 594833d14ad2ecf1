"""The kind of worked case about the central checks on a return (RTT-R48): reading the figures under many names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from clockstop.rules.case_inputs import the_first
from clockstop.rules.rtt_checks import PARTS, Limits, Return, failed_checks

LAST_MONTH = ("last_month", "previous_month", "previous", "prior_month")
LONG_WAITS = ("over_52_weeks", "over_52", "part_2_over_52_weeks", "part_2_over_52", "over_52w", "waits_over_52", "week_52_plus")


def rtt_checks(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The month's figures -> failed, the set of the names of the checks that fail.

    This month: `part_1a`, `part_1b`, `part_2`, `part_2a`, `part_3`, `over_52_weeks`; for a part also `part_2_bands`
    (counts from >0-1 upward), `part_2_functions` (counts, or a mapping of function to count), `part_1a_unknown`,
    `part_1a_known` and `part_2_total` (a stated total); `part_2_first_band`, `part_2_first_four_bands`; `bands`, `total`
    and `unknown` alone are those of Part 2. `commissioner` or `commissioners`, with `valid_commissioners` as the list
    that holds (else the form of the code is judged). Last month: the same names under `last_month`, or each name with
    `_last_month` behind it. `limits` may set `large_swing`, `large_swing_least_count`, `high_first_band`, `high_unknown`.
    """
    sent = _sent(inputs)
    valid = inputs.get("valid_commissioners")
    checked = failed_checks(sent, _last_month(inputs), limits=_limits(inputs), valid_commissioners=valid)
    return {"failed": frozenset(checked)}


def _sent(inputs: Mapping[str, Any]) -> Return:
    known, unknown = _known(inputs), _unknown(inputs)
    figures = {part: known[part] + (unknown.get(part) or 0) for part in known}
    figures |= _named(inputs, {part: (part, f"{part}_total_all", *(("total_all",) if part == "part_2" else ())) for part in PARTS})
    figures |= _named(inputs, {"over_52_weeks": LONG_WAITS})
    return Return(
        figures=figures,
        first_band=the_first(inputs, "part_2_first_band", "first_band", "part_2_band_1", "part_2_0_1_weeks"),
        first_four_bands=the_first(inputs, "part_2_first_four_bands", "first_four_bands"),
        bands=_counts(inputs, "bands", "by_band"),
        functions=_counts(inputs, "functions", "by_function", "treatment_functions", "by_tfc", "tfcs", "sum_of_functions"),
        known=known,
        unknown=unknown,
        others=tuple(_numbers({name: value for name, value in inputs.items() if not _is_aside(name)})),
        commissioners=_commissioners(inputs),
    )


def _named(inputs: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    found = {name: the_first(inputs, *spellings) for name, spellings in names.items()}
    return {name: value for name, value in found.items() if value is not None}


def _known(inputs: Mapping[str, Any]) -> dict[str, Any]:
    plain = {"part_2": ("total",)}
    return _named(inputs, {part: (f"{part}_known", f"{part}_total", *plain.get(part, ())) for part in PARTS})


def _unknown(inputs: Mapping[str, Any]) -> dict[str, Any]:
    sent = [part for part in PARTS if part in inputs]
    plain = {sent[0]: ("unknown", "unknown_start")} if sent else {}
    return _named(inputs, {part: (f"{part}_unknown", f"{part}_unknown_start", *plain.get(part, ())) for part in PARTS})


def _counts(inputs: Mapping[str, Any], *kinds: str) -> dict[str, tuple[Any, ...]]:
    plain = {"part_2": kinds}
    names = {part: (*(f"{part}_{kind}" for kind in kinds), *plain.get(part, ())) for part in PARTS}
    return {part: tuple(_listed(counts)) for part, counts in _named(inputs, names).items()}


def _listed(counts: Any) -> Iterable[Any]:
    if isinstance(counts, Mapping):
        return counts.values()
    return counts if isinstance(counts, Sequence) else (counts,)


def _is_aside(name: str) -> bool:
    """Whether the key holds something else than a figure of this month."""
    return name in ("limits", "valid_commissioners") or _spelling_of_last_month(name) is not None


def _spelling_of_last_month(name: str) -> str | None:
    return next((word for word in LAST_MONTH if name == word or name.endswith(f"_{word}") or name.startswith(f"{word}_")), None)


def _numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, Real) and not isinstance(value, bool):
        yield value


def _commissioners(inputs: Mapping[str, Any]) -> tuple[Any, ...]:
    given = the_first(inputs, "commissioners", "commissioner", "commissioner_code", otherwise=())
    return tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else (given,)


def _last_month(inputs: Mapping[str, Any]) -> Return | None:
    given = the_first(inputs, *LAST_MONTH)
    if isinstance(given, Mapping):
        return _sent(given)
    spellings = {name: _spelling_of_last_month(name) for name in inputs}
    figures = {name.replace(word, "").strip("_"): inputs[name] for name, word in spellings.items() if word}
    return _sent(figures) if figures else None


def _limits(inputs: Mapping[str, Any]) -> Limits:
    given = inputs.get("limits") or {}
    return Limits(**{name: given[name] for name in Limits.__dataclass_fields__ if isinstance(given.get(name), Real)})
