"""What among the access records governance should look at: much taken away, many patients at once, the own record, strange hours.

Records are read once each, in their order, and what is found is kept (`AccessAlert`). A broken glass is told as it happens
(`break_glass`), not here. No rule says what is wrong: an alert asks a person to look.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clockstop.accounts.alert_limits import AlertLimits, limits_on
from clockstop.accounts.models import AccessAlert, AccessRecord, AlertProgress, AlertSeen, OwnNumber, User
from clockstop.errors import UnknownName
from clockstop.intake.pseudonyms import is_valid, pseudonym
from clockstop.store.home import Home

_MOST_AT_ONCE = 2_000
_OF_PATIENTS = (AccessRecord.Action.VIEWED, AccessRecord.Action.SEARCHED, AccessRecord.Action.EXPORTED, AccessRecord.Action.PRINTED)
_RECORDS_PAGE = "list_access_records"
_WEEKS = timedelta(days=28)
# Whose own pathways are which: person, then trust, then their numbers.
Own = Mapping[str, Mapping[str, tuple[str, ...]]]


@transaction.atomic
def raise_alerts(home: Home, *, own: Own) -> list[AccessAlert]:
    """The alerts that the records written since the last time give rise to, kept; of many records the first two thousand."""
    progress, _ = AlertProgress.objects.select_for_update().get_or_create(pk=1)
    records = AccessRecord.objects.filter(sequence__gt=progress.sequence, result=AccessRecord.Result.DONE).order_by("sequence")
    found: list[AccessAlert] = []
    limits: dict[date, AlertLimits] = {}
    for record in records[:_MOST_AT_ONCE]:
        day = timezone.localdate(record.at)
        limits[day] = limits.get(day) or limits_on(home, day)
        found += [alert for alert in _alerts_of(record, limits[day], own) if alert is not None]
        progress.sequence = record.sequence
    progress.save()
    return found


def left() -> int:
    """How many records have not been looked through."""
    progress = AlertProgress.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0
    return AccessRecord.objects.filter(sequence__gt=progress, result=AccessRecord.Result.DONE).count()


def unseen(trusts: frozenset[str], username: str) -> int:
    """How many alerts of these trusts nobody has seen."""
    return AccessAlert.objects.filter(trust__in=trusts, seen=None).exclude(username=username).count()


def see(*, alert: AccessAlert, by: User, finding: str) -> AlertSeen:
    """Write that the person has seen the alert, and what was found."""
    seen, _ = AlertSeen.objects.update_or_create(alert=alert, username=by.get_username(), defaults={"finding": finding[:200]})
    return seen


def give_own_number(home: Home, *, username: str, nhs_number: str, by: User) -> None:
    """Keep the keyed hash of a person's own NHS number, or forget it where none is given; the number itself is kept nowhere."""
    if not nhs_number.strip():
        OwnNumber.objects.filter(username=username).delete()
        return
    if not is_valid(nhs_number):
        raise UnknownName("That is no NHS number.", where="Its ten digits do not fit together.", do="Check the digits.")
    hashed = {"nhs_number_pseudonym": pseudonym(home, nhs_number), "given_by": by.get_username(), "given_at": timezone.now()}
    OwnNumber.objects.update_or_create(username=username, defaults=hashed)


def _alerts_of(record: AccessRecord, limits: AlertLimits, own: Own) -> list[AccessAlert | None]:
    if record.what == _RECORDS_PAGE or record.action not in _OF_PATIENTS or not record.trust:
        return []
    found = []
    if record.action == AccessRecord.Action.EXPORTED and record.rows >= limits.export_rows:
        found.append(
            _kept(
                record,
                AccessAlert.Kind.BULK_EXPORT,
                f"Took {record.rows:,} rows away ({record.what.replace('_', ' ')})",
                is_each=True,
            )
        )
    if record.patient_pathway_identifier:
        opened = _opened_in_the_hour(record)
        if opened >= limits.patients_an_hour:
            found.append(_kept(record, AccessAlert.Kind.MANY_PATIENTS, f"Opened {opened} patients within an hour"))
        if record.patient_pathway_identifier in own.get(record.username, {}).get(record.trust, ()):
            found.append(_kept(record, AccessAlert.Kind.OWN_RECORD, "Opened the record that carries the person's own NHS number"))
    if _is_night(record.at, limits) and _nights_before(record, limits) < limits.usual_nights:
        says = f"Looked at patients at {timezone.localtime(record.at):%H:%M}; seldom there at night in the four weeks before"
        found.append(_kept(record, AccessAlert.Kind.UNUSUAL_HOUR, says, day=_night_of(record.at, limits)))
    return found


def _kept(record: AccessRecord, kind: str, says: str, *, day: date | None = None, is_each: bool = False) -> AccessAlert | None:
    """The alert, new; None where the day's alert of that kind stands already and only grows."""
    same = {"kind": kind, "trust": record.trust, "username": record.username, "day": day or timezone.localdate(record.at)}
    standing = None if is_each else AccessAlert.objects.filter(**same).first()
    if standing is None:
        return AccessAlert.objects.create(
            **same, first_sequence=record.sequence, last_sequence=record.sequence, says=says[:200], reason=record.reason
        )
    standing.last_sequence, standing.says = record.sequence, says[:200]
    standing.save(update_fields=["last_sequence", "says"])
    return None


def _opened_in_the_hour(record: AccessRecord) -> int:
    since = record.at - timedelta(hours=1)
    rows = AccessRecord.objects.filter(username=record.username, trust=record.trust, at__gt=since, at__lte=record.at)
    rows = rows.exclude(Q(patient_pathway_identifier="") | Q(what=_RECORDS_PAGE)).order_by()
    return rows.values("patient_pathway_identifier").distinct().count()


def _is_night(at: datetime, limits: AlertLimits) -> bool:
    hour = timezone.localtime(at).hour
    return hour >= limits.night_from_hour or hour < limits.night_until_hour


def _nights_before(record: AccessRecord, limits: AlertLimits) -> int:
    """On how many nights of the four weeks before the person looked at patients."""
    rows = AccessRecord.objects.filter(username=record.username, trust=record.trust, action__in=_OF_PATIENTS)
    times = rows.filter(at__gt=record.at - _WEEKS, at__lt=record.at).order_by().values_list("at", flat=True)
    nights = {_night_of(at, limits) for at in times.iterator(chunk_size=2000) if _is_night(at, limits)}
    return len(nights - {_night_of(record.at, limits)})


def _night_of(at: datetime, limits: AlertLimits) -> date:
    """The day on which the night began."""
    return timezone.localtime(at - timedelta(hours=limits.night_until_hour)).date()
