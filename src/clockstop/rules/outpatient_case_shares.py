"""The shares and rates of outpatients that a case gives as two numbers, or as records (OP-R08 to R11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clockstop.rules.case_inputs import a_code, a_date, a_day, per_cent, the_first
from clockstop.rules.outpatient_case_inputs import has_any, under
from clockstop.rules.readings import Readings
from clockstop.rules.specialist_advice import CLOSED_WITH_ADVICE, is_diverted, is_expired, is_processed

FIRSTS = ("first_attendances", "first_attended", "firsts", "first_outpatient_attendances")
ALL_ATTENDANCES = (
    "attendances", "all_attendances", "outpatient_attendances", "total_attendances", "attended", "all_attended", "total_attended",
    "attended_total",
)  # fmt: skip
PROCESSED = (
    "processed", "advice_processed", "advice_requests_processed", "requests_processed", "specialist_advice_processed",
    "specialist_advice", "advice_requests", "advice",
)  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A number of so many in a hundred: what each side may be called, and what the answer may be."""

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    answers: tuple[str, ...]


SHARES = (
    Share(
        ("pifu_moved", "moved_to_pifu", "moved_or_discharged_to_pifu", "pifu", "pifu_patients", "pifu_starts", "to_pifu"),
        ALL_ATTENDANCES,
        ("pifu_rate_pct", "pifu_pct", "pifu_share_pct"),
    ),
    Share(
        PROCESSED,
        FIRSTS,
        ("advice_per_100_first", "advice_per_100_firsts", "specialist_advice_per_100", "specialist_advice_per_100_first",
         "specialist_advice_per_100_firsts", "per_100_first", "per_100", "advice_per_100", "advice_per_100_first_attendances",
         "specialist_advice_rate", "advice_utilisation"),
    ),
    Share(
        ("diverted", "closed_with_advice_no_referral", "closed_no_referral", "closed_with_advice", "returned_with_advice"),
        PROCESSED,
        ("diversion_rate_pct", "diversion_pct", "advice_diversion_pct", "advice_diversion_rate_pct", "ag_diversion_rate_pct",
         "ag_diversion_pct", "a_and_g_diversion_pct"),
    ),
)  # fmt: skip


def shares(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The share of each pair that is given: PIFU of attendances, advice per 100 firsts, diverted of processed, first or procedure.

    A list of `requests` (`advice_requests`) of response, outcome and referral is counted first, with `within_days` (else 90).
    """
    found = _counted(inputs)
    inputs = {**inputs, **found}
    for share in SHARES:
        number, whole = _number(inputs, share.numerator), _number(inputs, share.denominator)
        if number is not None and whole is not None:
            found |= under(per_cent(number, whole), *share.answers)
    return found | _first_or_procedure(inputs) | _episodes(inputs)


def _number(inputs: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
    return next((inputs[name] for name in names if isinstance(inputs.get(name), (int, float))), None)


def _first_or_procedure(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """First attendances and follow-ups with a procedure, of all attendances (OP-R11)."""
    first = _number(inputs, FIRSTS)
    procedures = _number(
        inputs,
        ("follow_up_with_procedure", "follow_ups_with_procedure", "follow_up_procedures", "procedure_follow_ups",
         "follow_up_procedure", "procedures"),
    )  # fmt: skip
    if first is None or procedures is None:
        return {}
    follow_ups = _number(inputs, ("follow_up_attended", "follow_up_attendances", "follow_ups_attended", "follow_ups"))
    everyone = _number(inputs, ALL_ATTENDANCES)
    if everyone is None:
        # Follow-ups may be given whole, or those without a procedure beside those with one.
        plain = _number(inputs, ("follow_up_without_procedure", "follow_ups_without_procedure"))
        everyone = first + (follow_ups if follow_ups is not None else (plain or 0) + procedures)
    return {
        "first_or_procedure": first + procedures,
        **under(per_cent(first + procedures, everyone), "first_or_procedure_pct", "first_or_procedure_share_pct",
                "share_first_or_procedure_pct"),
    }  # fmt: skip


def _counted(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a list of advice requests comes to."""
    requests = the_first(inputs, "requests", "advice_requests", "specialist_advice_requests", "advice")
    if not isinstance(requests, list) or not all(isinstance(each, Mapping) for each in requests):
        return {}
    if not any(has_any(each, ("response_date", "responded", "outcome", "closed_date", "response")) for each in requests):
        return {}
    within = int(the_first(inputs, "within_days", "n_days", "days", "n", otherwise=Readings().advice_diversion_days))
    processed = [each for each in requests if is_processed(_response(each), _outcome(each))]
    diverted = [each for each in processed if is_diverted(_outcome(each), _response(each), _referral(each), within)]
    return {"processed": len(processed), "diverted": len(diverted)}


def _response(request: Mapping[str, Any]) -> Any:
    return a_date(the_first(request, "response_date", "responded", "response", "closed_date", "closed"))


def _referral(request: Mapping[str, Any]) -> Any:
    return a_date(the_first(request, "referral_date", "referral", "referred", "referred_date", "referral_request_received_date"))


def _outcome(request: Mapping[str, Any]) -> str | None:
    word = (a_code(request.get("outcome")) or "").lower().replace(" ", "_")
    if word in {"advice", "closed_with_advice", "returned", "closed", CLOSED_WITH_ADVICE}:
        return CLOSED_WITH_ADVICE
    return {"converted_to_referral": "converted", "referral": "converted"}.get(word, word) or None


def _episodes(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """How many patient initiated follow-ups are open at the census, and how many have run out (planned-care.md 6.2)."""
    episodes = the_first(inputs, "pifu_episodes", "episodes")
    if not isinstance(episodes, list) or "census" not in inputs:
        return {}
    census = a_day(inputs["census"])
    begun = [each for each in episodes if a_day(the_first(each, "start_date", "start")) <= census]
    expired = sum(bool(is_expired(a_date(the_first(each, "end_date", "end", "expiry")), census)) for each in begun)
    return {**under(len(begun) - expired, "pifu_open", "open_episodes"), **under(expired, "pifu_expired", "expired")}
