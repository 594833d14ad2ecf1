"""The keyed hash that stands for an NHS number: the same person, the same word, and no way back without the key."""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import nhs_number
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from nhs_number.validate import calculate_checksum
from numpy.typing import NDArray

from clockstop.errors import UserError
from clockstop.store.home import Home
from clockstop.store.sealed_keys import fingerprint

# HMAC-SHA256 cut to 128 bits: two people of England's 60 million share one with a chance below 1 in 10^22.
PSEUDONYM_LENGTH = 32
# Beyond so many numbers (160 MB) the memory begins anew.
_MOST_REMEMBERED = 4_000_000
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


class Pseudonyms:
    """Pseudonyms of many numbers at once. It remembers what it has seen, in 40 bytes a number; threads may share it."""

    def __init__(self, home: Home) -> None:
        self._hashing = _hashing(key(home))
        self._lock = Lock()
        self._numbers = np.empty(0, np.int64)
        self._pseudonyms = np.empty(0, f"S{PSEUDONYM_LENGTH}")

    def of(self, numbers: pa.Array) -> pa.Array:
        """The pseudonym of each number as it came; null where it is none that is valid."""
        plain = without_spaces(numbers)
        is_plain = pc.and_(pc.equal(pc.binary_length(plain), 10), pc.ascii_is_decimal(plain))
        is_plain = is_plain.fill_null(False).to_numpy(zero_copy_only=False)
        digits = pc.if_else(pa.array(is_plain), plain, "0000000000").cast(pa.int64()).to_numpy()
        good = is_plain & _are_valid(digits)
        wanted = np.unique(digits[good])
        with self._lock:
            self._learn(wanted)
            places = np.searchsorted(self._numbers, digits[good])
            found = np.full(len(numbers), b"", self._pseudonyms.dtype)
            found[good] = self._pseudonyms[places]
        texts = pa.Array.from_buffers(pa.binary(PSEUDONYM_LENGTH), len(found), [None, pa.py_buffer(found)])
        return pc.if_else(pa.array(good), texts.cast(pa.binary()).cast(pa.string()), None)

    def _learn(self, numbers: NDArray[np.int64]) -> None:
        """Take in numbers, in their order."""
        if len(self._numbers) > _MOST_REMEMBERED:
            self._numbers, self._pseudonyms = self._numbers[:0], self._pseudonyms[:0]
        new = np.setdiff1d(numbers, self._numbers, assume_unique=True)
        if not len(new):
            return
        hashes = np.array([self._hashing(f"{number:010}") for number in new.tolist()], self._pseudonyms.dtype)
        numbers = np.concatenate([self._numbers, new])
        order = np.argsort(numbers, kind="stable")
        self._numbers, self._pseudonyms = numbers[order], np.concatenate([self._pseudonyms, hashes])[order]


def without_spaces(numbers: pa.Array) -> pa.Array:
    """The numbers as `normalised` gives them."""
    for sign in (" ", "-"):
        if pc.any(pc.match_substring(numbers, sign)).as_py():
            numbers = pc.replace_substring(numbers, sign, "")
    return numbers


def _are_valid(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each number of ten digits is one that `is_valid` takes."""
    total, rest = np.zeros(len(numbers), np.int64), numbers // 10
    for weight in range(2, 11):
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    found = (11 - total % 11) % 11 == numbers % 10
    scottish = np.flatnonzero(found & (numbers < 3_200_000_000))
    found[scottish] = [is_valid(f"{number:010}") for number in numbers[scottish].tolist()]
    return found


def key(home: Home) -> bytes:
    """The key of this home, made on first use.

    Whoever holds it can find a person by number; its loss unlinks old loads from new.
    """
    file = home.pseudonym_key_file
    if not file.exists():
        _require_none_expected(home)
        _make(file)
    text = file.read_text().strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise UserError(
            "The pseudonym key is damaged.",
            where=f"It stands in {file} and must be 64 hexadecimal digits.",
            do="Put the key back from its backup. A new key would no longer match the patients of earlier loads.",
        )
    _require_expected(home, text)
    return bytes.fromhex(text)


def _require_none_expected(home: Home) -> None:
    """Raise where the home was restored from a backup: a new key would part every patient from their earlier rows."""
    if home.expected_key_file.exists():
        raise UserError(
            "The pseudonym key of this restored home is missing.",
            where=f"It belongs at {home.pseudonym_key_file}.",
            do=f"Put it back from its own backup. Where it is lost for good, remove {home.expected_key_file} for a new one.",
        )


def _require_expected(home: Home, text: str) -> None:
    """Raise where the key is not the one that the data of a restored home were loaded under."""
    try:
        expected = json.loads(home.expected_key_file.read_text())["pseudonym"]
    except FileNotFoundError:
        return
    if fingerprint(text) != expected:
        raise UserError(
            "The pseudonym key is not the one of these data.",
            where=f"Its fingerprint differs from the one in {home.expected_key_file}.",
            do="Put the right key back from its own backup.",
        )


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
