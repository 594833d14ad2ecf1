"""A worksheet that comes back filled in: its outcomes into the register of validation, row by row, each kept or set aside."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from clockstop.answers.desk import Desk
from clockstop.answers.pathways import known
from clockstop.answers.scope import Scope
from clockstop.errors import UserError
from clockstop.registers.validation.actions import (
    AnsweredMeanwhile,
    Said,
    Seen,
    WrongFinding,
    record_outcome,
    require_validator,
)
from clockstop.registers.validation.models import SAMPLE, TEAM_LENGTH, ValidationOutcome
from clockstop.reports.worksheet_receipt import REASONS, Aside, Recorded
from clockstop.reports.worksheets import Filled, code_of, date_of, read
from clockstop.rules.validation_outcomes import BY_CODE, OUTCOMES
from clockstop.store import drawn_samples
from clockstop.store.drawn_samples import DrawnSample
from clockstop.store.home import Home


class _Refused(Exception):
    """Why a row is not recorded."""

    def __init__(self, code: str, says: str = "") -> None:
        self.code, self.says = code, says or REASONS[code]
        super().__init__(code)


def record(home: Home, file: Path, *, by: Any, team: str = "", replace: bool = False) -> Recorded:
    """Record every row that can be; the others are told, each with its row and reason. `replace`: corrections of this sample count.

    Reading the same worksheet again records nothing twice, so a half-filled one can be read, filled in further and read again.
    """
    if len(team.strip()) > TEAM_LENGTH:
        raise UserError(f"The name of a team holds {TEAM_LENGTH} characters at most.", do="Shorten --team.")
    rows = read(file)
    samples = {one.name: one for one in drawn_samples.samples(home)}
    frames = {name: _drawn(home, samples[name]) for name in sorted({row.sample for row in rows}) if name in samples}
    for name in frames:  # before the first row is written: all of a worksheet's trusts, or nothing of it
        require_validator(by, samples[name].trust)
    written = _Written(by, team, replace, samples, frames, _outcomes_twice(rows), _known_others(home, rows, samples))
    kept: Counter[str] = Counter()
    aside = []
    for row in rows:
        try:
            kept[written.row(row)] += 1
        except _Refused as refused:
            aside.append(Aside(source_row=row.source_row, code=refused.code, says=refused.says))
    return Recorded(
        file_name=file.name, read=len(rows), kept=sum(kept.values()), outcomes=dict(sorted(kept.items())), aside=tuple(aside),
        drawn={name: len(clocks) for name, clocks in frames.items()},
        still_open={name: len(clocks) - _answered(samples[name]) for name, clocks in frames.items()},
    )  # fmt: skip


class _Written:
    """The rows of one worksheet on their way into the register."""

    def __init__(self, by: Any, team: str, replace: bool, samples: dict, frames: dict, twice: set, others: Collection) -> None:  # noqa: PLR0917
        self.by, self.team, self.replace = by, team, replace
        self.samples, self.frames, self.twice, self.others = samples, frames, twice, others
        self.done: set[tuple[str, str, str]] = set()

    def row(self, row: Filled) -> str:
        """Record one row; the code of its outcome. `_Refused` where it cannot be."""
        clock = self._clock(row)
        said = _said(row)
        key = (row.sample, row.patient_pathway_identifier, row.start_date)
        if key in self.twice:
            raise _Refused("given_twice", f"{REASONS['given_twice']} Leave one of them.")
        if key in self.done:
            raise _Refused("repeated")
        self.done.add(key)
        if said.code == "duplicate" and said.other_pathway and (row.trust, said.other_pathway) not in self.others:
            raise _Refused("incomplete", f"{BY_CODE[said.code].title}: {row.trust} has no such other pathway.")
        sample = self.samples[row.sample]
        try:
            record_outcome(
                by=self.by, seen=_seen(clock, sample, self._last(clock, sample, said)), said=said, team=self.team, source=SAMPLE,
                sample=sample.name,
            )  # fmt: skip
        except WrongFinding as wrong:
            raise _Refused("incomplete", f"{BY_CODE[said.code].title}: {'; '.join(wrong.faults.values()).lower()}.") from None
        except AnsweredMeanwhile as meanwhile:
            raise _Refused("answered_meanwhile", meanwhile.what) from None
        return said.code

    def _clock(self, row: Filled) -> dict[str, Any]:
        if not row.outcome:
            raise _Refused("not_filled")
        if row.sample not in self.frames:
            raise _Refused("unknown_sample", f"No sample {row.sample or '(blank)'} was drawn on this installation.")
        start = date_of(row.start_date)
        clock = self.frames[row.sample].get((row.trust, row.patient_pathway_identifier, start))
        if clock is None:
            raise _Refused(
                "not_in_sample", f"The clock is not among those drawn in {row.sample}. Leave the first columns as they were."
            )
        return clock

    def _last(self, clock: dict[str, Any], sample: DrawnSample, said: Said) -> int | None:
        """The outcome that was there when the sample was drawn, or that this row corrects; None where there is none of these."""
        last = _standing(clock).first()
        if last is None:
            return None
        if last.sample == sample.name:
            same = (last.code, last.right_date, last.other_pathway) == (said.code, said.right_date, said.other_pathway)
            if same:
                raise _Refused("already_recorded")
            if not self.replace:
                before = f"{last.get_code_display()}, by {last.by_name} on {last.at:%Y-%m-%d}"
                raise _Refused(
                    "changed_twice", f"It was recorded from this sample as: {before}. Use --replace if the new one holds."
                )
            return last.pk
        return last.pk if last.at <= datetime.fromisoformat(sample.drawn_at) else None


def _said(row: Filled) -> Said:
    code = code_of(row.outcome)
    if code is None:
        choices = ", ".join(f"{one.key} or {one.code}" for one in OUTCOMES)
        raise _Refused("unknown_outcome", f"The outcome is none of: {choices}.")
    day = date_of(row.right_date) if row.right_date else None
    if row.right_date and day is None:
        raise _Refused("date_unreadable", "The right_date is no day such as 2026-09-03 or 03/09/2026.")
    return Said(code=code, right_date=day, other_pathway=row.other_pathway, note=row.note)


def _seen(clock: dict[str, Any], sample: DrawnSample, last_outcome: int | None) -> Seen:
    return Seen(
        trust=clock["trust"], patient_pathway_identifier=clock["patient_pathway_identifier"], start_date=clock["start_date"],
        period_number=clock["period_number"], snapshot_id=sample.snapshot_id, as_of_date=date.fromisoformat(sample.as_of),
        days_waited=clock["days_waited"], evidence_signature=clock["evidence_signature"], flags=tuple(clock["flags"]),
        division=clock["division"] or "", service=clock["service"] or "", consultant=clock["consultant"] or "",
        last_outcome=last_outcome,
    )  # fmt: skip


def _standing(clock: dict[str, Any]):
    named = {name: clock[name] for name in ("trust", "patient_pathway_identifier", "start_date")}
    return ValidationOutcome.objects.standing().filter(**named)


def _answered(sample: DrawnSample) -> int:
    answered = ValidationOutcome.objects.standing().filter(trust=sample.trust, sample=sample.name)
    return answered.order_by().values("patient_pathway_identifier", "start_date").distinct().count()


def _drawn(home: Home, sample: DrawnSample) -> dict[tuple[str, str, date], dict[str, Any]]:
    rows = drawn_samples.drawn(home, sample).to_pylist()
    return {(row["trust"], row["patient_pathway_identifier"], row["start_date"]): row for row in rows}


def _known_others(home: Home, rows: Iterable[Filled], samples: Mapping[str, DrawnSample]) -> frozenset[tuple[str, str]]:
    """The pathways that a worksheet says stay, of those that the current snapshot has."""
    wanted = {(row.trust, row.other_pathway) for row in rows if row.other_pathway and row.sample in samples}
    trusts = frozenset(samples[row.sample].trust for row in rows if row.sample in samples)
    scope = Scope(trusts=trusts, may_see_patients=trusts, user="command line", role="operator")
    return known(scope, Desk(home).refreshed(), wanted) if wanted else frozenset()


def _outcomes_twice(rows: Iterable[Filled]) -> set[tuple[str, str, str]]:
    """The clocks that the worksheet gives different outcomes."""
    found: dict[tuple[str, str, str], set[tuple]] = {}
    for row in rows:
        if row.outcome:
            key = (row.sample, row.patient_pathway_identifier, row.start_date)
            found.setdefault(key, set()).add((code_of(row.outcome) or row.outcome, row.right_date, row.other_pathway))
    return {key for key, outcomes in found.items() if len(outcomes) > 1}


def user_named(username: str) -> Any:
    """The user of that name; `UserError` where there is none."""
    from clockstop.accounts.models import User

    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise UserError(f"There is no user {username}.", do="Name who checked the sample: clockstop user list shows the users.")
    return found
