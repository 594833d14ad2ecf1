"""Attendances and ambulances of the made-up group through load and refresh, against what their records say by plain counting."""

import pytest

from clockstop.intake.ledger import loads
from clockstop.synthetic.care import emergency
from unplanned_rows import rows_of, truth_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
VISIT, RIDE = "emergency_care_attendance_identifier", "ambulance_arrival_identifier"
CLOCK = (
    "minutes_in_department", "is_within_4_hours", "is_over_12_hours_from_arrival", "minutes_from_decision",
    "is_over_12_hours_from_decision", "is_in_standard", "start_date",
)  # fmt: skip
# The marks by which the records are found that were spoilt and loaded.
MARKED = {
    "no_departure": "DQ_NO_DEPARTURE", "departure_before_arrival": "DQ_DEPARTURE_BEFORE_ARRIVAL",
    "triage_before_registration": "DQ_ASSESSMENT_BEFORE_ARRIVAL", "decision_before_arrival": "DQ_DTA_BEFORE_ARRIVAL",
    "virtual_move": "DQ_VIRTUAL_MOVE",
}  # fmt: skip


@pytest.fixture(scope="module")
def faults(loaded):
    """What was planted."""
    return truth_of(loaded, "faults")


@pytest.fixture(scope="module")
def visits(loaded):
    """The visits by their number."""
    return {row[VISIT]: row for row in rows_of(loaded, "emergency_attendances")}


@pytest.fixture(scope="module")
def spoilt(faults):
    """The visits of which a record was spoilt; an ambulance has the number of its visit but for the letter."""
    of = {
        name: {row["record_identifier"] for row in faults if row["dataset"] == name}
        for name in ("ed_attendances", "ambulance_arrivals")
    }
    return of["ed_attendances"] | {f"{one[:3]}E{one[4:]}" for one in of["ambulance_arrivals"]}


def test_every_visit_has_the_clock_that_its_records_tell(loaded, visits, spoilt):
    """Minutes, four hours, and twelve hours from arrival and from the decision; in offsets and in Excel's serials alike."""
    meant = [row for row in truth_of(loaded, "attendances") if row[VISIT] not in spoilt]
    assert len(meant) > 20_000
    wrong = [row[VISIT] for row in meant if not row["is_unclear"] and differs(row, visits.get(row[VISIT]))]
    assert wrong == []


def test_the_nights_on_which_the_clocks_change_are_counted_by_minutes_that_passed(loaded, visits, spoilt):
    """Those whose files say the offset are right to the minute; of the others each has one of the two readings."""
    nights = {"2026-10-24", "2026-10-25", "2026-03-28", "2026-03-29"}
    meant = [row for row in truth_of(loaded, "attendances") if str(row["start_date"]) in nights and row[VISIT] not in spoilt]
    unclear = [row for row in meant if row["is_unclear"]]
    assert len(meant) > 300
    assert unclear
    for row in unclear:
        got = visits[row[VISIT]]
        assert "DQ_AMBIGUOUS_LOCAL_TIME" in got["marks"].split()
        if row["minutes_in_department"] is not None:
            assert got["minutes_in_department"] - row["minutes_in_department"] in (-60, 0, 60)


def differs(meant, got):
    """Whether any figure of the clock differs; a visit that is not there differs."""
    return got is None or any(got[name] != meant[name] for name in CLOCK)


def test_handovers_take_the_minutes_that_the_records_tell(loaded, faults):
    """From arrival to handover; those not yet handed over have none."""
    bad = {row["record_identifier"] for row in faults if row["dataset"] == "ambulance_arrivals"}
    got = {row[RIDE]: row for row in rows_of(loaded, "ambulance_handovers")}
    meant = [row for row in truth_of(loaded, "handovers") if row[RIDE] not in bad and not row["is_unclear"]]
    assert len(meant) > 3_000
    assert [row[RIDE] for row in meant if got[row[RIDE]]["handover_minutes"] != row["handover_minutes"]] == []


def test_the_departments_look_like_england_s(visits):
    """About 60 and 75 per cent within four hours, a tenth over twelve hours, three in ten admitted."""
    ended = [row for row in visits.values() if row["is_in_standard"] and row["minutes_in_department"] is not None]
    main = [row for row in ended if row["is_type_1"]]
    share = lambda rows, name: sum(bool(row[name]) for row in rows) / len(rows)  # noqa: E731  four figures of one form
    assert 0.55 < share(main, "is_within_4_hours") < 0.66
    assert 0.70 < share(ended, "is_within_4_hours") < 0.80
    assert 0.06 < share(main, "is_over_12_hours_from_arrival") < 0.13
    assert 0.25 < share(main, "is_admitted") < 0.36
    assert 0.02 < share(ended, "is_left_before_seen") < 0.06


def test_what_was_spoilt_is_set_aside_for_its_reason_or_marked(loaded, faults, visits):
    """No other row is set aside; each record that loads wrong has its mark."""
    told = [(row["dataset"], row["reason"]) for row in faults if row["reason"]]
    for dataset in emergency.DATASETS:
        reasons = [
            reason for one in loads(loaded.home, dataset=dataset) for reason, number in one.reasons.items() for _ in range(number)
        ]
        assert sorted(reasons) == sorted(reason for name, reason in told if name == dataset), dataset
    for fault, mark in MARKED.items():
        records = [visits[row["record_identifier"]] for row in faults if row["fault"] == fault]
        assert records
        assert all(mark in row["marks"].split() for row in records), fault
