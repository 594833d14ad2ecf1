"""The RTT clock: its states, its events, its transition table, and the waits that follow.

Source: NHS England, Recording and Reporting RTT waiting times, v5.0 (S1); NHS Data Dictionary, April/May 2026 (S3); the
readings where these leave room are numbered as in the domain reference, 1.15 (cited as RTT-1.15-N; RTT-1.15-B marks a
choice where no reading is settled: the record is flagged).
"""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

import pyarrow as pa

from clockstop.rules import rtt_events
from clockstop.rules.fold import Fold, Refinement
from clockstop.rules.fold_trace import explained
from clockstop.rules.readings import Readings

if TYPE_CHECKING:
    from ibis.expr.types import Table

STATES = {
    "none": "no clock yet",
    "fresh": "first clock running, no care activity yet",
    "running": "clock running",
    "two_open": "two clocks running under one pathway identifier",
    "treated": "stopped: treatment started (30)",
    "ended": "stopped: decision not to treat or treatment declined (34, 35)",
    "monitoring": "stopped: active monitoring in force (31, 32)",
    "lapsed": "stopped: active monitoring, ended since by a discharge or treatment",
    "nullified": "nullified after a missed first appointment (33)",
    "dead": "the patient has died (36)",
}

# Quality flags that the clock itself raises, in the order of their bits; the sentence says what to look at.
FLAGS = {
    "stop_without_clock": "a stop was recorded before any clock: the start is unknown (RTT-R47)",
    "activity_without_clock": "activity was recorded with no clock running (RTT-R18)",
    "status_contradicts": "a status of 'not applicable' was recorded on a running clock (RTT-R18)",
    "status_missing": "an attendance without an RTT status",
    "dna_label": "the label first or later DNA disagrees with the history",
    "arrived_late": "arrived too late to be seen: the guidance does not say what the clock does",
    "start_while_running": "a start was recorded while a clock ran",
    "start_while_monitored": "a referral or transfer arrived during active monitoring",
    "start_after_nullified": "a referral arrived after a nullified first appointment",
    "start_on_closed": "a slot issue, assessment or planned date opened a clock on a closed pathway",
    "transfer_start": "the transfer's original start is missing or not after the last period's end",
    "receipt_missing": "a self-referral was accepted with no date of receipt",
    "decision_without_clock": "a decision to treat with no clock and no active monitoring",
    "treated_while_monitored": "treatment during active monitoring without a decision to treat",
    "second_side": "a second side with no first side treated, or a third side",
    "discharge_safeguards": "a discharge after an attendance is marked as without safeguards",
    "two_clocks": "two clocks run under one pathway identifier",
    "after_death": "an event is dated after the death, or there are two dates of death",
    "admission_decision": "decided that no admission is needed, with no admission before",
    "stop_void": "an administrative stop without a status that can stop a clock",
}

STATE_GROUPS = {
    "OPEN": ("fresh", "running"),
    "ENDED": ("treated", "ended"),
    "CLOSED": ("treated", "ended", "monitoring", "lapsed", "nullified"),
    "IDLE": ("none", "treated", "ended", "monitoring", "lapsed", "nullified"),
    "STOPPED": ("treated", "ended", "lapsed", "nullified"),
    "LIVE": ("none", "fresh", "running", "treated", "ended", "monitoring", "lapsed", "nullified"),
}

TABLE = """
    state              | event                            | next      | does                                    | rule
    -------------------+----------------------------------+-----------+-----------------------------------------+------------
    none               | referral_received                | fresh     | open                                    | RTT-R01
    none               | ubrn_converted                   | fresh     | open                                    | RTT-R02
    none               | asi_worklist                     | fresh     | open                                    | RTT-R03
    none               | cas_booked, interface_received   | fresh     | open                                    | RTT-R05
    none               | self_referral_ratified           | fresh     | open received                           | RTT-R06
    none               | self_referral_seen               | running   | open received, keep marks               | RTT-R06
    none               | self_referral_no_receipt         | fresh     | open, flag receipt_missing              | RTT-1.15-B
    none               | referral_after_emergency         | fresh     | open                                    | RTT-R13
    none               | transfer_in, transfer_later      | running   | open original                           | RTT-R15
    none               | transfer_undated                 | running   | open, flag transfer_start               | RTT-1.15-B
    none               | separate_condition_referral      | fresh     | open                                    | RTT-R12
    none               | re_referral                      | running   | open                                    | RTT-R09
    none               | re_referral_initial              | fresh     | open                                    | RTT-R09
    none               | planned_due_missed               | running   | open                                    | RTT-R14
    ENDED              | FIRST_REFERRALS                  | running   | open                                    | RTT-R09
    lapsed             | FIRST_REFERRALS                  | running   | open, flag start_on_closed              | RTT-1.15-B
    nullified          | FIRST_REFERRALS                  | running   | open, flag start_after_nullified        | RTT-1.15-B
    monitoring         | FIRST_REFERRALS                  | same      | flag start_while_monitored              | RTT-1.15-B
    ENDED, lapsed      | SLOTS                            | running   | open, flag start_on_closed              | RTT-1.15-B
    nullified          | SLOTS                            | running   | open, flag start_after_nullified        | RTT-1.15-B
    monitoring         | SLOTS                            | same      | flag start_while_monitored              | RTT-1.15-B
    OPEN               | FIRST_REFERRALS, SLOTS           | same      |                                         | RTT-1.15-7
    LIVE               | ers_rejected                     | same      |                                         | RTT-R04
    ENDED, lapsed      | RATIFICATIONS                    | running   | open received, keep marks               | RTT-R06
    ENDED, lapsed      | self_referral_no_receipt         | running   | open, flag receipt_missing              | RTT-1.15-B
    nullified          | RATIFICATIONS           | running | open received, keep marks, flag start_after_nullified | RTT-1.15-B
    nullified          | self_referral_no_receipt         | running   | open, flag receipt_missing              | RTT-1.15-B
    monitoring         | RATIFICATIONS, self_referral_no_receipt | same | flag start_while_monitored             | RTT-1.15-B
    OPEN               | RATIFICATIONS, self_referral_no_receipt | same |                                        | RTT-1.15-7
    IDLE               | self_referral_received           | same      | receive                                 | RTT-R06
    OPEN               | self_referral_received           | same      |                                         | RTT-1.15-3
    LIVE               | emergency_presentation           | same      |                                         | RTT-R13
    ENDED              | transfer_later                   | running   | open original                           | RTT-R15
    lapsed             | transfer_later                   | running   | open original, flag start_on_closed     | RTT-1.15-B
    nullified          | transfer_later                   | running   | open original, flag start_after_nullified | RTT-1.15-B
    monitoring         | transfer_later                   | same      | flag start_while_monitored              | RTT-1.15-B
    ENDED, lapsed, nullified | transfer_undated           | running   | open, flag transfer_start               | RTT-1.15-B
    monitoring         | transfer_undated                 | same      | flag start_while_monitored              | RTT-1.15-B
    CLOSED             | transfer_in, transfer_back       | same      | flag transfer_start                     | RTT-1.15-B
    none               | transfer_back                    | same      |                                         | RTT-R15
    OPEN               | transfer_back                    | same      | return                                  | RTT-1.15-11
    OPEN               | transfer_in, transfer_later, transfer_undated | same | return, flag start_while_running  | RTT-1.15-B
    OPEN               | transfer_out_passed              | same      | pass                                    | RTT-R33
    LIVE               | transfer_out                     | same      |                                         | RTT-R33
    IDLE               | transfer_out_passed              | same      |                                         | RTT-R33
    CLOSED             | RE_REFERRALS                     | running   | open                                    | RTT-R09
    OPEN               | RE_REFERRALS                     | same      | flag start_while_running                | RTT-1.15-B
    CLOSED             | separate_condition_referral      | running   | open                                    | RTT-R12
    OPEN               | separate_condition_referral      | two_open  | open beside, flag two_clocks            | RTT-R12
    two_open           | separate_condition_referral      | same      | open beside, flag two_clocks            | RTT-R12
    ENDED              | planned_due_missed               | running   | open                                    | RTT-R14
    monitoring, lapsed, nullified | planned_due_missed    | running   | open, flag start_on_closed              | RTT-1.15-B
    OPEN               | planned_due_missed               | same      | flag start_while_running                | RTT-1.15-B
    treated            | second_side_ready                | running   | open, mark second_side_used             | RTT-R07
    OPEN               | second_side_ready, second_side_again | same  | flag start_while_running                | RTT-1.15-B
    none, ended, monitoring, lapsed, nullified | second_side_ready | same | flag second_side                  | RTT-1.15-13
    IDLE               | second_side_again                | same      | flag second_side                        | RTT-1.15-13
    ENDED, monitoring, lapsed | new_treatment_decided     | running   | open                                    | RTT-R08
    OPEN               | new_treatment_decided            | same      | flag start_while_running                | RTT-1.15-B
    none, nullified    | new_treatment_decided            | same      | flag decision_without_clock             | RTT-1.15-14
    monitoring         | decision_to_treat, attend_11     | running   | open                                    | RTT-R10
    OPEN               | decision_to_treat                | same      |                                         | RTT-R21
    none, STOPPED      | decision_to_treat                | same      | flag decision_without_clock             | RTT-1.15-15
    nullified          | REBOOKINGS                       | running   | open                                    | RTT-R11
    none, OPEN, ENDED, monitoring, lapsed | REBOOKINGS    | same      |                                         | RTT-1.15-18
    OPEN               | attend_10, attend_11, attend_12  | running   |                                         | RTT-1.15-17
    none, STOPPED      | attend_10, attend_11, attend_12  | same      | flag activity_without_clock             | RTT-1.15-20
    monitoring         | attend_10, attend_12             | same      | flag activity_without_clock             | RTT-1.15-20
    OPEN               | attend_20                        | running   |                                         | RTT-1.15-21
    IDLE               | attend_20                        | same      | flag activity_without_clock             | RTT-R18
    OPEN               | attend_90                        | running   | flag status_contradicts                 | RTT-R18
    IDLE               | attend_90                        | same      |                                         | RTT-1.15-20
    OPEN               | attend_unstated                  | running   | flag status_missing                     | RTT-1.15-21
    IDLE               | attend_unstated                  | same      | flag status_missing                     | RTT-1.15-20
    OPEN               | attend_30, administrative_stop_30 | treated  | close 30                                | RTT-R20
    OPEN               | admit_treat                      | treated   | close 30, admitted                      | RTT-R21
    OPEN               | MONITORING_31                    | monitoring | close 31                               | RTT-R25
    OPEN               | MONITORING_32                    | monitoring | close 32                               | RTT-R25
    OPEN               | attend_34, administrative_stop_34, no_treatment_communicated | ended | close 34     | RTT-R24
    OPEN               | transplant_listed                | ended     | close 34                                | RTT-R23
    OPEN               | discharge_to_gp                  | ended     | close 34                                | RTT-R24
    OPEN               | discharge_after_dna              | ended     | close 34                                | RTT-R29
    OPEN               | discharge_after_dna_dated_back   | ended     | close 34, on dna day                    | RTT-R29
    OPEN               | discharge_unsafe                 | ended     | close 34, flag discharge_safeguards     | RTT-1.15-B
    LIVE               | discharge_without_effect         | same      |                                         | RTT-1.15-24
    OPEN               | decision_not_to_admit            | ended     | close 34                                | RTT-R22
    OPEN               | attend_35, administrative_stop_35, decline_treatment | ended | close 35             | RTT-R26
    monitoring         | TREATMENTS                       | lapsed    | flag treated_while_monitored            | RTT-1.15-B
    monitoring         | DISCHARGES                       | lapsed    |                                         | RTT-1.15-15
    monitoring         | MONITORING_31, MONITORING_32     | same      |                                         | RTT-1.15-15
    STOPPED            | TREATMENTS, DISCHARGES, MONITORING_31, MONITORING_32 | same |                       | RTT-1.15-4
    none               | TREATMENTS, DISCHARGES, MONITORING_31, MONITORING_32 | same | flag stop_without_clock | RTT-R47
    OPEN, none, STOPPED | no_admission_to_decide          | same      | flag admission_decision                 | RTT-1.15-23
    monitoring         | no_admission_to_decide           | lapsed    | flag admission_decision                 | RTT-1.15-15
    LIVE               | administrative_stop_void         | same      | flag stop_void                          | RTT-1.15-B
    fresh              | first_dna, attend_33             | nullified | nullify                                 | RTT-R28
    running            | first_dna                        | same      | flag dna_label                          | RTT-1.15-27
    running            | attend_33                        | same      | flag dna_label                          | RTT-1.15-26
    IDLE               | first_dna, attend_33             | same      |                                         | RTT-R29
    LIVE               | first_dna_untold                 | same      |                                         | RTT-1.15-28
    LIVE               | first_dna_suspected_cancer       | same      |                                         | RTT-R28
    fresh              | later_dna                        | same      | flag dna_label                          | RTT-1.15-28
    none, running, CLOSED | later_dna                     | same      |                                         | RTT-R29
    LIVE               | arrived_late_not_seen            | same      | flag arrived_late                       | RTT-1.15-B
    LIVE               | patient_cancel, provider_cancel  | same      |                                         | RTT-R30
    LIVE               | decline_date                     | same      |                                         | RTT-R32
    LIVE               | appointment_booked               | same      |                                         | RTT-1.15-18
    OPEN               | diagnostic_admission, admit_not_done | running |                                       | RTT-R22
    IDLE               | diagnostic_admission, admit_not_done | same  |                                         | RTT-R22
    OPEN, two_open     | DEATHS                           | dead      | close all 36                            | RTT-R27
    IDLE               | DEATHS                           | dead      |                                         | RTT-R27
    LIVE, two_open, dead | death_notified                 | same      |                                         | RTT-R27
    two_open           | NOT_FOR_TWO                      | same      | flag two_clocks                         | RTT-1.15-29
    dead               | DEATHS                           | same      | flag after_death                        | RTT-1.15-B
    dead               | NOT_FOR_THE_DEAD                 | same      | flag after_death                        | RTT-1.15-25
"""

# What the history makes of an event, in order; the first that holds is taken.
REFINEMENTS = (
    Refinement("referral_received", "mark: emergency", "referral_after_emergency"),
    Refinement("self_referral_ratified", "nothing received", "self_referral_no_receipt"),
    Refinement("self_referral_ratified", "mark: seen", "self_referral_seen"),
    Refinement("transfer_in", "original missing", "transfer_undated"),
    Refinement("transfer_in", "original is open start", "transfer_back"),
    Refinement("transfer_in", "original after last end", "transfer_later"),
    Refinement("second_side_ready", "mark: second_side_used", "second_side_again"),
    Refinement("discharge_unsafe", "mark: missed", "discharge_without_effect"),
    Refinement("decision_not_to_admit", "no mark: admission_tried", "no_admission_to_decide"),
)

MARKS = ("missed", "missed_dna", "admission_tried", "seen", "emergency", "second_side_used")
PERIOD_MARKS = ("missed", "missed_dna", "admission_tried", "seen")


@cache
def clock(readings: Readings | None = None) -> Fold:
    """The RTT clock under these readings; the defaults where none are given."""
    readings = readings or Readings()
    discharge = "discharge_after_dna_dated_back" if readings.later_dna_discharge_stops_on == "dna" else "discharge_after_dna"
    return Fold(
        name="rtt_clock",
        key=("organisation_code_code_of_provider", "patient_pathway_identifier"),
        order=("event_date", "same_day_class", "event_sequence"),
        states=tuple(STATES),
        events=rtt_events.SYMBOLS,
        running=frozenset({"fresh", "running", "two_open"}),
        state_groups=STATE_GROUPS,
        event_groups=rtt_events.GROUPS,
        refinements=(*REFINEMENTS, Refinement("discharge_to_gp", "mark: missed_dna", discharge), *rtt_events.readings_as(readings)),
        marks=MARKS,
        period_marks=PERIOD_MARKS,
        mark_changes=rtt_events.MARK_CHANGES,
        flags=tuple(FLAGS),
        day_class=rtt_events.DAY_CLASS,
        table=TABLE,
        encode=partial(rtt_events.encoded, readings=readings),
    )


rtt_clock = clock()


def clocks_of(events: pa.Table, *, census: date, readings: Readings | None = None) -> pa.Table:
    """One row a clock period of canonical events in any order, as known at the end of `census`.

    Columns: the key, `period_number`, `start_date`, `end_date`, `end_status`, `is_nullified`, `days_waited`, `start_rule`,
    `end_rule`, `ended_by_admission`, `responsibility_passed_date`, `first_attended_date`, `decided_to_treat_date`,
    `last_dna_date`, `flags` (bits of `FLAGS`).
    """
    fold = clock(readings)
    ordered = rtt_events.ordered(events, fold.key)
    batch = fold.periods(ordered, census_day=rtt_events.day_number(census))
    return pa.Table.from_batches([batch])


def trace_of(events: pa.Table, *, census: date, readings: Readings | None = None) -> pa.Table:
    """What each event did, in the order in which the events were applied: the explanation of the clocks of `clocks_of`.

    The events' own columns, then those of `fold_trace.explained`.
    """
    fold = clock(readings)
    return explained(fold, rtt_events.ordered(events, fold.key), census_day=rtt_events.day_number(census))


def flag_names(bits: int) -> tuple[str, ...]:
    """The names of the flags in a period's `flags`.

    >>> flag_names(3)
    ('stop_without_clock', 'activity_without_clock')
    """
    return tuple(flag for bit, flag in enumerate(FLAGS) if bits >> bit & 1)


def waits(clocks: Table, as_of: date) -> Table:
    """Each started clock, with `is_waiting` and `days_waited` at the end of `as_of`.

    A clock that stops on `as_of` has stopped (RTT-R42: open means `end > D`). A nullified period is no wait once nullified, and
    one whose responsibility has passed to another provider is reported there (RTT-R33).
    """
    from ibis import _, literal

    has_stopped = (_.end_date <= as_of).fill_null(False)
    has_passed = (_.responsibility_passed_date <= as_of).fill_null(False)
    last_day = has_stopped.ifelse(_.end_date, literal(as_of))
    return clocks.filter(_.start_date <= as_of).mutate(
        is_waiting=~has_stopped & ~has_passed,
        days_waited=last_day.delta(_.start_date, unit="day"),
    )
