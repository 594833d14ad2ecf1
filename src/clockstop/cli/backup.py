"""`clockstop backup`: the database and everything under CLOCKSTOP_HOME in one file, while the site runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()

NAME = "clockstop-"  # of a file that --into writes; the instant follows


@app.command()
def backup(
    *,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The file to write; it may be one of before.")] = None,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="The folder to write into, under a name with day and time.")
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", help="With --into: how many of the newest to keep there; 0 keeps every one.", min=0)
    ] = 0,
    verify: Annotated[
        Path | None, typer.Option("--verify", metavar="FILE", help="Write nothing: read a backup and work out every hash again.")
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option("--leave-out", metavar="PART", help="loads, snapshots, now, published, returns, packs, samples or demo."),
    ] = None,
    with_keys: Annotated[
        Path | None, typer.Option("--with-keys", metavar="FILE", help="Write the keys too, to this file apart, sealed.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the passphrase of the keys stands; it is asked for where left out.")
    ] = None,
) -> None:
    """Back up the database and the files, as they stand at this instant, into one file; or verify such a file.

    The site, loads and a refresh may run meanwhile. The keys are never inside: --with-keys writes them apart (docs/running.md).
    """
    from clockstop.errors import UserError

    if sum(one is not None for one in (out, into, verify)) != 1:
        raise UserError("Say what to do.", do="Give --out FILE or --into DIR to write a backup, or --verify FILE to read one.")
    if verify:
        return typer.echo(_verified(verify))
    place = out or into / f"{NAME}{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    typer.echo(_written(place.resolve(), leave_out or [], with_keys, passphrase_file))
    return _let_go(into, keep) if into and keep else None


def _let_go(folder: Path, keep: int) -> None:
    """Remove the backups of ours in the folder beyond the newest, among which is the one just written."""
    for old in sorted(folder.glob(f"{NAME}*.tar"))[:-keep]:
        old.unlink()
        typer.echo(f"Removed {old.name}.")


def _verified(file: Path) -> str:
    from clockstop.cli._watched import watched
    from clockstop.store import archive

    with watched("reading") as progress:
        receipt = archive.read(file, progress=progress)
    return f"{file} is whole.\n{said(receipt)}"


def _written(out: Path, left_out: list[str], keys: Path | None, passphrase_file: Path | None) -> str:
    from clockstop.cli._watched import passphrase, watched
    from clockstop.errors import UnknownName
    from clockstop.store import archive, sealed_keys
    from clockstop.store.home import home_from_environment

    if unknown := sorted(set(left_out) - set(archive.PARTS)):
        raise UnknownName(f"There is no part {unknown[0]}.", where=f"There are: {', '.join(archive.PARTS)}.", do="Name one.")
    home = home_from_environment()
    word = passphrase(passphrase_file, is_new=True) if keys else ""
    _set_up()
    from clockstop.registers.backup.making import back_up

    with watched("backing up") as progress:
        receipt = back_up(home, out, left_out=left_out, progress=progress)
    lines = [f"Wrote {out}, {out.stat().st_size / 1e6:,.1f} MB.", said(receipt)]
    if keys:
        lines.append(f"Wrote the keys ({', '.join(sealed_keys.seal(home, keys.resolve(), word))}) to {keys}; keep it apart.")
    elif receipt.keys:
        lines.append("The keys are not in it: back them up apart (--with-keys FILE), and once is enough while they stay the same.")
    return "\n".join(lines)


def said(receipt) -> str:
    """What a backup holds, in words."""
    rows = sum(receipt.counts.values())
    shown = f"snapshot {receipt.snapshot_id} as of {receipt.as_of}" if receipt.snapshot_id else "no snapshot"
    without = f"; without {', '.join(receipt.left_out)}" if receipt.left_out else ""
    return (
        f"Made at {receipt.made_at} by Clockstop {receipt.clockstop_version}: {shown}; {rows:,} rows of {len(receipt.counts)} "
        f"tables; {len(receipt.files):,} files, {receipt.total_bytes / 1e6:,.1f} MB{without}."
    )


def _set_up() -> None:
    """Django for this process; the database is not brought up to date: a backup changes nothing."""
    import os

    from clockstop.cli.serve import SETTINGS

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()
