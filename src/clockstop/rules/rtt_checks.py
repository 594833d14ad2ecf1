"""The central checks on the monthly return, and the flow that must balance: RTT-R48 and RTT-R49 (S1 Annex B; S9)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

COMPLETED_PARTS = ("part_1a", "part_1b")
PARTS = (*COMPLETED_PARTS, "part_2", "part_2a", "part_3")

# The names of the checks, in the order in which they are printed.
CHECKS = (
    "part_2a_le_part_2",
    "part_3_ge_first_four_bands",
    "negative_or_decimal",
    "invalid_commissioner",
    "missing_part",
    "totals_match",
    "identical_to_last_month",
    "large_swing",
    "high_first_band",
    "high_unknown",
    "completed_without_incomplete",
)

# NONC, a sub-ICB location (two digits and a letter), or an ICB hub and region (letter and digit by turns); S5.
COMMISSIONER_FORM = re.compile(r"NONC|\d\d[A-Z]|[A-Z]\d[A-Z]\d[A-Z]|Y\d\d")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Where a figure is unusual enough to be queried. S1 names the checks and gives no numbers: local settings."""

    large_swing: float = 0.20
    large_swing_least_count: int = 20
    high_first_band: float = 0.15
    high_unknown: float = 0.05


@dataclass(frozen=True, kw_only=True)
class Return:
    """One month's aggregate return of one trust (or trust, commissioner and function).

    `figures` holds the parts and `over_52_weeks`; what was not sent is not in it. `bands` and `functions` give, for a
    part, its counts by week band and by treatment function; `known` and `unknown` its pathways with and without a known
    start, which make up the part. `others` are further numbers of the return, only looked at for what a count may be.
    `first_band` and `first_four_bands` of Part 2 may be given where its bands are not.
    """

    figures: Mapping[str, Any]
    first_band: Any = None
    first_four_bands: Any = None
    bands: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    functions: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[Any, ...] = ()
    commissioners: tuple[Any, ...] = ()

    def numbers(self) -> list[Any]:
        """Every number of the return."""
        listed = [number for group in (self.bands, self.functions) for counts in group.values() for number in counts]
        sums = [number for number in (self.first_band, self.first_four_bands) if number is not None]
        return [*self.figures.values(), *self.known.values(), *self.unknown.values(), *self.others, *sums, *listed]


def failed_checks(
    sent: Return,
    last_month: Return | None = None,
    *,
    limits: Limits | None = None,
    valid_commissioners: Collection[str] | None = None,
) -> list[str]:
    """The names of the checks that the return fails, in the order of `CHECKS` (RTT-R48).

    A check whose figures were not sent passes.
    """
    limits = limits or Limits()
    found = {
        "negative_or_decimal": any(not _is_count(number) for number in sent.numbers()),
        "invalid_commissioner": any(not _is_commissioner(code, valid_commissioners) for code in sent.commissioners),
        "missing_part": last_month is not None and any(_is_missing(sent, last_month, part) for part in PARTS),
        "totals_match": any(not _totals_match(sent, part) for part in PARTS),
        "part_2a_le_part_2": _figure(sent, "part_2a") > _figure(sent, "part_2", otherwise=float("inf")),
        "part_3_ge_first_four_bands": _figure(sent, "part_3", otherwise=float("inf"))
        < _newest(sent.first_four_bands, _part_2_bands(sent)[:4]),
        "identical_to_last_month": last_month is not None and _is_identical(sent, last_month),
        "large_swing": last_month is not None and _has_swing(sent, last_month, limits),
        "high_first_band": _exceeds(
            _newest(sent.first_band, _part_2_bands(sent)[:1]), _total_of_part_2(sent), limits.high_first_band
        ),
        "high_unknown": any(_has_high_unknown(sent, part, limits) for part in PARTS),
        "completed_without_incomplete": _completed(sent) > 0 and sent.figures.get("part_2") == 0,
    }
    return [name for name in CHECKS if found[name]]


def _is_count(number: Any) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and number >= 0 and float(number).is_integer()


def _is_commissioner(code: Any, valid: Collection[str] | None) -> bool:
    written = "" if code is None else str(code)
    return written in valid if valid is not None else COMMISSIONER_FORM.fullmatch(written) is not None


def _figure(sent: Return, name: str, *, otherwise: float = 0.0) -> float:
    number = sent.figures.get(name)
    return float(number) if isinstance(number, Real) else otherwise


def _part_2_bands(sent: Return) -> list[float]:
    return [float(number) for number in sent.bands.get("part_2", ())]


def _newest(given: Any, bands: list[float]) -> float:
    return float(given) if isinstance(given, Real) else sum(bands)


def _total_of_part_2(sent: Return) -> float:
    return _figure(sent, "part_2", otherwise=sum(_part_2_bands(sent)))


def _completed(sent: Return) -> float:
    return sum(_figure(sent, part) for part in COMPLETED_PARTS)


def _is_missing(sent: Return, last_month: Return, part: str) -> bool:
    return _figure(last_month, part) > 0 and part not in sent.figures


def _totals_match(sent: Return, part: str) -> bool:
    if part not in sent.figures:
        return True
    unknown = sent.unknown.get(part) or 0
    sums = [sum(sent.functions[part])] if sent.functions.get(part) else []
    sums += [sum(sent.bands[part]) + unknown] if sent.bands.get(part) else []
    sums += [sent.known[part] + unknown] if part in sent.known else []
    return all(found == _figure(sent, part) for found in sums)


def _is_identical(sent: Return, last_month: Return) -> bool:
    shared = set(sent.figures) & set(last_month.figures)
    return bool(shared) and all(sent.figures[name] == last_month.figures[name] for name in shared)


def _has_swing(sent: Return, last_month: Return, limits: Limits) -> bool:
    names = set(sent.figures) & set(last_month.figures)
    return any(_is_swing(_figure(last_month, name), _figure(sent, name), limits) for name in names)


def _is_swing(before: float, after: float, limits: Limits) -> bool:
    change = abs(after - before)
    return change >= limits.large_swing_least_count and change > limits.large_swing * before


def _exceeds(part: float, whole: float, limit: float) -> bool:
    return whole > 0 and part > limit * whole


def _has_high_unknown(sent: Return, part: str, limits: Limits) -> bool:
    return _exceeds(float(sent.unknown.get(part) or 0), _figure(sent, part), limits.high_unknown)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What went on and off the list in a month (RTT-R49)."""

    opening: float
    closing: float
    starts: float = 0
    transfers_in: float = 0
    stops: float = 0
    transfers_out: float = 0
    nullified: float = 0
    validation_removals: float = 0
    reinstated: float = 0
    # Those who came from, less those who went to, another function's list: nought for a whole trust.
    function_changes: float = 0


def unexplained(flow: Flow) -> float:
    """How far the list lies below what its flows explain (RTT-R49): positive where removals went unreported.

    >>> unexplained(Flow(opening=100, starts=20, stops=15, closing=101))
    4
    """
    onto = flow.starts + flow.transfers_in + flow.reinstated + flow.function_changes
    off = flow.stops + flow.transfers_out + flow.nullified + flow.validation_removals
    return flow.opening + onto - off - flow.closing


def flow_reading(remainder: float) -> str:
    """What the unexplained remainder says (RTT-R49; S9).

    >>> flow_reading(250), flow_reading(-140), flow_reading(0)
    ('unreported_removals', 'unreported_starts', 'balanced')
    """
    if remainder == 0:
        return "balanced"
    return "unreported_removals" if remainder > 0 else "unreported_starts"
