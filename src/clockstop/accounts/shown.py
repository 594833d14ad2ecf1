"""Which patients stood on a page, in few bytes: eight for each pathway, sorted, so that one can be looked for without its name.

The keys are short hashes of trust and pathway, to be compact, not to be secret: the record beside them names pathways in clear.
"""

import hashlib
from collections.abc import Iterable

KEY_BYTES = 8


def key_of(trust: str, pathway: str) -> bytes:
    """The key of a pathway; two of five million pathways share one with a chance of less than one in a million."""
    return hashlib.blake2b(f"{trust}\0{pathway}".encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def keys_of(trust: str, pathways: Iterable[str | None]) -> bytes:
    """The keys of these pathways of a trust, each once, in order; rows that name none are left out."""
    return b"".join(sorted({key_of(trust, pathway) for pathway in pathways if pathway}))


def hash_of_keys(keys: bytes) -> str:
    """The hash by which a record holds its keys fast; empty for none."""
    return hashlib.sha256(keys).hexdigest() if keys else ""
