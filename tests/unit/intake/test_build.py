"""A refresh builds the facts of what is loaded, anew only where something changed, and always as a build from nothing would."""

import csv
import random
import shutil
from datetime import date

import pytest

from clockstop.errors import Busy, UnknownName
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file, withdraw
from clockstop.store import snapshots
from clockstop.store.engine import open_engine
from clockstop.store.lock import writer

AS_OF = date(2026, 9, 30)
ORGANISATION = """
code = "RXX"
name = "Made-up Hospitals"
is_synthetic = true
[[divisions]]
name = "Surgery"
services = ["110", "X05"]
"""
REFERRAL = {
    "referral_route": "letter", "referral_request_received_date": "2026-01-05", "activity_treatment_function_code": "110",
    "person_birth_date": "1950-01-06", "sex": "2", "index_of_multiple_deprivation_decile": "3", "consultant_code": "C1",
    "organisation_site_identifier_of_treatment": "RXX01", "local_patient_identifier": "H1", "priority_type_code": "2",
}  # fmt: skip


def written(folder, dataset, rows):
    """The rows as a CSV; cells that a row does not have are empty."""
    headers = list(dict.fromkeys(name for row in rows for name in row))
    file = folder / f"{dataset}.csv"
    with file.open("w", newline="") as handle:
        table = csv.DictWriter(handle, headers)
        table.writeheader()
        table.writerows(rows)
    return file


@pytest.fixture
def group(home, tmp_path):
    """Write rows of a dataset as a CSV and load it; the pathway names the row where nothing else does."""
    home.organisation_file("RXX").write_text(ORGANISATION)

    def send(dataset, rows, **options):

        return load_file(home, file=written(tmp_path, dataset, rows), trust="RXX", dataset=dataset, **options)

    return send


def rows_of(home, name, *, order=("patient_pathway_identifier",)):
    engine = open_engine()
    table = snapshots.table(home, snapshots.current(home), name, engine=engine)
    rows = engine.rows(table.order_by(*order)).to_pylist()
    engine.close()
    return rows


def everything(home):
    """Every row of every table, in one order, for comparing two snapshots."""
    manifest = snapshots.current_manifest(home)
    return {name: sorted(map(str, rows_of(home, name, order=("trust",)))) for name in manifest.tables}


def referral(pathway, **changes):
    return {**REFERRAL, "referral_identifier": f"R{pathway}", "patient_pathway_identifier": pathway, **changes}


def appointment(pathway, day, code="5", number=1, **changes):
    return {
        "appointment_identifier": f"A{pathway}-{number}", "patient_pathway_identifier": pathway, "appointment_date": day,
        "attended_or_did_not_attend_code": code, **changes,
    }  # fmt: skip


def entry(pathway, day, **changes):
    return {
        "waiting_list_entry_identifier": f"W{pathway}", "patient_pathway_identifier": pathway, "decided_to_admit_date": day,
        "elective_admission_type_code": "11", **changes,
    }  # fmt: skip


def test_a_waiting_pathway_has_everything_that_the_list_shows(home, group):
    group("referrals", [referral("P1")])
    group(
        "appointments",
        [
            appointment("P1", "2026-02-02", referral_to_treatment_period_status="20", first_attendance_code="1"),
            appointment("P1", "2026-10-20", code="0", number=2, appointment_booked_date="2026-09-01"),
        ],
    )
    group("waiting_list_entries", [entry("P1", "2026-02-02", offered_for_admission_date="2026-10-14", procedure_priority_code="P3",
                                         intended_management_code="2", last_pas_validation_date="2026-08-01")])  # fmt: skip
    refresh(home, as_of=AS_OF)
    (row,) = rows_of(home, "rtt_waits")
    expected = {
        "trust": "RXX", "division": "Surgery", "service": "C_110", "site": "RXX01", "consultant": "C1", "priority": "2", "sex": "2",
        "age_band": "75-84", "deprivation_quintile": 2, "start_date": date(2026, 1, 5), "days_waited": 268, "is_waiting": True,
        "breach_date": date(2026, 5, 11), "days_to_breach": -142, "local_patient_identifier": "H1", "is_admitted_pathway": True,
        "decided_to_admit_date": date(2026, 2, 2), "tci_date": date(2026, 10, 14), "procedure_priority_code": "P3",
        "intended_management_code": "2", "last_pas_validation_date": date(2026, 8, 1), "first_attended_date": date(2026, 2, 2),
        "last_attended_date": date(2026, 2, 2), "next_event_type": "tci", "next_event_date": date(2026, 10, 14),
        "has_next_step": True, "last_event_type": "appointment_booked", "last_event_date": date(2026, 9, 1),
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert [(booking["event_type"], booking["event_date"]) for booking in rows_of(home, "rtt_bookings", order=("event_date",))] == [
        ("tci", date(2026, 10, 14)),
        ("appointment", date(2026, 10, 20)),
    ]


def test_a_pathway_without_a_referral_keeps_its_clock_with_unknown_dimensions(home, group):
    group("referrals", [referral("P1")])
    group(
        "rtt_events",
        [
            {
                "patient_pathway_identifier": "P2",
                "event_date": "2026-09-01",
                "event_sequence": "1",
                "event_type": "referral_received",
            }
        ],
    )
    refresh(home, as_of=AS_OF)
    rows = {row["patient_pathway_identifier"]: row for row in rows_of(home, "rtt_clocks")}
    assert rows["P2"]["start_date"] == date(2026, 9, 1)
    assert rows["P2"]["service"] is None
    assert rows["P2"]["age_band"] is None


def test_events_derived_and_sent_make_one_history(home, group):
    group("referrals", [referral("P1")])
    group("rtt_events", [{"patient_pathway_identifier": "P1", "event_date": "2026-03-02", "event_sequence": "9",
                          "event_type": "attend", "referral_to_treatment_period_status": "30"}])  # fmt: skip
    refresh(home, as_of=AS_OF)
    (row,) = rows_of(home, "rtt_clocks")
    assert (row["start_date"], row["end_date"], row["end_status"]) == (date(2026, 1, 5), date(2026, 3, 2), "30")
    assert rows_of(home, "rtt_waits") == []


@pytest.mark.parametrize(("due", "clocks"), [("2026-09-30", 0), ("2026-09-29", 1)])
def test_a_planned_date_is_missed_once_its_day_has_passed(home, group, due, clocks):
    group("waiting_list_entries", [entry("P1", "2026-01-05", elective_admission_type_code="13", planned_due_date=due)])
    refresh(home, as_of=AS_OF)
    assert len(rows_of(home, "rtt_waits")) == clocks


def test_a_decision_taken_back_is_no_longer_in_force(home, group):
    group("referrals", [referral("P1"), referral("P2")])
    group("waiting_list_entries", [
        entry("P1", "2026-02-02", removal_date="2026-05-01", elective_admission_list_removal_reason_code="4"),
        entry("P2", "2026-02-02", removal_date="2026-11-01", elective_admission_list_removal_reason_code="4"),
    ])  # fmt: skip
    refresh(home, as_of=AS_OF)
    assert [row["is_admitted_pathway"] for row in rows_of(home, "rtt_waits")] == [False, True]


def test_the_day_is_the_last_of_which_the_loads_tell(home, group):
    group("referrals", [referral("P1"), referral("P2", referral_request_received_date="2026-08-30")])
    group("appointments", [appointment("P1", "2026-10-20", code="0")])
    assert refresh(home).as_of == date(2026, 8, 30)


def test_an_unchanged_refresh_publishes_nothing(home, group):
    group("referrals", [referral("P1")])
    first = refresh(home, as_of=AS_OF)
    assert refresh(home, as_of=AS_OF) == first
    assert snapshots.all_snapshots(home) == [first.id]


@pytest.mark.slow
def test_only_the_buckets_that_changed_are_built(home, group):
    group("referrals", [referral(f"P{number}") for number in range(40)])
    first = refresh(home, as_of=AS_OF)
    group("referrals", [referral("P7", referral_request_received_date="2026-03-03")])
    second = refresh(home, as_of=AS_OF)
    before = {file.path: file for file in first.files}
    changed = {file.path for file in second.files if file != before[file.path]}
    assert {path.rsplit("/", 1)[1] for path in changed if not path.startswith(("series", "quality"))} == {"bucket-0.parquet"}
    # Of the ten files of that bucket the list entries and appointments are as they were; the quality of referrals lies in two.
    assert second.files_built == 10
    kept = "rtt_events/trust=RXX/bucket-1.parquet"
    assert (home.snapshot(first.id) / kept).samefile(home.snapshot(second.id) / kept)


@pytest.mark.slow
def test_a_new_day_reads_no_load_again(home, group):
    group("referrals", [referral("P1")])
    first = refresh(home, as_of=AS_OF)
    second = refresh(home, as_of=date(2026, 10, 1))
    before = {file.path: file for file in first.files}
    assert {file.table for file in second.files if file != before[file.path]} == {
        "rtt_clocks",
        "rtt_waits",
        "rtt_bookings",
        "rtt_flags",
        "rtt_flag_counts",
        "series",
        "quality_issues",
        "quality_counts",
    }
    assert rows_of(home, "rtt_waits")[0]["days_waited"] == 269


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_refresh_after_changes_equals_a_build_from_nothing(home, group, seed):
    chance = random.Random(seed)
    names = [f"P{number}" for number in range(60)]
    loads = []
    for _ in range(3):
        some = chance.sample(names, 12)
        loads.append(
            ("referrals", group("referrals", [referral(name, referral_request_received_date=a_day(chance)) for name in some]))
        )
        loads.append(("appointments", group("appointments", [
            appointment(name, a_day(chance), code=chance.choice("532"), number=chance.randint(1, 3), first_attendance_code="1",
                        referral_to_treatment_period_status=chance.choice(["20", "30", "34"]))
            for name in chance.sample(names, 12)
        ])))  # fmt: skip
        refresh(home, as_of=AS_OF)
    dataset, receipt = chance.choice(loads)
    withdraw(home, trust="RXX", dataset=dataset, load_id=receipt.load_id, reason="wrong file", by="tester")
    refresh(home, as_of=AS_OF)
    step_by_step = everything(home)
    shutil.rmtree(home.snapshots)
    refresh(home, as_of=AS_OF)
    assert everything(home) == step_by_step


def a_day(chance):
    return date.fromordinal(date(2026, 1, 1).toordinal() + chance.randint(0, 260)).isoformat()


def test_the_manifest_says_what_was_built_from_what(home, group):
    receipt = group(
        "referrals", [referral("P1"), referral("P1", referral_identifier="R2"), {**referral("P3"), "referral_route": "owl"}]
    )
    manifest = refresh(home, as_of=AS_OF)
    assert manifest.is_synthetic
    assert manifest.trusts["RXX"].name == "Made-up Hospitals"
    (load,) = manifest.trusts["RXX"].loads
    assert (load.load_id, load.file_sha256, load.rows_kept, load.rows_set_aside) == (receipt.load_id, receipt.file_sha256, 2, 1)
    assert manifest.tables["rtt_clocks"] == manifest.trusts["RXX"].rows["rtt_clocks"] == 1
    assert snapshots.verify(home, manifest.id) == []


def test_without_loads_there_is_nothing_to_build(home):
    with pytest.raises(UnknownName, match="clockstop load"):
        refresh(home)
    assert snapshots.all_snapshots(home) == []


def test_a_trust_that_was_never_loaded_is_named(home, group):
    group("referrals", [referral("P1")])
    with pytest.raises(UnknownName, match="RXY"):
        refresh(home, trusts=["RXY"])


def test_one_writer_at_a_time(home, group):
    group("referrals", [referral("P1")])
    with writer(home), pytest.raises(Busy):
        refresh(home, as_of=AS_OF)


@pytest.mark.slow
def test_what_goes_wrong_leaves_the_last_snapshot(home, group):
    group("referrals", [referral("P1")])
    first = refresh(home, as_of=AS_OF)
    group("referrals", [referral("P2")])

    def stop(step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(home, as_of=AS_OF, progress=stop)
    assert snapshots.current(home) == first.id
    second = refresh(home, as_of=AS_OF)
    assert second.tables["rtt_waits"] == 2
    assert not list(home.snapshots.glob(".partial-*"))


@pytest.mark.slow
def test_one_trust_alone_is_read_anew_and_the_others_stay(home, group, tmp_path):

    other = home.organisation_file("RYY")
    other.parent.mkdir(parents=True)
    other.write_text('code = "RYY"\nname = "Other Hospitals"\n')
    group("referrals", [referral("P1")])
    load_file(home, file=written(tmp_path, "referrals", [referral("Q1")]), trust="RYY", dataset="referrals")
    refresh(home, as_of=AS_OF)
    group("referrals", [referral("P2")])
    load_file(home, file=written(tmp_path, "referrals", [referral("Q2")]), trust="RYY", dataset="referrals")
    refresh(home, as_of=AS_OF, trusts=["RXX"])
    assert [row["patient_pathway_identifier"] for row in rows_of(home, "rtt_waits")] == ["P1", "P2", "Q1"]
    refresh(home, as_of=AS_OF)
    assert [row["patient_pathway_identifier"] for row in rows_of(home, "rtt_waits")] == ["P1", "P2", "Q1", "Q2"]
