"""A mapping proposed from a file's headers: what is sure, what is guessed, what is left."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import tomlkit
from tomlkit.items import Comment, Trivia

from clockstop.contracts.contract import Contract
from clockstop.intake.map import plain
from clockstop.intake.synonyms import SYNONYMS

# Below this likeness a guess would mislead more than it helps.
_LIKENESS = 0.72


def draft(headers: Sequence[str], contract: Contract, *, header_row: int | None = None, sheet: str | None = None) -> str:
    """A mapping file as text: sure matches, guesses marked as such, required columns still to find, headers left over."""
    chosen, guesses = matches(headers, contract)
    times = _times(headers, contract, chosen)
    document = tomlkit.document()
    document.add(tomlkit.comment(f"Mapping of {contract.name}, drafted from the file's headers. Read every line marked GUESS."))
    document.add(tomlkit.comment("What each line means: docs/mapping.md"))
    document.add("delivery", tomlkit.item("changes"))
    document["delivery"].comment("or full: rows missing from its window of dates are withdrawn")
    if header_row and header_row > 1:
        document.add("header_row", tomlkit.item(header_row))
    if sheet:
        document.add("sheet", tomlkit.item(sheet))
    document.add(tomlkit.nl())
    columns = tomlkit.table()
    for column in contract.columns:
        if column.name in times:
            columns.add(column.name, [chosen[column.name], times[column.name]])
        elif column.name in chosen and plain(chosen[column.name]) != plain(column.name):
            columns.add(column.name, chosen[column.name])
        if column.name in columns and column.name in guesses:
            columns[column.name].comment("GUESS")
        elif column.name not in chosen and column.is_required:
            columns.add(_remark(f'{column.name} = "?"  # REQUIRED: {column.meaning}'))
    document.add("columns", columns)
    for line in _left_over(headers, contract, chosen, times):
        document.add(_remark(line))
    return tomlkit.dumps(document)


def matches(headers: Sequence[str], contract: Contract) -> tuple[dict[str, str], set[str]]:
    """Our column to their header, each header used once; and which of them are guesses by likeness alone."""
    free = {plain(header): header for header in reversed(headers) if plain(header)}
    chosen: dict[str, str] = {}
    guesses: set[str] = set()
    names = [column.name for column in contract.columns]
    for name in names:
        if plain(name) in free:
            chosen[name] = free.pop(plain(name))
    for name in names:
        word = next((word for word in map(plain, SYNONYMS.get(name, ())) if name not in chosen and word in free), None)
        if word:
            chosen[name] = free.pop(word)
    for header in _times(headers, contract, chosen).values():
        free.pop(plain(header), None)
    for likeness, name, word in sorted(_likenesses([name for name in names if name not in chosen], free), reverse=True):
        if likeness >= _LIKENESS and name not in chosen and word in free:
            chosen[name] = free.pop(word)
            guesses.add(name)
    return chosen, guesses


def _likenesses(names: Sequence[str], free: dict[str, str]) -> list[tuple[float, str, str]]:
    found = []
    for name in names:
        words = [plain(name), *map(plain, SYNONYMS.get(name, ()))]
        for header in free:
            found.append((max(SequenceMatcher(None, word, header).ratio() for word in words), name, header))
    return found


def _times(headers: Sequence[str], contract: Contract, chosen: dict[str, str]) -> dict[str, str]:
    """Of instants whose header speaks of a date, the header that says the same of a time, where nothing else uses it."""
    free = {plain(header): header for header in headers if header not in chosen.values()}
    found = {}
    for column in contract.columns:
        twin = next((twin for twin in _twins(plain(chosen.get(column.name, ""))) if twin in free), None)
        if column.type == "instant" and twin:
            found[column.name] = free.pop(twin)
    return found


def _twins(word: str) -> list[str]:
    """A header's word with "time" in place of a "date" in it: the Emergency Care Data Set has "Date Seen for Treatment"."""
    return [f"{word[: date.start()]}time{word[date.end() :]}" for date in re.finditer("date", word)]


def _left_over(headers: Sequence[str], contract: Contract, chosen: dict[str, str], times: dict[str, str]) -> list[str]:
    used = {*chosen.values(), *times.values()}
    unused = [header for header in headers if header and header not in used]
    absent = [column.name for column in contract.columns if column.name not in chosen and not column.is_required]
    lines = []
    if unused:
        lines += ["", "Headers that fill no column; they are not loaded:", *(f"  {header}" for header in unused)]
    if absent:
        lines += ["", "Columns that the file does not seem to have; all of them may be missing:", *(f"  {name}" for name in absent)]
    return lines


def _remark(text: str) -> Comment:
    """A comment line; headers may hold line breaks, which would end it."""
    clean = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return Comment(Trivia(comment_ws="", comment=f"# {clean}".rstrip(), trail="\n"))
