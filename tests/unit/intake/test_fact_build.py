"""A refresh builds every declared fact of what a trust sends, with place and person, and counts its measures."""

import csv
from datetime import date

import pytest

from clockstop.answers.desk import Desk
from clockstop.intake.build import refresh
from clockstop.intake.inputs import as_of_day, trusts_loaded
from clockstop.intake.load import load_file, withdraw
from clockstop.store import snapshots
from clockstop.store.engine import open_engine
from declared_facts import declare, forget_measures

AS_OF = date(2026, 9, 30)
ORGANISATION = """
code = "{code}"
name = "Made-up Hospitals"
is_synthetic = true
[[divisions]]
name = "Surgery"
services = ["110"]
[[divisions]]
name = "Medicine"
services = ["300", "X02"]
"""
SCAN = {"scan_identifier": "S1", "scan_date": "2026-09-01", "reported_at": "", "minutes": "12.5", "sex": ""}
REFERRAL = {
    "referral_identifier": "R1", "patient_pathway_identifier": "P1", "referral_route": "letter",
    "referral_request_received_date": "2026-01-05", "activity_treatment_function_code": "110", "person_birth_date": "1950-01-06",
    "sex": "2", "index_of_multiple_deprivation_decile": "3", "local_patient_identifier": "H1",
}  # fmt: skip
EVENT = {"patient_pathway_identifier": "P9", "event_date": "2026-01-05", "event_sequence": "1", "event_type": "referral_received"}


@pytest.fixture(autouse=True)
def declared(monkeypatch, tmp_path):
    declare(monkeypatch, tmp_path / "declared")
    yield
    monkeypatch.undo()
    forget_measures()


@pytest.fixture
def send(home, tmp_path):
    def one(dataset, *rows, trust="RXX", name="", **options):
        file = home.organisation_file(trust)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(ORGANISATION.format(code=trust))
        extract = tmp_path / f"{name or dataset}-{trust}.csv"
        with extract.open("w", newline="") as handle:
            table = csv.DictWriter(handle, list(dict.fromkeys(column for row in rows for column in row)))
            table.writeheader()
            table.writerows(rows)
        return load_file(home, file=extract, trust=trust, dataset=dataset, **options)

    return one


def rows_of(home, name):
    engine = open_engine()
    rows = engine.rows(snapshots.table(home, snapshots.current(home), name, engine=engine)).to_pylist()
    engine.close()
    return rows


def files_of(home, table):
    return [file for file in snapshots.current_manifest(home).files if file.table == table]


def test_a_fact_has_the_place_and_person_of_its_rows_or_of_their_pathway(send, home):
    send("referrals", REFERRAL)
    send(
        "scans_of_a_test",
        {**SCAN, "patient_pathway_identifier": "P1"},
        {**SCAN, "scan_identifier": "S2", "patient_pathway_identifier": "P1", "sex": "1", "activity_treatment_function_code": "300",
         "organisation_site_identifier_of_treatment": "RXX02", "consultant_code": "C2"},
        {**SCAN, "scan_identifier": "S3", "activity_treatment_function_code": "301"},
        {**SCAN, "scan_identifier": "S4", "scan_date": "2026-12-01"},
    )  # fmt: skip
    refresh(home, as_of=AS_OF)
    found = {row["scan_identifier"]: row for row in rows_of(home, "scans_done_of_a_test")}
    names = ("trust", "division", "service", "site", "consultant", "sex", "deprivation_quintile", "age_band")
    assert {name: tuple(row[column] for column in names) for name, row in found.items()} == {
        "S1": ("RXX", "Surgery", "C_110", None, None, "2", 2, "75-84"),
        "S2": ("RXX", "Medicine", "C_300", "RXX02", "C2", "1", 2, "75-84"),
        "S3": ("RXX", None, "C_301", None, None, None, None, None),
    }
    assert found["S1"]["local_patient_identifier"] == "H1"
    assert "person_birth_date" not in found["S1"]


def test_facts_stand_on_facts_and_their_measures_are_counted(send, home):
    send("scans_of_a_test", SCAN, {**SCAN, "scan_identifier": "S2", "reported_at": "2026-09-02 10:00", "minutes": "20"})
    manifest = refresh(home, as_of=AS_OF)
    assert manifest.tables["scans_done_of_a_test"] == 2
    assert [(row["scan_identifier"], row["days_waited"]) for row in rows_of(home, "scans_unreported_of_a_test")] == [("S1", 29)]
    september = [
        (row["numerator"], row["denominator"])
        for row in rows_of(home, "series")
        if (row["measure"], row["period_kind"], str(row["period_end"]), row["cut"])
        == ("scan_minutes_of_a_test", "month", "2026-09-30", "")
    ]
    assert september == [(32.5, 2)]
    assert sorted(file.bucket for file in files_of(home, "series")) == [0, 1]


def test_clocks_are_folded_from_the_events_of_a_fact(send, home):
    """The same fold over the same events gives the periods of RTT's own table."""
    send("rtt_events", EVENT, {**EVENT, "event_sequence": "2", "event_date": "2026-03-05", "event_type": "admit_treat",
                               "referral_to_treatment_period_status": "30"},
         {**EVENT, "patient_pathway_identifier": "P8", "activity_treatment_function_code": "110"},
         {**EVENT, "patient_pathway_identifier": "P7", "event_date": "2026-10-05"})  # fmt: skip
    refresh(home, as_of=AS_OF)
    found = rows_of(home, "sent_clocks_of_a_test")
    columns = ("patient_pathway_identifier", "period_number", "start_date", "end_date", "end_status", "start_rule", "days_waited",
               "division", "flags")  # fmt: skip
    expected = sorted((row for row in rows_of(home, "rtt_clocks")), key=lambda row: row["patient_pathway_identifier"])
    assert [[row[name] for name in columns] for row in found] == [[row[name] for name in columns] for row in expected]
    assert [row["patient_pathway_identifier"] for row in found] == ["P8", "P9"]
    assert {row["clock"] for row in found} == {"rtt"}


def test_a_fact_without_rows_and_clocks_without_events_are_built(send, home):
    send("scans_of_a_test", {**SCAN, "scan_date": "2026-12-01"})
    send("rtt_events", {**EVENT, "event_date": "2026-12-01"})
    manifest = refresh(home, as_of=AS_OF)
    tables = ("scans_done_of_a_test", "scans_unreported_of_a_test", "sent_clocks_of_a_test")
    assert [manifest.tables[name] for name in tables] == [0, 0, 0]
    desk = Desk(home).refreshed()
    assert [desk.rows(desk.table(name)).num_rows for name in tables] == [0, 0, 0]


def test_only_what_a_trust_sent_is_built(send, home):
    """Where only some trusts have a table, the others give no rows of it."""
    send("scans_of_a_test", SCAN, trust="RAA")
    send("rtt_events", EVENT, trust="RBB")
    manifest = refresh(home, as_of=AS_OF)
    assert "scans_done_of_a_test" not in manifest.trusts["RBB"].rows
    assert "sent_events_of_a_test" not in manifest.trusts["RAA"].rows
    desk = Desk(home).refreshed()
    assert desk.rows(desk.table("scans_done_of_a_test", trusts={"RBB"})).num_rows == 0
    assert desk.rows(desk.table("scans_done_of_a_test")).num_rows == 1
    assert snapshots.verify(home, manifest.id) == []


def test_a_fact_is_linked_where_nothing_that_it_needs_has_changed(send, home):
    send("scans_of_a_test", SCAN)
    first = refresh(home, as_of=AS_OF)
    assert refresh(home, as_of=AS_OF).id == first.id
    more = send("scans_of_a_test", {**SCAN, "scan_identifier": "S2"}, name="more")
    second = refresh(home, as_of=AS_OF)
    assert (second.tables["scans_done_of_a_test"], second.files_built) == (2, 5)
    withdraw(home, trust="RXX", dataset="scans_of_a_test", load_id=more.load_id, reason="sent twice", by="someone")
    third = refresh(home, as_of=AS_OF)
    same = {file.path: file.sha256 for file in first.files}
    assert {file.path: file.sha256 for file in third.files} == same


def test_a_trust_that_is_not_read_anew_keeps_its_facts(send, home):
    send("scans_of_a_test", SCAN, trust="RAA")
    send("scans_of_a_test", SCAN, trust="RBB")
    refresh(home, as_of=AS_OF)
    for trust in ("RAA", "RBB"):
        send("scans_of_a_test", {**SCAN, "scan_identifier": "S2"}, trust=trust, name="more")
    manifest = refresh(home, as_of=date(2026, 10, 1), trusts=["RBB"])
    counts = {code: trust.rows["scans_done_of_a_test"] for code, trust in manifest.trusts.items()}
    assert counts == {"RAA": 1, "RBB": 2}
    assert len(manifest.trusts["RAA"].loads) == 1


def test_a_dataset_of_bookings_says_nothing_of_the_day(send, home):
    """Neither does one that only may hold them; one that holds the past alone does."""
    send("scans_of_a_test", SCAN, {**SCAN, "scan_identifier": "S2", "scan_date": "2026-10-20"})
    send("referrals", {**REFERRAL, "referral_request_received_date": "2026-09-14"})
    inputs = trusts_loaded(home, before=None, only=None)
    assert as_of_day(inputs, today=date(2026, 11, 1)) == date(2026, 9, 14)


def test_attendances_tell_of_the_day_as_spells_do(send, home):
    """A trust whose emergency extract is the newest is seen as of that; an attendance dated wrongly ahead moves nothing."""
    visit = {
        "emergency_care_attendance_identifier": "E1", "emergency_care_department_type": "01",
        "emergency_care_arrival_at": "2026-10-02T09:30",
    }  # fmt: skip
    send("referrals", {**REFERRAL, "referral_request_received_date": "2026-09-14"})
    send("ed_attendances", visit)
    send("ed_attendances", visit | {"emergency_care_arrival_at": "2026-12-02T09:30"}, name="ahead")
    inputs = trusts_loaded(home, before=None, only=None)
    assert as_of_day(inputs, today=date(2026, 11, 1)) == date(2026, 10, 2)
