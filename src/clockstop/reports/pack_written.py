"""What people wrote that a pack prints: narratives, owners and actions of a place and month, locked into the version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from clockstop.answers.scope import Scope
from clockstop.registers.actions import reading as actions
from clockstop.registers.actions.reading import ShownAction
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading as reviews
from clockstop.registers.performance.reading import Owner, ShownNarrative
from clockstop.registers.trajectories import reading as trajectories
from clockstop.registers.trajectories.actions import Place as PlanPlace
from clockstop.registers.trajectories.reading import Plan


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was written of a place: by measure the narrative of the month, actions not over or ended that month, plans, owners."""

    place: Place | None = None
    narratives: Mapping[str, ShownNarrative] = field(default_factory=dict)
    actions: tuple[ShownAction, ...] = ()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    owners: Mapping[tuple[Place, str], Owner] = field(default_factory=dict)

    def owner(self, slug: str) -> str:
        """Who answers for a measure; empty where nobody was named."""
        found = reviews.owner_of(self.owners, self.place, slug) if self.place else None
        return found.name if found else ""

    def actions_of(self, slug: str) -> tuple[ShownAction, ...]:
        """The actions that are meant to move a measure."""
        return tuple(one for one in self.actions if one.measure == slug)


def written_of(scope: Scope, where: Mapping[str, str], month: date, *, today: date) -> Written:
    """What people have written of a trust or division, as it stands now."""
    place = Place.of(where)
    is_whole = not place.division
    plans = trajectories.plans(scope) if is_whole else {}
    found = actions.agreed_actions(scope, place, today=today)
    return Written(
        place=place,
        narratives=reviews.narratives(scope, place, month),
        actions=tuple(one for one in found if not one.is_over or (one.ended_on and one.ended_on > month.replace(day=1))),
        plans={at.measure: plan for at, plan in plans.items() if at == PlanPlace(trust=place.trust, measure=at.measure)},
        owners=reviews.owners(scope, [place.trust]),
    )
