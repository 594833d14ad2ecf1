"""Failed records and counts of data-quality rules written by hand: QQA has one bad clinic since October, QQB few failures."""

from datetime import date, timedelta

import pyarrow as pa

from written_snapshots import AS_OF

TEXT, DAY, NUMBER, TRUTH = pa.string(), pa.date32(), pa.int64(), pa.bool_()
RULE, OTHER = "appointments.missing_clinic_code", "appointments.unknown_code"
PLACE = ("division", "service", "site", "source_place")
ISSUES = pa.schema(
    [("trust", TEXT), ("dataset", TEXT), ("rule", TEXT), ("kind", TEXT), ("record", TEXT), ("patient_pathway_identifier", TEXT),
     ("nhs_number_pseudonym", TEXT), ("local_patient_identifier", TEXT), *((name, TEXT) for name in PLACE), ("consultant", TEXT),
     ("source_load", TEXT), ("source_row", NUMBER), ("day", DAY), ("month", TEXT), ("evidence", TEXT), ("is_current", TRUTH),
     ("is_at_door", TRUTH)]
)  # fmt: skip
COUNTS = pa.schema(
    [("trust", TEXT), ("dataset", TEXT), ("rule", TEXT), ("kind", TEXT), ("month", TEXT), *((name, TEXT) for name in PLACE),
     ("judged", NUMBER), ("failed", NUMBER), ("at_door", NUMBER), ("why_not_judged", TEXT)]
)  # fmt: skip


def issue(number, *, trust="QQA", clinic="ENT1", day=AS_OF - timedelta(days=6), rule=RULE, **more):
    """A failed appointment of Surgery, General Surgery."""
    dataset, slug = rule.split(".")
    row = {
        "trust": trust, "dataset": dataset, "rule": slug, "kind": "completeness", "record": f"{trust}-A{number}",
        "patient_pathway_identifier": f"{trust}-P{number:03}", "local_patient_identifier": f"H{number}", "division": "Surgery",
        "service": "C_100", "site": f"{trust}1", "source_place": clinic, "consultant": f"C{number % 4}",
        "source_load": "0001-20261102T060000", "source_row": number, "day": day, "month": f"{day:%Y-%m}",
        "evidence": "=clinic empty", "is_current": day >= date(2026, 10, 1), "is_at_door": False,
    }  # fmt: skip
    return row | more


def count(judged, failed, *, trust="QQA", clinic="ENT1", month="2026-11", rule=RULE, **more):
    """The count of a rule, month and clinic of the same place."""
    dataset, slug = rule.split(".")
    row = {
        "trust": trust, "dataset": dataset, "rule": slug, "kind": "completeness", "month": month, "division": "Surgery",
        "service": "C_100", "site": f"{trust}1", "source_place": clinic, "judged": judged, "failed": failed, "at_door": 0,
    }  # fmt: skip
    return row | more


def _issues():
    bad = [issue(number, day=date(2026, 10, 5) + timedelta(days=number % 40)) for number in range(1, 61)]
    old = [issue(200 + number, clinic="EYE1", day=date(2026, 3, 2) + timedelta(weeks=number)) for number in range(5)]
    aside = issue(9, rule=OTHER, kind="validity", is_at_door=True, evidence="set aside: clinic_code: unknown_code; missing")
    return [*bad, *old, aside, *(issue(number, trust="QQB", clinic="ORT9") for number in range(1, 4))]


def _counts():
    bad = [count(200, 30, month="2026-10"), count(100, 30, month="2026-11")]
    others = [count(300, 5, clinic="EYE1", month="2026-03"), count(100, 0, month="2026-09")]
    clean = [count(3000, 0, clinic="", month="2026-10")]
    birkdale = [count(40, 3, trust="QQB", clinic="ORT9"), count(400, 0, trust="QQB", clinic="")]
    other = [count(500, 0, clinic="", rule=OTHER, kind="validity", month=month) for month in ("2026-10", "2026-11")]
    unjudged = count(None, None, trust="QQB", clinic=None, month=None, rule=OTHER, kind="validity", at_door=None,
                     why_not_judged="the trust sends no codes")  # fmt: skip
    return [*bad, *others, *clean, *birkdale, *other, unjudged]


SERIES = pa.schema(
    [("measure", TEXT), ("period_kind", TEXT), ("period_end", DAY), ("trust", TEXT), ("division", TEXT), ("service", TEXT),
     ("site", TEXT), ("cut", TEXT), ("cut_value", TEXT), ("numerator", pa.float64()), ("denominator", pa.float64()),
     ("band", NUMBER)]
)  # fmt: skip


def _series():
    """Within 18 weeks: 60 of 100 at QQA and 300 of 500 at QQB, in September and October."""
    row = {"measure": "rtt_within_18_weeks", "period_kind": "month", "division": "Surgery", "service": "C_100", "cut": ""}
    return [
        row | {"trust": trust, "site": f"{trust}1", "period_end": end, "numerator": 0.6 * size, "denominator": float(size)}
        for trust, size in (("QQA", 100), ("QQB", 500))
        for end in (date(2026, 9, 30), date(2026, 10, 31))
    ]


def tables():
    """The two tables, and a measure's series, to be written into a snapshot."""
    return {
        "series": pa.Table.from_pylist(_series(), schema=SERIES),
        "quality_issues": pa.Table.from_pylist(_issues(), schema=ISSUES),
        "quality_counts": pa.Table.from_pylist(_counts(), schema=COUNTS),
    }
