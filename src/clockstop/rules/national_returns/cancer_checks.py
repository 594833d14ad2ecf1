"""What the cancer return is checked for: breaches and types that add up, whole patients and halves, words that are published."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from clockstop.rules.cancer_reported import (
    ALL_CANCERS,
    ALL_MODALITIES,
    LYMPHOMA,
    MISSING_TYPE,
    MODALITIES,
    STAGES_AND_ROUTES,
    STANDARDS,
    SUSPECTED_TYPES,
    TREATED_TYPES,
)
from clockstop.rules.cancer_standards import D31, D62, FDS
from clockstop.rules.national_return import Cell, Checkable, Finding, ReturnCheck, ReturnRow
from clockstop.rules.national_return_checks import adds_up, cells_of, fault, is_near, number, said, share_is, standard_checks

EXTRACT, TOTALS = "Provider extract", "Standards"
_TOTAL, _WITHIN, _BREACHES = "TOTAL TREATED", "WITHIN STANDARD", "BREACHES"
# Between two months a standard's total of so many moves by less than this share, or it is asked about. Our choice.
SWING_SHARE, SWING_FEWEST = 0.35, 20
MISSING_SHARE = 0.01
_WORDS = {STANDARDS[name]: set(stages.values()) for name, stages in STAGES_AND_ROUTES.items()}
_TYPES = {
    STANDARDS[FDS]: {*SUSPECTED_TYPES.values(), MISSING_TYPE},
    **{STANDARDS[name]: {*TREATED_TYPES.values(), LYMPHOMA} for name in (D31, D62)},
}


def _rows(found: Checkable) -> Iterator[tuple[ReturnRow, dict[str, Cell]]]:
    """The rows of the extract with their cells by column."""
    for row in found.of_sheet(EXTRACT):
        yield row, cells_of(found.declared.sheet(EXTRACT), row)


def _is_by_type(cells: dict[str, Cell]) -> bool:
    return str(cells.get("CANCER TYPE")) != ALL_CANCERS


def _unknown_words(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        standard = str(cells.get("STANDARD"))
        if standard not in _WORDS:
            yield fault(row, "STANDARD", found=cells.get("STANDARD"), expected=", ".join(_WORDS))
            continue
        if str(cells.get("STAGE/ROUTE")) not in _WORDS[standard]:
            yield fault(row, "STAGE/ROUTE", found=cells.get("STAGE/ROUTE"), expected=", ".join(sorted(_WORDS[standard])))
        if _is_by_type(cells) and str(cells.get("CANCER TYPE")) not in _TYPES[standard]:
            yield fault(row, "CANCER TYPE", found=cells.get("CANCER TYPE"), expected="a type as the extract writes it")
        modality = str(cells.get("TREATMENT MODALITY") or "")
        right = {""} if standard == STANDARDS[FDS] else {ALL_MODALITIES} if _is_by_type(cells) else {*MODALITIES}
        if modality not in right:
            yield fault(row, "TREATMENT MODALITY", found=modality, expected=", ".join(sorted(right)) or "nothing")


def _twice_counted(found: Checkable) -> Iterator[Finding]:
    """Of each stage or route the types of cancer, and the kinds of treatment, make the same figures."""
    sums: dict[tuple[str, str], dict[bool, list[float]]] = defaultdict(lambda: {True: [0.0, 0.0], False: [0.0, 0.0]})
    first: dict[tuple[str, str], ReturnRow] = {}
    for row, cells in _rows(found):
        block = str(cells.get("STANDARD")), str(cells.get("STAGE/ROUTE"))
        first.setdefault(block, row)
        for place, column in enumerate((_TOTAL, _WITHIN)):
            sums[block][_is_by_type(cells)][place] += number(cells.get(column))
    for block, of in sums.items():
        for place, column in enumerate((_TOTAL, _WITHIN) if block[0] != STANDARDS[FDS] else ()):
            if not is_near(of[True][place], of[False][place]):
                yield fault(first[block], column, found=of[False][place], expected=of[True][place],
                            says=f"{block[0]}, {block[1]}: kinds of treatment and types of cancer count the same.")  # fmt: skip


def _whole_patients(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        if str(cells.get("STANDARD")) in (STANDARDS[FDS], STANDARDS[D31]):
            for column in (_TOTAL, _WITHIN, _BREACHES):
                if not number(cells.get(column)).is_integer():
                    yield fault(row, column, found=cells.get(column), expected="a whole number",
                                says="Only the 62 days are shared between trusts.")  # fmt: skip


def _empty_rows(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        if not number(cells.get(_TOTAL)):
            yield fault(
                row, _TOTAL, found=cells.get(_TOTAL), expected="a row with patients", says="The extract has no rows of nought."
            )


def _missing_types(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        if cells.get("CANCER TYPE") == MISSING_TYPE and number(cells.get(_TOTAL)):
            yield fault(row, "CANCER TYPE", found=MISSING_TYPE, expected="a suspected type",
                        says=f"{said(number(cells.get(_TOTAL)))} told without the type that was suspected.")  # fmt: skip


def _totals(found: Checkable, rows: Iterable[ReturnRow]) -> dict[str, float]:
    """Each standard's total by types of cancer."""
    sheet, totals = found.declared.sheet(EXTRACT), dict.fromkeys(STANDARDS.values(), 0.0)
    for row in rows:
        cells = cells_of(sheet, row) if row.sheet == EXTRACT else {}
        if cells and _is_by_type(cells) and str(cells.get("STANDARD")) in totals:
            totals[str(cells["STANDARD"])] += number(cells.get(_TOTAL))
    return totals


def _totals_agree(found: Checkable) -> Iterator[Finding]:
    summed, sheet = _totals(found, found.rows), found.declared.sheet(TOTALS)
    for row in found.of_sheet(TOTALS) if found.of_sheet(EXTRACT) else ():
        cells = cells_of(sheet, row)
        right = summed.get(str(cells.get("STANDARD")), 0.0)
        if not is_near(number(cells.get(_TOTAL)), right):
            yield fault(row, _TOTAL, found=cells.get(_TOTAL), expected=right, says="Its types of cancer make another figure.")


def _treated_twice(found: Checkable) -> Iterator[Finding]:
    """A first treatment of the 62 days is one of the 31 days too, at the trust that gives it."""
    first = STAGES_AND_ROUTES[D31]["first"]
    rows = [(row, cells) for row, cells in _rows(found) if _is_by_type(cells)]
    treated = sum(number(cells.get(_TOTAL)) for _row, cells in rows if cells.get("STAGE/ROUTE") == first)
    of_62 = [(row, number(cells.get(_TOTAL))) for row, cells in rows if str(cells.get("STANDARD")) == STANDARDS[D62]]
    total = sum(one for _row, one in of_62)
    if total > treated and total >= SWING_FEWEST:
        yield fault(of_62[0][0], _TOTAL, found=total, expected=f"no more than {said(treated)} first treatments of the 31 days",
                    says="True only of a trust that refers most of its patients on.")  # fmt: skip


def _like_last_month(found: Checkable) -> Iterator[Finding]:
    now, then = _totals(found, found.rows), _totals(found, found.before)
    for standard, total in now.items():
        before = then[standard]
        if found.before and max(total, before) >= SWING_FEWEST and abs(total - before) > SWING_SHARE * before:
            yield Finding(
                sheet=EXTRACT, row=standard, column=_TOTAL, found=said(total), expected=f"about {said(before)}, as last month"
            )


def _check(slug: str, title: str, find: Callable[[Checkable], Iterable[Finding]], do: str) -> ReturnCheck:
    return ReturnCheck(slug=slug, title=title, find=find, do=do)


def _query(slug: str, title: str, find: Callable[[Checkable], Iterable[Finding]], do: str) -> ReturnCheck:
    return ReturnCheck(slug=slug, title=title, find=find, do=do, kind="query")


CHECKS = (
    *standard_checks(),
    _check("words", "Standards, stages, routes, types and treatments are written as published", _unknown_words,
           "Write it as the extract does; a route that is not known is looked up in the record."),
    adds_up("breaches_add_up", "Within the standard and breaches make the total", sheet=EXTRACT, total=_TOTAL,
            parts=(_WITHIN, _BREACHES)),
    _check("types_and_treatments", "Types of cancer and kinds of treatment make the same total", _twice_counted,
           "Count both of the same treatments; a treatment of unknown kind stands under Other."),
    _check("whole_patients", "The 28 and the 31 days count whole patients", _whole_patients,
           "Take the shares out: CWT-R17 is of the 62 days."),
    _check("rows_of_somebody", "No row is of nobody", _empty_rows, "Leave the row out."),
    _check("totals_agree", "Each standard's total is that of its types of cancer", _totals_agree,
           "Add up by types alone: with the kinds of treatment every patient would count twice."),
    share_is("share_is_right", "The performance is within over the total", sheet=TOTALS, share="PERFORMANCE", part=_WITHIN,
             whole=_TOTAL),
    _query("types_known", "Everybody told has a suspected type", _missing_types,
           "Complete the suspected cancer type of their referrals."),
    _query("first_treatments", "No more are treated on a 62-day pathway than are first treated at all", _treated_twice,
           "Look for treatments of the 62 days that are not among the treatments of the 31 days."),
    _query("like_last_month", "No standard's total moved by a third since last month", _like_last_month,
           "Look at what changed; a month that was just sent may lack what was recorded late."),
)  # fmt: skip
