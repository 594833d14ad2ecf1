"""The kinds of worked case about cancer waits: each takes a case's inputs and gives what the rule says of them.

Dates may be quoted or not, codes numbers or text. Names in brackets are other spellings that are accepted.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clockstop.errors import UserError
from clockstop.rules import cancer_adjustments as adjustments
from clockstop.rules import cancer_allocation as allocations
from clockstop.rules import cancer_standards as standards
from clockstop.rules.case_inputs import a_code, a_date, a_day, the_first

_STANDARDS = {
    **dict.fromkeys(("fds28", "fds", "28", "fds_28", "d28", "cwt-r01", "28 day", "28-day"), standards.FDS),
    **dict.fromkeys(("d31", "31", "31_day", "31-day", "31 day", "cwt-r02"), standards.D31),
    **dict.fromkeys(("d62", "62", "62_day", "62-day", "62 day", "cwt-r03"), standards.D62),
}
_RECEIVED = (
    "referral_received",
    "referral_request_received_date",
    "cancer_referral_to_treatment_period_start_date",
    "received",
    "start",
)
_UPGRADE = ("consultant_upgrade_date", "upgrade_date", "upgrade", "upgraded_on")
_DECIDED = ("decision_to_treat", "decision_to_treat_date", "decided_to_treat_date", "dtt", "cancer_treatment_period_start_date")
_ECAD = ("ecad", "earliest_clinically_appropriate_date")
_SEEN = ("date_first_seen", "first_seen", "first_seen_date", "seen_on")
_TOLD = ("told", "told_on", "told_date", "cancer_faster_diagnosis_pathway_end_date", "patient_told")
_TREATED = ("treated", "treated_on", "treatment_start", "treatment_start_date_cancer", "treatment_start_date", "first_treatment")
_DAYS = ("adjustment_days", "adjustment", "waiting_time_adjustment")
_FIRST_DAYS = ("first_seen_adjustment_days", "waiting_time_adjustment_first_seen", "first_seen_adjustment")
_TREATMENT_DAYS = ("treatment_adjustment_days", "waiting_time_adjustment_treatment", "treatment_adjustment")
_REASON = ("adjustment_reason", "adjustment_code", "waiting_time_adjustment_reason", "reason", "code", "type")
_SETTING = ("setting", "care_setting", "cancer_care_setting_treatment", "treatment_setting")

_REASONS = {
    **dict.fromkeys(("first_seen_dna", "first_seen_late", "dna", "3", "03"), "3"),
    **dict.fromkeys(("egg_harvesting", "6", "06"), "6"),
    **dict.fromkeys(("other_condition", "clinically_urgent_other_condition", "7", "07"), "7"),
    **dict.fromkeys(("treatment_choice", "patient_pause", "patient_choice", "8", "08"), "8"),
}
_ADMITTED = {"inpatient", "day_case", "daycase", "day case", "in-patient", "ordinary", "admitted", "01", "02", "1", "2"}
_DELAY_START = (
    "declined_offer_date", "offer_declined_date", "declined_date", "delay_start", "delay_from", "delay_start_date", "from", "start",
    "started_on", "offered_date", "unavailable_from", "harvest_start", "harvesting_started", "other_treatment_start",
)  # fmt: skip
_DELAY_END = (
    "available_from", "available_date", "available_on", "delay_end", "delay_to", "delay_end_date", "to", "until", "end", "ended_on",
    "harvest_end", "harvesting_ended", "other_treatment_end", "fit_from", "ready_on",
)  # fmt: skip


def cwt_wait(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`standard`, `start`, `stop` and `adjustment_days` -> gross, net, within, and what they follow from.

    Start and stop may be left to the rules: referral, upgrade, decision to treat, ECAD, told, treated. An open wait is counted to
    `census`. `adjustment_reason`, `setting` and `date_first_seen` say how much of an adjustment is allowed.
    """
    standard = _standard(inputs)
    start, stop = _start(standard, inputs), _stop(standard, inputs)
    is_open = stop is None
    last_day = a_date(the_first(inputs, "census", "as_of")) if stop is None else stop
    if start is None or last_day is None:
        return _no_clock(standard, inputs)
    gross = standards.gross_days(start, last_day)
    asked = _number(the_first(inputs, *_DAYS, otherwise=0))
    allowed = _allowed(standard, inputs, start, asked)
    deducted = standards.accepted_adjustment(gross, allowed)
    net = standards.net_days(gross, allowed)
    excluded = _is_excluded(standard, inputs)
    within = standards.is_within(standard, net)
    return {
        "standard": standard, "start": start, "stop": stop, "gross": gross, "adjustment_days": deducted, "net": net,
        "days": net, "within": within, "breach": not within,
        "adjustment_rejected": deducted != asked, "rejected": deducted != asked,
        "adjustment_valid": deducted == asked, "adjustment_accepted": deducted == asked, "is_open": is_open, "waiting": is_open,
        "breach_date": standards.breach_date(standard, start, deducted), "excluded": excluded, "counted": not excluded,
        "band": standards.band(net), "over_62": net > 62, "over_104": standards.is_for_review(net),
        "month": f"{last_day:%Y-%m}", "valid": _is_valid_upgrade(standard, inputs) and deducted == asked,
        "rule": standards.STANDARD_RULES[standard],
    }  # fmt: skip


def _no_clock(standard: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """No start, hence no clock: an upgrade after the decision to treat, say (CWT-R06)."""
    if a_date(the_first(inputs, *_UPGRADE)) is None and not a_date(the_first(inputs, *_RECEIVED)):
        raise UserError("a date is missing", do="Give the start, and a stop or a census.")
    return {
        "standard": standard, "start": None, "stop": None, "gross": None, "net": None, "within": None, "breach": None,
        "valid": False, "counted": False, "adjustment_days": 0, "breach_date": None,
    }  # fmt: skip


def _standard(inputs: Mapping[str, Any]) -> str:
    given = str(inputs["standard"]).strip().lower()
    if given not in _STANDARDS:
        raise UserError(f"'{given}' is no cancer standard", do="Write fds28, d31 or d62.")
    return _STANDARDS[given]


def _start(standard: str, inputs: Mapping[str, Any]) -> date | None:
    given = a_date(inputs.get("start"))
    decided, upgraded = a_date(the_first(inputs, *_DECIDED)), a_date(the_first(inputs, *_UPGRADE))
    if standard == standards.D62 and upgraded and not standards.is_valid_upgrade(upgraded, decided) and given in (None, upgraded):
        return None
    if given is not None:
        return given
    if standard == standards.D31:
        ecad = a_date(the_first(inputs, *_ECAD))
        return standards.start_31(
            decided, ecad, is_subsequent=bool(the_first(inputs, "is_subsequent", "subsequent", otherwise=ecad))
        )
    received = a_date(the_first(inputs, *_RECEIVED))
    if standard == standards.D62:
        urgent = None if upgraded and not the_first(inputs, "is_urgent", "urgent", otherwise=False) else received
        return standards.start_62(urgent_start_date=urgent, upgrade_date=upgraded, decided_to_treat_date=decided)
    return received


def _stop(standard: str, inputs: Mapping[str, Any]) -> date | None:
    given = a_date(the_first(inputs, "stop", "end"))
    if standard != standards.FDS:
        return given or a_date(the_first(inputs, *_TREATED))
    told = given or a_date(the_first(inputs, *_TOLD))
    return standards.fds_end_date(told, a_date(the_first(inputs, *_DECIDED)))


def _number(value: Any) -> int:
    return 0 if value in (None, "") else int(value)


def _allowed(standard: str, inputs: Mapping[str, Any], start: date, asked: int) -> int:
    """The adjustment that the rules allow of the one asked for: its reason must fit the standard, its setting the treatment."""
    reason = _REASONS.get(str(the_first(inputs, *_REASON, otherwise="")).strip().lower())
    seen = a_date(the_first(inputs, *_SEEN))
    from_upgrade = standard == standards.D62 and start == a_date(the_first(inputs, *_UPGRADE))
    is_from_upgrade = from_upgrade and not the_first(inputs, "is_urgent", "urgent", otherwise=False)
    of_first = {"received_date": start, "first_seen_date": seen, "is_from_upgrade": is_from_upgrade}
    if reason is None and any(name in inputs for name in (*_FIRST_DAYS, *_TREATMENT_DAYS)):
        first, treated = (_number(the_first(inputs, *names, otherwise=0)) for names in (_FIRST_DAYS, _TREATMENT_DAYS))
        first = adjustments.allowed_first_seen(days=first, reason="3", **of_first)
        treated = adjustments.allowed_treatment(days=treated, reason="8", is_admitted=_is_admitted(inputs))
        return asked + int(adjustments.adjustment_of(standard, first_seen_days=first, treatment_days=treated))
    if reason is None:
        is_named = any(name in inputs for name in _REASON)
        return 0 if is_named and standard else asked
    if standard not in adjustments.DEDUCTS_FROM[reason]:
        return 0
    if reason == adjustments.FIRST_SEEN_REASON:
        return int(adjustments.allowed_first_seen(days=asked, reason=reason, **of_first))
    return int(adjustments.allowed_treatment(days=asked, reason=reason, is_admitted=_is_admitted(inputs)))


def _is_admitted(inputs: Mapping[str, Any]) -> bool:
    """Whether the treatment is inpatient or day case; so taken where the case does not say."""
    setting = the_first(inputs, *_SETTING)
    return setting is None or str(setting).strip().lower() in _ADMITTED


def _is_excluded(standard: str, inputs: Mapping[str, Any]) -> bool:
    if standard != standards.FDS:
        return False
    reason, why = (
        a_code(the_first(inputs, *names)) for names in (("end_reason", "fds_end_reason"), ("exclusion_reason", "exclusion"))
    )
    return bool(standards.is_fds_excluded(reason.zfill(2) if reason else None, why))


def _is_valid_upgrade(standard: str, inputs: Mapping[str, Any]) -> bool:
    upgraded = a_date(the_first(inputs, *_UPGRADE))
    if standard != standards.D62 or upgraded is None:
        return True
    return bool(standards.is_valid_upgrade(upgraded, a_date(the_first(inputs, *_DECIDED))))


def cwt_adjust(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`type` (or a reason code) and its dates -> adjustment_days, the reason code, and the standards that it is deducted from."""
    kind = str(the_first(inputs, "type", *_REASON)).strip().lower()
    reason = _REASONS.get(kind, adjustments.NO_ADJUSTMENT)
    if reason == adjustments.FIRST_SEEN_REASON:
        days = _first_seen_days(inputs)
    else:
        begun, over = _delay(inputs)
        days = adjustments.treatment_adjustment(
            reason=reason, is_admitted=_is_admitted(inputs), delay_start_date=begun, delay_end_date=over
        )
    return {
        "adjustment_days": days,
        "days": days,
        "reason": reason if days else adjustments.NO_ADJUSTMENT,
        "valid": days > 0,
        "allowed": days > 0,
        "deducts_from": list(adjustments.DEDUCTS_FROM.get(reason, ())) if days else [],
        "rule": {"3": "CWT-R08", "9": "CWT-R08" if kind == "first_seen_cancel" else "CWT-R10"}.get(reason, "CWT-R09"),
    }


def _first_seen_days(inputs: Mapping[str, Any]) -> int:
    if the_first(inputs, "is_first_appointment", "first_appointment", otherwise=True) is False:
        return 0
    code = a_code(the_first(inputs, "attended_or_did_not_attend_code", "attended_code", "attendance", otherwise="3"))
    code = {"dna": "3", "late": "7", "arrived_late": "7", "late_not_seen": "7", "arrived_late_not_seen": "7"}.get(
        str(code).lower(), code
    )
    rebooked = a_date(the_first(inputs, "rebooked_on", "rebooked", "rebooked_date", "rebook_contact", "rebook_contact_date"))
    return int(adjustments.first_seen_adjustment(
        received_date=a_day(the_first(inputs, *_RECEIVED)), attended_code=code, rebooked_date=rebooked,
        first_seen_date=a_date(the_first(inputs, *_SEEN)),
    ))  # fmt: skip


def _delay(inputs: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The days from which and to which a treatment was put off: by their names, else the first and last date given."""
    begun, over = a_date(the_first(inputs, *_DELAY_START)), a_date(the_first(inputs, *_DELAY_END))
    if begun is None or over is None:
        given = sorted(day for name, value in inputs.items() if name not in _RECEIVED and (day := _date_or_none(value)))
        begun, over = begun or (given[0] if given else None), over or (given[-1] if given else None)
    return begun, over


def _date_or_none(value: Any) -> date | None:
    try:
        return a_date(value)
    except UserError:
        return None


def cwt_alloc(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`start`, `transfer_received` and `treated` -> net days of both legs, total, and both sides' shares.

    `adjustment_days` (first seen) shorten the days to the transfer, `treatment_adjustment_days` those after it. `transfers` lists
    several ({from, to, received}); the last one received by the treatment is the treating trust's, and `split` weighs the others.
    `late_in_time_is_shared` chooses the reading of the last row of CWT-R17.
    """
    start, treated = a_day(the_first(inputs, *_RECEIVED[::-1])), a_day(the_first(inputs, *_TREATED, "stop"))
    transfers = [one for one in inputs.get("transfers") or () if _received(one) and _received(one) <= treated]
    received = a_date(the_first(inputs, "transfer_received", "transfer_received_date", "transfer", "received_on"))
    received = max((_received(one) for one in transfers), default=received)
    first = _number(the_first(inputs, *_FIRST_DAYS, *_DAYS, otherwise=0))
    after = _number(the_first(inputs, *_TREATMENT_DAYS, otherwise=0))
    if received is None or received > treated:
        return _unshared(standards.net_days((treated - start).days, first + after))
    shared = allocations.allocation(
        transfer_day=standards.net_days((received - start).days, first),
        transfer_to_treatment=standards.net_days((treated - received).days, after),
        late_in_time_is_shared=bool(
            the_first(inputs, "late_in_time_is_shared", "late_transfer_in_time_is_shared", otherwise=False)
        ),
    )
    return {
        "transfer_day": shared.transfer_day, "transfer_to_treatment": shared.transfer_to_treatment, "total": shared.total,
        "within": shared.total <= standards.WITHIN_DAYS[standards.D62], "row": allocations.row(shared),
        "referring": _share(shared.referring), "treating": _share(shared.treating), **_by_trust(shared, transfers, inputs),
    }  # fmt: skip


def _received(transfer: Mapping[str, Any]) -> Any:
    return a_date(the_first(transfer, "received", "transfer_received", "received_on", "date", "received_date"))


def _unshared(total: int) -> dict[str, Any]:
    breach = 0.0 if standards.is_within(standards.D62, total) else 1.0
    return {
        "transfer_day": None, "transfer_to_treatment": None, "total": total, "within": not breach,
        "referring": _share(allocations.Share(0.0, 0.0)), "treating": _share(allocations.Share(1.0, breach)),
    }  # fmt: skip


def _share(share: allocations.Share) -> dict[str, float]:
    return {"treated": share.treated, "breach": share.breach, "in_time": share.treated - share.breach}


def _by_trust(shared: allocations.Shared, transfers: list[Mapping[str, Any]], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Each trust's part, where the transfers name them."""
    named = sorted(transfers, key=_received)
    referrers = [str(the_first(one, "from", "referring", "sender", otherwise="")) for one in named]
    treating = str(the_first(named[-1], "to", "treating", "receiver", otherwise="")) if named else ""
    if not treating or not all(referrers):
        return {}
    others = [name for name in referrers if name != treating]
    parts = allocations.split(shared.referring, others, the_first(inputs, "split", "weights"))
    return {"providers": {**{name: _share(part) for name, part in parts.items()}, treating: _share(shared.treating)}}


KINDS = {"cwt_wait": cwt_wait, "cwt_adjust": cwt_adjust, "cwt_alloc": cwt_alloc}
