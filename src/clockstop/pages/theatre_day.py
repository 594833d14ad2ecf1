"""The lists of one day as lanes and as the table that says the same: plan, cases, gaps, lateness, overrun."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clockstop.answers.theatres import OfDay
from clockstop.nhsuk.presenters import count
from clockstop.pages.day_drawing import Block, Flag, Lane, clock_time, draw_day
from clockstop.pages.drawing_shapes import Drawing

# Fewer minutes than this for each letter, and an operation is drawn with its place on the list instead of its name.
MINUTES_A_LETTER = 5
LATE, EARLY, OVER, GAP = "Late start", "Early finish", "Overrun", "Gap"


@dataclass(frozen=True)
class Part:
    """A row of the table: what it is, from when to when, its minutes, and where a case leads."""

    what: str
    first: int
    last: int
    kind: str
    second: str = ""
    pathway: str = ""

    @property
    def minutes(self) -> int:
        """How long it lasted."""
        return self.last - self.first

    @property
    def begins(self) -> str:
        """The time of day at which it began."""
        return clock_time(self.first)

    @property
    def ends(self) -> str:
        """The time of day at which it ended."""
        return clock_time(self.last)


def parts_of(session: OfDay) -> list[Part]:
    """The session's plan, then what happened in the order of time."""
    row = session.row
    first, last = session.minute(row["planned_start_at"]), session.minute(row["planned_end_at"])
    plan = Part("Planned", first, last, "planned")
    if not row["is_run"]:
        return [plan]
    found = [*_cases(session), *_ends(session, first, last)]
    return [plan, *sorted(found, key=lambda part: (part.first, part.last))]


def _ends(session: OfDay, first: int, last: int) -> Iterator[Part]:
    row = session.row
    if row["first_start_at"] is None:
        return
    begun, ended = session.minute(row["first_start_at"]), session.minute(row["last_end_at"])
    if row["is_late_start"]:
        yield Part(LATE, first, begun, "lost")
    if row["is_early_finish"]:
        yield Part(EARLY, ended, last, "lost")
    if row["is_overrun"]:
        yield Part(OVER, last, ended, "over")
    if not session.cases:
        yield Part("From the first case to the last", begun, ended, "used", second=count(row["counted_cases"], "case"))


def _cases(session: OfDay) -> Iterator[Part]:
    reach: int | None = None
    for case in session.cases:
        if not case["is_timed"]:
            continue
        start, end = session.minute(case["touch_start_at"]), session.minute(case["touch_end_at"])
        if reach is not None and start > reach:
            yield Part(GAP, reach, start, "between")
        reach = end if reach is None else max(reach, end)
        if case["knife_to_skin_at"] is not None and start < session.minute(case["knife_to_skin_at"]) < end:
            yield Part("Anaesthetic and preparation", start, session.minute(case["knife_to_skin_at"]), "used again")
        words = case["procedure_name"] or case["procedure_code"] or "Operation"
        yield Part(words, start, end, "used", second=_said(case), pathway=case["patient_pathway_identifier"] or "")


def _said(case: dict) -> str:
    words = [f"{case['list_order']}." if case["list_order"] else "", "" if case["is_counted"] else "emergency, not counted"]
    return " ".join(word for word in words if word)


def not_drawn(session: OfDay) -> list[str]:
    """What has no place on the hours: cases cancelled on the day, and cases whose times cannot be used."""
    off = [case for case in session.cases if case["is_cancelled_on_the_day"]]
    found = [f"{case['procedure_name'] or 'An operation'}: cancelled ({case['cancelled_reason'] or 'no reason'})" for case in off]
    untimed = [case for case in session.cases if case["is_performed"] and not case["is_timed"]]
    return found + [f"{case['procedure_name'] or 'An operation'}: its times cannot be used" for case in untimed]


def lane_of(session: OfDay) -> Lane:
    """The session as a lane of the drawing."""
    row, parts = session.row, parts_of(session)
    blocks = [Block(_begins(part, parts), part.last, _words(part), look=part.kind) for part in parts if part.kind != "over"]  # type: ignore[arg-type]
    over = [part for part in parts if part.kind == "over"]
    flags = tuple(Flag(part.first, f"{part.minutes} min over") for part in over)
    second = row["consultant"] or "" if row["is_run"] else "not run"
    return Lane(row["theatre"], second, tuple(blocks), flags)


def _begins(part: Part, parts: Sequence[Part]) -> int:
    """Where a block begins: an operation behind its anaesthetic, which is drawn in its own colour."""
    before = [one.last for one in parts if one.kind == "used again" and one.first == part.first]
    return max(before) if part.kind == "used" and before else part.first


def _words(part: Part) -> str:
    if part.kind == "used":
        return part.what if len(part.what) < part.minutes / MINUTES_A_LETTER else part.second
    return f"{part.minutes}" if part.kind in ("between", "lost") else ""


def drawing_of(sessions: Sequence[OfDay], title: str) -> Drawing:
    """The lanes of the day, with what they show in words."""
    said = []
    for session in sessions:
        row = session.row
        if row["is_run"]:
            said.append(
                f"{row['theatre']}: {count(row['counted_cases'], 'case')}, {round(row['capped_minutes'])} of "
                f"{round(row['run_minutes'])} planned minutes used"
            )
        else:
            said.append(f"{row['theatre']}: not run")
    return draw_day([lane_of(session) for session in sessions], description=f"{title}. {'; '.join(said)}.")
