"""Makes a pack: gathers what it says, lays it out, and keeps the version with its files, whole or not at all."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from clockstop import __version__
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.errors import UserError
from clockstop.nhsuk.presenters import day
from clockstop.reports import pack_changes
from clockstop.reports.pack import Pack, read
from clockstop.reports.pack_gather import PackAsked, gather
from clockstop.reports.pack_layout import Layout, Progress, Version
from clockstop.reports.pack_template import Template
from clockstop.reports.pack_text import printable
from clockstop.store import frozen_packs
from clockstop.store.frozen_packs import FrozenPack
from clockstop.store.home import Home

FORMATS = ("docx", "pptx", "pdf", "xlsx")
GATHERED = 0.5


@dataclass(frozen=True, kw_only=True)
class MadePack:
    """A version with its files by format; `is_new` is False where the last version said the very same."""

    kept: FrozenPack
    files: Mapping[str, Path]
    is_new: bool


def make(
    scope: Scope, desk: Desk, asked: PackAsked, template: Template, *, formats: Sequence[str], by: str, progress: Progress
) -> MadePack:
    """The pack as the data and what people wrote stand now, kept as a version unless the last one of its kind says the same.

    Nothing is kept until every format is laid out, so a making that is stopped or killed leaves the versions as they were.
    """
    require_formats(formats)
    pack = printable(gather(scope, desk, asked, template.style, progress=lambda what, share: progress(what, share * 2 * GATHERED)))
    with frozen_packs.making(desk.home, asked.org):
        making = _Making(home=desk.home, template=template, formats=formats, by=printable(by), progress=progress)
        return _kept(making, asked, pack)


def require_formats(formats: Sequence[str]) -> None:
    """Raise `UserError` where a format is unknown, or what it is laid out with is missing on this machine."""
    unknown = [one for one in formats if one not in FORMATS]
    if unknown or not formats:
        raise UserError(f"There is no format {', '.join(unknown) or 'named'}.", do=f"Choose one of: {', '.join(FORMATS)}.")
    if "pdf" in formats:
        import_module("clockstop.reports.pack_pdf").require_libraries()


def pack_of(home: Home, kept: FrozenPack) -> Pack:
    """What a version says."""
    return read(Pack, json.loads(frozen_packs.content(home, kept)))


def laid_out(
    home: Home, kept: FrozenPack, formats: Sequence[str], template: Template, *, by: str, progress: Progress
) -> dict[str, Path]:
    """A version's files in these formats, laid out from what was frozen where that was not done before."""
    require_formats(formats)
    with frozen_packs.making(home, kept.org):
        return _files(_Making(home=home, template=template, formats=formats, by=by, progress=progress), kept)


def file_name(kept: FrozenPack, format_: str) -> str:
    """What the file is called when it is taken away."""
    return f"pack-{kept.org}-{kept.month}-v{kept.number}.{format_}"


def kind_of(asked: PackAsked) -> str:
    """Which packs are versions of each other."""
    return "|".join((asked.audience, asked.division, *asked.measures))


@dataclass(frozen=True, kw_only=True)
class _Making:
    """One making: where versions are kept, how they look, what is wanted, who makes it and who hears of it."""

    home: Home
    template: Template
    formats: Sequence[str]
    by: str
    progress: Progress

    def bodies(self, pack: Pack, version: Version, formats: Sequence[str]) -> dict[str, bytes]:
        """Each format laid out; charts are drawn once for all."""
        drawn: dict[str, bytes] = {}
        found = {}
        for place, format_ in enumerate(formats):
            start, part = GATHERED + (1 - GATHERED) * place / len(formats), (1 - GATHERED) / len(formats)
            told = _told(self.progress, format_, start, part)
            layout = Layout(pack=pack.linked(), version=version, template=self.template, progress=told, drawn=drawn)
            found[format_] = _body(layout, format_)
        return found


def _kept(making: _Making, asked: PackAsked, pack: Pack) -> MadePack:
    """The version that says this: the last one, or a new one after it; the caller holds the making of versions."""
    name, kind = f"{asked.month:%Y-%m}", kind_of(asked)
    last = next((one for one in frozen_packs.versions(making.home, asked.org, name) if one.kind == kind), None)
    same = pack_changes.same_sha256(pack)
    if last is not None and last.same_sha256 == same:
        return MadePack(kept=last, files=_files(making, last), is_new=False)
    before = pack_of(making.home, last) if last else None
    if before is not None:
        pack = replace(pack, revised=pack_changes.revised(before, pack))
    receipt = FrozenPack(
        org=pack.org, month=name, number=frozen_packs.next_number(making.home, pack.org, name), kind=kind, audience=pack.audience,
        division=pack.division, measures=tuple(row.slug for row in pack.rows), made_at=_now(), made_by=making.by,
        snapshot_id=pack.snapshot_id, as_of=pack.as_of.isoformat(), clockstop_version=__version__, code_version=pack.code_version,
        title=pack.title, is_made_up=pack.is_made_up, same_sha256=same, follows=last.number if last else None,
        changes=pack_changes.changes(before, pack) if before else (),
    )  # fmt: skip
    bodies = making.bodies(pack, _version(receipt), making.formats)
    files = {format_: (file_name(receipt, format_), body) for format_, body in bodies.items()}
    making.progress("Keeping the version", 1.0)
    kept = frozen_packs.keep(making.home, receipt, pack_changes.json_of(pack), files)
    return MadePack(kept=kept, files={one: _file(making.home, kept, one) for one in making.formats}, is_new=True)


def _files(making: _Making, kept: FrozenPack) -> dict[str, Path]:
    """The files of a version that stands; those that it lacks are laid out from what was frozen."""
    lacking = [one for one in making.formats if frozen_packs.file_of(making.home, kept, one) is None]
    bodies = making.bodies(pack_of(making.home, kept), _version(kept), lacking) if lacking else {}
    for format_, body in bodies.items():
        name = file_name(kept, format_)
        frozen_packs.keep_file(making.home, kept, format_, name, body, by=making.by, at=_now())
    return {one: _file(making.home, kept, one) for one in making.formats}


def _version(kept: FrozenPack) -> Version:
    made_on = day(datetime.fromisoformat(kept.made_at).date())
    return Version(number=kept.number, made_on=made_on, made_by=kept.made_by)


def _told(progress: Progress, format_: str, start: float, part: float) -> Callable[[str, float], None]:
    return lambda what, share: progress(f"{format_.upper()}: {what}", start + part * share)


def _body(layout: Layout, format_: str) -> bytes:
    return import_module(f"clockstop.reports.pack_{format_}").body_of(layout)


def _file(home: Home, kept: FrozenPack, format_: str) -> Path:
    found = frozen_packs.file_of(home, kept, format_)
    assert found is not None, f"{format_} was just kept"
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
