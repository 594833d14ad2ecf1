"""The dated bed base: which row of `wards` holds on a day, and what kind of beds a ward's are (operations.md 2.1, 2.2, 2.7).

A row holds from its first day to its last, or to the day before the ward's next row: history is never restated, and a ward that
became core in the middle of a quarter counts as escalation before.
"""

import ibis
from ibis.expr.types import BooleanValue, DateValue, StringValue, Table

from clockstop.contracts.ward_codes import PSEUDO_WARDS
from clockstop.rules.either import days_after
from clockstop.rules.outliers import is_surgical_ward

GENERAL_AND_ACUTE = "general_and_acute"
# The groups of beds that returns tell apart (KH03): assessment, escalation and children's wards are general and acute too.
BED_GROUPS = {
    GENERAL_AND_ACUTE: "General and acute",
    "critical_care": "Critical care",
    "maternity": "Maternity",
    "neonatal": "Neonatal cots",
    "mental_illness": "Mental illness",
    "learning_disability": "Learning disability",
    "day": "Day only",
    "virtual": "Virtual ward",
    "no_ward": "Places without beds",
    "unknown": "Ward not known",
}
_GROUP_OF_TYPE = {
    "general": GENERAL_AND_ACUTE,
    "assessment": GENERAL_AND_ACUTE,
    "escalation": GENERAL_AND_ACUTE,
    "paediatric": GENERAL_AND_ACUTE,
    **dict.fromkeys(PSEUDO_WARDS, "no_ward"),
}
LOUNGE = "discharge_lounge"
_NOT_ADULT = ("paediatric", "neonatal")
# Nobody holds a hospital bed there.
WITHOUT_BEDS = (*PSEUDO_WARDS, "virtual")
WARD_COLUMNS = (
    "ward_name", "ward_type", "bed_group", "is_adult", "is_general_and_acute", "is_escalation_ward", "beds", "escalation_beds",
    "designated_treatment_functions", "is_surgical_ward", "ward_function_code", "ward_site",
)  # fmt: skip
_FIRST, _FAR = "0001-01-01", "9999-12-31"


def bed_group(ward_type: StringValue) -> StringValue:
    """The group of beds that wards of the type belong to."""
    found = ward_type
    for kind, group in _GROUP_OF_TYPE.items():
        found = (ward_type == kind).ifelse(group, found)
    return found.fill_null("unknown")


def is_pseudo(ward_type: StringValue) -> BooleanValue:
    """Whether the ward is only a place in a system: theatre, lounge, transport."""
    return ward_type.isin(PSEUDO_WARDS).fill_null(False)


def base_rows(wards: Table) -> Table:
    """The rows of the bed base with `base_from_date` and `base_until_date` (the first day on which a row no longer holds).

    No two rows of a ward hold on one day. `is_first_of_ward` marks its earliest row.
    """
    in_order = ibis.window(group_by="ward_code", order_by="valid_from_date")
    next_from = wards.valid_from_date.lead().over(in_order)
    ends = days_after(wards.valid_to_date, 1)
    kind = wards.ward_type
    group = bed_group(kind)
    designated = wards.designated_treatment_functions.re_replace(r"[,;\s]+", " ").strip()
    return wards.select(
        "ward_code",
        designated_treatment_functions=designated,
        is_surgical_ward=is_surgical_ward(designated),
        base_from_date=wards.valid_from_date,
        base_until_date=ibis.least(ends.fill_null(ibis.date(_FAR)), next_from.fill_null(ibis.date(_FAR))),
        is_first_of_ward=wards.valid_from_date.lag().over(in_order).isnull(),
        ward_name=wards.ward_name.fill_null(wards.ward_code),
        ward_type=kind,
        bed_group=group,
        is_adult=wards.is_adult.fill_null(~kind.isin(_NOT_ADULT)),
        is_general_and_acute=group == GENERAL_AND_ACUTE,
        is_escalation_ward=kind == "escalation",
        beds=wards.beds.cast("int64"),
        escalation_beds=(kind == "escalation").ifelse(
            wards.beds, ibis.least(wards.escalation_beds.fill_null(0), wards.beds)
        ).cast("int64"),
        ward_function_code=wards.activity_treatment_function_code,
        ward_site=wards.organisation_site_identifier_of_treatment,
    )  # fmt: skip


def with_ward(rows: Table, base: Table, on: DateValue, *, or_first: bool = False) -> Table:
    """The rows with the columns of their ward on the day `on`; null where the bed base has no row of it for that day.

    `or_first`: what came before the ward's first row has that row's.
    """
    since = base.is_first_of_ward.ifelse(ibis.date(_FIRST), base.base_from_date) if or_first else base.base_from_date
    base = base.select("base_until_date", *WARD_COLUMNS, base_ward_code="ward_code", base_since_date=since)
    rows = rows.mutate(base_on_date=on)
    is_its = (
        (rows.ward_code == base.base_ward_code)
        & (rows.base_on_date >= base.base_since_date)
        & (rows.base_on_date < base.base_until_date)
    )
    return rows.left_join(base, is_its).drop("base_ward_code", "base_since_date", "base_until_date", "base_on_date")


def base_with_holes(wards: Table) -> Table:
    """The rows of the bed base, and for the days of a ward on which none holds a row of nulls: together they cover all time."""
    base = base_rows(wards)
    in_order = ibis.window(group_by="ward_code", order_by="base_from_date")
    next_from = base.base_from_date.lead().over(in_order).fill_null(ibis.date(_FAR))
    nothing = {name: ibis.null(base[name].type()) for name in (*WARD_COLUMNS,)}
    after = base.mutate(hole_from=base.base_until_date, hole_until=next_from).filter(lambda one: one.hole_from < one.hole_until)
    before = base.filter(base.is_first_of_ward).mutate(hole_from=ibis.date(_FIRST), hole_until=lambda one: one.base_from_date)
    columns = ("ward_code", "base_from_date", "base_until_date", *WARD_COLUMNS)
    holes = [
        rows.select("ward_code", base_from_date="hole_from", base_until_date="hole_until", **nothing) for rows in (before, after)
    ]
    return ibis.union(base.select(*columns), *(hole.select(*columns) for hole in holes))
