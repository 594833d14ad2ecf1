"""The weekly Waiting List Minimum Data Set for RTT, patient by patient, as far as planned-care.md 1.13 knows it.

The rows are those of rules/wlmds.py: by the rules of the monthly return, for a week that ends on a Sunday. They are patient-level:
made, looked at and taken away only by who is cleared for the trust's patients.
"""

from collections.abc import Iterable, Mapping

import ibis
from ibis.expr.types import Table

from clockstop.rules.national_return import Counted, NationalReturn, ReturnColumn, ReturnRow, ReturnSheet
from clockstop.rules.national_returns.wlmds_checks import CHECKS, ROWS
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import ReturnPeriod
from clockstop.rules.wlmds import listed_first, periods_first, weekly_rows
from clockstop.rules.wlmds_columns import COLUMNS, SECTIONS, columns_on

SHEETS = (
    ReturnSheet(
        name=ROWS,
        row="a pathway in a section",
        columns=tuple(
            ReturnColumn(
                heading=one.name,
                kind="date" if one.kind == "date" else "text",
                fill="org_code" if one.name == "organisation_identifier_code_of_provider" else one.name,
            )
            for one in COLUMNS
        ),
        is_published=False,
    ),
)  # fmt: skip


def members(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """The rows themselves, each adding one to its section."""
    rows = weekly_rows(tables, period, readings)
    return rows.drop("trust").mutate(adds=ibis.literal(1.0))


def layout(counted: Counted) -> Iterable[ReturnRow]:
    """The rows by section, in the order of the pathways; a column that the week does not send stays blank."""
    sent = {one.name for one in columns_on(counted.period.last_day)}
    order = {section: place for place, section in enumerate(SECTIONS)}
    rows = sorted(counted.records, key=lambda row: (order[row["key"]], row["record"] or ""))
    for line, row in enumerate(rows, start=2):
        cells = tuple(row[one.name] if one.name in sent else None for one in COLUMNS)
        yield ReturnRow(sheet=ROWS, cells=cells, cut=f"section={row['key']}", title=SECTIONS[row["key"]], line=line)


RETURN = NationalReturn(
    slug="wlmds",
    title="Weekly waiting list rows for RTT",
    name="WLMDS",
    period="week",
    source="NHS England, Waiting List Minimum Data Set; planned-care.md 1.13",
    needs=("rtt_clocks", "rtt_events", "rtt_list_entries", "rtt_pathways", "rtt_appointments"),
    wants=("diagnostic_planned",),
    datasets=("referrals", "appointments", "waiting_list_entries"),
    cuts=("section",),
    sheets=SHEETS,
    keys=SECTIONS,
    members=members,
    layout=layout,
    first=(periods_first, listed_first),
    checks=CHECKS,
    due_days=4,
    is_of_records=True,
    unsure=(
        "The specification itself was not read: the columns are those seen in use, and some of them are our guess. They are dated "
        "configuration.",
        "Of the list types ORTT, IRTT and PLN are known; tests on the active waiting list and rows outside RTT have others and "
        "are left out.",
        "Clockstop holds no NHS number: the trust's own system joins it back by local_patient_identifier.",
        "The source of referral and the proposed procedure are not held in a snapshot; the trust's own system adds them.",
    ),
)
