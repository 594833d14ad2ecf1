"""Who lies on a ward that is not for them (operations.md 2.4). Plain and Ibis values alike."""

from typing import Any

from clockstop.contracts.ward_codes import PSEUDO_WARDS
from clockstop.rules.either import both, is_missing, is_not, is_one_of, is_plain

# Nobody is an outlier there: patients of every function come to these, or they are no wards.
NEVER_OUTLYING = ("assessment", "critical_care", *PSEUDO_WARDS, "virtual")


def is_outlier(treatment_function: Any, designated: Any, ward_type: Any, *, is_isolation: Any = False) -> Any:
    """Whether the patient's treatment function is not among those that the ward is for, given between blanks.

    Where either is not known nobody can say, and nobody is an outlier. `is_isolation` is to be given where isolation excuses.

    >>> is_outlier("300", "110 100", "general"), is_outlier("300", "110", "assessment"), is_outlier(None, "110", "general")
    (True, False, False)
    """
    may_be = both(is_not(is_one_of(ward_type, NEVER_OUTLYING)), is_not(is_isolation))
    is_known = both(is_not(is_missing(treatment_function)), _says_something(designated))
    return both(both(may_be, is_known), is_not(_is_among(treatment_function, designated)))


def is_medical(treatment_function: Any) -> Any:
    """Whether the function is of the medical specialties: 300 to 371, 400 to 401, 410, 430 to 431.

    >>> is_medical("300"), is_medical("110"), is_medical("501")
    (True, False, False)
    """
    return _begins_with(treatment_function, ("30", "31", "32", "33", "34", "35", "36", "37", "40", "41", "43"))


def is_surgical_ward(designated: Any) -> Any:
    """Whether all the functions that the ward is for are surgical: 100 to 174.

    >>> is_surgical_ward("100 110"), is_surgical_ward("110 300"), is_surgical_ward("")
    (True, False, False)
    """
    if is_plain(designated):
        functions = (designated or "").split()
        return bool(functions) and all(_begins_with(one, _SURGICAL) for one in functions)
    return designated.strip().re_search(r"^(1[0-7][0-9]( +|$))+$").fill_null(False)


_SURGICAL = tuple(f"1{number}" for number in range(8))


def _begins_with(function: Any, beginnings: tuple[str, ...]) -> Any:
    if is_plain(function):
        return function is not None and function[:2] in beginnings
    return function.substr(0, 2).isin(beginnings).fill_null(False)


def _says_something(designated: Any) -> Any:
    if is_plain(designated):
        return bool((designated or "").strip())
    return (designated.strip().length() > 0).fill_null(False)


def _is_among(function: Any, designated: Any) -> Any:
    if is_plain(function, designated):
        return function in (designated or "").split()
    import ibis

    return ibis.literal(" ").concat(designated, " ").contains(ibis.literal(" ").concat(function, " ")).fill_null(False)
