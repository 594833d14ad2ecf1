"""What the kite marks and the map of data quality ask, asked before anybody does."""

from collections.abc import Sequence

from clockstop.answers import data_quality, kite_marks
from clockstop.answers.board import Board
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope


def warm_quality(scope: Scope, opened: Desk, codes: Sequence[str], board: Board) -> None:
    """Ask for the map of these trusts, and for the mark beside each figure of the board that is the group's or a trust's."""
    data_quality.overview(scope, opened)
    for row in board.rows:
        trusts = {"group": codes, "trust": [row.code]}.get(row.level, ())
        for cell in row.cells:
            for code in trusts if cell.latest is not None else ():
                kite_marks.evidence(scope, opened, cell.measure, code, cell.latest.period_end)
