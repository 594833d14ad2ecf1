"""When an agreed action is overdue (operations.md 6.4): its due day has passed and it is not over."""

from datetime import date


def days_overdue(due: date, today: date, *, is_over: bool) -> int:
    """By how many days an action is overdue; 0 where it is not. The due day itself is not late.

    >>> days_overdue(date(2026, 11, 21), date(2026, 11, 21), is_over=False)
    0
    >>> days_overdue(date(2026, 11, 20), date(2026, 11, 21), is_over=False)
    1
    """
    return 0 if is_over else max(0, (today - due).days)
