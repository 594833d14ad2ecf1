"""The keyed hash that stands for an NHS number: the same person, the same word, and no way back without the key."""

import hashlib
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import nhs_number
from nhs_number.validate import calculate_checksum

from clockstop.errors import UserError
from clockstop.store.home import Home

# HMAC-SHA256 cut to 128 bits: two people of England's 60 million share one with a chance below 1 in 10^22.
PSEUDONYM_LENGTH = 32
_PLAIN = re.compile(r"[0-9]{10}")


def pseudonym(home: Home, nhs_number: str) -> str:
    """The pseudonym of one NHS number, however it is spaced."""
    return _hashing(key(home))(normalised(nhs_number))


def normalised(number: str) -> str:
    """The ten digits, without spaces and hyphens."""
    return number.replace(" ", "").replace("-", "")


def is_valid(number: str) -> bool:
    """Whether it is ten digits that pass modulus 11."""
    plain = normalised(number)
    if not _PLAIN.fullmatch(plain):
        return False
    # The library's whole check costs four times its checksum; all it adds are the dates inside Scottish numbers (to 3112999999).
    return calculate_checksum(plain[:9]) == int(plain[9]) if plain >= "32" else nhs_number.is_valid(plain)


def hashed(home: Home) -> Callable[[str], str | None]:
    """A function from NHS number to pseudonym, None where the number is not valid; it remembers what it has seen."""
    hashing = _hashing(key(home))
    seen: dict[str, str | None] = {}

    def one(number: str) -> str | None:
        if number not in seen:
            seen[number] = hashing(normalised(number)) if is_valid(number) else None
        return seen[number]

    return one


def key(home: Home) -> bytes:
    """The key of this home, made on first use.

    Whoever holds it can find a person by number; its loss unlinks old loads from new.
    """
    file = home.pseudonym_key_file
    if not file.exists():
        _make(file)
    text = file.read_text().strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise UserError(
            "The pseudonym key is damaged.",
            where=f"It stands in {file} and must be 64 hexadecimal digits.",
            do="Put the key back from its backup. A new key would no longer match the patients of earlier loads.",
        )
    return bytes.fromhex(text)


def _make(file: Path) -> None:
    """Write a new key once: whoever links it first wins, and every other process reads that one."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = file.with_name(f".partial-{os.getpid()}-{secrets.token_hex(4)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_hex(32).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(partial, file)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _hashing(secret: bytes) -> Callable[[str], str]:
    """HMAC-SHA256 with its two keyed halves made ready once."""
    padded = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def one(number: str) -> str:
        first, second = inner.copy(), outer.copy()
        first.update(number.encode())
        second.update(first.digest())
        return second.hexdigest()[:PSEUDONYM_LENGTH]

    return one
