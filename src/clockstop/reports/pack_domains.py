"""Under which domain of the executive summary a measure stands (operations.md 8.5): its family's, unless it is named itself.

The domains are those of the reports that boards know; which measure belongs where is ours, and a trust may say otherwise
(`[domains]` of its template).
"""

from collections.abc import Mapping

DOMAINS = {
    "safe": "Safe",
    "effective": "Effective",
    "caring": "Caring",
    "responsive": "Responsive",
    "well_led": "Well led",
    "people": "People",
    "resources": "Use of resources",
}
_OF_FAMILY = {
    "rtt": "responsive",
    "cancer": "responsive",
    "diagnostics": "responsive",
    "emergency": "responsive",
    "beds": "effective",
    "discharge": "effective",
    "outpatients": "resources",
    "theatres": "resources",
    "activity": "resources",
    "rooms": "resources",
}
_OF_MEASURE = {
    "ed_over_12_hours_from_arrival": "safe",
    "ed_over_12_hours_from_decision": "safe",
    "ed_corridor_patient_hours": "safe",
    "beds_outliers": "safe",
    "beds_mixed_sex_breaches": "safe",
    "op_overdue_follow_ups": "safe",
    "diagnostics_planned_overdue": "safe",
    "cancer_over_104_waiting": "safe",
    "op_dna_rate": "responsive",
    "rtt_validated_within_12_weeks": "well_led",
    "rtt_no_next_step": "well_led",
    "op_unoutcomed": "well_led",
    "theatre_28_day_breaches": "responsive",
}


def domain_of(slug: str, family: str, chosen: Mapping[str, str]) -> str:
    """The domain of a measure: as the trust chose, as named here, or its family's.

    >>> domain_of("rtt_incomplete", "rtt", {}), domain_of("op_dna_rate", "outpatients", {"op_dna_rate": "caring"})
    ('responsive', 'caring')
    """
    return chosen.get(slug) or _OF_MEASURE.get(slug) or _OF_FAMILY.get(family, "effective")
