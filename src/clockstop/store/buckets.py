"""Which bucket a pathway's rows lie in: the unit of change of the store."""

import hashlib

import ibis
from ibis.expr.types import IntegerValue, StringValue

BUCKETS = 8
_HEX_DIGITS = "0123456789abcdef"


def bucket(patient_pathway_identifier: StringValue) -> IntegerValue:
    """The bucket, 0 to 7, of each pathway: the second hex digit of its md5, modulo 8.

    md5 because every engine has it and gives the same; nothing here is a secret.
    """
    digit = patient_pathway_identifier.hexdigest("md5").substr(1, 1)
    return ibis.literal(_HEX_DIGITS).find(digit) % BUCKETS


def bucket_of(patient_pathway_identifier: str) -> int:
    """The bucket of one pathway, the same as `bucket` gives.

    >>> bucket_of("P1")
    5
    """
    digest = hashlib.md5(patient_pathway_identifier.encode(), usedforsecurity=False).hexdigest()
    return _HEX_DIGITS.index(digest[1]) % BUCKETS
