"""`clockstop restore`: a backup becomes a home of its own."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What clockstop backup wrote.")],
    home: Annotated[Path, typer.Option("--home", metavar="DIR", help="The home to make; it must be empty or not there yet.")],
    keys: Annotated[Path | None, typer.Option("--keys", metavar="FILE", help="The sealed keys that --with-keys wrote.")] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the passphrase of the keys stands; it is asked for where left out.")
    ] = None,
) -> None:
    """Make a new home of a backup, whole or not at all; every file is checked against the receipt.

    Records go into SQLite under the new home, or into the empty PostgreSQL database that CLOCKSTOP_DATABASE names, whichever they
    came from; they are brought up to date where this Clockstop is newer than the backup.
    """
    from clockstop.cli._watched import passphrase, watched
    from clockstop.registers.backup.restoring import new_home, restore_database, restore_files

    place = home.resolve()
    with new_home(place) as filled, watched("restoring") as progress:
        restored, lines = restore_files(
            file, filled, keys=keys, passphrase=lambda: passphrase(passphrase_file, is_new=False), progress=progress
        )
        _set_up(filled.root)
        restore_database(lines, progress=progress)
    typer.echo(_said(place, restored))


def _set_up(root: Path) -> None:
    """Django for this process, on the home that is being filled."""
    import os

    from clockstop.cli.serve import SETTINGS

    os.environ["CLOCKSTOP_HOME"] = str(root)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def _said(place: Path, restored) -> str:
    from clockstop.cli.backup import said

    lines = [f"Restored into {place}.", said(restored.receipt), f"Serve it with: CLOCKSTOP_HOME={place} clockstop serve"]
    if "pseudonym" in restored.keys_missing:
        lines.append(
            f"The pseudonym key is not there: put it at {place / 'keys' / 'pseudonym.key'} (0600) before anything is loaded. Until "
            "then loads are refused, and patients are not found by NHS number."
        )
    if "django" in restored.keys_missing:
        lines.append(
            "The signing key is new, and second factors cannot be read with it: put the old one at "
            f"{place / 'keys' / 'django.key'}, or into CLOCKSTOP_SECRET_KEY_FALLBACKS. Everybody signs in again."
        )
    return "\n".join(lines)
