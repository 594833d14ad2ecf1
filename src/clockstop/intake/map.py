"""How a trust's columns and codes become ours: the mapping file, and its match with the headers of one delivery."""

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clockstop.contracts.contract import Contract
from clockstop.errors import MissingColumn, UnreadableFile, UserError
from clockstop.store.home import Home

DELIVERIES = ("full", "changes")
IS_DELETED = "is_deleted"
PROVIDER = "organisation_code_code_of_provider"
# Behind the name of an instant: the column that holds its time of day, where date and time come in two.
TIME_OF_DAY = "_time_of_day"
# What exports write for "nothing"; a mapping may name others.
MISSING = ("", "NULL", "null")
# ISO dates are always read. After them a day comes before a month, as everywhere in the NHS.
DATE_FORMATS = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d-%b-%Y", "%d-%m-%Y", "%Y%m%d")

_KEYS = {
    "delivery": str, "encoding": str, "delimiter": str, "header_row": int, "sheet": str, "date_formats": list,
    "pseudonymise": bool, "strict_nhs_numbers": bool, "record_id": str, "missing": list, "window_from": date, "window_to": date,
    "columns": dict, "codes": dict,
}  # fmt: skip
_DATE_WORDS = (
    ("hh:mm:ss", "%H:%M:%S"), ("hh:mm", "%H:%M"), ("yyyy", "%Y"), ("yy", "%y"), ("mmm", "%b"), ("mon", "%b"),
    ("mm", "%m"), ("dd", "%d"),
)  # fmt: skip
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """What a trust declares about one dataset's files. Everything may be left out.

    `times` names the column with the time of day of an instant of which `columns` names the one with its date.
    """

    delivery: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    date_formats: tuple[str, ...] = DATE_FORMATS
    pseudonymise: bool = True
    strict_nhs_numbers: bool = False
    record_id: str | None = None
    missing: tuple[str, ...] = MISSING
    window_from: date | None = None
    window_to: date | None = None
    columns: dict[str, str] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    text: bytes = b""

    @property
    def sha256(self) -> str:
        """The hash of the file that it was read from."""
        return hashlib.sha256(self.text).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Which of a file's columns, by place, fills which of ours; the headers that fill none are dropped."""

    places: dict[str, int]
    headers: tuple[str, ...]
    constants: dict[str, str]
    dropped: tuple[str, ...]

    def header(self, name: str) -> str:
        """Their header of one of our columns; ours where a constant fills it."""
        return self.headers[self.places[name]] if name in self.places else name


def mapping_for(home: Home, trust: str, contract: Contract, file: Path | None) -> Mapping:
    """The mapping in `file`, else the trust's own, else the one that maps nothing."""
    chosen = file or home.mapping_file(trust, contract.name)
    if file is None and not chosen.is_file():
        return Mapping()
    try:
        text = chosen.read_bytes()
    except OSError:
        raise UnreadableFile(
            f"There is no mapping file {chosen.name}.", where=f"Looked at {chosen}.", do="Check the path."
        ) from None
    return read_mapping(text, contract, where=str(chosen))


def read_mapping(text: bytes, contract: Contract, *, where: str) -> Mapping:
    """The mapping that a TOML text declares; every name in it is checked against the contract."""
    try:
        declared = tomllib.loads(text.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong("The mapping is not readable TOML.", f"{where}: {error}") from None
    _check_keys(declared, where)
    columns, times, constants = _columns(declared.get("columns", {}), contract, where)
    return Mapping(
        columns=columns,
        times=times,
        constants=constants,
        codes=_codes(declared.get("codes", {}), contract, where),
        text=text,
        **_plain_settings(declared, where),
    )


def match(headers: Sequence[str], contract: Contract, mapping: Mapping, *, file_name: str) -> Matched:
    """Which header fills which column; MissingColumn where a required one is not there."""
    wanted = _wanted(contract, mapping)
    places = _places(headers, wanted, mapping, file_name)
    missing = [name for name in contract.required if name not in places and name not in mapping.constants]
    if mapping.record_id and "record_id" not in places:
        missing.append("record_id")
    if missing:
        raise missing_column(missing, headers, contract, mapping, file_name)
    used = set(places.values())
    return Matched(
        places=places,
        headers=tuple(headers),
        constants=mapping.constants,
        dropped=tuple(header for place, header in enumerate(headers) if place not in used and header),
    )


def fits(headers: Sequence[str], contract: Contract, mapping: Mapping) -> int:
    """How many of the wanted columns these cells would fill if they were the header."""
    there = {plain(header) for header in headers if header}
    return sum(plain(wanted) in there for wanted in _wanted(contract, mapping).values())


def plain(header: str) -> str:
    """A header without case, spaces, underscores and other signs: how two spellings are compared."""
    return re.sub(r"[\W_]+", "", header.casefold())


def missing_column(
    missing: Sequence[str], headers: Sequence[str], contract: Contract, mapping: Mapping, file_name: str
) -> MissingColumn:
    """What to tell the owner of a file that lacks required columns."""
    lines = [f"  {name}{_declared(name, mapping)}{_nearest(name, headers)}" for name in missing]
    plural = "columns" if len(missing) > 1 else "column"
    return MissingColumn(
        f"{file_name} lacks the required {plural}:\n" + "\n".join(lines),
        where=f"Its headers are: {', '.join(header or '(empty)' for header in headers[:60])}.",
        do=f"Map them: `clockstop mapping draft {file_name} --dataset {contract.name}` proposes a mapping from these headers.",
    )


def install_mapping(home: Home, trust: str, contract: Contract, file: Path) -> Mapping:
    """Check a mapping file and keep it as the trust's own."""
    from clockstop.intake.ledger import write_whole

    mapping = mapping_for(home, trust, contract, file)
    write_whole(home.mapping_file(trust, contract.name), mapping.text)
    return mapping


def _wanted(contract: Contract, mapping: Mapping) -> dict[str, str]:
    """The header by which each of our columns is sought."""
    wanted = {column.name: mapping.columns.get(column.name, column.name) for column in contract.columns}
    wanted |= {f"{name}{TIME_OF_DAY}": header for name, header in mapping.times.items()}
    for name in (IS_DELETED, PROVIDER):
        wanted[name] = mapping.columns.get(name, name)
    if mapping.record_id:
        wanted["record_id"] = mapping.record_id
    return {name: header for name, header in wanted.items() if name not in mapping.constants}


def _places(headers: Sequence[str], wanted: dict[str, str], mapping: Mapping, file_name: str) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for place, header in enumerate(headers):
        found.setdefault(plain(header), []).append(place)
    places = {}
    for name, header in wanted.items():
        there = found.get(plain(header), [])
        if len(there) > 1:
            # Signs such as % or # vanish in `plain`; headers that differ only in them are told apart by their exact text.
            exact = [place for place in there if headers[place] == header]
            there = exact if len(exact) == 1 else there
        if len(there) > 1:
            raise _duplicated(headers[there[0]], there, file_name)
        if there:
            places[name] = there[0]
    named = {**mapping.columns, **{f"{name}{TIME_OF_DAY}": header for name, header in mapping.times.items()}}
    declared = {name: header for name, header in named.items() if name not in places and name in wanted}
    if declared:
        raise MissingColumn(
            f"{file_name} lacks columns that the mapping names: {', '.join(f'{h!r} (for {n})' for n, h in declared.items())}.",
            where=f"Its headers are: {', '.join(header or '(empty)' for header in headers[:60])}.",
            do="Correct [columns] in the mapping, or ask for the column in the extract.",
        )
    return places


def _duplicated(header: str, there: list[int], file_name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{file_name} has the header {header!r} {len(there)} times.",
        where=f"Columns {' and '.join(str(place + 1) for place in there)}.",
        do="Rename or drop one of them in the extract: Clockstop does not guess which is meant.",
    )


def _declared(name: str, mapping: Mapping) -> str:
    header = mapping.record_id if name == "record_id" else mapping.columns.get(name)
    return f" (the mapping says {header!r})" if header else ""


def _nearest(name: str, headers: Sequence[str]) -> str:
    by_plain = {plain(header): header for header in headers if header}
    close = get_close_matches(plain(name), list(by_plain), n=1, cutoff=0.6)
    return f"; nearest header: {by_plain[close[0]]!r}" if close else ""


def _check_keys(declared: dict[str, Any], where: str) -> None:
    for key, value in declared.items():
        if key not in _KEYS:
            raise _wrong(f"The mapping has a setting {key!r} that Clockstop does not know.{_did_you_mean(key, _KEYS)}", where)
        kind = _KEYS[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _wrong(f"The mapping's {key!r} must be a {_WORDS[kind]}.", where)


_WORDS = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    list: "list of texts",
    dict: "table",
    date: "date such as 2026-04-01",
}


def _plain_settings(declared: dict[str, Any], where: str) -> dict[str, Any]:
    settings = {key: value for key, value in declared.items() if key not in ("columns", "codes")}
    for key in ("date_formats", "missing"):
        if key in settings:
            settings[key] = tuple(str(one) for one in settings[key])
    if "missing" in settings:
        settings["missing"] = ("", *settings["missing"])
    if "date_formats" in settings:
        settings["date_formats"] = tuple(date_format(one, where) for one in settings["date_formats"])
    if "delimiter" in settings:
        settings["delimiter"] = _delimiter(settings["delimiter"], where)
    if settings.get("delivery", "full") not in DELIVERIES:
        raise _wrong(f"The mapping's delivery is {settings['delivery']!r}; it must be full or changes.", where)
    if settings.get("header_row", 1) < 1:
        raise _wrong("The mapping's header_row counts from 1.", where)
    return settings


def _delimiter(text: str, where: str) -> str:
    found = _DELIMITERS.get(text.casefold(), text)
    if len(found) != 1 or found in '"\r\n':
        raise _wrong(f"The mapping's delimiter {text!r} is not one character.", where)
    return found


def date_format(text: str, where: str = "") -> str:
    """A format in the words of strptime, from those or from the words that people write (dd/mm/yyyy).

    >>> date_format("dd/mm/yyyy hh:mm")
    '%d/%m/%Y %H:%M'
    """
    if "%" not in text:
        for words, sign in _DATE_WORDS:
            text = re.sub(words, sign, text, flags=re.IGNORECASE)
    if not re.fullmatch(r"(%[dmYybBHMSfzpI]|[-/. ,:T])+", text):
        raise _wrong(f"The date format {text!r} is not understood.", where, do="Write it as dd/mm/yyyy, yyyymmdd or dd-mon-yyyy.")
    return text


def _columns(declared: dict[str, Any], contract: Contract, where: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Their headers by our columns, those of times of day that come in a column of their own, and constants."""
    known = [column.name for column in contract.columns] + [IS_DELETED, PROVIDER]
    instants = [column.name for column in contract.columns if column.type == "instant"]
    columns, times, constants = {}, {}, {}
    for name, value in declared.items():
        if name not in known:
            raise _wrong(f"[columns] names {name!r}, which is no column of {contract.name}.{_did_you_mean(name, known)}", where)
        if isinstance(value, dict) and set(value) == {"constant"}:
            constants[name] = str(value["constant"])
        elif isinstance(value, str):
            columns[name] = value
        elif isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value):
            if name not in instants:
                raise _wrong(f"[columns] {name} is no date and time: it cannot be made of two columns.", where)
            columns[name], times[name] = value
        else:
            says = ', or ["Their date", "Their time"]' if name in instants else ""
            raise _wrong(f'[columns] {name} must be "Their header" or {{constant = "value"}}{says}.', where)
    return columns, times, constants


def _codes(declared: dict[str, Any], contract: Contract, where: str) -> dict[str, dict[str, str]]:
    coded = {column.name: column for column in contract.columns if column.type in ("code", "text") and not column.is_nhs_number}
    for name, codes in declared.items():
        if name not in coded:
            raise _wrong(f"[codes.{name}] is no column of codes or text in {contract.name}.{_did_you_mean(name, coded)}", where)
        allowed = coded[name].codes
        for theirs, ours in codes.items() if isinstance(codes, dict) else [("", None)]:
            if not isinstance(ours, str):
                raise _wrong(f'[codes.{name}] must hold lines such as "their code" = "our code".', where)
            if allowed and ours and ours not in allowed:
                hint = _did_you_mean(ours, allowed)
                raise _wrong(f"[codes.{name}] maps {theirs!r} to {ours!r}, which is no code of {name}.{hint}", where)
    return declared


def _did_you_mean(word: str, known: Any) -> str:
    close = get_close_matches(word, [str(one) for one in known], n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else ""


def _wrong(what: str, where: str, do: str = "Correct the mapping and try again; docs/mapping.md explains each line.") -> UserError:
    return UserError(what, where=f"In {where}." if where else "", do=do)
