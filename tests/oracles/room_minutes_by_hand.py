"""The minutes that intervals cover, counted one by one: the slow twin of rules/room_minutes.py."""


def covered_by_hand(intervals, opens, closes):
    """Every minute from `opens` to `closes` that lies in at least one interval."""
    return sum(any(start <= minute < end for start, end in intervals) for minute in range(opens, closes))
