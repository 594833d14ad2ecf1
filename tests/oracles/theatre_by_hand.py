"""A theatre list minute by minute: the slow, obvious twin of rules/theatre_minutes.py."""


def by_hand(start, end, cases):
    """The minutes of a list from sets of minutes."""
    ordered = sorted(cases)
    used = [set(range(begin, finish)) for begin, finish in ordered]
    once = set().union(*used)
    window = set(range(start, end))
    first = min((begin for begin, _ in ordered), default=None)
    last = max((finish for _, finish in ordered), default=None)
    return {
        "planned_minutes": len(window),
        "touch_sum": sum(len(minutes) for minutes in used),
        "touch_union": len(once),
        "capped_minutes": len(once & window),
        "capped_sum": sum(len(minutes & window) for minutes in used),
        "late_start": None if first is None else len(range(start, first)),
        "early_finish": None if last is None else len(range(last, end)),
        "overrun": None if last is None else len(range(end, last)),
        "gaps": [
            len(range(max(finish for _, finish in ordered[:place]), begin)) for place, (begin, _) in enumerate(ordered) if place
        ],
    }
