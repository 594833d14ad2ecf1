"""A refresh that rebuilds only what a day's loads touch gives, table by table and row by row, what building everything gives."""

import csv
import random
import shutil
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest

from clockstop.intake import ledger
from clockstop.intake.build import refresh
from clockstop.intake.fact_build import RTT_TABLES
from clockstop.intake.load import load_file, withdraw
from clockstop.store.home import Home

pytestmark = pytest.mark.slow
FIRST_DAY = date(2026, 9, 1)
TRUST = "RXX"
ORGANISATION = (
    'code = "RXX"\nname = "Made-up Hospitals"\nis_synthetic = true\n[[divisions]]\nname = "Surgery"\nservices = ["110"]\n'
)
PATHWAYS = [f"P{number:03}" for number in range(160)]


class Days:
    """A trust's random days: what it sends, and what holds of it, so that a row can be corrected, moved, deleted or left out."""

    def __init__(self, folder, seed):
        self.folder, self.home, self.random = folder, Home(folder / "home"), random.Random(seed)
        self.home.organisation_file(TRUST).parent.mkdir(parents=True)
        self.home.organisation_file(TRUST).write_text(ORGANISATION)
        self.day, self.sent = FIRST_DAY, 0

    def send(self, dataset, rows, delivery):
        self.sent += 1
        file = self.folder / f"{dataset}-{self.sent}.csv"
        with file.open("w", newline="") as handle:
            table = csv.DictWriter(handle, list(dict.fromkeys(name for row in rows for name in row)))
            table.writeheader()
            table.writerows(rows)
        load_file(self.home, file=file, trust=TRUST, dataset=dataset, delivery=delivery, today=self.day)

    def start(self):
        """Everything so far, as a first full extract; five pathways have no referral yet."""
        self.send("referrals", [self.referral(pathway) for pathway in PATHWAYS[:-5]], "full")
        self.send("appointments", [self.appointment(pathway, n) for pathway in PATHWAYS for n in range(2)], "full")
        self.send("waiting_list_entries", [self.entry(pathway) for pathway in PATHWAYS[::3]], "full")
        self.send("spells", [self.spell(pathway) for pathway in PATHWAYS[::7]], "full")

    def near(self, low, high):
        return (self.day + timedelta(days=self.random.randint(low, high))).isoformat()

    def referral(self, pathway):
        return {"referral_identifier": f"R{pathway}", "patient_pathway_identifier": pathway, "referral_route": "letter",
                "referral_request_received_date": self.near(-300, 0),
                "activity_treatment_function_code": self.random.choice(["110", "300"]), "person_birth_date": "1950-01-06",
                "sex": self.random.choice("129"), "priority_type_code": self.random.choice("123")}  # fmt: skip

    def appointment(self, pathway, number):
        return {"appointment_identifier": f"A{pathway}-{number}", "patient_pathway_identifier": pathway,
                "appointment_booked_date": self.near(-40, 0), "appointment_date": self.near(-30, 30),
                "attended_or_did_not_attend_code": self.random.choice("0055637"), "first_attendance_code": str(number + 1),
                "referral_to_treatment_period_status": self.random.choice(["20", "30", "34", ""])}  # fmt: skip

    def entry(self, pathway):
        return {"waiting_list_entry_identifier": f"W{pathway}", "patient_pathway_identifier": pathway,
                "decided_to_admit_date": self.near(-60, 5), "elective_admission_type_code": self.random.choice(["11", "12", "13"]),
                "planned_due_date": self.near(-10, 10), "removal_date": self.random.choice(["", self.near(-3, 12)]),
                "offered_for_admission_date": self.near(-5, 20)}  # fmt: skip

    def spell(self, pathway):
        return {"hospital_provider_spell_identifier": f"S{pathway}", "patient_pathway_identifier": pathway,
                "start_date_hospital_provider_spell": self.near(-40, 0),
                "spell_result": self.random.choice(["treated", "diagnostic"])}  # fmt: skip

    def pass_a_day(self, *rarer):
        """New, late, corrected and deleted rows of a few pathways, and some of the rarer things."""
        self.day += timedelta(days=self.random.choice([0, 1, 1, 3]))
        few = [self.appointment(one, self.random.randrange(3)) for one in self.random.sample(PATHWAYS, 3)]
        self.send("appointments", [{**row, "is_deleted": self.random.choice("NNY")} for row in few], "changes")
        for happens in rarer:
            happens(self)

    def correct(self):
        self.send("referrals", [self.referral(one) for one in self.random.sample(PATHWAYS, 2)], "changes")

    def move(self):
        """An appointment and an entry that turn out to belong to other pathways."""
        one, other = self.random.sample(PATHWAYS, 2)
        self.send("appointments", [{**self.appointment(other, 0), "appointment_identifier": f"A{one}-0"}], "changes")
        self.send("waiting_list_entries", [{**self.entry(other), "waiting_list_entry_identifier": f"W{PATHWAYS[0]}"}], "changes")

    def leave_out(self):
        """A full delivery of a few days, from which rows of those days are missing."""
        spells = [self.spell(self.random.choice(PATHWAYS)) for _ in range(2)]
        days = [self.near(-9, -6), self.near(-5, 0)]
        rows = [{**row, "start_date_hospital_provider_spell": day} for row, day in zip(spells, days, strict=True)]
        self.send("spells", rows, "full")

    def take_back(self):
        """A load that should not have been loaded, of any day but the first."""
        later = [one for one in ledger.loads(self.home, TRUST) if not one.is_withdrawn and one.delivery == "changes"]
        if later:
            one = self.random.choice(later)
            withdraw(self.home, trust=TRUST, dataset=one.dataset, load_id=one.load_id, reason="a mistake", by="kim")

    def send_events(self):
        one = self.random.choice(PATHWAYS)
        event = {"patient_pathway_identifier": one, "event_date": self.near(-3, 3), "event_sequence": str(self.sent)}
        self.send("rtt_events", [{**event, "event_type": self.random.choice(["attend", "discharge_to_gp"])}], "changes")


# Each day costs two refreshes, so each has several of the rarer things.
RARER = [(Days.correct, Days.send_events, Days.move), (Days.leave_out, Days.take_back)]


def _files(manifest):
    """The files that depend on loads and day alone; flags also look back at the lists of earlier snapshots."""
    return {file.path: file for file in manifest.files if not file.table.startswith("rtt_flag")}


def _tables(home, manifest):
    return {path: pq.read_table(home.snapshot(manifest.id) / path, partitioning=None) for path in _files(manifest)}


def _told_apart(path, rows):
    """The rows as they are compared: RTT's and series as they lie; a fact's order may leave some of its rows equal."""
    found = list(map(str, rows.to_pylist()))
    return found if path.startswith(("series", *RTT_TABLES)) else sorted(found)


def _built_anew(days, place):
    """A refresh of the same loads in a home that has no snapshot."""
    fresh = Home(place)
    shutil.copytree(days.home.root, place, ignore=shutil.ignore_patterns("snapshots", "cache", "writer.lock"))
    manifest = refresh(fresh, as_of=days.day)
    tables = _tables(fresh, manifest)
    shutil.rmtree(place)
    return manifest, tables


@pytest.mark.parametrize("seed", [1])
def test_what_is_rebuilt_in_part_is_what_building_everything_gives(tmp_path, seed):
    days = Days(tmp_path, seed)
    days.start()
    assert refresh(days.home, as_of=days.day).pathways_rebuilt == len(PATHWAYS) - 5
    for rarer in RARER:
        days.pass_a_day(*rarer)
        part = refresh(days.home, as_of=days.day)
        whole, expected = _built_anew(days, tmp_path / "fresh")
        found = _tables(days.home, part)
        assert found.keys() == expected.keys()
        for path, rows in expected.items():
            assert _told_apart(path, found[path]) == _told_apart(path, rows), f"seed {seed}: {path} differs"
        signed, anew = (
            {path: file.signature for path, file in _files(one).items() if file.table in RTT_TABLES} for one in (part, whole)
        )
        assert signed == anew
        assert part.pathways_rebuilt < whole.pathways_rebuilt == part.tables["rtt_pathways"]


def test_one_correction_rebuilds_one_pathway_and_links_every_other_file(tmp_path):
    days = Days(tmp_path, 3)
    days.start()
    before = refresh(days.home, as_of=days.day)
    days.send("referrals", [days.referral("P001")], "changes")
    after = refresh(days.home, as_of=days.day)
    assert after.pathways_rebuilt == 1
    known = _files(before)
    changed = [file for path, file in _files(after).items() if known[path].sha256 != file.sha256 and file.table in RTT_TABLES]
    assert len({file.bucket for file in changed}) == 1
