"""The monthly cancer waiting times return, in the layout of the published provider extract, with each standard's total beside it.

planned-care.md 2. What a wait is, what of it counts here and in which halves, rules/cancer_waits.py says; under which words it is
published, rules/cancer_reported.py. The 28 days count in the month in which the patient was told, treatments in that of their
start. As in the extract each treatment stands there twice, by type of cancer and by kind of treatment: the two are never added.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import ibis
from ibis.expr.types import Table

from clockstop.rules.cancer_allocation import TRANSFER_BY_DAY, TREAT_WITHIN_DAYS
from clockstop.rules.cancer_reported import (
    ALL_CANCERS,
    ALL_MODALITIES,
    MODALITIES,
    STAGES_AND_ROUTES,
    STANDARDS,
    SUSPECTED_TYPES,
    TREATED_TYPES,
    UNKNOWN_ROUTE,
    reported_modality,
    reported_stage,
)
from clockstop.rules.cancer_shares import ROLES
from clockstop.rules.cancer_standards import D31, D62, FDS, WITHIN_DAYS
from clockstop.rules.national_return import (
    Counted,
    NationalReturn,
    Reason,
    ReturnColumn,
    ReturnRow,
    ReturnSheet,
    ShownColumn,
    cut_of,
    pairs_of,
    row_of,
)
from clockstop.rules.national_returns.cancer_checks import CHECKS, EXTRACT, TOTALS
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import ReturnPeriod

TOTAL, WITHIN, BREACHES = "total", "within", "breaches"
_SHARES = {TOTAL: "treated_share", WITHIN: "within_share", BREACHES: "breach_share"}
STANDARD, STAGE, MODALITY, TYPE = "standard", "route", "modality", "cancer_type"
CUTS = (STANDARD, STAGE, MODALITY, TYPE)
# What the published dataset's keys are made of: fds_total, d31_after.
_PREFIXES = {FDS: "fds", D31: "d31", D62: "d62"}
_PUBLISHED = {STANDARDS[standard]: prefix for standard, prefix in _PREFIXES.items()}
_PUBLISHED_KEYS = {TOTAL: "total", WITHIN: "within", BREACHES: "after"}
# Months are published provisional and refreshed; the revision that a close makes says which it is.
STATUSES = ("provisional", "final")
# How long before the month's end a wait may have ended that was perhaps not yet known when the month was sent.
LATE_DAYS = 14

_FIGURES = (
    ReturnColumn(heading="TOTAL TREATED", kind="half", key=TOTAL),
    ReturnColumn(heading="WITHIN STANDARD", kind="half", key=WITHIN),
    ReturnColumn(heading="BREACHES", kind="half", key=BREACHES),
)
SHEETS = (
    ReturnSheet(
        name=EXTRACT,
        row="a standard's stage or route, by type of cancer or by kind of treatment",
        columns=(
            ReturnColumn(heading="PERIOD", fill="period"),
            ReturnColumn(heading="YEAR", fill="year"),
            ReturnColumn(heading="MONTH", fill="month"),
            ReturnColumn(heading="STANDARD", fill=STANDARD, cut_name=STANDARD),
            ReturnColumn(heading="ORG CODE", fill="org_code"),
            ReturnColumn(heading="STAGE/ROUTE", fill=STAGE, cut_name=STAGE),
            ReturnColumn(heading="TREATMENT MODALITY", fill="said_modality", cut_name=MODALITY, whole=ALL_MODALITIES),
            ReturnColumn(heading="CANCER TYPE", fill="said_type", cut_name=TYPE, whole=ALL_CANCERS),
            *_FIGURES,
        ),
    ),
    ReturnSheet(
        name=TOTALS,
        row="a standard, all stages and routes together",
        columns=(
            ReturnColumn(heading="ORG CODE", fill="org_code"),
            ReturnColumn(heading="STANDARD", fill=STANDARD, cut_name=STANDARD),
            *_FIGURES,
            ReturnColumn(heading="PERFORMANCE", kind="share", key=WITHIN, over=TOTAL),
        ),
    ),
)
_SHOWN = (
    "start_date", "end_date", "gross_days", "days_waited", "role", "treated_share", "transfer_day", "service",
    "local_patient_identifier",
)  # fmt: skip


def members(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """Each wait that counts, under its total and under within or breaches, by what of it counts here."""
    return _under_keys(_counted(tables["cancer_waits"], period))


def _counted(waits: Table, period: ReturnPeriod) -> Table:
    """The waits that count and ended in the month, with the words under which they are published."""
    in_month = waits.end_date.between(ibis.literal(period.first_day), ibis.literal(period.census))
    return _in_words(waits.filter(in_month & waits.is_counted))


def _in_words(waits: Table) -> Table:
    is_fds = waits.standard == FDS
    return waits.mutate(
        said_standard=waits.standard.cases(*STANDARDS.items()),
        said_stage=reported_stage(waits.standard, route=waits.route, is_first_treatment=waits.is_first_treatment),
        said_modality=is_fds.ifelse("", reported_modality(waits.modality)),
        record=ibis.coalesce(
            (waits.standard == D31).ifelse(waits.cancer_treatment_identifier, waits.cancer_record_identifier),
            waits.patient_pathway_identifier,
        ),
    )


def _under_keys(waits: Table, sign: int = 1, shares: Mapping[str, str] = _SHARES) -> Table:
    """A row for each wait and figure that it adds to."""
    parts = []
    for key, share in shares.items():
        parts.append(
            waits.select(
                "record", "patient_pathway_identifier", *_SHOWN,
                key=ibis.literal(key), adds=waits[share] * float(sign),
                **{STANDARD: waits.said_standard, STAGE: waits.said_stage, MODALITY: waits.said_modality,
                   TYPE: waits.reported_type},
            )
        )  # fmt: skip
    rows = ibis.union(*parts)
    return rows.filter(rows.adds != 0)


def layout(counted: Counted) -> Iterable[ReturnRow]:
    """The rows of the extract in its order: each stage or route by type of cancer, then by kind of treatment."""
    extract, totals = SHEETS
    period = counted.period
    said = {"period": period.first_day.isoformat(), "year": period.financial_year.replace("-", "/"),
            "month": period.month_name[:3].upper()}  # fmt: skip
    for standard, stage in _blocks():
        of = {STANDARD: STANDARDS[standard], STAGE: stage}
        for kind in counted.values(TYPE):
            own = {"modality": ""} if standard == FDS else {}
            cut = cut_of({**of, **own, TYPE: kind})
            if counted.value(TOTAL, cut):
                modality = "" if standard == FDS else ALL_MODALITIES
                yield row_of(extract, counted, cut=cut, title=f"{kind}: {of[STANDARD]}, {stage}", **said,
                             said_modality=modality, said_type=kind)  # fmt: skip
        for modality in () if standard == FDS else MODALITIES:
            cut = cut_of({**of, MODALITY: modality})
            if counted.value(TOTAL, cut):
                yield row_of(extract, counted, cut=cut, title=f"{modality}: {of[STANDARD]}, {stage}", **said,
                             said_modality=modality, said_type=ALL_CANCERS)  # fmt: skip
    for name in STANDARDS.values():
        yield row_of(totals, counted, cut=cut_of({STANDARD: name}), title=name)


def _blocks() -> Iterable[tuple[str, str]]:
    for standard, stages in STAGES_AND_ROUTES.items():
        yield from ((standard, stage) for stage in stages.values())
        if standard != D31:
            yield standard, UNKNOWN_ROUTE


def published_as(key: str, cut: str) -> tuple[str, str]:
    """The key and cut under which the published dataset holds a figure of the return.

    >>> published_as("within", "cancer_type=Other (a);route=Screening;standard=62-day Combined")
    ('d62_within', 'cancer_type=Other;route=Screening')
    """
    pairs = pairs_of(cut)
    standard = _PUBLISHED.get(pairs.pop(STANDARD, ""), "")
    stage = "stage" if standard == "d31" else STAGE
    named = {stage if name == STAGE else name: _published_word(value) for name, value in pairs.items() if value}
    return f"{standard}_{_PUBLISHED_KEYS[key]}", cut_of(named)


def _published_word(word: str) -> str:
    """A word as the published dataset has it: no mark of a footnote, capitals where a word begins."""
    plain = word.removesuffix(" (a)")
    return plain.title() if plain.isupper() else plain


def row_published(key: str, cut: str) -> ReturnRow | None:
    """The extract's row of nought for what was published; None of what is no row there: a total, or a band of days.

    >>> row_published("d31_total", "cancer_type=Breast;stage=First Treatment").title
    'Breast: 31-day Combined, First Treatment'
    """
    found = next((one for one, prefix in _PREFIXES.items() if key.removeprefix(f"{prefix}_") in _PUBLISHED_KEYS.values()), "")
    pairs = pairs_of(cut)
    stage, kind, modality = pairs.get(STAGE) or pairs.get("stage"), pairs.get(TYPE), pairs.get(MODALITY)
    if not found or not stage or bool(kind) == bool(modality):
        return None
    of = {STANDARD: STANDARDS[found], STAGE: _own_word(stage, STAGES_AND_ROUTES[found].values())}
    if found == FDS:
        of[MODALITY] = ""
    of |= {TYPE: _own_word(kind, _EVERY_TYPE)} if kind else {MODALITY: modality or ""}
    cells = tuple(0 if one.is_figure else "" for one in SHEETS[0].columns)
    title = f"{of.get(TYPE) or modality}: {STANDARDS[found]}, {of[STAGE]}"
    return ReturnRow(sheet=EXTRACT, cells=cells, cut=cut_of(of), title=title)


_EVERY_TYPE = (*SUSPECTED_TYPES.values(), *TREATED_TYPES.values())


def _own_word(word: str, words: Iterable[str]) -> str:
    """The extract's own word for one of the published dataset."""
    return next((one for one in words if _published_word(one) == word), word)


def candidates(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """What the published figures would have besides ours, or lack, had the waits been read, shared or known otherwise."""
    counted = _counted(tables["cancer_waits"], period)
    late = counted.filter(counted.end_date >= ibis.literal(period.census - timedelta(days=LATE_DAYS - 1)))
    told_later = counted.filter((counted.standard == FDS) & (counted.told_reason == "04"))
    parts = {
        "ended_late": (_under_keys(late, -1),),
        "without_adjustments": _without_adjustments(counted),
        "not_shared": _not_shared(counted),
        "late_transfer_shared": _late_transfer_shared(counted),
        "without_interval_scanning": (_under_keys(told_later, -1),),
    }
    return ibis.union(*(rows.mutate(reason=ibis.literal(reason)) for reason, found in parts.items() for rows in found))


def _without_adjustments(counted: Table) -> tuple[Table, ...]:
    """Those that are within their standard by an adjustment alone, as breaches."""
    limits = counted.standard.cases(*WITHIN_DAYS.items())
    saved = counted.filter(counted.is_within & (counted.gross_days > limits))
    return _under_keys(saved, -1, {WITHIN: "within_share"}), _under_keys(saved, 1, {BREACHES: "within_share"})


def _not_shared(counted: Table) -> tuple[Table, ...]:
    """Shared pathways as the treating trust's alone."""
    shared = counted.filter((counted.standard == D62) & (counted.role != "whole"))
    whole = shared.filter(shared.role == "treating")
    rest = whole.mutate(
        treated_share=1 - whole.treated_share,
        within_share=whole.is_within.ifelse(1.0, 0.0) - whole.within_share,
        breach_share=whole.is_within.ifelse(0.0, 1.0) - whole.breach_share,
    )
    return _under_keys(shared.filter(shared.role == "referring"), -1), _under_keys(rest)


def _late_transfer_shared(counted: Table) -> tuple[Table, ...]:
    """Pathways transferred late and treated in time, shared in halves: a reading of which the guidance is unsure."""
    is_late = (counted.transfer_day > TRANSFER_BY_DAY) & (counted.transfer_to_treatment <= TREAT_WITHIN_DAYS)
    rows = counted.filter((counted.standard == D62) & counted.is_within & is_late)
    moved = (rows.role == "treating").ifelse(-0.5, 0.5)
    return (_under_keys(rows.mutate(treated_share=moved, within_share=moved, breach_share=ibis.literal(0.0))),)


REASONS = (
    Reason(slug="ended_late", says=f"waits that ended in the last {LATE_DAYS} days of the month, not yet known when it was sent",
           do="Nothing, if the month is provisional: the refresh takes them in. Else ask when they were recorded."),
    Reason(slug="without_adjustments", says="waits within the standard by an adjustment, counted as breaches",
           do="Check the adjustments: days, reason and setting as sent."),
    Reason(slug="not_shared", says="shared pathways counted to the treating trust alone",
           do="Check the transfers: dates, organisations and the minimum data set as sent."),
    Reason(slug="late_transfer_shared", says="pathways transferred after day 38 and treated in time, shared in halves",
           do="The reading late_transfer_in_time_is_shared can be set to count them so."),
    Reason(slug="without_interval_scanning", says="patients told of interval scanning, left out of the 28 days",
           do="The reading fds_interval_scanning_counts can be set to leave them out."),
)  # fmt: skip

RETURN = NationalReturn(
    slug="cancer",
    title="Cancer waiting times",
    name="CWT",
    period="month",
    source="NHS England, cancer waiting times, provider extract; planned-care.md 2",
    needs=("cancer_waits",),
    datasets=("cancer_records", "cancer_treatments", "cancer_transfers"),
    cuts=CUTS,
    sheets=SHEETS,
    keys={TOTAL: "Told or treated in the month", WITHIN: "Within the standard", BREACHES: "Breaches of the standard"},
    members=members,
    layout=layout,
    checks=CHECKS,
    due_days=35,
    published="cancer",
    published_days=42,
    published_as=published_as,
    statuses=STATUSES,
    leaves_noughts_out=True,
    row_published=row_published,
    shows=(
        ShownColumn(column="start_date", heading="Clock start"),
        ShownColumn(column="end_date", heading="Told or treated"),
        ShownColumn(column="gross_days", heading="Days"),
        ShownColumn(column="days_waited", heading="Days, net"),
        ShownColumn(column="role", heading="Whose", titles=ROLES),
        ShownColumn(column="treated_share", heading="Counts here as"),
        ShownColumn(column="transfer_day", heading="Day of transfer"),
        ShownColumn(column="service", heading="Service"),
        ShownColumn(column="local_patient_identifier", heading="Hospital number"),
    ),
    candidates=candidates,
    reasons=REASONS,
    unsure=(
        "A pathway transferred after day 38 and treated within 24 days and by day 62: whole to the treating trust, unless the "
        "reading late_transfer_in_time_is_shared says halves (CWT-R17).",
        "Interval scanning stops the 28 days and counts, unless the reading fds_interval_scanning_counts says otherwise.",
        "Thyroid stands under Head & Neck, children's and neuroendocrine tumours under Other (a): no publication that we hold "
        "says where they stand. Lymphoma is told by the diagnosis (ICD-10 C81 to C86); a cancer of the blood without one stands "
        "under Haematological - Other (a).",
        "Where several trusts referred a patient on, their part is split evenly; the national figures know halves alone.",
    ),
)
