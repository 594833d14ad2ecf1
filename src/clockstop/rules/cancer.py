"""The cancer clocks: 28 days to a diagnosis, 62 days to the first treatment, 31 days to each treatment.

Source: National cancer waiting times monitoring data set guidance, v12.1 (July 2025); NHS Data Dictionary (2026); rules CWT-R01 to
R17 of the domain reference. The 28 and 62 days run on a record (one suspected or found cancer), the 31 days on a treatment. A
missed first appointment ends none of them (CWT-R11), while it takes the RTT wait out of the count (RTT-R28). Adjustments do not
pause a clock: they are deducted from the days that it ran.
"""

from __future__ import annotations

from functools import cache

from clockstop.contracts.cancer_codes import TREATMENT_MODALITY
from clockstop.rules.cancer_events import DAY_CLASS, SYMBOLS, cancer_events, encoded
from clockstop.rules.cancer_events import TITLES as EVENT_TITLES
from clockstop.rules.cancer_list import cancer_list
from clockstop.rules.cancer_sites import SITES
from clockstop.rules.cancer_standards import D31, D62, FDS, TITLES, WITHIN_DAYS
from clockstop.rules.cancer_steps import cancer_steps
from clockstop.rules.cancer_waits import cancer_waits
from clockstop.rules.fact import Clocks, Fact, Lane
from clockstop.rules.fold import Fold
from clockstop.rules.readings import Readings

END_STATUSES = {
    "01": "Told of a diagnosis of cancer",
    "02": "Told that cancer is ruled out",
    "03": "Excluded",
    "04": "Interval scanning",
    "05": "Decision to treat before being told",
    "06": "Left the pathway before being told",
    "07": "Told, the record does not say what",
    "10": "Treated",
    "11": "Cancer ruled out",
    "12": "All treatment declined",
    "13": "Died",
    "14": "Left the pathway untreated",
}

STATES = {
    FDS: {
        "none": "no referral that starts the 28 days",
        "running": "waiting to be told",
        "told": "told, or a decision to treat came first",
        "excluded": "excluded from the standard",
        "ended": "left the pathway before being told",
    },
    D62: {
        "none": "not on a 62-day pathway",
        "running": "waiting for the first treatment",
        "decided": "a decision to treat was made off the 62-day pathway",
        "treated": "treated",
        "ruled_out": "cancer ruled out",
        "ended": "ended without treatment",
    },
    D31: {
        "none": "no decision yet",
        "awaiting": "decided, not yet clinically possible",
        "running": "waiting for this treatment",
        "treated": "treated",
        "ended": "declined or withdrawn",
    },
}

FLAGS = {
    "second_start": "a start was recorded while the clock ran",
    "told_unstated": "the patient was told, but the record does not say what",
    "upgrade_after_decision": "the upgrade is later than the decision to treat and starts no clock (CWT-R06)",
    "after_ruled_out": "a decision or treatment follows after cancer was ruled out (CWT-R14)",
    "treated_undecided": "a treatment without a decision to treat",
}

GROUPS = {
    "URGENT": ("urgent_referral_received", "breast_symptoms_received", "screening_received"),
    "UPGRADES": ("other_referral_received", "consultant_upgrade"),
    "MISSED": ("first_dna", "first_dna_late"),
    "CANCELLED": ("patient_cancel", "provider_cancel"),
    "PROGRESS": ("attend_first", "tests_completed", "team_discussed"),
    "TOLD": ("told_cancer", "told_ruled_out", "told_interval_scanning", "told_unstated"),
    "FIRST": ("treated_first", "treated_first_admitted"),
    "SUBSEQUENT": ("treated_subsequent", "treated_subsequent_admitted"),
    "LATER_DECISIONS": ("decision_subsequent", "decision_awaits_ecad", "ecad_reached"),
    "LEFT": ("removed", "death"),
    "OF_RECORDS": tuple(
        event for event in SYMBOLS if not event.startswith(("decision_", "ecad_", "treated_", "treatment_"))
    ),
}  # fmt: skip

FDS_TABLE = """
    state    | event                                      | next     | does                          | rule
    ---------+--------------------------------------------+----------+-------------------------------+---------
    none     | urgent_referral_received                   | running  | open                          | CWT-R04
    none     | breast_symptoms_received                   | running  | open                          | CWT-R04
    none     | screening_received                         | running  | open                          | CWT-R05
    none     | UPGRADES                                   | same     |                               | CWT-R06
    none     | MISSED, CANCELLED, rebook_contact, PROGRESS, TOLD, fds_excluded | same |              | CWT-R06
    none     | transfer_out, transfer_in, decision_to_treat, FIRST, treatment_declined | same |      | CWT-R06
    none     | LEFT                                       | same     |                               | CWT-R06
    running  | URGENT                                     | same     | flag second_start             | CWT-2.4
    running  | UPGRADES                                   | same     |                               | CWT-R06
    running  | MISSED                                     | same     |                               | CWT-R11
    running  | CANCELLED, rebook_contact                  | same     |                               | CWT-R08
    running  | PROGRESS                                   | same     |                               | CWT-R07
    running  | transfer_out                               | same     | pass                          | CWT-R17
    running  | transfer_in                                | same     | return                        | CWT-R17
    running  | told_cancer                                | told     | close 1                       | CWT-R07
    running  | told_ruled_out                             | told     | close 2                       | CWT-R07
    running  | told_interval_scanning                     | told     | close 4                       | CWT-2.2
    running  | told_unstated                              | told     | close 7, flag told_unstated   | CWT-R07
    running  | fds_excluded                               | excluded | close 3                       | CWT-2.2
    running  | decision_to_treat                          | told     | close 5                       | CWT-R07
    running  | FIRST, treatment_declined                  | told     | close 5, flag treated_undecided | CWT-R07
    running  | LEFT                                       | ended    | close 6                       | CWT-2.2
    none, running | LATER_DECISIONS, SUBSEQUENT, treatment_withdrawn | same |                        | CWT-R13
    told     | *                                          | same     |                               | CWT-R01
    excluded | *                                          | same     |                               | CWT-2.2
    ended    | *                                          | same     |                               | CWT-2.2
"""

D62_TABLE = """
    state     | event                                      | next      | does                        | rule
    ----------+--------------------------------------------+-----------+-----------------------------+---------
    none      | urgent_referral_received                   | running   | open                        | CWT-R04
    none      | breast_symptoms_received                   | running   | open                        | CWT-R04
    none      | screening_received                         | running   | open                        | CWT-R05
    none      | other_referral_received                    | same      |                             | CWT-R06
    none      | consultant_upgrade                         | running   | open                        | CWT-R06
    none      | decision_to_treat                          | decided   |                             | CWT-R06
    none      | FIRST, treatment_declined                  | decided   | flag treated_undecided      | CWT-R06
    none      | MISSED, CANCELLED, rebook_contact, PROGRESS, TOLD, fds_excluded | same |             | CWT-R06
    none, decided | transfer_out, transfer_in, LEFT        | same      |                             | CWT-R06
    decided   | URGENT                                     | same      | flag second_start           | CWT-2.4
    decided   | other_referral_received                    | same      |                             | CWT-R06
    decided   | consultant_upgrade                         | same      | flag upgrade_after_decision | CWT-R06
    decided   | MISSED, CANCELLED, rebook_contact, PROGRESS, TOLD, fds_excluded | same |             | CWT-R06
    decided   | decision_to_treat, FIRST, treatment_declined | same    |                             | CWT-R06
    running   | URGENT                                     | same      | flag second_start           | CWT-2.4
    running   | UPGRADES                                   | same      |                             | CWT-R06
    running   | MISSED                                     | same      |                             | CWT-R11
    running   | CANCELLED, rebook_contact                  | same      |                             | CWT-R08
    running   | PROGRESS                                   | same      |                             | CWT-R03
    running   | transfer_out                               | same      | pass                        | CWT-R17
    running   | transfer_in                                | same      | return                      | CWT-R17
    running   | told_cancer, told_interval_scanning, told_unstated | same |                          | CWT-R03
    running   | told_ruled_out                             | ruled_out | close 11                    | CWT-R14
    running   | fds_excluded                               | ended     | close 14                    | CWT-2.2
    running   | decision_to_treat                          | same      |                             | CWT-R03
    running   | treated_first                              | treated   | close 10                    | CWT-R03
    running   | treated_first_admitted                     | treated   | close 10, admitted          | CWT-R12
    running   | treatment_declined                         | ended     | close 12                    | CWT-2.3
    running   | removed                                    | ended     | close 14                    | CWT-2.3
    running   | death                                      | ended     | close 13                    | CWT-2.3
    ruled_out | decision_to_treat, FIRST, consultant_upgrade | same    | flag after_ruled_out        | CWT-R14
    ruled_out | URGENT, other_referral_received, MISSED, CANCELLED, rebook_contact, PROGRESS, TOLD | same | | CWT-R14
    ruled_out | fds_excluded, transfer_out, transfer_in, treatment_declined, LEFT | same |           | CWT-R14
    none, decided, running, ruled_out | LATER_DECISIONS, SUBSEQUENT, treatment_withdrawn | same |    | CWT-R13
    treated   | *                                          | same      |                             | CWT-R03
    ended     | *                                          | same      |                             | CWT-2.3
"""

D31_TABLE = """
    state    | event                              | next     | does                         | rule
    ---------+------------------------------------+----------+------------------------------+---------
    none     | decision_to_treat                  | running  | open                         | CWT-R02
    none     | decision_subsequent                | running  | open                         | CWT-R13
    none     | decision_awaits_ecad               | awaiting |                              | CWT-R13
    none, awaiting | ecad_reached                 | running  | open                         | CWT-R13
    awaiting | decision_to_treat, decision_subsequent, decision_awaits_ecad | same |         | CWT-R13
    none, awaiting | FIRST, SUBSEQUENT, treatment_declined | ended | flag treated_undecided | CWT-R02
    none, awaiting | treatment_withdrawn          | ended    |                              | CWT-2.3
    running  | decision_to_treat, decision_subsequent | same | flag second_start            | CWT-R13
    running  | decision_awaits_ecad, ecad_reached | same     |                              | CWT-R13
    running  | treated_first                      | treated  | close 10                     | CWT-R02
    running  | treated_first_admitted             | treated  | close 10, admitted           | CWT-R12
    running  | treated_subsequent                 | treated  | close 10                     | CWT-R13
    running  | treated_subsequent_admitted        | treated  | close 10, admitted           | CWT-R12
    running  | treatment_declined                 | ended    | close 12                     | CWT-2.3
    running  | treatment_withdrawn                | ended    | close 14                     | CWT-2.3
    none, awaiting, running | OF_RECORDS          | same     |                              | CWT-R02
    treated  | *                                  | same     |                              | CWT-R02
    ended    | *                                  | same     |                              | CWT-2.3
"""
TABLES = {FDS: FDS_TABLE, D62: D62_TABLE, D31: D31_TABLE}
KEYS = {FDS: "cancer_record_identifier", D62: "cancer_record_identifier", D31: "cancer_treatment_identifier"}


@cache
def clock(standard: str) -> Fold:
    """The clock of a standard. Readings change its events and what is counted of it, not its table."""
    return Fold(
        name=f"cancer_{standard}_clock",
        key=(KEYS[standard],),
        order=("event_date", "event_sequence"),
        states=tuple(STATES[standard]),
        events=SYMBOLS,
        running=frozenset({"running"}),
        state_groups={},
        event_groups=GROUPS,
        refinements=(),
        marks=(),
        mark_changes={},
        period_marks=(),
        flags=tuple(FLAGS),
        day_class=DAY_CLASS,
        table=TABLES[standard],
        encode=encoded,
    )


def _fds(readings: Readings) -> Fold:
    del readings
    return clock(FDS)


def _d62(readings: Readings) -> Fold:
    del readings
    return clock(D62)


def _d31(readings: Readings) -> Fold:
    del readings
    return clock(D31)


def _lane(standard: str) -> Lane:
    """The lane of a standard: those of records are told apart by what was suspected, those of treatments by the modality."""
    named_by, names = ("cancer_treatment_modality", TREATMENT_MODALITY) if standard == D31 else ("suspected_cancer_site", SITES)
    return Lane(
        title=TITLES[standard], within_days=WITHIN_DAYS[standard], endings=END_STATUSES, named_by=named_by, names=names
    )  # fmt: skip


EVENTS_FACT = Fact(
    name="cancer_events",
    title="Cancer events",
    row="an event of a cancer record or treatment",
    needs=("cancer_records", "cancer_treatments", "cancer_transfers"),
    build=cancer_events,
    order=("patient_pathway_identifier", "cancer_record_identifier", "event_date", "event_sequence"),
)

CLOCKS_FACT = Clocks(
    name="cancer_clocks",
    title="Cancer clocks",
    row="a clock of a cancer record (28 and 62 days) or of a treatment (31 days)",
    events="cancer_events",
    folds={FDS: _fds, D62: _d62, D31: _d31},
    lanes={standard: _lane(standard) for standard in TITLES},
    event_titles=EVENT_TITLES,
    waits="cancer_waits",
    keeps=("patient_pathway_identifier", "cancer_record_identifier", "cancer_treatment_identifier"),
)

WAITS_FACT = Fact(
    name="cancer_waits",
    title="Cancer waits",
    row="a cancer clock, open or ended, with its days, breach, stage and share",
    needs=("cancer_clocks", "cancer_records", "cancer_treatments", "cancer_transfers"),
    build=cancer_waits,
    order=("patient_pathway_identifier", "cancer_record_identifier", "standard", "start_date"),
)

STEPS_FACT = Fact(
    name="cancer_steps",
    title="Steps of the cancer pathway",
    row="a step of a 62-day pathway, ended or under way, with its days",
    needs=("cancer_waits",),
    build=cancer_steps,
    order=("patient_pathway_identifier", "cancer_record_identifier", "start_date", "step"),
)

LIST_FACT = Fact(
    name="cancer_list",
    title="Cancer patient tracking list",
    row="a record with a cancer clock open, or a subsequent treatment that is awaited",
    needs=("cancer_waits",),
    build=cancer_list,
    order=("patient_pathway_identifier", "cancer_list_identifier"),
)

FACTS = (EVENTS_FACT, CLOCKS_FACT, WAITS_FACT, STEPS_FACT, LIST_FACT)
