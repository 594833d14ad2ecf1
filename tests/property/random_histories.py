"""Random canonical histories, from a seed: likely ones, unlikely ones, and likely ones with a fault or two."""

from datetime import date, timedelta

CENSUS = date(2026, 9, 30)
FIRST_DAY = date(2026, 1, 5)

REFERRAL_TYPES = ("referral_received", "ubrn_converted", "asi_worklist", "cas_booked", "interface_received")
MIDDLES = (
    "appointment_booked", "attend", "attend", "attend", "patient_cancel", "provider_cancel", "decline_date", "first_dna",
    "later_dna", "diagnostic_admission", "admit_not_done", "arrived_late_not_seen", "decision_to_treat", "ers_rejected",
    "transfer_out", "death_notified",
)  # fmt: skip
ENDS = (
    "attend_stop", "attend_stop", "admit_treat", "no_treatment_communicated", "decline_treatment", "active_monitoring",
    "active_monitoring", "discharge_to_gp", "transplant_listed", "decision_not_to_admit", "administrative_stop", "first_dna",
    "first_dna",
)  # fmt: skip
NEXTS = (
    "re_referral", "second_side_ready", "new_treatment_decided", "decision_to_treat", "attend_11", "rebook_contact",
    "clinician_offer_decision", "referral_received", "ubrn_converted", "interface_received", "planned_due_missed",
    "transfer_in", "separate_condition_referral",
)  # fmt: skip
RARE = (
    "death", "death", "separate_condition_referral", "transfer_in", "self_referral_received", "self_referral_ratified",
    "planned_due_missed", "emergency_presentation", "attend_any", "attend_36", "re_referral",
)  # fmt: skip
EVERY = tuple(sorted({*REFERRAL_TYPES, *MIDDLES, *ENDS, *NEXTS, *RARE}))

STATUSES_THAT_STOP = ("30", "30", "31", "32", "33", "34", "35")
STATUSES_THAT_DO_NOT = ("10", "20", "20", "20", "21", "90", "91", "92", "98", "99", None)
ANY_STATUS = ("10", "11", "12", "20", "21", "30", "31", "32", "33", "34", "35", "36", "90", "91", "92", "98", "99", None)


def history(rng):
    """One pathway's events, each a dict with date, sequence and type, in no order."""
    style = rng.random()
    made = likely if style < 0.45 else seldom if style < 0.7 else unlikely
    events = with_faults(rng, made(rng)) if rng.random() < 0.15 else made(rng)
    for sequence, event in enumerate(events, start=1):
        event["sequence"] = sequence
    if rng.random() < 0.3:
        numbers = [event["sequence"] for event in events]
        rng.shuffle(numbers)
        for event, number in zip(events, numbers, strict=True):
            event["sequence"] = number
    rng.shuffle(events)
    return events


def likely(rng):
    """A referral, some care, a stop, and perhaps the same once or twice more."""
    day = FIRST_DAY + timedelta(days=rng.randrange(120))
    events = first_events(rng, day)
    for round_number in range(rng.choice((1, 1, 2, 2, 3))):
        if round_number:
            day += gap(rng)
            events.append(event_of(rng, rng.choice(NEXTS), day))
        for _ in range(rng.choice((0, 1, 1, 2, 3, 4))):
            day += gap(rng)
            events.append(event_of(rng, rng.choice(MIDDLES), day))
        if rng.random() < 0.8:
            day += gap(rng)
            events.append(event_of(rng, rng.choice(ENDS), day))
    if rng.random() < 0.08:
        events.append(event_of(rng, "death", day + gap(rng)))
    return events


def first_events(rng, day):
    """How the pathway begins."""
    way = rng.random()
    if way < 0.1:
        received = event_of(rng, "self_referral_received", day)
        return [received, event_of(rng, "self_referral_ratified", day + gap(rng))][: rng.choice((1, 2, 2, 2))]
    if way < 0.2:
        return [event_of(rng, "emergency_presentation", day), event_of(rng, "referral_received", day + gap(rng))]
    if way < 0.3:
        return [event_of(rng, rng.choice(("transfer_in", "planned_due_missed", "re_referral", "separate_condition_referral")), day)]
    events = [event_of(rng, rng.choice(REFERRAL_TYPES), day)]
    while rng.random() < 0.25:
        day += gap(rng)
        events.append(event_of(rng, rng.choice((*REFERRAL_TYPES, "ers_rejected")), day))
    return events


# Histories that chance alone seldom makes, by their turning points.
SELDOM = (
    ("referral_received", "active_monitoring", "discharge_to_gp", "decision_to_treat", "any"),
    ("ubrn_converted", "active_monitoring", "decline_treatment", "any", "any"),
    ("interface_received", "attend_31", "no_treatment_communicated", "any", "new_treatment_decided", "any"),
    ("referral_received", "admit_treat", "second_side_ready", "admit_treat", "second_side_ready", "any"),
    ("transfer_in", "attend_30", "second_side_ready", "any", "second_side_ready"),
    ("referral_received", "separate_condition_referral", "any", "any", "death", "any"),
    ("cas_booked", "diagnostic_admission", "decision_not_to_admit", "any", "any"),
    ("self_referral_received", "self_referral_ratified", "any", "first_dna", "any"),
    ("separate_condition_referral", "attend_12", "any", "first_dna", "any"),
    ("emergency_presentation", "referral_received", "first_dna", "any", "rebook_contact", "any"),
    ("asi_worklist", "any", "first_dna", "re_referral", "first_dna", "any"),
    ("planned_due_missed", "first_dna", "admit_treat", "planned_due_missed", "any"),
    ("interface_received", "attend_35", "transfer_in", "any", "transfer_in"),
)  # fmt: skip


def seldom(rng):
    """One of the turning points of `SELDOM`, with days between them and anything where it says so."""
    day, events = FIRST_DAY + timedelta(days=rng.randrange(90)), []
    for name in rng.choice(SELDOM):
        events.append(event_of(rng, rng.choice(EVERY) if name == "any" else name, day))
        day += gap(rng)
    return events


def unlikely(rng):
    """Any events within a few days, so that many fall on one."""
    width = rng.choice((1, 2, 3, 5, 8))
    day = FIRST_DAY + timedelta(days=rng.randrange(120))
    opening = [event_of(rng, rng.choice(REFERRAL_TYPES), day)] if rng.random() < 0.8 else []
    count = rng.randrange(1, 8)
    return opening + [event_of(rng, rng.choice(EVERY), day + timedelta(days=rng.randrange(width))) for _ in range(count)]


def with_faults(rng, events):
    """The same with events moved, doubled, put in or made to fall on one day."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        event = rng.choice(events)
        fault = rng.randrange(4)
        if fault == 0:
            event["date"] = rng.choice(events)["date"]
        elif fault == 1:
            events.append(dict(event))
        elif fault == 2:
            events.append(event_of(rng, rng.choice(RARE), event["date"] + timedelta(days=rng.randrange(-3, 30))))
        else:
            event["date"] += timedelta(days=rng.randrange(-40, 40))
    return events


def gap(rng):
    """Days to the next event; often none."""
    return timedelta(days=rng.choice((0, 0, 0, 1, 5, 14, 28, 40)))


def event_of(rng, name, day):
    """An event of the type with what it must carry."""
    kind = "attend" if name.startswith("attend") else name
    event = {"date": day, "type": kind}
    if name == "attend":
        event["status"] = rng.choice(STATUSES_THAT_DO_NOT)
    elif name == "attend_stop":
        event["status"] = rng.choice(STATUSES_THAT_STOP)
    elif name == "attend_any":
        event["status"] = rng.choice(ANY_STATUS)
    elif kind == "attend":
        event["status"] = name[-2:]
    elif kind == "active_monitoring":
        event["status"] = rng.choice(("31", "32"))
    elif kind == "administrative_stop":
        event["status"] = rng.choice(("30", "31", "32", "34", "35"))
    elif kind == "first_dna":
        event["communicated"] = rng.choice((True, True, True, False, None))
    elif kind == "discharge_to_gp":
        event["safeguards"] = rng.choice((True, True, None, False))
    elif kind == "transfer_in":
        event["original_start"] = day - timedelta(days=rng.choice((0, 3, 20, 60)))
    elif kind == "transfer_out":
        event["responsibility_passed"] = rng.choice((True, False, None))
    return event
