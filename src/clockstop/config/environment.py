"""The settings that a person may give, read from the environment once; a wrong one says how to set it."""

import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from clockstop.errors import UserError


def is_on(name: str, *, default: bool = False) -> bool:
    """Whether the switch is on: 1, true, yes or on; the default where it is not set."""
    text = os.environ.get(name, "").strip().lower()
    if text in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if text == "" else text in ("1", "true", "yes", "on")
    raise UserError(f"{name} must be 1 or 0.", where=f"It is set to {text!r}.", do=f"Set {name}=1 or {name}=0, or unset it.")


def text(name: str) -> str:
    """What is set; empty where nothing is."""
    return os.environ.get(name, "").strip()


def words(name: str, *, default: str) -> list[str]:
    """The setting's words, parted by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def database(address: str, *, file: Path) -> dict:
    """Django's settings for `CLOCKSTOP_DATABASE`, a postgresql:// address; for none, the SQLite file."""
    if not address:
        return _sqlite(file)
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise UserError(
            "CLOCKSTOP_DATABASE must be the address of a PostgreSQL database.",
            where=f"It begins with {parts.scheme or 'nothing'}:// and names {'a' if parts.path.strip('/') else 'no'} database.",
            do="Set CLOCKSTOP_DATABASE=postgresql://USER:PASSWORD@HOST/DATABASE, or unset it to keep records in CLOCKSTOP_HOME.",
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
        "CONN_MAX_AGE": 60,
    }


def _sqlite(file: Path) -> dict:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a writer that must wait, waits at the start, not in the middle
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def secret_key(file: Path) -> str:
    """`CLOCKSTOP_SECRET_KEY`, otherwise the key of the file, which is made on first use and readable by its owner only."""
    given = os.environ.get("CLOCKSTOP_SECRET_KEY", "")
    if given:
        return given
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        return _made_once(file)


def _made_once(file: Path) -> str:
    """The key in `file`, newly written; where another process was quicker, the one that it wrote."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = file.with_name(f".partial-{secrets.token_hex(8)}")
    own.touch(mode=0o600)
    own.write_text(secrets.token_urlsafe(50) + "\n")
    try:
        os.link(own, file)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return file.read_text().strip()


def choice(name: str, among: tuple[str, ...], *, default: str) -> str:
    """One of the words; the default where nothing is set."""
    said = text(name) or default
    if said not in among:
        raise UserError(f"{name} must be one of {', '.join(among)}.", where=f"It is set to {said!r}.", do=f"Set it to {default}.")
    return said


def number(name: str, *, default: int, least: int = 1, most: int = 100_000) -> int:
    """A whole number within bounds; the default where nothing is set."""
    said = text(name)
    if said and not (said.isdecimal() and least <= int(said) <= most):
        raise UserError(
            f"{name} must be a whole number from {least} to {most}.", where=f"It is set to {said!r}.", do=f"Set {name}={default}."
        )
    return int(said) if said else default


def networks(name: str, *, besides: str) -> list:
    """The networks and addresses that are set; the word `besides` stands as it is."""
    found: list = []
    for said in words(name, default=""):
        try:
            found.append(said if said == besides else ipaddress.ip_network(said, strict=False))
        except ValueError:
            raise UserError(
                f"{name} must be addresses or networks, parted by commas.",
                where=f"{said!r} is neither.",
                do=f"Set for example {name}=127.0.0.1,10.20.0.0/16, or {besides} for a proxy that speaks through a socket file.",
            ) from None
    return found
