"""The check list's files beyond those of published_check_list.py: A&E, ambulance, outpatients, workforce, RTT's workbook, ODS.

Each stem of a file maps to a reader, as there: of a row of the list the `Asked` figure, or a count of the loaded file.
"""

import pyarrow.compute as pc

from clockstop.intake.published.months import month
from published_check_list import Asked, Reader, area, figures_table, providers, rows_read

_AE_CSV = {
    "attendances excl. booked": ("attendances_excluding_booked", ""),
    "booked attendances": ("attendances_booked", ""),
    "over 4 hours excl. booked": ("over_4_hours_excluding_booked", ""),
    "booked over 4 hours": ("over_4_hours_booked", ""),
    "waits 12+ h from DTA": ("waits_12_hours_from_dta", ""),
    "emergency admissions via A&E": ("emergency_admissions_via_ae", ""),
    "Type 1 attendances excl. booked": ("attendances_excluding_booked", "type=1"),
    "Type 1 over 4 hours excl. booked": ("over_4_hours_excluding_booked", "type=1"),
}
_AE_WORKBOOK = {"total attendances": "attendances", "within 4 hours": "within_4_hours", "over 4 hours": "over_4_hours"}
_AE_HISTORY = {"attendances": "attendances", "breaches": "over_4_hours", "admissions": "emergency_admissions_via_ae"}
_AMBULANCE = {
    "handover time known A140": "handovers_time_known",
    "over 15 min A144": "handovers_over_15_minutes",
    "over 30 min A145": "handovers_over_30_minutes",
    "over 60 min A146": "handovers_over_60_minutes",
    "handover time unknown A148": "handovers_time_unknown",
    "total hours A141": "handover_total_hours",
    "mean handover seconds": "handover_mean_seconds",
    "90th centile seconds": "handover_90th_centile_seconds",
    "hours beyond 30 min A147": "handover_hours_beyond_30_minutes",
}
_OUTPATIENTS = {
    "Total_Appointments": "total_appointments",
    "Attended_Appointments": "attended_appointments",
    "DNA_Appointments": "dna_appointments",
    "First_Attendance": "first_attendances",
    "FAE": "finished_admission_episodes",
    "EMERGENCY": "emergency_admission_episodes",
}
_SICKNESS = {
    "FTE days lost": "fte_days_lost",
    "FTE days available": "fte_days_available",
    "sickness absence rate %": "sickness_absence_rate_percent",
}
_NON_ADMITTED = {"median wait weeks": "non_admitted_median_weeks", "95th percentile weeks": "non_admitted_percentile_95_weeks"}


def _of_england(home, receipt):
    table = figures_table(home, receipt)
    return table.filter(pc.and_(pc.equal(table["level"], "england"), pc.equal(table["cut"], "")))


def _ae_csv(check):
    if check["measure"] == "provider rows":
        return providers
    of_month = month(check["file"].split("/")[-1].replace("-CSV", ""))
    if check["measure"].startswith("percent"):
        return _percent_within_4_hours
    key, of_cut = _AE_CSV[check["measure"]]
    return Asked(dataset="ae", month=of_month, key=key, cut=of_cut)


def _percent_within_4_hours(home, receipt):
    """The list rounds it to four places."""
    table = _of_england(home, receipt)
    return round(table.filter(pc.equal(table["key"], "share_within_4_hours"))["value"][0].as_py() * 100, 4)


def _ae_workbook(of_month):
    return lambda check: Asked(dataset="ae", month=of_month, key=_AE_WORKBOOK[check["measure"]], **area(check["scope"]))


def _ae_history(check):
    if check["measure"] == "data rows":
        return rows_read

    def summed(home, receipt):
        table = _of_england(home, receipt)
        return pc.sum(table.filter(pc.equal(table["key"], _AE_HISTORY[check["measure"]]))["value"]).as_py()

    return summed


def _ambulance(check):
    return Asked(dataset="ambulance", month="2025-08", key=_AMBULANCE[check["measure"]])


def _outpatients(check):
    if check["measure"] == "data rows":
        return rows_read
    return Asked(dataset="outpatients", month="2021-03", key=_OUTPATIENTS[check["measure"]])


def _workforce(check):
    key = "fte" if check["measure"].startswith("FTE") else "headcount"
    return Asked(dataset="workforce", month="2025-05", key=key, **area(check["scope"]))


def _sickness(of_month):
    def asked(check):
        if check["measure"] == "data rows":
            return rows_read
        return Asked(dataset="sickness", month=of_month, key=_SICKNESS[check["measure"]], **area(check["scope"]))

    return asked


def _non_admitted(check):
    """RTT's own figures: a row a provider and treatment function; IS providers stand on their own sheet and have longer codes."""

    def counted(home, receipt):
        table = figures_table(home, receipt)
        is_trust = pc.match_substring_regex(table["area_code"], "^[RT][A-Z0-9]{2}$")
        if check["scope"] in ("Provider", "IS Provider"):
            is_nhs = pc.is_in(table["area_code"], value_set=_codes_of_sheet(home, receipt, "Provider"))
            table = table.filter(is_nhs if check["scope"] == "Provider" else pc.invert(is_nhs))
        else:
            code = check["scope"].split()[1]
            table = table.filter(pc.and_(pc.equal(table["area_code"], code), is_trust))
        if check["measure"] == "data rows":
            return table.num_rows
        total = table.filter(pc.equal(table["treatment_function"], "C_999"))
        return pc.sum(total[_NON_ADMITTED.get(check["measure"], "completed_non_admitted")]).as_py()

    return counted


def _codes_of_sheet(home, receipt, sheet):
    """The providers of a sheet, of the rows as they stood: the third cell."""
    from pyarrow import parquet

    from clockstop.intake.published import catalogue

    rows = parquet.read_table(catalogue.table_file(home, receipt, "rows"))
    cells = rows.filter(pc.equal(rows["sheet"], sheet))["cells"]
    return pc.unique(pc.list_element(cells.filter(pc.greater(pc.list_value_length(cells), 2)), 2))


def _ods(check):
    return rows_read if check["measure"] == "rows" else lambda home, receipt: receipt.details["open"]


READERS: dict[str, Reader] = {
    "ae_monthly/csv/": _ae_csv,
    "ae_monthly/by_provider_xls/Monthly-AE-April-2019": _ae_workbook("2019-04"),
    "ae_monthly/by_provider_xls/September-2025": _ae_workbook("2025-09"),
    "nhsrdatasets/ae_attendances": _ae_history,
    "ambulance_ambsys/": _ambulance,
    "outpatient_hes/HES_M13_2021_OPEN_DATA_TREATMENT_FUNCTION": _outpatients,
    "workforce/NHS Workforce Statistics": _workforce,
    "workforce/nhs_sickness_absence_2025-02": _sickness("2025-02"),
    "workforce/nhs_sickness_absence_2025-03": _sickness("2025-03"),
    "rtt/NonAdmitted-Provider-Sep25": _non_admitted,
    "ods/etr": _ods,
}
