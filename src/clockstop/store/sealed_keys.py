"""The keys of a home in a file of their own, sealed with a passphrase: they never lie in a backup of the data.

The pseudonym key turns pseudonyms back into NHS numbers; the other signs sessions. The file is JSON: how the passphrase was
stretched (scrypt), and each key sealed by AES-256-GCM.
"""

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path

from clockstop.errors import UnreadableFile, UserError
from clockstop.store.home import Home

KIND = "clockstop-keys-1"
LEAST_LETTERS = 12
_N, _R, _P = 2**15, 8, 1


def key_files(home: Home) -> dict[str, Path]:
    """The keys that this home has, by name."""
    known = {"pseudonym": home.pseudonym_key_file, "django": home.secret_key_file}
    return {name: file for name, file in known.items() if file.is_file()}


def fingerprints(home: Home) -> dict[str, str]:
    """Of each key a word by which it is known again, and from which it cannot be found."""
    return {name: fingerprint(file.read_text().strip()) for name, file in key_files(home).items()}


def expected(home: Home) -> dict[str, str]:
    """The fingerprints of the keys that the data of a home need: its own, and those that a restored home still waits for."""
    try:
        waited_for = json.loads(home.expected_key_file.read_text())
    except FileNotFoundError:
        waited_for = {}
    return {**waited_for, **fingerprints(home)}


def fingerprint(key: str) -> str:
    """The word of one key."""
    return hashlib.sha256(b"clockstop-fingerprint:" + key.encode()).hexdigest()[:16]


def seal(home: Home, out: Path, passphrase: str) -> list[str]:
    """Write the keys of the home to `out`, readable by nobody without the passphrase; their names come back."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(passphrase) < LEAST_LETTERS:
        raise UserError(f"The passphrase has fewer than {LEAST_LETTERS} letters.", do="Give a longer one: several words.")
    salt = secrets.token_bytes(16)
    sealer = AESGCM(_stretched(passphrase, salt))
    sealed = {}
    for name, file in key_files(home).items():
        nonce = secrets.token_bytes(12)
        sealed[name] = _text(nonce + sealer.encrypt(nonce, file.read_bytes(), name.encode()))
    partial = out.with_name(f".partial-{out.name}-{os.getpid()}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as body:
        json.dump({"kind": KIND, "salt": _text(salt), "keys": sealed}, body, indent=1)
        body.flush()
        os.fsync(body.fileno())
    partial.replace(out)
    return sorted(sealed)


def unseal(file: Path, passphrase: str, home: Home) -> list[str]:
    """Put the keys of `file` into a home that has none; `UserError` where the passphrase is not theirs. Their names come back."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        parts = json.loads(file.read_text())
        assert parts["kind"] == KIND
        salt, sealed = base64.b64decode(parts["salt"]), {name: base64.b64decode(one) for name, one in parts["keys"].items()}
    except (OSError, ValueError, KeyError, TypeError, AssertionError):
        raise UnreadableFile("This is no file of keys.", where=str(file), do="Give the file that --with-keys wrote.") from None
    opener = AESGCM(_stretched(passphrase, salt))
    try:
        opened = {name: opener.decrypt(one[:12], one[12:], name.encode()) for name, one in sealed.items()}
    except InvalidTag:
        raise UserError(
            "The passphrase does not open these keys.", where=str(file), do="Give the one they were sealed with."
        ) from None
    places = {"pseudonym": home.pseudonym_key_file, "django": home.secret_key_file}
    for name, body in opened.items():
        place = places[name]
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as written:
            written.write(body)
    return sorted(opened)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=64 * 1024 * 1024, dklen=32)


def _text(body: bytes) -> str:
    return base64.b64encode(body).decode()
