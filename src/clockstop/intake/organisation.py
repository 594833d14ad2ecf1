"""Who a trust is: its name, character, divisions, services and sites, as `organisation.toml` declares them."""

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clockstop.errors import UnknownName, UnreadableFile
from clockstop.store.home import Home

# ODS gives a trust three characters; made-up trusts and sites of one may have up to six.
_CODE = re.compile(r"[A-Z0-9]{3,6}")


@dataclass(frozen=True, kw_only=True)
class Division:
    """A division and the treatment function codes of its services."""

    name: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site of the trust."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A trust as it describes itself; `group` is the name of the hospital group that it belongs to, if any."""

    code: str
    name: str
    character: str = ""
    group: str = ""
    is_synthetic: bool = False
    divisions: tuple[Division, ...] = ()
    sites: tuple[Site, ...] = ()

    def division_of(self, service: str) -> str:
        """The name of the division that runs a treatment function; empty where none claims it."""
        return next((division.name for division in self.divisions if service in division.services), "")


def organisation(home: Home, trust: str) -> Organisation:
    """The organisation of a trust that has been added."""
    file = home.organisation_file(trust) if _CODE.fullmatch(trust) else None
    if file is None or not file.is_file():
        raise _unknown(home, trust)
    return read_organisation(file)


def is_welcome(home: Home, trust: str) -> bool:
    """Whether a first load may add this unknown trust by its code alone.

    So it is while nobody has described a trust here: a trial needs no preparation. Once one trust has a name, an unknown code
    is more likely a slip of the fingers, and is refused.
    """
    known = known_trusts(home)
    return trust not in known and bool(_CODE.fullmatch(trust)) and all(_is_bare(organisation(home, code)) for code in known)


def add_bare(home: Home, *, code: str, name: str = "") -> Organisation:
    """Keep a trust of which only the code is known, and perhaps the name; its writer holds the lock."""
    from clockstop.intake.ledger import write_whole

    if not _CODE.fullmatch(code):
        raise UnreadableFile(f"{code!r} is no code of a trust.", do="Give three to six capital letters and digits, such as RJ1.")
    declared = f"code = {json.dumps(code)}\nname = {json.dumps(name.strip() or code, ensure_ascii=False)}\n"
    write_whole(home.organisation_file(code), declared.encode())
    return organisation(home, code)


def _is_bare(known: Organisation) -> bool:
    return known == Organisation(code=known.code, name=known.code)


def _unknown(home: Home, trust: str) -> UnknownName:
    is_code = bool(_CODE.fullmatch(trust))
    add = f'Add it with `clockstop trust add --code {trust} --name "Its name"` (or an organisation.toml, docs/guide-analyst.md)'
    return UnknownName(
        f"The trust {trust!r} is not known here.",
        where=_nearest(trust, known_trusts(home)),
        do=f"{add}, or use a code that `clockstop trust list` shows."
        if is_code
        else "A code is three to six capital letters and digits: use one that `clockstop trust list` shows.",
    )


def organisations(home: Home) -> list[Organisation]:
    """Every trust that has been added, by code."""
    return [organisation(home, code) for code in known_trusts(home)]


def known_trusts(home: Home) -> list[str]:
    """The codes of the trusts that have been added."""
    return sorted(file.parent.name for file in home.trusts.glob("*/organisation.toml") if not file.parent.name.startswith("."))


def read_organisation(file: Path) -> Organisation:
    """The organisation that a file declares."""
    try:
        declared = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnreadableFile(
            f"There is no file {file.name}.", where=f"Looked at {file}.", do="Check the path and try again."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFile(f"{file.name} is not a readable TOML file.", where=str(error), do=_FORM) from None
    try:
        return _from(declared)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(
            f"{file.name} does not describe an organisation.", where=f"Wrong or missing: {error}.", do=_FORM
        ) from None


def add_organisation(home: Home, file: Path) -> Organisation:
    """Keep the organisation that a file declares, in place of an earlier one of the same code."""
    from clockstop.intake.ledger import write_whole
    from clockstop.store.lock import writer

    found = read_organisation(file)
    with writer(home):
        write_whole(home.organisation_file(found.code), file.read_bytes())
    return found


_FORM = (
    'It needs code = "RXX" and name = "...", and may have character, group, is_synthetic, '
    "[[divisions]] (name, services) and [[sites]] (code, name)."
)


def _from(declared: dict[str, Any]) -> Organisation:
    code = declared["code"]
    if not _CODE.fullmatch(code):
        raise TypeError(f"code {code!r} is not three to six capital letters and digits")
    return Organisation(
        code=code,
        name=str(declared["name"]),
        character=str(declared.get("character", "")),
        group=str(declared.get("group", "")),
        is_synthetic=bool(declared.get("is_synthetic", False)),
        divisions=tuple(
            Division(name=one["name"], services=tuple(str(service) for service in one.get("services", ())))
            for one in declared.get("divisions", ())
        ),
        sites=tuple(Site(code=one["code"], name=one["name"]) for one in declared.get("sites", ())),
    )


def _nearest(wanted: str, known: Iterable[str]) -> str:
    known = list(known)
    close = get_close_matches(wanted.upper(), known, n=1, cutoff=0.5)
    if close:
        return f"The nearest is {close[0]!r}."
    return f"Known: {', '.join(known)}." if known else "No trust has been added yet."
