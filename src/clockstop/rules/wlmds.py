"""The weekly waiting list rows (WLMDS): who waits on the Sunday, whose clock started and whose stopped in the week, a row each.

The same rules as the monthly return (planned-care.md 1.13): a week is given to rules/rtt_return.py as a month is, so that the two
cannot come apart. Sections and columns are those of rules/wlmds_columns.py.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis.expr.types import Table, Value

from clockstop.rules import rtt_return
from clockstop.rules.admission_list import is_active, is_for_treatment, stands
from clockstop.rules.outpatient_attendance import ATTENDED
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import ReturnPeriod
from clockstop.rules.rtt_point_of_delivery import point_of_delivery
from clockstop.rules.rtt_return import PATHWAY, PERIOD, ReturnMonth
from clockstop.rules.wlmds_columns import ADMITTED, COLUMNS, NON_ADMITTED, OPEN, PLANNED, PLANNED_TYPE, STARTS, STOPS

# Tables that hold what is worked out before the rows are, where it is.
PERIODS, UNKNOWN, LISTED = "wlmds_periods", "wlmds_unknown", "wlmds_listed"
_SECTION_OF = {"part_1a": STOPS, "part_1b": STOPS, "part_2": OPEN, "part_3": STARTS}
_START, _END, _STATUS = (f"referral_to_treatment_period_{name}" for name in ("start_date", "end_date", "status"))


def as_month(period: ReturnPeriod) -> ReturnMonth:
    """The week as what the rules of the monthly return take."""
    return ReturnMonth(first_day=period.first_day, last_day=period.last_day, census=period.census)


def weekly_rows(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """Every row of the week with the columns of `COLUMNS`, `trust`, `record` and `key` (the section)."""
    rows = _of_pathways(tables, period, readings)
    planned = _of_planned(tables.get("diagnostic_planned"), period)
    return rows if planned is None else rows.union(planned)


def periods_first(tables: Mapping[str, Table], period: ReturnPeriod, _readings: Readings) -> dict[str, Table]:
    """The week's periods and unknown starts, which every section is taken from."""
    clocks, events, entries, pathways = (tables[name] for name in ("rtt_clocks", "rtt_events", "rtt_list_entries", "rtt_pathways"))
    month = as_month(period)
    return {
        PERIODS: rtt_return.prepared(clocks, events, entries, month=month),
        UNKNOWN: rtt_return.unknown_starts(clocks, events, pathways, month=month),
    }


def listed_first(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> dict[str, Table]:
    """Who stands in which section, beside which the columns of the rows are then looked up."""
    return {LISTED: listed(tables, period, readings)}


def listed(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """The memberships of the week, each under its section, with `is_admitted_list`: on the list for admission, or treated from it.

    A pathway that both started and stopped in the week stands in both sections.
    """
    worked_out = tables if PERIODS in tables else periods_first(tables, period, readings)
    found = rtt_return.parts_of(worked_out[PERIODS], worked_out[UNKNOWN], month=as_month(period), readings=readings)
    decided = found.filter(found.part == "part_2a").select(*PERIOD).distinct().mutate(has_decision=ibis.literal(True))
    rows = found.filter(found.part != "part_2a").left_join(decided, list(PERIOD))
    rows = rows.drop(*(f"{name}_right" for name in PERIOD))
    is_admitted = (rows.part == "part_1a") | (rows.has_decision.fill_null(False) & (rows.part != "part_1b"))
    return rows.mutate(key=rows.part.cases(*_SECTION_OF.items()), is_admitted_list=is_admitted)


def _of_pathways(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """The rows of the RTT sections."""
    census = period.census
    rows = tables[LISTED] if LISTED in tables else listed(tables, period, readings)
    for beside, key in (
        (_clocks(tables["rtt_clocks"], census), PERIOD),
        (_persons(tables["rtt_pathways"], census), PATHWAY),
        (_decisions(tables["rtt_list_entries"], census), PATHWAY),
        (_appointments(tables["rtt_appointments"], census), PATHWAY),
        (_statuses(tables["rtt_events"], census), PATHWAY),
    ):
        rows = rows.left_join(beside, list(key)).drop(*(f"{name}_right" for name in key))
    is_stop = rows.key == STOPS
    own_status = (rows.last_status_date >= rows.start_date).ifelse(rows.last_status, ibis.null("string"))
    kind = rows.is_admitted_list.ifelse(ADMITTED, NON_ADMITTED)
    # What is decided, and where to, belongs to who is on the list for it.
    of_list = {name: rows.is_admitted_list.ifelse(rows[f"entry_{name}"], None) for name in _OF_ENTRY}
    rows = rows.mutate(
        section=rows.key,
        # A stop before which no clock is known (RTT-R47) has the function of its pathway.
        activity_treatment_function_code=rows.activity_treatment_function_code.fill_null(rows.pathway_function_code),
        waiting_list_type=kind,
        **{_START: rows.start_date, _END: is_stop.ifelse(rows.end_date, ibis.null("date")),
           _STATUS: is_stop.ifelse(rows.end_status, own_status)},
        **of_list,
        organisation_identifier_code_of_provider=rows.trust,
        organisation_identifier_code_of_commissioner=rows.commissioner,
        diagnostic_modality=ibis.null("string"),
        diagnostic_clock_start_date=ibis.null("date"),
        record=rows.patient_pathway_identifier + ibis.literal("|") + rows.period_number.cast("string"),
    )  # fmt: skip
    derived = point_of_delivery(
        waiting_list_type=rows.waiting_list_type, start_date=rows[_START],
        intended_management_code=rows.intended_management_code, first_activity_date=rows.first_activity_date,
        census=ibis.literal(census),
    )  # fmt: skip
    return _in_columns(rows.mutate(derived_point_of_delivery=(rows.key == OPEN).ifelse(derived, ibis.null("string"))), period)


def _clocks(clocks: Table, census: date) -> Table:
    """What a period says of itself, as it was known at the census."""
    first = clocks.first_attended_date
    return clocks.select(
        *PATHWAY,
        "activity_treatment_function_code",
        period_number=clocks.period_number.cast("int32"),
        first_activity_date=(first <= ibis.literal(census)).ifelse(first, ibis.null("date")),
    )


def _persons(pathways: Table, census: date) -> Table:
    validated = pathways.last_pas_validation_date
    return pathways.select(
        *PATHWAY, "organisation_identifier_patient_pathway_identifier_issuer", "local_patient_identifier", "nhs_number_pseudonym",
        "referral_request_received_date",
        last_pas_validation_date=(validated <= ibis.literal(census)).ifelse(validated, ibis.null("date")),
        organisation_site_identifier_of_treatment=pathways.site,
        pathway_function_code=pathways.activity_treatment_function_code,
    )  # fmt: skip


_OF_ENTRY = ("decision_to_admit_date", "intended_management_code", "tci_date", "procedure_priority_code")


def _decisions(entries: Table, census: date) -> Table:
    """Of each pathway the latest decision to admit for treatment that stands at the census, or was taken off by the admission."""
    day = ibis.literal(census)
    own = entries.filter(is_active(entries), is_for_treatment(entries), entries.decided_to_admit_date <= day)
    last = ibis.window(
        group_by=PATHWAY, order_by=[stands(own, census).desc(), own.decided_to_admit_date.desc(), own.waiting_list_entry_identifier]
    )
    own = own.mutate(place=ibis.row_number().over(last))
    own = own.filter(own.place == 0)
    return own.select(
        *PATHWAY,
        entry_decision_to_admit_date=own.decided_to_admit_date,
        entry_intended_management_code=own.intended_management_code,
        entry_tci_date=own.offered_for_admission_date,
        entry_procedure_priority_code=own.procedure_priority_code,
    )


def _appointments(appointments: Table, census: date) -> Table:
    """The last appointment that each pathway attended by the census, and the first after it that was then booked."""
    day = ibis.literal(census)
    was_attended = appointments.attended_or_did_not_attend_code.isin(sorted(ATTENDED)) & (appointments.appointment_date <= day)
    was_booked = (appointments.appointment_booked_date <= day).fill_null(True)
    is_off = (appointments.appointment_cancelled_date <= day).fill_null(False)
    is_ahead = (appointments.appointment_date > day) & was_booked & ~is_off
    return appointments.group_by(*PATHWAY).aggregate(
        date_last_attended=appointments.appointment_date.max(where=was_attended),
        outpatient_future_appointment_date=appointments.appointment_date.min(where=is_ahead),
    )


def _statuses(events: Table, census: date) -> Table:
    """The last period status recorded for each pathway by the census, and on which day: it may be that of an earlier period."""
    known = events.filter(events.referral_to_treatment_period_status.notnull(), events.event_date <= ibis.literal(census))
    last = ibis.window(group_by=PATHWAY, order_by=[known.event_date.desc(), known.event_sequence.desc()])
    known = known.mutate(place=ibis.row_number().over(last))
    known = known.filter(known.place == 0)
    return known.select(*PATHWAY, last_status=known.referral_to_treatment_period_status, last_status_date=known.event_date)


def _of_planned(planned: Table | None, period: ReturnPeriod) -> Table | None:
    """The planned tests that wait at the census: the one list type of the diagnostic section that is known."""
    if planned is None:
        return None
    day = ibis.literal(period.census)
    rows = planned.filter((planned.start_date <= day).fill_null(True), planned.end_date.isnull() | (planned.end_date > day))
    known = {
        "section": ibis.literal(PLANNED), "waiting_list_type": ibis.literal(PLANNED_TYPE),
        "patient_pathway_identifier": rows.patient_pathway_identifier, "local_patient_identifier": rows.local_patient_identifier,
        "nhs_number_pseudonym": rows.nhs_number_pseudonym,
        "activity_treatment_function_code": rows.activity_treatment_function_code,
        "organisation_identifier_code_of_provider": rows.trust, "organisation_site_identifier_of_treatment": rows.site,
        "organisation_identifier_code_of_commissioner": rows.commissioner, "diagnostic_modality": rows.diagnostic_test,
        "diagnostic_clock_start_date": rows.start_date,
    }  # fmt: skip
    kinds: dict[str, str] = {one.name: "date" if one.kind == "date" else "string" for one in COLUMNS}
    empty: dict[str, Value] = {name: ibis.null(kind) for name, kind in kinds.items()}
    found = rows.select("trust", record=rows.diagnostic_wait_identifier, key=ibis.literal(PLANNED), **{**empty, **known})
    return _in_columns(found, period)


def _in_columns(rows: Table, period: ReturnPeriod) -> Table:
    """The rows with every column in its order; what is not held is empty."""
    rows = rows.mutate(week_ending_date=ibis.literal(period.last_day))
    held = {one.name: rows[one.name] if one.name in rows.columns else ibis.null("string") for one in COLUMNS}
    typed = {one.name: held[one.name].cast("date" if one.kind == "date" else "string") for one in COLUMNS}
    return rows.select("trust", "record", "key", **typed)
