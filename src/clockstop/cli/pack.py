"""`clockstop pack`: the performance pack of a trust and month, as a document, slides, PDF or workbook."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


class PackFormat(StrEnum):
    """What a pack is laid out as."""

    docx = "docx"
    pptx = "pptx"
    pdf = "pdf"
    xlsx = "xlsx"


class For(StrEnum):
    """For whom a pack is."""

    trust = "trust"
    outside = "outside"


@app.command()
def pack(
    *,
    org: Annotated[str, typer.Option("--org", "--trust", metavar="CODE", help="ODS code of the trust, or GROUP for all together.")],
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The month.")],
    formats: Annotated[
        list[PackFormat] | None,
        typer.Option("--format", help="What it is laid out as; may be given more than once. docx if left out."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Also write it here; of several formats, a folder.")
    ] = None,
    chosen: Annotated[
        list[str] | None,
        typer.Option(
            "--measures", metavar="SLUG", help="Measures or families, parted by commas; every headline measure if left out."
        ),
    ] = None,
    division: Annotated[str, typer.Option("--division", metavar="NAME", help="Of one division of the trust.")] = "",
    audience: Annotated[
        For | None,
        typer.Option("--for", help="trust shows small numbers and stays inside; outside withholds them. GROUP is always outside."),
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="DIR", help="A template folder, as clockstop pack-template writes it.")
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who makes it, as its cover says; the audit too, of an account.")
    ] = "command line",
) -> None:
    """Make a pack, keep it as a version, and say where it lies.

    A version is made anew only where it says something else than the last one did; a further format of a version says the same.
    """
    wanted = list(dict.fromkeys(one.value for one in formats or [PackFormat.docx]))
    _must_fit(out, wanted)
    names = tuple(name.strip() for one in chosen or () for name in one.split(",") if name.strip())
    made = _made(org.upper(), month, wanted, audience, division=division, measures=names, template=template, by=by)
    _record(made)
    _say(made, _copied(out, made.files))


def _made(org: str, month: str, formats: list[str], audience: For | None, *, template: Path | None, by: str, **of):
    """The version, of the newest snapshot."""
    from clockstop.cli.serve import prepare_database

    prepare_database()
    from clockstop.answers.desk import Desk
    from clockstop.answers.scope import Scope
    from clockstop.reports.pack_gather import GROUP, PackAsked, month_of
    from clockstop.reports.pack_template import template_of
    from clockstop.reports.packing import make
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    desk = Desk(home).refreshed()
    every = frozenset(desk.manifest.trusts)
    scope = Scope(trusts=every, may_see_patients=every, user="command line", role="operator")
    whom = audience or (For.outside if org == GROUP else For.trust)
    asked = PackAsked(org=org, month=month_of(month), audience=whom.value, **of)
    return make(scope, desk, asked, template_of(home, org, template), formats=formats, by=by, progress=_progress())


def _record(made) -> None:
    """The audit's row of a version that somebody with an account made."""
    from clockstop.reports.pack_keeping import keep_record

    keep_record(made.kept)


def _must_fit(out: Path | None, formats: list[str]) -> None:
    """Raise `UserError` where the file cannot be what was asked for; before the work, not after it."""
    from clockstop.errors import UserError

    if out is None or len(formats) > 1:
        return
    if out.suffix.lower().removeprefix(".") not in ("", formats[0]):
        raise UserError(f"{out.name} is no name for a {formats[0]}.", do=f"Call it {out.stem}.{formats[0]}, or give --format.")
    if not out.parent.is_dir():
        raise UserError("That folder is not there.", where=str(out.parent), do="Make it, or name another.")


def _copied(out: Path | None, files) -> list[Path]:
    """The files where they were asked for; a pack that is there already is written over."""
    import shutil

    if out is None:
        return []
    if len(files) == 1 and not out.is_dir():
        targets = [out]
    else:
        out.mkdir(parents=True, exist_ok=True)
        targets = [out / file.name for file in files.values()]
    for file, target in zip(files.values(), targets, strict=True):
        partial = target.with_name(f".partial-{target.name}")
        shutil.copyfile(file, partial)
        partial.replace(target)
    return targets


def _progress():
    """A line that says how far it is, where somebody looks at it."""
    import sys

    def told(what: str, share: float) -> None:
        if sys.stderr.isatty():
            print(f"\r{share:4.0%} {what[:60]:<60}", end="\n" if share >= 1 else "", file=sys.stderr, flush=True)

    return told


def _say(made, copies: list[Path]) -> None:
    kept = made.kept
    typer.echo(f"{kept.title}: version {kept.number}{'' if made.is_new else ', which says the same as before'}.")
    typer.echo(f"Snapshot {kept.snapshot_id}, data to {kept.as_of}. Content sha256 {kept.content_sha256}")
    if made.is_new and kept.follows:
        typer.echo(f"Against version {kept.follows}: {len(kept.changes)} changes" + (":" if kept.changes else "."))
        for line in kept.changes[:20]:
            typer.echo(f"  {line}")
        if len(kept.changes) > 20:
            typer.echo(f"  and {len(kept.changes) - 20} more: clockstop packs --org {kept.org} --month {kept.month}")
    for file in copies or made.files.values():
        typer.echo(f"Written: {file}")
