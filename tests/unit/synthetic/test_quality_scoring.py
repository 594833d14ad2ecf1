"""The score of the data-quality rules against planted faults, in plain sets."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.errors import UnknownName
from clockstop.synthetic.quality_scoring import brought_about, planted, scores

ISSUER = "organisation_identifier_patient_pathway_identifier_issuer"
PLANTED = {
    ("issuer_missing", "referrals", "", ISSUER): {("ZZA", "referrals", "R1"), ("ZZA", "referrals", "R2")},
    ("unknown_route", "referrals", "unknown_code", "referral_route"): {("ZZA", "referrals", "R3")},
}
FAILED = {
    ("referrals", f"missing_{ISSUER}"): {("ZZA", "referrals", "R1"), ("ZZA", "referrals", "R3"), ("ZZA", "referrals", "R9")},
    ("referrals", "unknown_code"): {("ZZA", "referrals", "R3")},
}


def test_a_fault_is_scored_by_the_rules_that_name_it():
    """R2 is missed; R9 was not planted; R3 has a fault of another kind, and counts neither way."""
    issuer, route = scores(PLANTED, FAILED)
    assert (issuer.rules, issuer.planted, issuer.found, issuer.flagged, issuer.right) == ((f"missing_{ISSUER}",), 2, 1, 2, 1)
    assert (issuer.recall, issuer.precision) == (0.5, 0.5)
    assert (route.rules, route.recall, route.precision) == (("unknown_code",), 1.0, 1.0)


def test_what_a_faulty_record_brings_about_counts_neither_way():
    """The other stay of the same patient, and what names a faulty record; not another patient's stay under the same rule."""
    overlap, link = ("ward_stays", "overlap"), ("ward_stays", "no_spell")
    stays = {name: ("ZZA", "ward_stays", name) for name in ("Y1", "Y2", "Y3", "Y4")}
    failures = [(stays["Y1"], overlap, "", "H1"), (stays["Y2"], overlap, "", "H1"), (stays["Y3"], overlap, "", "H9"),
                (stays["Y4"], link, "names R7", None)]  # fmt: skip
    truth = {("stay_overlaps", "ward_stays", "", ""): {stays["Y1"]}}
    faulty = {stays["Y1"], ("ZZA", "inpatient_spells", "R7")}
    beside = brought_about(failures, faulty)
    assert beside == {overlap: {stays["Y2"]}, link: {stays["Y4"]}}
    (found,) = scores(truth, {overlap: {stays["Y1"], stays["Y2"], stays["Y3"]}}, beside)
    assert (found.planted, found.found, found.flagged, found.right) == (1, 1, 2, 1)


def test_only_the_truth_of_the_trusts_at_hand_counts_and_a_copy_is_what_is_found(tmp_path):
    """A registration made twice is found in the second; of a trust that is not in the home nothing is missed."""
    rows = [{"fault": "duplicate_pathway", "dataset": "referrals", "record_identifier": "R1", "reason": "", "column": "x"}]
    for trust in ("ZZA", "ZZB"):
        (tmp_path / trust).mkdir()
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / trust / "faults.parquet")
    assert planted(tmp_path, {"ZZA"}) == {("duplicate_pathway", "referrals", "", "x"): {("ZZA", "referrals", "R1D")}}
    with pytest.raises(UnknownName):
        planted(tmp_path, {"ZZC"})
