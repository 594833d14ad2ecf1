"""A visit or a hospital stay as the part of a timeline that tells it: what the number means, told in the order of events."""

from dataclasses import dataclass

from clockstop.answers import stays, unplanned_care, visits
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.stays import Stay
from clockstop.answers.unplanned_care import Beside
from clockstop.answers.visits import Visit
from clockstop.nhsuk.templating import url
from clockstop.pages import stay_words, visit_words
from clockstop.pages.context import crumbs_to
from clockstop.pages.drawing_shapes import Drawing


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the page tells: the visit or the stay of the number (a number that is both is a visit), and the patient's others."""

    visit: Visit | None
    stay: Stay | None
    sentences: tuple[str, ...]
    drawing: Drawing | None
    beside: tuple[Beside, ...]

    @property
    def title(self) -> str:
        """The question that the page answers."""
        return visit_words.TITLE if self.visit else stay_words.TITLE

    @property
    def has_died(self) -> bool:
        """Whether the patient died in it."""
        return any(one.has_died for one in (self.visit, self.stay) if one is not None)

    @property
    def local_patient_identifier(self) -> str:
        """The hospital number, where it is known."""
        return next((one.local_patient_identifier for one in (self.visit, self.stay) if one is not None), "")

    @property
    def crumbs(self):
        """The way back: to the board of the department, or to the wards."""
        if self.visit:
            return crumbs_to(("Emergency department", url("show_emergency", trust=self.visit.trust)))
        return crumbs_to(("Wards", url("list_wards")))


def told(scope: Scope, desk: Desk, trust: str, number: str) -> Told | None:
    """What happened in the visit or the stay of that number; None where it is neither."""
    visit = visits.visit(scope, desk, trust, number)
    stay = None if visit else stays.stay(scope, desk, trust, number)
    if visit is not None:
        said, drawn = visit_words.sentences(visit), visit_words.drawing(visit)
    elif stay is not None:
        said, drawn = stay_words.sentences(stay), stay_words.drawing(stay)
    else:
        return None
    others = unplanned_care.beside(scope, desk, trust, number)
    return Told(visit=visit, stay=stay, sentences=said, drawing=drawn, beside=others)
