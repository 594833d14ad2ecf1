"""Which column of a trust's own list says what: by our name, by a known word, or by what every word of the header says."""

import re
from collections.abc import Sequence

from clockstop.intake.map import PROVIDER, plain
from clockstop.intake.synonyms import SYNONYMS

START = "referral_to_treatment_period_start_date"
END = "referral_to_treatment_period_end_date"
STATUS = "referral_to_treatment_period_status"
FUNCTION = "activity_treatment_function_code"

# Words of lists, beside those of extracts; compared without case, spaces and signs. A booking reference names a pathway only here:
# in an extract of referrals it names the referral.
WORDS = {
    "patient_pathway_identifier": (
        "PPI", "PP ID", "Pathway No", "Pathway Num", "Pathway Key", "RTT Pathway", "RTT Pathway Identifier", "RTT Pathway Number",
        "Patient Pathway", "Patient Pathway ID", "Patient Pathway No", "Patient Pathway Number", "Unique Pathway ID",
        "Unique Pathway Identifier", "Unique Pathway Number", "Pathway Reference", "Pathway UID", "RTT ID", "UBRN",
        "Unique Booking Reference Number", "Unique Booking Reference Number Converted",
    ),
    "local_patient_identifier": ("Hosp No", "Hospital Num", "Hospital ID", "K Number", "PAS Number", "PAS No", "Patient Number",
                                 "Internal Patient Number", "Medical Record Number", "Local ID"),
    START: (
        "Clock Start", "Clock Start Date", "RTT Start", "RTT Start Date", "RTT Clock Start", "RTT Clock Start Date", "Start Date",
        "Start", "Period Start", "Period Start Date", "RTT Period Start", "RTT Period Start Date", "Pathway Start Date",
        "Pathway Start", "Wait Start", "Wait Start Date", "Waiting Start Date", "RTT Wait Start Date", "Date Clock Started",
        "Clock Started", "Waiting Since", "RTT Start Dt", "Clock Start Dt", "Current Clock Start Date",
    ),
    END: (
        "Clock Stop", "Clock Stop Date", "Clock End", "Clock End Date", "RTT Stop", "RTT Stop Date", "RTT End", "RTT End Date",
        "RTT Clock Stop", "RTT Clock Stop Date", "RTT Clock End Date", "Stop Date", "End Date", "Stop", "End", "Period End",
        "Period End Date", "RTT Period End", "RTT Period End Date", "Pathway End Date", "Pathway Stop Date", "Date Clock Stopped",
        "Clock Stopped", "Wait End Date", "Date Stopped",
    ),
    STATUS: ("Period Status", "RTT Status Description", "Current RTT Status", "Latest RTT Status", "Clock Status", "RTT"),
    FUNCTION: ("Main Specialty", "Treatment Function Cd", "TFC Code", "Treat Func", "Treatment Func",
               "Speciality", "Treatment Code"),
    PROVIDER: ("Provider", "Provider Code", "Org", "Org Code", "Organisation", "Organisation Code", "Trust", "Trust Code",
               "ODS Code", "Provider Org Code", "Organisation Identifier Code of Provider", "Provider ODS Code"),
    "week_ending_date": ("Week Ending", "Week End", "Week End Date", "WE Date", "W/E", "Census Date", "Snapshot Date", "As At",
                         "As At Date", "Report Date", "Reporting Date", "PTL Date", "Extract Date", "As Of", "As of Date"),
    "decided_to_admit_date": ("Decision to Admit", "Decision to Admit Date", "DTA", "DTA Date", "Date on List", "Added to WL",
                              "Date Added to Waiting List"),
    "waiting_list_type": ("List Type", "WL Type", "Waiting List", "PTL Type"),
    "section": ("WLMDS Section", "Record Type", "File Section", "List Section", "Row Type", "Section Name"),
    "days_waited": ("Days", "Days Waiting", "Days Wait", "Wait Days", "RTT Days", "Number of Days Waiting", "Total Days Waiting",
                    "Days on Pathway", "LOW Days", "Current Wait Days"),
    "weeks_waited": ("Weeks", "Weeks Waiting", "Weeks Wait", "Wait Weeks", "RTT Weeks", "RTT Weeks Waited", "RTT Weeks Waiting",
                     "Current Wait", "Current Wait Weeks", "Wait in Weeks", "Number of Weeks Waiting", "Weeks on Pathway",
                     "Wks Wait", "Wks Waiting", "Wks"),
    "week_band": ("Band", "Weeks Band", "Wait Band", "RTT Band", "Waiting Band", "RTT Week Band", "Week Banding"),
}  # fmt: skip
# Where no known word stands: every word here must occur, none of those after "not".
SAYS = {
    START: (("start",), ("clock", "rtt", "period", "wait", "pathway"), ("status", "week", "reason", "rule", "original", "stop")),
    END: (("stop", "end"), ("clock", "rtt", "period", "pathway"), ("status", "week", "reason", "rule", "start")),
    "patient_pathway_identifier": (("pathway",), ("id", "identifier", "number", "no", "ref", "reference", "key"),
                                   ("issuer", "org", "organisation", "start", "end", "patient number")),
}  # fmt: skip


def recognised(headers: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Our column to their header, each header once. Likeness alone is no recognition: "Clock Stop" is like "Clock Start".

    >>> recognised(["PTL Pathway Ref", "Date RTT clock started", "Weeks"], ["patient_pathway_identifier", START, "weeks_waited"])
    {'weeks_waited': 'Weeks', 'referral_to_treatment_period_start_date': 'Date RTT clock started', \
'patient_pathway_identifier': 'PTL Pathway Ref'}
    """
    free = {plain(header): header for header in reversed(headers) if plain(header)}
    chosen: dict[str, str] = {}
    for name in names:
        if plain(name) in free:
            chosen[name] = free.pop(plain(name))
    for name in names:
        known = (*WORDS.get(name, ()), *SYNONYMS.get(name, ()))
        word = next((word for word in map(plain, known) if name not in chosen and word in free), None)
        if word:
            chosen[name] = free.pop(word)
    for name in SAYS:
        found = next((word for word, header in free.items() if name in names and name not in chosen and _says(header, name)), None)
        if found:
            chosen[name] = free.pop(found)
    return chosen


def _says(header: str, name: str) -> bool:
    """Whether one of each of the first two groups of words stands in the header, and none of the third."""
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", header).casefold())
    has = [any(word in (one, f"{one}s", f"{one}ed", f"{one}ped") for word in words for one in group) for group in SAYS[name]]
    return has == [True, True, False]
