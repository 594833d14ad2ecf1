"""The score of the data-quality rules against planted faults, in plain sets."""

from clockstop.synthetic.quality_scoring import scores

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
