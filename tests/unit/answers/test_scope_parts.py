"""A part of a trust narrows rows where they are read; a row without identity has a pseudonym, no birth date and no words."""

from datetime import date

import ibis
import pyarrow as pa

from clockstop.answers import pseudonymous, series, worklists
from clockstop.answers.ptl_filters import PtlFilters
from clockstop.answers.scope import Part, Scope
from clockstop.contracts import contracts

BOTH = frozenset({"QQA", "QQB"})
ROWS = [
    ("QQA", "p1", "Surgery", "C_100", "QQA1"),
    ("QQA", "p2", "Surgery", "C_110", "QQA2"),
    ("QQA", "p3", "Medicine", "C_300", "QQA1"),
    ("QQA", "p4", None, None, None),
    ("QQB", "p5", "Surgery", "C_100", "QQB1"),
]
_NAMES = ("trust", "patient_pathway_identifier", "division", "service", "site")


def table(**more):
    rows = [dict(zip(_NAMES, row, strict=True)) | more for row in ROWS]
    return ibis.memtable(pa.Table.from_pylist(rows))


def scope(*parts: Part, whole: frozenset[str] = frozenset()) -> Scope:
    return Scope(trusts=BOTH, may_see_patients=whole, user="pat", role="service_manager", parts=frozenset(parts))


def seen(of: Scope, rows=None) -> list[str]:
    found = of.patients(table() if rows is None else rows).patient_pathway_identifier
    return sorted(found.to_pyarrow().to_pylist())


def part(**places) -> Part:
    return Part("QQA", **{name: frozenset(chosen) for name, chosen in places.items()})


def test_divisions_and_services_add_up_and_a_site_narrows_both():
    assert seen(scope(part(divisions=["Surgery"]))) == ["p1", "p2"]
    assert seen(scope(part(divisions=["Medicine"], services=["C_110"]))) == ["p2", "p3"]
    assert seen(scope(part(divisions=["Surgery"], sites=["QQA2"]))) == ["p2"]
    assert seen(scope(part(sites=["QQA1"]))) == ["p1", "p3"]
    assert seen(scope(part(divisions=["Medicine"]), part(sites=["QQA2"]))) == ["p2", "p3"]


def test_a_row_that_does_not_say_its_place_is_in_the_whole_alone():
    assert "p4" not in seen(scope(part(divisions=["Surgery", "Medicine"])))
    assert seen(scope(whole=frozenset({"QQA"}))) == ["p1", "p2", "p3", "p4"]
    assert seen(scope(part(divisions=["Surgery"]), whole=frozenset({"QQB"}))) == ["p1", "p2", "p5"]


def test_a_table_without_places_gives_nothing_of_a_part_but_by_its_pathways():
    bare = table().select("trust", "patient_pathway_identifier")
    surgery = scope(part(divisions=["Surgery"]))
    assert seen(surgery, bare) == []
    found = surgery.patients(bare, pathways=table()).patient_pathway_identifier.to_pyarrow().to_pylist()
    assert sorted(found) == ["p1", "p2"]


def test_a_part_of_a_trust_outside_the_scope_gives_nothing():
    outside = Scope(frozenset({"QQB"}), frozenset(), "pat", "", frozenset({Part("QQA")}))
    assert seen(outside) == []
    assert outside.patient_trusts == outside.own_trusts == frozenset()


def test_rows_without_identity_keep_what_is_counted_and_lose_who_it_is():
    rows = table(
        local_patient_identifier="H1", nhs_number_pseudonym="0123456789abcdef0123456789abcdef", person_birth_date=date(1950, 1, 2),
        age_band="75 to 84", comment="Ring Ann", evidence=None,
    ).mutate(evidence=ibis.null("string"))  # fmt: skip
    found = scope(Part("QQA", is_pseudonymised=True), whole=frozenset({"QQB"})).patients(rows).to_pyarrow().to_pylist()
    ours = next(row for row in found if row["patient_pathway_identifier"] == "p1")
    theirs = next(row for row in found if row["trust"] == "QQB")
    assert (ours["local_patient_identifier"], ours["nhs_number_pseudonym"]) == ("0123456789ab", "0123456789ab")
    assert (ours["person_birth_date"], ours["age_band"], ours["comment"], ours["evidence"]) == (None, "75 to 84", "withheld", None)
    assert (theirs["local_patient_identifier"], theirs["comment"]) == ("H1", "Ring Ann")


def test_one_row_is_seen_as_the_table_gives_it():
    own = scope(Part("QQA", frozenset({"Surgery"}), is_pseudonymised=True))
    row = {"trust": "QQA", "division": "Surgery", "local_patient_identifier": "H1", "nhs_number_pseudonym": None}
    assert own.row(row)["local_patient_identifier"] is None
    assert own.row(row | {"division": "Medicine"}) is None
    assert scope(whole=frozenset({"QQA"})).row(row) == row


def test_every_column_of_words_is_known_as_one():
    """A new column in which a source says why, or what is to be done, is left out of rows without identity."""
    columns = {one.name for contract in contracts().values() for one in contract.columns if one.type == "text" and not one.codes}
    said = {name for name in columns if "reason" in name or name in ("action", "comment", "waiting_for")}
    assert {name for name in said if not name.endswith("_code")} <= set(pseudonymous.FREE_TEXT)


def test_nothing_kept_for_one_person_of_a_trust_is_given_to_another(desk, notes):
    """The same list, asked for by who sees the whole, a division, another, and rows without identity, one after another."""
    shown = {}
    for name, who in {
        "whole": scope(whole=frozenset({"QQA"})),
        "surgery": scope(part(divisions=["Surgery"])),
        "medicine": scope(part(divisions=["Medicine"])),
        "without": scope(Part("QQA", is_pseudonymised=True)),
    }.items():
        rows = worklists.ptl(who, desk, notes(), PtlFilters()).rows
        shown[name] = (len(rows), {row.local_patient_identifier for row in rows} & {"Hsoon"})
    assert shown == {"whole": (6, {"Hsoon"}), "surgery": (6, {"Hsoon"}), "medicine": (0, set()), "without": (6, set())}


def test_small_numbers_are_shown_in_the_own_places_and_withheld_beyond(desk):
    """Three wait in Medicine of QQB: who sees all of Medicine's patients there knows them, who sees Surgery's does not."""

    def value(of: Scope, **where):
        return series.series(of, desk, "rtt_incomplete", period_kind="now", where={"trust": "QQB", **where})[0].points[-1].value

    medicine = scope(Part("QQB", frozenset({"Medicine"})))
    assert value(medicine, division="Medicine") == 3
    assert value(scope(Part("QQB", frozenset({"Surgery"}))), division="Medicine") is None
