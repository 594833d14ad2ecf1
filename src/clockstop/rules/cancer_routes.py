"""How a record came to the cancer standards, which says which clocks it has (CWT-R01 to R06)."""

from typing import Any

ROUTES = {
    "urgent_suspected": "Urgent suspected cancer referral",
    "breast_symptomatic": "Breast symptoms, cancer not suspected",
    "screening": "Screening programme",
    "upgrade": "Consultant upgrade",
    "other": "Other route",
}
# Those whose referral starts the 28 and the 62 days.
URGENT_ROUTES = ("urgent_suspected", "breast_symptomatic", "screening")
SCREENING_SOURCE = "17"
BREAST_SYMPTOMS = "16"
URGENT_PRIORITY = "3"


def route(records: Any) -> Any:
    """The route of each record: screening by its source, urgent by its priority or suspected type, else upgraded or other.

    A referral with the urgent priority is urgent although nobody wrote what was suspected: its patient has the 28 and the 62 days
    (CWT-R01, R03). Upgraded without a suspected type, it has its priority from the upgrade.
    """
    import ibis

    suspected = records.two_week_wait_cancer_or_symptomatic_breast_referral_type
    has_priority = (records.priority_type_code == URGENT_PRIORITY).fill_null(False)
    is_urgent = suspected.notnull() & (records.priority_type_code.isnull() | has_priority)
    return ibis.cases(
        ((records.source_of_referral_for_out_patients == SCREENING_SOURCE).fill_null(False), "screening"),
        (is_urgent & (suspected == BREAST_SYMPTOMS), "breast_symptomatic"),
        (is_urgent, "urgent_suspected"),
        (records.consultant_upgrade_date.notnull(), "upgrade"),
        (has_priority, "urgent_suspected"),
        else_="other",
    )
