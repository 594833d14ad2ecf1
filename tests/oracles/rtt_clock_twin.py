"""A slow, obvious second version of the RTT clock, written from the rule book alone (planned-care.md 1.2 to 1.5 and 1.15).

It walks one pathway's events with plain lists and ifs. Where no reading is settled ("Beyond these") it raises `Unsettled`,
so that a comparison leaves the history out. Numbers in comments are the readings of 1.15.
"""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

REFERRALS = {
    "referral_received": "R01",
    "ubrn_converted": "R02",
    "asi_worklist": "R03",
    "cas_booked": "R05",
    "interface_received": "R05",
}
# 26: the starts whose period may be nullified.
RIGHT_TO_NULLIFY = {"R01", "R02", "R03", "R05", "R06", "R12", "R13"}
STARTS = {
    *REFERRALS, "self_referral_received", "self_referral_ratified", "transfer_in", "planned_due_missed", "rebook_contact",
    "clinician_offer_decision", "decision_to_treat", "second_side_ready", "new_treatment_decided",
    "separate_condition_referral", "re_referral",
}  # fmt: skip
# 3: these open the next clock on the day that the last one stopped; those meet the clock that ran.
AFTER_THE_STOP = {
    "re_referral", "new_treatment_decided", "second_side_ready", "rebook_contact", "clinician_offer_decision",
    "separate_condition_referral",
}  # fmt: skip
MEET_THE_CLOCK = {"attend", "decision_to_treat", "self_referral_received"}
# 22: what each stop but an attendance ends a period with.
STOPS = {
    "admit_treat": "30",
    "no_treatment_communicated": "34",
    "transplant_listed": "34",
    "decline_treatment": "35",
}
CHANGE_NOTHING = {
    "ers_rejected", "emergency_presentation", "appointment_booked", "provider_cancel", "decline_date", "death_notified",
    "arrived_late_not_seen", "transfer_out", "patient_cancel",
}  # fmt: skip
# 24: what a discharge may follow.
ACTIVITIES = {"attend", "diagnostic_admission", "admit_not_done"}
CONTACTS = ACTIVITIES | {"first_dna", "later_dna", "patient_cancel"}
START_STATUSES = {"10", "11", "12"}
STOP_STATUSES = {"30", "31", "32", "33", "34", "35", "36"}
OTHER_STATUSES = {"20", "21", "99", "90", "91", "92", "98", None}
MONITORING = {"31", "32"}


class Unsettled(Exception):
    """No reading of the rule book settles this history."""


@dataclass
class Period:
    """One clock, as the twin keeps it."""

    start: date
    rule: str
    is_first: bool
    end: date | None = None
    status: str | None = None
    had_activity: bool = False
    had_admission: bool = False

    @property
    def is_open(self):
        return self.end is None

    def close(self, day, status):
        self.end, self.status = day, status


@dataclass
class Pathway:
    """What is known of the pathway so far."""

    periods: list = field(default_factory=list)
    first_event: str | None = None
    is_monitored: bool = False
    was_monitored: bool = False  # active monitoring has ended since by a discharge or another stop
    is_dead: bool = False
    had_emergency: bool = False
    had_second_side: bool = False
    receipts: list = field(default_factory=list)
    before: list = field(default_factory=list)  # events applied, in their order
    latest_contact: dict | None = None  # the last contact since the last clock started

    @property
    def open(self):
        return [period for period in self.periods if period.is_open]

    @property
    def last(self):
        """The period that ended last; None before the first."""
        return self.periods[-1] if self.periods else None

    def opens(self, start, rule):
        self.periods.append(Period(start=start, rule=rule, is_first=not self.periods))
        self.is_monitored = self.was_monitored = False
        self.latest_contact = None


def periods_of(events, census):
    """The periods of one pathway's events, by start date, as dicts of start, end, end_status, nullified and days."""
    applied = [event for event in events if event["date"] <= census]
    deaths = {event["date"] for event in applied if is_death(event)}
    if len(deaths) > 1:
        raise Unsettled("two dates of death")
    pathway = Pathway()
    ordered = sorted(applied, key=lambda event: (event["date"], event["sequence"]))
    by_day = [(day, list(group)) for day, group in groupby(ordered, key=lambda event: event["date"])]
    if by_day:
        pathway.first_event = min(by_day[0][1], key=lambda event: (class_of(event), event["sequence"]))["type"]
    for _, todays in by_day:
        for event in in_order(todays, pathway):
            apply(event, pathway)
            pathway.before.append(event)
            if event["type"] in CONTACTS:
                pathway.latest_contact = event
    return [described(period, census) for period in sorted(pathway.periods, key=lambda period: period.start)]  # 5 (stable)


def described(period, census):
    """A period as the worked cases write it, with the rule that started it."""
    nullified = period.status == "33"
    days = None if nullified else ((period.end or census) - period.start).days
    return {
        "start": period.start,
        "end": period.end,
        "end_status": period.status,
        "nullified": nullified,
        "days": days,
        "start_rule": f"RTT-{period.rule}",
    }


def is_death(event):
    return event["type"] == "death" or (event["type"] == "attend" and event.get("status") == "36")


def class_of(event):
    """1: 0 for a start, 1 for a continue, 2 for a stop."""
    kind, status = event["type"], event.get("status")
    if kind == "attend":
        return 0 if status in START_STATUSES else 2 if status in STOP_STATUSES else 1
    if kind in STARTS:
        return 0
    if kind == "first_dna":
        return 1 if event.get("communicated") is False else 2
    if kind == "discharge_to_gp":
        return 1 if event.get("safeguards") is False else 2
    is_stop = kind in STOPS or kind in ("decision_not_to_admit", "active_monitoring", "death", "administrative_stop")
    return 2 if is_stop else 1


def in_order(todays, pathway):
    """The day's events in the order in which they are applied (1 to 4)."""
    has_stop = any(class_of(event) == 2 for event in todays)
    if not (pathway.open and has_stop):
        return sorted(todays, key=lambda event: (class_of(event), event["sequence"]))
    for event in todays:
        if class_of(event) == 0 and event["type"] not in AFTER_THE_STOP | MEET_THE_CLOCK and not pathway.is_dead:
            raise Unsettled("this start and a stop on one day, with a clock running")
    late = [event for event in todays if event["type"] in AFTER_THE_STOP]
    if late and any(is_death(event) for event in todays):
        raise Unsettled("a start on the day of death, with a clock running")
    if late and len(pathway.open) > 1:
        raise Unsettled("two clocks, a stop and a start on one day")
    early = [event for event in todays if event["type"] not in AFTER_THE_STOP]
    early.sort(key=lambda event: (class_of(event), event["sequence"]))
    return early + sorted(late, key=lambda event: event["sequence"])


def apply(event, pathway):
    """What one event does to the pathway."""
    if pathway.is_dead:
        return  # 25
    kind = event["type"]
    if kind == "emergency_presentation":
        pathway.had_emergency = True  # 20
    elif kind in STARTS:
        apply_start(event, pathway)
    elif kind == "attend":
        apply_attendance(event, pathway)
    elif kind in ("diagnostic_admission", "admit_not_done"):
        for period in pathway.open:
            period.had_activity = period.had_admission = True  # 26, 28
    elif kind in ("first_dna", "later_dna"):
        apply_dna(event, pathway)
    elif kind not in CHANGE_NOTHING:  # 28
        apply_stop(event, pathway)


def apply_start(event, pathway):
    kind, day = event["type"], event["date"]
    if kind in REFERRALS:
        apply_referral(event, pathway)
    elif kind in ("self_referral_received", "self_referral_ratified"):
        apply_self_referral(event, pathway)
    elif kind == "transfer_in":
        apply_transfer_in(event, pathway)
    elif kind == "separate_condition_referral":
        if len(pathway.open) > 1:
            raise Unsettled("a third clock")
        was_monitored = pathway.is_monitored
        pathway.opens(day, "R12")  # 19
        if was_monitored:
            raise Unsettled("a separate condition during active monitoring")
    elif kind in ("rebook_contact", "clinician_offer_decision"):
        if not pathway.open and pathway.last and pathway.last.status == "33":
            pathway.opens(day, "R11")  # 18
    elif kind == "decision_to_treat":
        if pathway.is_monitored:
            pathway.opens(day, "R10")  # 15
        elif not pathway.open and not pathway.was_monitored:
            raise Unsettled("a decision to treat with nothing open and no monitoring")
    else:
        apply_new_need(event, pathway)


def apply_new_need(event, pathway):
    """re_referral, second_side_ready, new_treatment_decided, planned_due_missed."""
    kind, day = event["type"], event["date"]
    if pathway.open:
        raise Unsettled(f"{kind} while a clock runs")
    ended_with = pathway.last.status if pathway.last else None
    if kind == "re_referral":
        pathway.opens(day, "R09")  # 9
    elif kind == "planned_due_missed":
        if ended_with in (None, "30", "34", "35"):
            pathway.opens(day, "R14")  # 12
        else:
            raise Unsettled("a missed planned date after 31, 32 or 33")
    elif kind == "new_treatment_decided":
        if ended_with in ("30", "31", "32", "34", "35"):
            pathway.opens(day, "R08")  # 14
    elif ended_with == "30":
        if not pathway.had_second_side:
            pathway.opens(day, "R07")  # 13
        pathway.had_second_side = True
    elif any(period.status == "30" for period in pathway.periods):
        raise Unsettled("a second side when the last period did not end with treatment, but an earlier one did")


def apply_referral(event, pathway):
    kind, day = event["type"], event["date"]
    if pathway.open:
        return  # 7
    if not pathway.periods:
        pathway.opens(day, "R13" if kind == "referral_received" and pathway.had_emergency else REFERRALS[kind])  # 7
    elif kind in ("asi_worklist", "cas_booked"):
        raise Unsettled(f"{kind} on a closed pathway")
    elif pathway.last.status in ("30", "34", "35"):
        pathway.opens(day, "R09")  # 8
    else:
        raise Unsettled("a referral during active monitoring or after a nullified DNA")


def apply_self_referral(event, pathway):
    if event["type"] == "self_referral_received":
        if not pathway.open:
            pathway.receipts.append(event["date"])
        return  # 10
    if pathway.periods:
        raise Unsettled("a ratification beside or after a clock")
    if len(set(pathway.receipts)) != 1:
        raise Unsettled("a ratification without receipt, or with two")
    receipt = pathway.receipts[0]
    if any(before["date"] >= receipt and is_activity(before) for before in pathway.before):
        raise Unsettled("care activity between receipt and ratification")
    pathway.opens(receipt, "R06")  # 10


def is_activity(event):
    return event["type"] in ACTIVITIES


def apply_transfer_in(event, pathway):
    original = event.get("original_start")
    if original is None or original > event["date"]:
        raise Unsettled("a transfer without a start, or one from the future")
    if pathway.open:
        if all(period.start != original for period in pathway.open):
            raise Unsettled("a transfer with another start while a clock runs")
        return  # 11
    ends = [period.end for period in pathway.periods]
    if ends and (pathway.last.status not in ("30", "34", "35") or original <= max(ends)):
        raise Unsettled("a transfer whose start is not after the last period's end, or after monitoring or a DNA")
    pathway.opens(original, "R15")  # 11
    if any(before["date"] >= original and is_activity(before) for before in pathway.before):
        pathway.last.had_admission = None  # nobody says whether that admission belongs to the period


def apply_attendance(event, pathway):
    status = event.get("status")
    if status not in START_STATUSES | STOP_STATUSES | OTHER_STATUSES:
        raise Unsettled("no such status")
    if status == "11" and pathway.is_monitored:
        pathway.opens(event["date"], "R10")  # 16
    elif status in START_STATUSES:
        if status == "12" and pathway.first_event != "separate_condition_referral":
            raise Unsettled("status 12 outside a separate condition's pathway")
        if not pathway.open:
            raise Unsettled("a first activity with nothing open")
    elif status == "33":
        miss(event, pathway)
    elif status in STOP_STATUSES:
        stop(event, pathway, status)
    for period in pathway.open:
        period.had_activity = True  # 26


def apply_dna(event, pathway):
    if event["type"] == "later_dna":
        if any(may_be_nullified(period) for period in pathway.open):
            raise Unsettled("later_dna where the history says that it is the first")
        return  # 28
    if event.get("communicated") is False:
        return  # 28
    if event.get("communicated") is None and pathway.open:
        raise Unsettled("nobody says whether the appointment was communicated")
    miss(event, pathway)


def may_be_nullified(period):
    return period.is_first and period.rule in RIGHT_TO_NULLIFY and not period.had_activity  # 26, 27


def miss(event, pathway):
    """A communicated first DNA (26, 27)."""
    if not pathway.periods:
        raise Unsettled("a stop before any clock")
    if len(pathway.open) == 1 and may_be_nullified(pathway.open[0]):
        pathway.open[0].close(event["date"], "33")


def apply_stop(event, pathway):
    kind = event["type"]
    if kind == "death":
        stop(event, pathway, "36")
    elif kind == "discharge_to_gp" and event.get("safeguards") is False:
        apply_discharge_without_safeguards(pathway)
    elif kind == "discharge_to_gp":
        stop(event, pathway, "34")  # 24
    elif kind == "decision_not_to_admit":
        apply_decision_not_to_admit(event, pathway)
    elif kind in ("active_monitoring", "administrative_stop"):
        status = event.get("status")
        if status not in (MONITORING if kind == "active_monitoring" else STOP_STATUSES - {"33", "36"}):
            raise Unsettled("a status that this event does not carry")
        stop(event, pathway, status)
    elif kind in STOPS:
        stop(event, pathway, STOPS[kind])
    else:
        raise Unsettled(f"no such event: {kind}")


def stop(event, pathway, status):
    """A stop of any kind but a DNA: 4, 22, 25, 29, and 15 for what it does to active monitoring."""
    if status == "36":
        for period in pathway.open:
            period.close(event["date"], "36")
        pathway.is_dead, pathway.is_monitored = True, False
        return
    if not pathway.periods:
        raise Unsettled("a stop before any clock")
    if len(pathway.open) == 1:
        pathway.open[0].close(event["date"], status)
        pathway.is_monitored = status in MONITORING
    elif not pathway.open and pathway.is_monitored:
        if status == "30":
            raise Unsettled("treatment while monitored without a decision")
        pathway.is_monitored = status in MONITORING
        pathway.was_monitored = not pathway.is_monitored


def apply_discharge_without_safeguards(pathway):
    if not pathway.periods:
        return
    latest = pathway.latest_contact
    if latest is None or (is_activity(latest) and latest.get("status") != "33"):
        raise Unsettled("a discharge without safeguards after no DNA or cancellation")
    if pathway.is_monitored:
        raise Unsettled("a discharge without safeguards during monitoring")


def apply_decision_not_to_admit(event, pathway):
    if not pathway.periods:
        raise Unsettled("a stop before any clock")
    if pathway.is_monitored:
        raise Unsettled("no admission needed, during monitoring")
    if len(pathway.open) != 1:
        return
    if pathway.open[0].had_admission is None:
        raise Unsettled("nobody says to which period the admission belongs")
    if pathway.open[0].had_admission:
        stop(event, pathway, "34")  # 23
