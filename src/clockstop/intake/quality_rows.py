"""The rows of a dataset as the rules of data quality see them: with the record's name, its day, its place and its person."""

from datetime import date

import ibis
from ibis.expr.types import StringValue, Table

from clockstop.contracts.contract import Contract
from clockstop.intake.pathways import PATHWAY
from clockstop.rules.quality import TODAY
from clockstop.rules.quality_columns import BIRTH, LINKS, PSEUDONYM, links
from clockstop.rules.treatment_functions import reported_function

FUNCTION, SITE, CONSULTANT, LOCAL = (
    "activity_treatment_function_code", "organisation_site_identifier_of_treatment", "consultant_code", "local_patient_identifier",
)  # fmt: skip
PLACES = ("division", "service", "site", "source_place")
# What is said of the records that fail; `known_...` are the row's own, else its parent's, else its pathway's.
DESCRIPTION = {
    "record": "string", PATHWAY: "string", PSEUDONYM: "string", LOCAL: "string", **dict.fromkeys(PLACES, "string"),
    "consultant": "string", "source_load": "string", "source_row": "int64", "day": "date", "month": "string",
}  # fmt: skip
_KNOWN = (PATHWAY, PSEUDONYM, LOCAL)
# The columns of which it is made.
DESCRIBED = tuple(f"known_{name}" if name in _KNOWN else name for name in DESCRIPTION)
# The columns that name where a record was made, the first that is filled.
_PLACED = ("clinic_code", "ward_code", "theatre", "room_identifier", "department_area", "emergency_care_department_type")
# The links by which a record without place or person takes those of its parent, in this order.
PARENTS = (
    "hospital_provider_spell_identifier", "emergency_care_attendance_identifier", "diagnostic_request_identifier",
    "theatre_session_identifier", "outpatient_session_identifier",
)  # fmt: skip
# What is known of a record's person and place: its own, else its parent's, else its pathway's.
_TAKEN = {
    PATHWAY: "string", PSEUDONYM: "string", LOCAL: "string", BIRTH: "date", "sex": "string", FUNCTION: "string", SITE: "string",
    CONSULTANT: "string", **dict.fromkeys(_PLACED[:4], "string"),
}  # fmt: skip
# What of it rules or descriptions name; the place is told by then.
_KEPT = (*_KNOWN, BIRTH, "sex", FUNCTION)
OF_PATHWAYS = {
    PATHWAY: PATHWAY, PSEUDONYM: PSEUDONYM, LOCAL: LOCAL, BIRTH: BIRTH, "sex": "sex", FUNCTION: FUNCTION, SITE: "site",
    CONSULTANT: "consultant",
}  # fmt: skip


def parent_of(contract: Contract) -> tuple[str, str] | None:
    """The column by which the dataset's rows find their parent, and its dataset; None where they have none."""
    found = links(contract)
    return next(((name, LINKS[name][0]) for name in PARENTS if name in found), None)


def described(
    rows: Table, contract: Contract, *, as_of: date, people: Table, divisions: Table, parent: Table | None = None
) -> Table:
    """The rows with their `DESCRIPTION` and `known_...` columns, and the as-of day in `today`.

    `people` are the pathways of the trust (rtt_pathways), `divisions` the division of each treatment function, `parent` the rows of
    `parent_of`.
    """
    own = parent_of(contract)
    known = {f"known_{name}": rows[name] if name in rows.columns else ibis.null(kind) for name, kind in _TAKEN.items()}
    rows = rows.mutate(**{name: value.cast(_TAKEN[name.removeprefix("known_")]) for name, value in known.items()})
    if parent is not None and own is not None:
        above = parent.distinct(on=own[0], keep="first")
        above = above.select(
            own[0], **{f"above_{name}": above[name] for name in _TAKEN if name in above.columns and name != own[0]}
        )
        rows = _filled(rows.left_join(above, own[0]).drop(f"{own[0]}_right"), "above_")
    folk = people.select(**{f"path_{ours}": people[theirs] for ours, theirs in OF_PATHWAYS.items()})
    rows = rows.left_join(folk, rows[f"known_{PATHWAY}"] == folk[f"path_{PATHWAY}"]).drop(f"path_{PATHWAY}")
    return _placed(_filled(rows, "path_"), contract, divisions, as_of)


def _filled(rows: Table, prefix: str) -> Table:
    """The rows with what is known of each filled from the joined columns of that prefix, which are left out."""
    joined = [name for name in rows.columns if name.startswith(prefix)]
    found = {f"known_{name.removeprefix(prefix)}": rows[name] for name in joined}
    return rows.mutate(**{name: rows[name].fill_null(other) for name, other in found.items()}).drop(*joined)


def _placed(rows: Table, contract: Contract, divisions: Table, as_of: date) -> Table:
    parts = [rows[name].cast("string").fill_null("") for name in contract.key]
    day, function = contract.day(rows), rows[f"known_{FUNCTION}"].strip()
    rows = rows.mutate(
        record=_joined(parts), day=day, month=day.strftime("%Y-%m"),
        source_place=ibis.coalesce(*(rows[f"known_{name}"] for name in _PLACED if name in _TAKEN),
                                   *(rows[name] for name in _PLACED if name in rows.columns), ibis.null("string")),
        service=function.isnull().ifelse(ibis.null("string"), reported_function(function)),
        site=rows[f"known_{SITE}"], consultant=rows[f"known_{CONSULTANT}"],
        person=ibis.coalesce(rows[f"known_{PSEUDONYM}"], ibis.literal("hospital number ") + rows[f"known_{LOCAL}"]),
        **{TODAY: ibis.literal(as_of)},
    )  # fmt: skip
    claimed = divisions.select(function_claimed="function_code", division="division")
    placed = rows.left_join(claimed, rows[f"known_{FUNCTION}"] == claimed.function_claimed)
    return placed.drop("function_claimed", *(f"known_{name}" for name in _TAKEN if name not in _KEPT))


def _joined(parts: list[StringValue]) -> StringValue:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + "|" + part
    return whole


def description(rows: Table) -> Table:
    """What is said of each record that fails."""
    return rows.select(**{name: rows[held] for name, held in zip(DESCRIPTION, DESCRIBED, strict=True)})
