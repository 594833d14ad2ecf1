"""The central checks on a return row by row: which fail, where, what stands there and what should (RTT-R48, S1 Annex B)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clockstop.rules.rtt_bands import OPEN_BAND
from clockstop.rules.rtt_checks import COMMISSIONER_FORM, Limits
from clockstop.rules.rtt_return_rows import (
    BANDS,
    KNOWN,
    PART_CODES,
    PART_WITHOUT_BANDS,
    PARTS_WITH_STARTS,
    TOTAL,
    UNKNOWN,
    Cell,
    ReturnRow,
    number,
    single_count,
    totals,
)  # fmt: skip
from clockstop.rules.treatment_functions import REPORTED_FUNCTIONS, TOTAL_FUNCTION

ERROR, QUERY = "error", "query"
# Commissioners of the made-up group, valid in the return of a made-up trust only.
MADE_UP_COMMISSIONERS = frozenset({"ZZM", "ZZN"})
MADE_UP_PROVIDER = "ZZ"
WEEKS_52 = 52
FIRST_FOUR = 4


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check as it is told: whether a failure is an error (the return is sent back) or a query (it must be explained)."""

    name: str
    title: str
    kind: str
    do: str


_CHECKS = (
    ("layout", "The file has every column of the layout, and each row a cell in each", ERROR,
     "Give the file the header of the published full extract, with nothing left out."),
    ("duplicate_rows", "No row stands twice", ERROR, "Take one of the two out, or add them up."),
    ("other_provider", "All rows are of one provider", ERROR, "Take the rows of the other provider out."),
    ("other_month", "All rows are of one month", ERROR, "Take the rows of the other month out, or correct Period."),
    ("unknown_codes", "Every part and treatment function is one of the return's", ERROR, "Correct the code."),
    ("negative_or_decimal", "Every figure is a whole number, nought or more", ERROR, "Correct the figure."),
    ("invalid_commissioner", "Every commissioner is a valid code", ERROR,
     "Use the sub-ICB location of the patient's practice, else of the residence, else the host's; a hub where directly "
     "commissioned; NONC where not English."),
    ("missing_part", "No part is missing", ERROR, "Add the part; if there was nothing to return, be ready to say so."),
    ("totals_match", "Week bands add up to the row's total, functions to C_999", ERROR, "Add up again."),
    ("part_2a_le_part_2", "Part 2A is no more than Part 2", ERROR,
     "Part 2A is a part of Part 2: look for pathways counted in one and not in the other."),
    ("part_3_ge_first_four_bands", "Part 3 is at least the first four week bands of Part 2", ERROR,
     "Who waits four weeks or less started in the month: look for starts that were not returned, and for wrong start dates."),
    ("identical_to_last_month", "The figures are not those of last month", QUERY, "Check that this is the right month's file."),
    ("large_swing", "No part, nor the waits over 52 weeks, moved by more than a fifth since last month", QUERY,
     "Check the figure; if it is right, say why it moved."),
    ("high_first_band", "No more than 15% of Part 2 waits in the first week", QUERY,
     "Look for clocks restarted by mistake and for a default start date."),
    ("high_unknown", "No more than 5% of a completed part has an unknown start", QUERY,
     "Trace the starts, of transfers from the sender first (RTT-R47)."),
    ("completed_without_incomplete", "Where pathways are completed there are incomplete ones", QUERY,
     "Look for a Part 2 that was not returned, or for pathways under another function."),
)  # fmt: skip
CHECKS = {name: Check(name=name, title=title, kind=kind, do=do) for name, title, kind, do in _CHECKS}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One place at which a check fails: the figure found there and what was expected. Blank where the place is wider."""

    says: str
    part: str = ""
    treatment_function: str = ""
    commissioner: str = ""
    column: str = ""
    line: int = 0
    found: str = ""
    expected: str = ""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A check's outcome. It fails where it has findings; `notes` are places worth a look that do not fail it."""

    check: Check
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def is_passed(self) -> bool:
        return not self.findings


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a return is checked against."""

    provider: str = ""
    month: str = ""
    last_month: Sequence[ReturnRow] | None = None
    limits: Limits = field(default_factory=Limits)
    valid_commissioners: Collection[str] | None = None
    layout: tuple[Finding, ...] = ()
    expects_every_part: bool = True


def check_return(sent: Sequence[ReturnRow], context: Context) -> tuple[Checked, ...]:
    """Every check on the rows of one return, in the order of `CHECKS`; those against last month pass where there is none."""
    others = [row for row in sent if context.provider and row.provider != context.provider]
    own = [row for row in sent if not context.provider or row.provider == context.provider]
    found: dict[str, Iterable[Finding]] = {
        "layout": context.layout,
        "duplicate_rows": _duplicates(sent),
        "other_provider": _strangers(others, "Provider Org Code", "provider", context.provider),
        "other_month": _strangers([row for row in own if row.month != context.month], "Period", "month", context.month),
        "unknown_codes": _unknown_codes(own),
        "negative_or_decimal": _no_counts(own),
        "invalid_commissioner": _commissioners(own, context),
        "missing_part": _missing_parts(own, context),
        "totals_match": [*_bands_add_up(own), *_functions_add_up(own)],
        "part_2a_le_part_2": _subset(own),
        "part_3_ge_first_four_bands": _starts(own, function=TOTAL_FUNCTION),
        "identical_to_last_month": _identical(own, context),
        "large_swing": _swings(own, context),
        "high_first_band": _first_band(own, context.limits),
        "high_unknown": _unknown(own, context.limits),
        "completed_without_incomplete": _completed_alone(own, function=TOTAL_FUNCTION),
    }
    notes = {
        "part_2a_le_part_2": list(_subset(own, by_band=True)),
        "part_3_ge_first_four_bands": [each for one in _functions(own) for each in _starts(own, function=one)],
        "completed_without_incomplete": [each for one in _functions(own) for each in _completed_alone(own, function=one)],
    }
    return tuple(
        Checked(check=check, findings=tuple(found[name]), notes=tuple(notes.get(name, ()))) for name, check in CHECKS.items()
    )


def _at(row: ReturnRow, says: str, *, column: str = "", found: object = "", expected: object = "") -> Finding:
    return Finding(
        says=says, part=row.part, treatment_function=row.treatment_function, commissioner=row.commissioner, column=column,
        line=row.line, found=_told(found), expected=_told(expected),
    )  # fmt: skip


def _told(value: object) -> str:
    if value is None:
        return "blank"
    return (
        f"{value:,.0f}"
        if isinstance(value, float) and value.is_integer()
        else f"{value:,}"
        if isinstance(value, int)
        else f"{value}"
    )


def _duplicates(rows: Sequence[ReturnRow]) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = (row.provider, row.month, row.commissioner, row.part, row.treatment_function)
        if key in seen:
            yield _at(row, f"The same provider, commissioner, part and function as line {seen[key]}.")
        seen.setdefault(key, row.line)


def _strangers(rows: Sequence[ReturnRow], column: str, what: str, own: str) -> Iterator[Finding]:
    counts = Counter(getattr(row, what) for row in rows)
    for value, count in sorted(counts.items()):
        first = next(row for row in rows if getattr(row, what) == value)
        says = f"{count:,} row{'s are' if count > 1 else ' is'} of another {what}."
        yield _at(first, says, column=column, found=value or "blank", expected=own)


def _unknown_codes(rows: Sequence[ReturnRow]) -> Iterator[Finding]:
    for row in rows:
        if row.part not in PART_CODES:
            yield _at(row, "There is no such part.", column="RTT Part Type", found=row.part or "blank",
                      expected=", ".join(PART_CODES.values()))  # fmt: skip
        if not row.is_total and row.treatment_function not in REPORTED_FUNCTIONS:
            yield _at(row, "No treatment function of the return has this code.", column="Treatment Function Code",
                      found=row.treatment_function or "blank", expected="C_100 to C_502, X02 to X06 or C_999")  # fmt: skip


def _is_count(cell: Cell) -> bool:
    if cell is None:
        return True
    return not isinstance(cell, str) and cell >= 0 and float(cell).is_integer()


def _no_counts(rows: Sequence[ReturnRow]) -> Iterator[Finding]:
    for row in rows:
        for column, cell in row.cells():
            if not _is_count(cell):
                yield _at(row, "No whole number of patients.", column=column, found=cell, expected="a whole number, 0 or more")
        if row.total is None:
            yield _at(row, "The row has no total.", column=TOTAL, found=None, expected="a whole number, 0 or more")


def is_valid_commissioner(code: str, *, provider: str, valid: Collection[str] | None = None) -> bool:
    """Whether a commissioner may stand in a provider's return: by a list where one is given, else by the form of the code."""
    if valid is not None:
        return code in valid
    is_made_up = provider.startswith(MADE_UP_PROVIDER) and code in MADE_UP_COMMISSIONERS
    return is_made_up or COMMISSIONER_FORM.fullmatch(code) is not None


def _commissioners(rows: Sequence[ReturnRow], context: Context) -> Iterator[Finding]:
    of_code: dict[str, list[ReturnRow]] = {}
    for row in rows:
        of_code.setdefault(row.commissioner, []).append(row)
    for code, found in sorted(of_code.items()):
        if is_valid_commissioner(code, provider=found[0].provider or context.provider, valid=context.valid_commissioners):
            continue
        pathways = int(sum(number(row.total) for row in found if not row.is_total))
        says = f"{len(found):,} rows with {pathways:,} pathways have a commissioner that is none."
        yield Finding(says=says, commissioner=code, column="Commissioner Org Code", line=found[0].line, found=code or "blank",
                      expected="a sub-ICB location, a hub or NONC")  # fmt: skip


def _missing_parts(rows: Sequence[ReturnRow], context: Context) -> Iterator[Finding]:
    here = {row.part for row in rows}
    before = totals(context.last_month) if context.last_month is not None else None
    for part, code in PART_CODES.items():
        if part in here:
            continue
        if before is None and context.expects_every_part:
            yield Finding(says=f"{code} is not in the return.", part=part, found="no rows", expected="a part of every return")
        elif before is not None and before.get(part, 0) > 0:
            yield Finding(says=f"{code} is not in the return, and was last month.", part=part, found="no rows",
                          expected=f"{before[part]:,} last month")  # fmt: skip


def _bands_add_up(rows: Sequence[ReturnRow]) -> Iterator[Finding]:
    for row in rows:
        bands = sum(number(cell) for cell in row.bands)
        if row.part == PART_WITHOUT_BANDS and not any(cell is not None for cell in row.bands):
            continue
        known = row.known is not None
        if known and number(row.known) != bands:
            yield _at(row, "The week bands do not add up to the total.", column=KNOWN, found=row.known, expected=bands)
        unknown = number(row.unknown) if row.part in PARTS_WITH_STARTS or row.unknown is not None else 0.0
        expected = (number(row.known) if known else bands) + unknown
        if number(row.total) != expected:
            what = "Total and unknown starts" if known else "The week bands"
            yield _at(row, f"{what} do not add up to the total of all.", column=TOTAL, found=row.total, expected=expected)


def _functions_add_up(rows: Sequence[ReturnRow]) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[ReturnRow]] = {}
    for row in rows:
        groups.setdefault((row.part, row.commissioner), []).append(row)
    for found in groups.values():
        total = [row for row in found if row.is_total]
        functions = [row for row in found if not row.is_total]
        if not total:
            yield _at(found[0], "The part has no total row.", column="Treatment Function Code", found="no C_999", expected="C_999")
        elif functions:
            yield from _columns_add_up(total[0], functions)
        else:
            yield _at(total[0], "The total row has no functions.", column="Treatment Function Code", found="C_999 alone")


def _columns_add_up(total: ReturnRow, functions: Sequence[ReturnRow]) -> Iterator[Finding]:
    for place, (column, cell) in enumerate(total.cells()):
        added = sum(number(row.cells()[place][1]) for row in functions if place < len(row.cells()))
        if number(cell) != added:
            yield _at(total, "The functions do not add up to C_999.", column=column, found=cell, expected=added)


def _by_place(rows: Iterable[ReturnRow], part: str) -> dict[tuple[str, str], ReturnRow]:
    return {(row.commissioner, row.treatment_function): row for row in rows if row.part == part}


def _subset(rows: Sequence[ReturnRow], *, by_band: bool = False) -> Iterator[Finding]:
    """Where Part 2A has more than Part 2: in a row's total, or `by_band` in a week of a row whose total is in order."""
    whole = _by_place(rows, "part_2")
    for place, row in _by_place(rows, "part_2a").items() if whole else ():
        of = whole.get(place)
        is_over = number(row.total) > (number(of.total) if of else 0.0)
        limits = dict(of.cells()) if of else {}
        columns = [TOTAL] if is_over and not by_band else [*BANDS] if by_band and not is_over else []
        for column, cell in row.cells():
            limit = number(limits.get(column))
            if column in columns and number(cell) > limit:
                yield _at(row, "More wait with a decision to admit than wait.", column=column, found=cell,
                          expected=f"at most {limit:,.0f}, as in Part 2")  # fmt: skip


def _functions(rows: Sequence[ReturnRow]) -> list[str]:
    here = {row.treatment_function for row in rows}
    return [function for function in REPORTED_FUNCTIONS if function in here]


def _of(rows: Sequence[ReturnRow], part: str, function: str) -> list[ReturnRow]:
    """The rows that count a function's pathways of a part once; every pathway where it is the total function."""
    chosen = single_count(rows) if function == TOTAL_FUNCTION else [row for row in rows if row.treatment_function == function]
    return [row for row in chosen if row.part == part]


def _sum(rows: Iterable[ReturnRow], *, first_bands: int = 0) -> float:
    if first_bands:
        return sum(number(cell) for row in rows for cell in row.bands[:first_bands])
    return sum(number(row.total) for row in rows)


def _starts(rows: Sequence[ReturnRow], *, function: str) -> Iterator[Finding]:
    if not any(row.part == "part_3" for row in rows):
        return
    starts = _sum(_of(rows, "part_3", function))
    least = _sum(_of(rows, "part_2", function), first_bands=FIRST_FOUR)
    if starts < least:
        yield Finding(says="Fewer clocks started in the month than wait up to four weeks.", part="part_3",
                      treatment_function=function, column=TOTAL, found=f"{starts:,.0f}",
                      expected=f"at least {least:,.0f}, the first four bands of Part 2")  # fmt: skip


def _over_52(rows: Sequence[ReturnRow]) -> float:
    return sum(number(cell) for row in _of(rows, "part_2", TOTAL_FUNCTION) for cell in row.bands[WEEKS_52:OPEN_BAND])


def _headlines(rows: Sequence[ReturnRow]) -> dict[str, float]:
    return {**{part: float(count) for part, count in totals(rows).items()}, "over_52_weeks": _over_52(rows)}


def _identical(rows: Sequence[ReturnRow], context: Context) -> Iterator[Finding]:
    if not context.last_month:
        return
    for part, code in PART_CODES.items():
        now, then = _content(rows, part), _content(context.last_month, part)
        pathways = _sum(_of(rows, part, TOTAL_FUNCTION))
        if now and now == then and pathways >= context.limits.large_swing_least_count:
            yield Finding(says=f"Every row of {code} is that of last month.", part=part, found=f"{pathways:,.0f} pathways",
                          expected="other figures than last month")  # fmt: skip
    now_all, then_all = totals(rows), totals(context.last_month)
    if now_all and now_all == then_all and len(now_all) == len(PART_CODES):
        yield Finding(says="Every part has the very total of last month.", found=", ".join(map(str, now_all.values())),
                      expected="other totals than last month")  # fmt: skip


def _content(rows: Sequence[ReturnRow], part: str) -> dict[tuple[str, str], tuple[float, ...]]:
    return {place: tuple(number(cell) for _, cell in row.cells()) for place, row in _by_place(rows, part).items()}


def _swings(rows: Sequence[ReturnRow], context: Context) -> Iterator[Finding]:
    if not context.last_month:
        return
    now, then, limits = _headlines(rows), _headlines(context.last_month), context.limits
    for name in (name for name in then if name in now):
        change = now[name] - then[name]
        if abs(change) >= limits.large_swing_least_count and abs(change) > limits.large_swing * then[name]:
            title = PART_CODES.get(name, "Waits over 52 weeks")
            moved = f"{change / then[name]:+.0%}" if then[name] else f"{change:+,.0f}"
            yield Finding(says=f"{title} moved by {moved} since last month.", part=name if name in PART_CODES else "part_2",
                          column=TOTAL if name in PART_CODES else "over 52 weeks", found=f"{now[name]:,.0f}",
                          expected=f"{then[name]:,.0f} last month, give or take {limits.large_swing:.0%}")  # fmt: skip


def _first_band(rows: Sequence[ReturnRow], limits: Limits) -> Iterator[Finding]:
    waiting = _of(rows, "part_2", TOTAL_FUNCTION)
    first, whole = _sum(waiting, first_bands=1), _sum(waiting)
    if whole > 0 and first > limits.high_first_band * whole:
        yield Finding(says=f"{first / whole:.1%} of those waiting are in the first week.", part="part_2", column=BANDS[0],
                      found=f"{first:,.0f}", expected=f"at most {limits.high_first_band:.0%} of {whole:,.0f}")  # fmt: skip


def _unknown(rows: Sequence[ReturnRow], limits: Limits) -> Iterator[Finding]:
    for part, code in PART_CODES.items():
        found = _of(rows, part, TOTAL_FUNCTION)
        unknown, whole = sum(number(row.unknown) for row in found), _sum(found)
        if whole > 0 and unknown > limits.high_unknown * whole:
            yield Finding(says=f"{unknown / whole:.1%} of {code} has an unknown start.", part=part, column=UNKNOWN,
                          found=f"{unknown:,.0f}", expected=f"at most {limits.high_unknown:.0%} of {whole:,.0f}")  # fmt: skip


def _completed_alone(rows: Sequence[ReturnRow], *, function: str) -> Iterator[Finding]:
    completed = sum(_sum(_of(rows, part, function)) for part in PARTS_WITH_STARTS)
    if completed > 0 and _sum(_of(rows, "part_2", function)) == 0:
        yield Finding(says="Pathways are completed and none is incomplete.", part="part_2", treatment_function=function,
                      column=TOTAL, found="0", expected=f"more than 0, as {completed:,.0f} are completed")  # fmt: skip


def failures(checked: Iterable[Checked]) -> Mapping[str, int]:
    """How many checks failed, by kind."""
    kinds = Counter(one.check.kind for one in checked if not one.is_passed)
    return {ERROR: kinds[ERROR], QUERY: kinds[QUERY]}
