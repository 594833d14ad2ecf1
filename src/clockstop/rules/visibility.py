"""Who sees a row at all: each trust's patients are its own, and others see the totals that it publishes (operations.md 7.1)."""

from typing import Any

from clockstop.rules.either import is_plain

AGGREGATE, PATIENT = "aggregate", "patient"


def is_visible(trust: Any, *, level: str, totals: frozenset[str], patients: frozenset[str], is_published: bool = True) -> Any:
    """Whether a row of that trust (a code, or an Ibis column of codes) is visible to who sees these.

    `totals` are the trusts whose published totals the reader sees, `patients` those of them whose patients too: of these also the
    totals that are not published. Whatever is no aggregate is a patient's.

    >>> alone, group = frozenset({"A"}), frozenset({"A", "B"})
    >>> is_visible("A", level=PATIENT, totals=alone, patients=alone), is_visible("B", level=AGGREGATE, totals=alone, patients=alone)
    (True, False)
    >>> [is_visible("B", level=level, totals=group, patients=frozenset()) for level in (AGGREGATE, PATIENT)]
    [True, False]
    """
    seen = totals if level == AGGREGATE and is_published else patients & totals
    return trust in seen if is_plain(trust) else trust.isin(sorted(seen))
