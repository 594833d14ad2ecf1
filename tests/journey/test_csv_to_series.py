"""From small CSVs to the series: every number equals a plain count of the same rows."""

import csv
import random
from datetime import date, timedelta

import pytest

from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.store import snapshots
from clockstop.store.engine import open_engine

ORGANISATION = """
code = "RXX"
name = "Made-up Hospitals"
[[divisions]]
name = "Surgery"
services = ["100", "110"]
"""
AS_OF = date(2026, 9, 30)
WEEKS = [date(2026, 9, 27) - timedelta(weeks=back) for back in range(30)]


@pytest.fixture
def waits():
    """By pathway the day of referral, the day of treatment (None while it waits) and the treatment function."""
    chance = random.Random(11)
    made = {}
    for number in range(200):
        start = date(2025, 6, 1) + timedelta(days=chance.randint(0, 480))
        end = start + timedelta(days=chance.randint(1, 500)) if chance.random() < 0.7 else None
        made[f"P{number}"] = (start, end if end and end <= AS_OF else None, chance.choice(["100", "110", "320"]))
    return made


def write(file, rows):
    with file.open("w", newline="") as handle:
        table = csv.DictWriter(handle, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return file


@pytest.fixture
def series(home, tmp_path, waits):
    """The series of a home that was sent the waits as referrals and appointments."""
    home.organisation_file("RXX").parent.mkdir(parents=True)
    home.organisation_file("RXX").write_text(ORGANISATION)
    referrals = [
        {"referral_identifier": f"R{name}", "patient_pathway_identifier": name, "referral_route": "letter",
         "referral_request_received_date": start, "activity_treatment_function_code": function}
        for name, (start, _, function) in waits.items()
    ]  # fmt: skip
    appointments = [
        {"appointment_identifier": f"A{name}", "patient_pathway_identifier": name, "appointment_date": end,
         "attended_or_did_not_attend_code": "5", "first_attendance_code": "1", "referral_to_treatment_period_status": "30"}
        for name, (_, end, _) in waits.items() if end
    ]  # fmt: skip
    for dataset, rows in (("referrals", referrals), ("appointments", appointments)):
        receipt = load_file(home, file=write(tmp_path / f"{dataset}.csv", rows), trust="RXX", dataset=dataset)
        assert receipt.rows_kept == len(rows)
    manifest = refresh(home, as_of=AS_OF)
    engine = open_engine()
    rows = engine.rows(snapshots.table(home, manifest.id, "series", engine=engine)).to_pylist()
    engine.close()
    return rows


@pytest.mark.slow
def test_every_week_is_what_a_plain_count_gives(series, waits):
    counted = {}
    for row in series:
        if row["measure"] == "rtt_within_18_weeks" and row["period_kind"] == "week" and not row["cut"]:
            key = (row["period_end"], row["division"], row["service"])
            counted[key] = (row["numerator"], row["denominator"])
    homes = {"100": ("Surgery", "C_100"), "110": ("Surgery", "C_110"), "320": ("unknown", "C_320")}
    for week in WEEKS:
        for function, (division, service) in homes.items():
            days = [(week - start).days for start, end, code in waits.values()
                    if code == function and start <= week and (end is None or end > week)]  # fmt: skip
            expected = (sum(one <= 126 for one in days), len(days))
            assert counted.get((week, division, service), (0, 0)) == expected


@pytest.mark.slow
def test_every_month_counts_the_clocks_that_stopped(series, waits):
    stops = {}
    for row in series:
        if row["measure"] == "rtt_clock_stops" and row["period_kind"] == "month" and not row["cut"]:
            stops[row["period_end"]] = stops.get(row["period_end"], 0) + row["numerator"]
    for month in range(1, 10):
        last = date(2026, month + 1, 1) - timedelta(days=1)
        expected = sum(end is not None and (end.year, end.month) == (2026, month) for _, end, _ in waits.values())
        assert stops.get(last, 0) == expected
