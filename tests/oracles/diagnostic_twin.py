"""The diagnostic list worked out plainly, day by day, from requests and appointments as dicts: the twin of the fold."""

from datetime import timedelta

NOTICE = timedelta(days=21)
RESETS = {"dna", "patient_cancelled"}


def on_list(request, appointments, day):
    """The start of the wait of a request that stands on the list at the end of `day`, as known then; None where it does not."""
    if request["request_type"] == "unscheduled" or request["diagnostic_exclusion"] or request["diagnostic_test"] == "OTHER":
        return None
    if request["request_date"] > day or _is_over(request, appointments, day):
        return None
    first = request["request_date"]
    if request["request_type"] == "planned":
        first = request["planned_due_date"]
        if first is None or first > day:
            return None
    joined = max(first, request["request_date"])
    start, refused = first, None
    for effect, outcome, appointment in sorted(_happenings(appointments, day), key=lambda one: one[0]):
        # What happens while a planned test is not due changes nothing: only on days before it joined, or earlier on that day.
        if effect < joined or (effect == joined and request["request_type"] == "planned"):
            continue
        if outcome in RESETS:
            start, refused = appointment["appointment_date"], None
        elif outcome == "refused":
            if refused is None:
                refused = appointment["appointment_date"]
            else:
                start, refused = refused, None
    return start


def waited(start, day):
    """Days waited on `day`, never below 0."""
    return max((day - start).days, 0)


def _is_over(request, appointments, day):
    if request["removal_date"] is not None and request["removal_date"] <= day:
        return True
    return any(one["appointment_outcome"] == "done" and one["appointment_date"] <= day for one in appointments)


def _happenings(appointments, day):
    for one in appointments:
        outcome = one["appointment_outcome"]
        if outcome == "refused" and one["appointment_date"] - one["offered_on_date"] < NOTICE:
            continue
        effect = one["appointment_date"] if outcome == "dna" else one["outcome_date"]
        if outcome in {"dna", "patient_cancelled", "refused"} and effect <= day:
            yield effect, outcome, one
