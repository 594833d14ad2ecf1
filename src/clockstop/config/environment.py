"""The settings that a person may give, read from the environment once; a wrong one says how to set it."""

import os
import secrets
from pathlib import Path

from clockstop.errors import UserError


def is_on(name: str, *, default: bool = False) -> bool:
    """Whether the switch is on: 1, true, yes or on; the default where it is not set."""
    text = os.environ.get(name, "").strip().lower()
    if text in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if text == "" else text in ("1", "true", "yes", "on")
    raise UserError(f"{name} must be 1 or 0.", where=f"It is set to {text!r}.", do=f"Set {name}=1 or {name}=0, or unset it.")


def words(name: str, *, default: str) -> list[str]:
    """The setting's words, parted by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


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
