"""The made-up validation outcomes of the demonstration, kept in the register and labelled so."""

from clockstop.cli._made_up_samples import sampled
from clockstop.store.home import Home


def add_outcomes(home: Home, *, by_username: str) -> int:
    """Add what made-up validators found of the last two lists and of drawn samples, once; the number added."""
    from django.contrib.auth import get_user_model

    from clockstop.registers.validation import actions
    from clockstop.registers.validation.models import ValidationOutcome

    if ValidationOutcome.objects.filter(is_made_up=True).exists():
        return 0
    by = get_user_model().objects.get(username=by_username)
    return actions.add_made_up([*(_kept(one) for one in _found(home)), *sampled(home)], by=by)


def _found(home: Home) -> list:
    """One outcome a clock: those of the earlier list first."""
    from clockstop.answers.desk import Desk
    from clockstop.registers.validation.reading import COLUMNS
    from clockstop.store import snapshots
    from clockstop.synthetic.validation_outcomes import made_up

    found: dict[tuple, object] = {}
    for snapshot_id in sorted(snapshots.all_snapshots(home))[-2:]:
        desk = Desk(home, snapshot_id=snapshot_id)
        for trust in sorted(desk.manifest.trusts):
            if (home.demo / "extracts" / "truth" / trust / "periods.parquet").is_file():
                for one in made_up(desk, trust, home.demo / "extracts" / "truth", outcomes=COLUMNS.empty_table()):
                    found.setdefault(one.row.key, one)
    return list(found.values())


def _kept(one):
    from clockstop.registers.validation.models import ValidationOutcome

    row = one.row
    return ValidationOutcome(
        trust=row.trust, patient_pathway_identifier=row.patient_pathway_identifier, start_date=row.start_date,
        period_number=row.period_number, code=one.code, right_date=one.right_date, other_pathway=one.other_pathway,
        note="Made up for the demonstration", flags=list(row.slugs), evidence_signature=one.signature, snapshot_id=one.snapshot_id,
        as_of_date=one.as_of, days_waited=row.days_waited, division=row.division or "", service=row.service or "",
        consultant=row.consultant or "", expected_chance=row.chance, seconds=one.seconds, team=one.team, is_made_up=True, at=one.at,
        by=None, by_name=one.by_name,
    )  # fmt: skip
