"""Made-up publications of the group's A&E and cancer returns, as NHS England would publish them, with planted differences.

They follow the truth, but for the differences declared here, which stand in truth/ too, so that a reconciliation can be scored.
Each file holds all trusts of the group; its name says that it is made up, and the codes of the trusts are nobody's.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from clockstop.dates import add_months, month_end, month_start
from clockstop.rules.cancer_reported import ALL_CANCERS, ALL_MODALITIES, STANDARDS
from clockstop.rules.cancer_standards import D62, FDS, WITHIN_DAYS
from clockstop.rules.return_period import period_ending
from clockstop.synthetic.organisations import GROUP_NAME, TRUSTS, Trust

if TYPE_CHECKING:
    import pandas as pd

MONTHS = 3
# A month of A&E is published within a fortnight of its end, one of cancer six weeks after it.
AE_DAYS, CANCER_DAYS = 13, 42
LAST_DAYS = 14
WAIT_MINUTES = 240
_TYPES = {"01": "Type 1", "02": "Type 2", "03": "Other", "04": "Other"}
_DEPARTMENTS = ("Type 1", "Type 2", "Other")


@dataclass(frozen=True)
class NationalDifference:
    """What a trust's published figure says otherwise than its records: so many more, or fewer."""

    trust: str
    publication: str
    month: str
    figure: str
    published_less_true: float
    reason: str
    why: str


@dataclass(frozen=True)
class Planted:
    """A declared difference of a trust's month; `reason` is what a reconciliation should find (none: it cannot know)."""

    trust: str
    publication: str
    months_ago: int
    reason: str
    why: str


PLANTED = (
    Planted("ZZA", "ae", 0, "waits_from_arrival", "12-hour waits were counted from arrival, not from the decision to admit"),
    Planted("ZZB", "ae", 0, "with_same_day", "visits to same day emergency care were returned as type 1"),
    Planted("ZZD", "ae", 1, "", "one in five visits over 4 hours was validated as within, and the records do not show it"),
    Planted("ZZA", "cancer", 0, "not_shared", "shared pathways were returned by the treating trust alone"),
    Planted("ZZB", "cancer", 0, "ended_late", "the last fortnight was recorded after the month was sent"),
    Planted("ZZC", "cancer", 1, "without_adjustments", "the days of missed first appointments were not deducted"),
)


def published_months(until: date, days: int) -> list[date]:
    """The first days of the months that are published by `until`, the last first."""
    last = month_start(until - timedelta(days=days) + timedelta(days=1))
    newest = add_months(last, -1)
    return [add_months(newest, -back) for back in range(MONTHS)]


def write_national(out: Path, until: date) -> list[NationalDifference]:
    """Write the publications under `out`/published from the truth that stands there, and say what was planted in them.

    A group whose trusts hold no truth for a publication (a family of care that is not made) publishes none of it.
    """
    folder = out / "published"
    folder.mkdir(parents=True, exist_ok=True)
    told: list[NationalDifference] = []
    for months_ago, month in enumerate(_months_made(out, "emergency_attendances", published_months(until, AE_DAYS))):
        rows = [_ae_row(out, trust, month, _planted(trust, "ae", months_ago), told) for trust in TRUSTS]
        _write(folder / f"MSitAE-{_name(month)}-{month.year}-made-up.csv", _AE_HEADER, rows)
    for months_ago, month in enumerate(_months_made(out, "cancer_clocks", published_months(until, CANCER_DAYS))):
        status = "final" if months_ago else "provisional"
        lines = [line for trust in TRUSTS for line in _cancer_rows(out, trust, month, _planted(trust, "cancer", months_ago), told)]
        name = f"CWT-CRS-{_name(month)[:3]}-{month.year}-Data-Extract-Provider-{status}-made-up.csv"
        _write(folder / name, _CANCER_HEADER, lines)
    return told


def _months_made(out: Path, truth: str, months: list[date]) -> list[date]:
    return months if all((out / "truth" / trust.code / f"{truth}.parquet").exists() for trust in TRUSTS) else []


def _planted(trust: Trust, publication: str, months_ago: int) -> Planted | None:
    found = (one for one in PLANTED if (one.trust, one.publication, one.months_ago) == (trust.code, publication, months_ago))
    return next(found, None)


def _name(month: date) -> str:
    return period_ending("month", month_end(month)).month_name


def _truth(out: Path, trust: Trust, name: str) -> "pd.DataFrame":
    import pandas as pd

    return pd.read_parquet(out / "truth" / trust.code / f"{name}.parquet")


def _of_month(rows: "pd.DataFrame", column: str, month: date) -> "pd.DataFrame":
    days = rows[column].astype("string")
    return rows[(days >= month.isoformat()) & (days <= month_end(month).isoformat())]


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as written:
        lines = csv.writer(written, lineterminator="\n")
        lines.writerow(header)
        lines.writerows([_cell(cell) for cell in row] for row in rows)


def _cell(cell: object) -> object:
    """A whole number without its nought behind the point; halves keep theirs."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


_AE_HEADER = (
    "Period", "Org Code", "Parent Org", "Org name",
    "A&E attendances Type 1", "A&E attendances Type 2", "A&E attendances Other A&E Department",
    "A&E attendances Booked Appointments Type 1", "A&E attendances Booked Appointments Type 2",
    "A&E attendances Booked Appointments Other Department",
    "Attendances over 4hrs Type 1", "Attendances over 4hrs Type 2", "Attendances over 4hrs Other Department",
    "Attendances over 4hrs Booked Appointments Type 1", "Attendances over 4hrs Booked Appointments Type 2",
    "Attendances over 4hrs Booked Appointments Other Department",
    "Patients who have waited 4-12 hs from DTA to admission", "Patients who have waited 12+ hrs from DTA to admission",
    "Emergency admissions via A&E - Type 1", "Emergency admissions via A&E - Type 2",
    "Emergency admissions via A&E - Other A&E department", "Other emergency admissions",
)  # fmt: skip


def _ae_row(out: Path, trust: Trust, month: date, planted: Planted | None, told: list[NationalDifference]) -> list[object]:
    """The trust's row of a month."""
    visits = _of_month(_truth(out, trust, "emergency_attendances"), "start_date", month)
    visits = visits[visits["is_unplanned"]]
    spells = _of_month(_truth(out, trust, "emergency_spells"), "start_date", month)
    true = _ae_figures(visits, spells)
    given = true if planted is None else _ae_planted(true, visits, spells, planted)
    if planted is not None:
        told += _differences(trust, month, planted, true, given)
    period, parent = f"MSitAE-{_name(month).upper()}-{month.year}", f"{GROUP_NAME.upper()} (SYNTHETIC)"
    return [period, trust.code, parent, trust.name.upper(), *given.values()]


def _ae_figures(visits: "pd.DataFrame", spells: "pd.DataFrame", same_day: str = "") -> dict[str, float]:
    """The row's figures under their headings; `same_day` is the type under which same day emergency care stands, if at all."""
    kind = visits["reported_type"].map({**_TYPES, "05": same_day or None})
    is_over = visits["minutes_in_department"] > WAIT_MINUTES
    counted: list[pd.Series] = []
    for of in (kind.notna(), is_over):
        for is_booked in (False, True):
            counted += [of & (kind == name) & (visits["is_booked"] == is_booked) for name in _DEPARTMENTS]
    long = visits["is_over_12_hours_from_decision"]
    waited = (visits["minutes_from_decision"] > WAIT_MINUTES) & ~long
    counted += [kind.notna() & waited, kind.notna() & long]
    counted += [(kind == name) & visits["is_admitted"] for name in _DEPARTMENTS]
    other = (spells["admission_class"] == "emergency") & ~spells["is_through_department"]
    return dict(zip(_AE_HEADER[4:], [float(of.sum()) for of in counted] + [float(other.sum())], strict=True))


def _ae_planted(true: Mapping[str, float], visits: "pd.DataFrame", spells: "pd.DataFrame", planted: Planted) -> dict[str, float]:
    """The figures as the trust returned them."""
    if planted.reason == "with_same_day":
        return _ae_figures(visits, spells, same_day="Type 1")
    given = dict(true)
    if planted.reason == "waits_from_arrival":
        in_return = visits["reported_type"].isin(_TYPES)
        given[_AE_HEADER[17]] = float((in_return & visits["is_admitted"] & (visits["is_over_12_hours_from_arrival"]
                                      | visits["is_over_12_hours_from_decision"])).sum())  # fmt: skip
    else:
        given["Attendances over 4hrs Type 1"] -= float(int(given["Attendances over 4hrs Type 1"] / 5))
    return given


_CANCER_HEADER = (
    "PERIOD", "YEAR", "MONTH", "STANDARD", "ORG CODE", "STAGE/ROUTE", "TREATMENT MODALITY", "CANCER TYPE", "TOTAL TREATED",
    "WITHIN STANDARD", "BREACHES",
)  # fmt: skip


def _cancer_rows(
    out: Path, trust: Trust, month: date, planted: Planted | None, told: list[NationalDifference]
) -> list[list[object]]:
    """The trust's rows of a month: each standard's stages or routes by type of cancer, then by kind of treatment."""
    clocks = _truth(out, trust, "cancer_clocks").merge(_truth(out, trust, "cancer_published"), on=["identifier", "standard"])
    clocks = _of_month(clocks[clocks["is_counted"]], "end_date", month)
    true = _cancer_figures(clocks)
    given = true if planted is None else _cancer_figures(_cancer_planted(clocks, planted, month))
    if planted is not None:
        told += _differences(trust, month, planted, true, given)
    keys = list(dict.fromkeys(key[:4] for key in given))
    start = [month.isoformat(), _year(month), _name(month)[:3].upper()]
    return [
        [*start, standard, trust.code, stage, modality, kind, *(given[standard, stage, modality, kind, name] for name in _FIGURES)]
        for standard, stage, modality, kind in keys
    ]


_FIGURES = _CANCER_HEADER[8:]


def _year(month: date) -> str:
    first = month.year - (month.month < 4)
    return f"{first}/{(first + 1) % 100:02d}"


def _cancer_figures(clocks: "pd.DataFrame") -> dict[tuple[str, ...], float]:
    """Total, within and breaches by the words of the extract; rows of nobody are left out."""
    found: dict[tuple[str, ...], float] = {}
    for standard, name in STANDARDS.items():
        own = clocks[clocks["standard"] == standard]
        own = own.assign(within=own["treated_share"].where(own["is_within"], 0.0))
        for by in ("cancer_type",) if standard == FDS else ("cancer_type", "modality"):
            sums = own.groupby(["stage", by], sort=True)[["treated_share", "within"]].sum()
            for (stage, word), (total, within) in zip(sums.index, sums.to_numpy(), strict=True):
                modality = ("" if standard == FDS else ALL_MODALITIES) if by == "cancer_type" else word
                kind = word if by == "cancer_type" else ALL_CANCERS
                if total:
                    figures = zip(_FIGURES, (total, within, total - within), strict=True)
                    found |= {(name, stage, modality, kind, figure): float(value) for figure, value in figures}
    return found


def _cancer_planted(clocks: "pd.DataFrame", planted: Planted, month: date) -> "pd.DataFrame":
    """The clocks as the trust returned them."""
    if planted.reason == "ended_late":
        last = (month_end(month) - timedelta(days=LAST_DAYS)).isoformat()
        return clocks[clocks["end_date"].astype("string") <= last]
    if planted.reason == "without_adjustments":
        import pandas as pd

        gross = (pd.to_datetime(clocks["end_date"]) - pd.to_datetime(clocks["start_date"])).dt.days
        return clocks.assign(is_within=gross <= clocks["standard"].map(WITHIN_DAYS))
    is_shared = (clocks["standard"] == D62) & (clocks["role"] != "whole")
    whole = (clocks["role"] == "treating").astype(float)
    return clocks.assign(treated_share=clocks["treated_share"].where(~is_shared, whole))


def _differences(trust: Trust, month: date, planted: Planted, true: Mapping, given: Mapping) -> list[NationalDifference]:
    """Every figure that was returned otherwise."""
    names = dict.fromkeys([*true, *given])
    found = [(name, given.get(name, 0.0) - true.get(name, 0.0)) for name in names]
    return [
        NationalDifference(trust.code, planted.publication, f"{month:%Y-%m}", " | ".join(name) if isinstance(name, tuple) else name,
                           amount, planted.reason, planted.why)
        for name, amount in found
        if amount
    ]  # fmt: skip


def write_national_differences(file: Path, planted: Sequence[NationalDifference]) -> None:
    """The planted differences as a table."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as written:
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow([column.name for column in fields(NationalDifference)])
        rows.writerows(astuple(one) for one in planted)
