"""Beds of the made-up group through load and refresh: midnights, nights, delays and readmissions against plain counting."""

from collections import Counter
from datetime import date, timedelta

import pytest

from unplanned_rows import rows_of, truth_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SPELL, STAY = "hospital_provider_spell_identifier", "ward_stay_identifier"
OF_BEDS = {"inpatient_spells": SPELL, "ward_stays": STAY}


@pytest.fixture(scope="module")
def faults(loaded):
    """What was planted in spells, stays and ready dates."""
    return [row for row in truth_of(loaded, "faults") if row["dataset"] in {*OF_BEDS, "discharge_ready_dates"}]


@pytest.fixture(scope="module")
def stays(loaded):
    """The stays on wards as they were, by their number."""
    return {row[STAY]: row for row in truth_of(loaded, "stays")}


@pytest.fixture(scope="module")
def spoilt(faults, stays):
    """The spells with a fault, in their own row or in that of a stay."""
    own = {row["record_identifier"] for row in faults if row["dataset"] == "inpatient_spells"}
    return own | {stays[row["record_identifier"]][SPELL] for row in faults if row["dataset"] == "ward_stays"}


def test_every_ward_has_at_midnight_the_patients_that_its_stays_tell(loaded, spoilt, stays):
    """Day by day and ward by ward; it may differ by the spoilt spells that had come to the ward by then, and by no more."""
    came = Counter()
    for row in stays.values():
        if row[SPELL] in spoilt:
            came[row["ward_code"], date(1970, 1, 1) + timedelta(minutes=row["start_minute"])] += 1
    got = {(row["day"], row["ward_code"]): row for row in rows_of(loaded, "ward_nights")}
    meant = [row for row in truth_of(loaded, "midnights") if row["ward_type"] in {"general", "assessment", "critical_care"}]
    assert len(meant) > 5_000
    exact = 0
    for row in meant:
        may_differ = sum(number for (ward, day), number in came.items() if ward == row["ward_code"] and day <= row["day"])
        assert abs(got_at(got, row) - row["patients"]) <= may_differ, (row["day"], row["ward_code"])
        exact += got_at(got, row) == row["patients"]
    assert exact > 0.6 * len(meant)


def got_at(got, meant):
    """Patients counted on the ward at that midnight."""
    found = got.get((meant["day"], meant["ward_code"]))
    return found["occupied"] if found else 0


def test_spells_have_their_nights_and_their_class(loaded, spoilt):
    """In civil dates, whatever the hours."""
    got = {row[SPELL]: row for row in rows_of(loaded, "inpatient_stays")}
    meant = [row for row in truth_of(loaded, "spells") if row[SPELL] not in spoilt]
    assert len(meant) > 8_000
    assert [row[SPELL] for row in meant if row["is_ended"] and got[row[SPELL]]["nights"] != row["nights"]] == []
    told = [row for row in meant if row["admission_class"] != "other"]
    assert [row[SPELL] for row in told if got[row[SPELL]]["admission_class"] != row["admission_class"]] == []


def test_delays_and_readmissions_are_those_of_the_records(loaded, faults, spoilt):
    """Days from the last ready date to the day of leaving; back as an emergency within thirty days."""
    bad_dates = {row["record_identifier"] for row in faults if row["dataset"] == "discharge_ready_dates"}
    spells_of_dates = {one[:3] + "N" + str(10_000_000 + (int(one[4:]) - 10_000_000) // 3) for one in bad_dates}
    got = {row[SPELL]: row for row in rows_of(loaded, "discharges")}
    meant = [
        row
        for row in truth_of(loaded, "spells")
        if row["is_ended"] and row[SPELL] in got and row[SPELL] not in spoilt | spells_of_dates
    ]
    delayed = [row for row in meant if got[row[SPELL]]["is_measured"]]
    assert len(delayed) > 2_000
    assert [row[SPELL] for row in delayed if got[row[SPELL]]["delay_days"] != row["delay_days"]] == []
    back = [row for row in meant if got[row[SPELL]]["is_index"]]
    differ = [row[SPELL] for row in back if bool(got[row[SPELL]]["is_readmitted"]) != row["is_readmitted"]]
    # A readmission whose own row was set aside is not known here.
    assert len(differ) <= len(spoilt)
    assert 0.10 < sum(row["is_readmitted"] for row in back) / len(back) < 0.18


def test_beds_look_like_england_s(loaded):
    """Occupancy in the nineties, one bed in seven with a patient of 21 days or more, one in eight no longer in need of it."""
    nights = [row for row in rows_of(loaded, "ward_nights") if row["ward_type"] in {"general", "assessment", "escalation"}]
    latest = sorted({row["day"] for row in nights})[-14:]
    nights = [row for row in nights if row["day"] in set(latest)]
    total = Counter()
    for row in nights:
        for name in ("occupied", "available", "los_21_plus"):
            total[name] += row[name] or 0
    assert 0.86 < total["occupied"] / total["available"] < 1.05
    assert 0.08 < total["los_21_plus"] / total["occupied"] < 0.24


def test_each_spoilt_stay_is_marked(loaded, faults):
    """Overlapping, open-ended, open after the discharge, on a place that is no ward, open after a death."""
    marks = {}
    for row in rows_of(loaded, "bed_faults"):
        marks.setdefault(row[STAY] or row[SPELL], set()).add(row["fault"])
        marks.setdefault(row[SPELL], set()).add(row["fault"])
    wanted = {"stay_open_after_discharge": "after_spell", "pseudo_ward_at_midnight": "pseudo_ward"}
    for fault, mark in wanted.items():
        records = [row["record_identifier"] for row in faults if row["fault"] == fault]
        assert records
        assert [one for one in records if mark not in marks.get(one, ())] == [], fault
