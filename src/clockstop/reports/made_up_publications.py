"""What was "published" of made-up trusts: their own national returns with declared differences, in files as NHS England's are.

They are written after a snapshot is there, from its figures: what is planted is known to the record, so a reconciliation can be
looked at and scored. Every file says that it is made up.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import timedelta
from pathlib import Path

from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.national_reconciliation import candidates_of
from clockstop.answers.national_return import counted_of, figures_of_groups, has_tables
from clockstop.dates import in_words
from clockstop.reports.national_return_files import sheet_csv, workbook
from clockstop.rules.national_return import Counted, NationalReturn, ReturnRow, pairs_of
from clockstop.rules.national_returns import national_returns
from clockstop.rules.return_period import ReturnPeriod, periods_back
from clockstop.synthetic.published import PERIODS, PLANTED, PUBLISHED_DAYS, Planted

MADE_UP = "Made up: no figure here is real"


@dataclass(frozen=True, kw_only=True)
class PublishedDifference:
    """What a made-up publication says otherwise than the trust's records: by how much a figure differs, and why."""

    slug: str
    trust: str
    period: str
    key: str
    cut: str
    published_less_ours: float
    reason: str


def write_publications(desk: Desk, folder: Path, *, slugs: Sequence[str] = ()) -> tuple[list[Path], list[PublishedDifference]]:
    """A file a return and period, every trust of the snapshot in it; the files and what was planted in them."""
    written, planted = [], []
    for slug, declared in national_returns().items():
        if slug in PERIODS and (not slugs or slug in slugs):
            for number, period in enumerate(_published_periods(desk, declared, PERIODS[slug])):
                file, told = _write(desk, folder, declared, period, number)
                written += [file] if file else []
                planted += told
    return written, planted


def write_differences(file: Path, planted: Sequence[PublishedDifference]) -> None:
    """What was planted as a table, beside the truth of the records."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as written:
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow([column.name for column in fields(PublishedDifference)])
        rows.writerows(astuple(one) for one in planted)


def _published_periods(desk: Desk, declared: NationalReturn, most: int) -> list[ReturnPeriod]:
    """The last periods that are published by the snapshot's day, the newest first."""
    last = desk.as_of - timedelta(days=PUBLISHED_DAYS.get(declared.slug, declared.published_days))
    found = [one for one in periods_back(declared.period, last, most + 1, as_of=desk.as_of) if one.last_day <= last]
    return found[:most]


def _write(
    desk: Desk, folder: Path, declared: NationalReturn, period: ReturnPeriod, number: int
) -> tuple[Path | None, list[PublishedDifference]]:
    trusts = [code for code in sorted(desk.manifest.trusts) if has_tables(desk, declared, code)]
    rows: list[ReturnRow] = []
    told: list[PublishedDifference] = []
    for trust in trusts:
        counted = counted_of(desk, declared, trust, period)
        wanted = [one for one in PLANTED if (one.slug, one.trust, one.periods_ago) == (declared.slug, trust, number)]
        own, differences = _published(desk, declared, counted, wanted)
        rows += own
        told += differences
    if not rows:
        return None, []
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{declared.slug}-{period.name}-made-up.{FORMS.get(declared.slug, 'xlsx')}"
    file.write_bytes(_content(declared, period, rows, file.suffix))
    return file, told


# Returns that are published as text; the others are workbooks.
FORMS = {"ae": "csv"}


def _content(declared: NationalReturn, period: ReturnPeriod, rows: Sequence[ReturnRow], suffix: str) -> bytes:
    if suffix == ".csv":
        return sheet_csv(declared.main, rows).encode("utf-8")
    published = [sheet for sheet in declared.sheets if sheet.is_published]
    return workbook(
        declared,
        period,
        rows,
        about={"Status:": MADE_UP, "Published:": in_words(period.last_day + timedelta(days=declared.published_days))},
        sheets=published,
    )


def _published(
    desk: Desk, declared: NationalReturn, counted: Counted, wanted: Sequence[Planted]
) -> tuple[list[ReturnRow], list[PublishedDifference]]:
    """The trust's rows as published, and by how much each figure was changed."""
    figures, told = dict(counted.figures), []
    trust, period = counted.place.org_code, counted.period
    for plant in wanted:
        for (key, cut), add in _changes(desk, declared, counted, plant):
            figures[key, cut] = figures.get((key, cut), 0.0) + add
            why = plant.reason or plant.why
            told.append(
                PublishedDifference(
                    slug=declared.slug, trust=trust, period=period.name, key=key, cut=cut, published_less_ours=add, reason=why
                )
            )  # fmt: skip
    rows = declared.layout(Counted(period, counted.place, figures, counted.records))
    return [row for row in rows if declared.sheet(row.sheet).is_published], told


def _changes(desk: Desk, declared: NationalReturn, counted: Counted, plant: Planted) -> Iterator[tuple[tuple[str, str], float]]:
    """By how much each figure is changed: the records of a reason, every so many of them, or an amount that nothing explains."""
    if not plant.reason:
        yield (plant.key, plant.cut), plant.amount
        return
    rows = candidates_of(desk, declared, counted.place.org_code, counted.period)
    if rows is None:
        return
    cuts = declared.cuts
    chosen = _chosen(rows.filter(rows.reason == plant.reason), plant)
    named = chosen.mutate(**{name: chosen[name].fill_null("") for name in cuts}) if cuts else chosen
    grouped = named.group_by("key", *cuts).agg(value=named.adds.sum())
    yield from ((place, add) for place, add in figures_of_groups(declared, desk.rows(grouped)).items() if add)


def _chosen(found: Table, plant: Planted) -> Table:
    """Of a reason's records those of the cut, and every so many by the number that their identifier hashes to."""
    for name, value in pairs_of(plant.cut).items():
        found = found.filter(found[name] == value)
    return found if plant.one_in == 1 else found.filter(found.record.hash().abs() % plant.one_in == 0)
