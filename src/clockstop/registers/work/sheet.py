"""My work as a sheet that goes out, is changed, and comes back: matched by id and version; whole, or not at all."""

import csv
import io
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from clockstop.errors import UnreadableFile, UserError
from clockstop.registers.actions import actions
from clockstop.registers.actions.actions import Standing
from clockstop.registers.actions.models import STATUSES
from clockstop.registers.pathway_notes import actions as notes
from clockstop.registers.pathway_notes.actions import NoteChange
from clockstop.registers.pathway_notes.models import COMMENT_LENGTH, NEXT_STEP_LENGTH, OWNER_LENGTH
from clockstop.registers.work.changing import fitting
from clockstop.registers.work.items import ACTION, KINDS, STEP, WorkItem

COLUMNS = (
    "id", "version", "kind", "what", "owner", "due", "why_moved", "status", "evidence", "comment", "trust", "pathway", "measure",
)  # fmt: skip
NEEDED = ("id", "version")
# Which columns of which kind may come back changed; the others are there to be read.
CHANGEABLE = {
    ACTION: ("what", "owner", "due", "status", "evidence"),
    STEP: ("what", "owner", "due", "comment"),
}
MOST_ROWS = 2000
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")
_DISARMED = tuple("'" + sign for sign in "=+-@\t\r")


@dataclass(frozen=True)
class Fault:
    """Why a row is refused: its number as a spreadsheet counts, and the column."""

    row: int
    column: str
    why: str


class Refused(UserError):
    """The sheet has rows that cannot be taken, so none is."""

    def __init__(self, faults: Sequence[Fault], *, do: str) -> None:
        self.faults = tuple(faults)
        super().__init__("Nothing was changed: some rows cannot be taken.", do=do)


@dataclass
class _Taking:
    by: object
    today: date
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    changed: int = 0


def rows_of(items: Iterable[WorkItem]) -> list[tuple]:
    """The sheet's rows: what goes out."""
    return [
        (
            one.key, one.version or "", KINDS[one.kind], one.what, one.owner, one.due or "", "", one.status, one.evidence,
            one.comment, one.trust, one.pathway, one.measure,
        )
        for one in items
    ]  # fmt: skip


def read_sheet(file: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a sheet that came back, each with its number, as text by column; `UnreadableFile` where it is none of ours."""
    from clockstop.intake.read import kind_of

    grid = _workbook(file) if kind_of(file) == "xlsx" else _delimited(file)
    header = [cell.strip().casefold() for cell in grid[0]] if grid else []
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise UnreadableFile(
            f"The sheet has no column {missing[0]!r}.", where="Its first row names the columns.", do="Take the sheet out again."
        )
    if len(grid) - 1 > MOST_ROWS:
        raise UnreadableFile(f"The sheet has {len(grid) - 1:,} rows; {MOST_ROWS:,} are the most.", do="Send it in parts.")
    numbered = ((number, dict(zip(header, (_armed(cell) for cell in row), strict=False))) for number, row in enumerate(grid[1:], 2))
    return [(number, row) for number, row in numbered if any(row.values())]


def take_sheet(rows: Sequence[tuple[int, dict[str, str]]], *, find: Callable[[str], WorkItem | None], by, today: date) -> int:
    """How many records the sheet changed: every changed row or, with `Refused` naming row and column, none.

    `find` gives the record of an id if the person may change it. A row that says what stands changes nothing.
    """
    taking, faults, seen = _Taking(by=by, today=today), [], set()
    with transaction.atomic():
        for number, row in rows:
            key = row.get("id", "").strip()
            if key.split(" ")[0] not in CHANGEABLE:
                if key.split(" ")[0] not in KINDS:
                    faults.append(Fault(number, "id", "There is no such record, or you may not change it."))
                continue
            if key in seen:
                faults.append(Fault(number, "id", "The same record stands in an earlier row."))
                continue
            seen.add(key)
            fault = _take(number, row, find(key), taking)
            faults += [fault] if fault else []
        if faults:
            raise Refused(faults, do="Correct them in the sheet and send it again.")
    return taking.changed


def _take(number: int, row: dict[str, str], item: WorkItem | None, taking: _Taking) -> Fault | None:
    """Write one row; why it cannot be, where it cannot."""
    if item is None:
        return Fault(number, "id", "There is no such record, or you may not change it.")
    try:
        changes = _changes(row, item)
    except _WrongCell as wrong:
        return Fault(number, wrong.column, wrong.why)
    if not changes:
        return None
    if row.get("version", "").strip() != str(item.version):
        why = f"It was changed since the sheet was taken: version {item.version} stands. {_stands(item)}"
        return Fault(number, "version", why)
    try:
        with transaction.atomic():
            _write(item, changes, row.get("why_moved", ""), taking)
    except UserError as error:
        return Fault(number, _column_of(error, changes), f"{error.what} {error.do}")
    taking.changed += 1
    return None


def _write(item: WorkItem, changes: dict, because: str, taking: _Taking) -> None:
    if item.kind == ACTION:
        named = {"text" if name == "what" else name: value for name, value in changes.items()}
        actions.change_action(
            pk=int(item.key.split()[1]), trust=item.trust, to=Standing(**named, due_because=because), by=taking.by,
            today=taking.today, version=item.version, batch=taking.batch,
        )  # fmt: skip
        return
    names = {"what": "next_step", "due": "next_step_date"}
    most = {"what": NEXT_STEP_LENGTH, "owner": OWNER_LENGTH, "comment": COMMENT_LENGTH}
    said = {names.get(name, name): fitting(value, most[name], name) if name in most else value for name, value in changes.items()}
    change = NoteChange(trust=item.trust, pathway=item.pathway, changes=said, version=item.version)
    notes.change_each(changes=[change], by=taking.by, batch=taking.batch)


class _WrongCell(Exception):
    def __init__(self, column: str, why: str) -> None:
        self.column, self.why = column, why


def _changes(row: dict[str, str], item: WorkItem) -> dict:
    """The cells that say another thing than stands, by column; a column that the sheet lacks stays."""
    changes: dict = {}
    for name in CHANGEABLE[item.kind]:
        if name not in row:
            continue
        stands, said = getattr(item, name), row[name].strip()
        if name == "due":
            day = _day(said)
            if day is None and item.kind == ACTION:
                raise _WrongCell("due", "An action has a day by which it is due.")
            changes |= {"due": day} if day != stands else {}
        elif " ".join(said.split()) != " ".join(str(stands).split()):
            changes[name] = _status(said) if name == "status" else said
    return changes


def _day(said: str) -> date | None:
    if not said:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(said.removesuffix(" 00:00:00"), form).date()  # noqa: DTZ007 a day has no time zone
        except ValueError:
            continue
    raise _WrongCell("due", "This is no day. Write it as 27/11/2026.")


def _status(said: str) -> str:
    found = {title.casefold(): slug for slug, title in STATUSES.items()} | {slug: slug for slug in STATUSES}
    if said.casefold() not in found:
        raise _WrongCell("status", f"There is no such status. It is one of: {', '.join(STATUSES.values())}.")
    return found[said.casefold()]


def _column_of(error: UserError, changes: dict) -> str:
    """The column of which a refusal speaks."""
    words = {"evidence": "evidence", "reason why": "why_moved", "due": "due", "owner": "owner", "comment": "comment"}
    return next((column for word, column in words.items() if word in error.what), next(iter(changes)))


def _stands(item: WorkItem) -> str:
    due = f", due {item.due:%d/%m/%Y}" if item.due else ""
    return f"Now: {item.what} ({item.owner or 'nobody'}{due})."


def _armed(cell: str) -> str:
    """The cell as it was before it went out: our own apostrophe before what a spreadsheet would run is taken off."""
    return cell[1:] if cell.startswith(_DISARMED) else cell


def _workbook(file: Path) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    from clockstop.intake.sheets import as_text, must_be_safe

    must_be_safe(file)
    try:
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python(nrows=MOST_ROWS + 2)
    except (CalamineError, OSError) as error:
        raise UnreadableFile(f"{file.name} cannot be read as a workbook.", do="Save it again as .xlsx or CSV.") from error
    return [[as_text(cell) or "" for cell in row] for row in rows]


def _delimited(file: Path) -> list[list[str]]:
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_bytes().decode("cp1252", errors="replace")
    try:
        delimiter = csv.Sniffer().sniff(text.splitlines()[0], ",;\t").delimiter if text.strip() else ","
    except csv.Error:
        delimiter = ","
    try:
        return list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile(f"{file.name} cannot be read as CSV.", do="Save it again as CSV or .xlsx.") from error
