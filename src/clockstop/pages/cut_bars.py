"""The bar of one value of a cut on a scale that all its rows share, with a tick where it should be."""

from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 130, 12
BAR, GROUND, INK = "#4b8fd0", "#f0f4f5", "#212b32"


@dataclass(frozen=True)
class BarScale:
    """From 0 to `most`; the tick stands at `tick`, where there is one."""

    most: float
    tick: float | None

    @classmethod
    def of(cls, values: list[float | None], tick: float | None, *, is_share: bool) -> "BarScale":
        """0 to 100% for shares, else to the largest value or the tick."""
        known = [value for value in values if value is not None]
        return cls(1.0 if is_share else max([*known, tick or 0.0], default=1.0) or 1.0, tick)

    def bar(self, value: float | None) -> Markup:
        """The drawing; nothing where there is no value. The number itself stands beside it, so it is hidden from readers."""
        if value is None:
            return Markup("")
        filled = f'<rect width="{self._x(value)}" height="{HEIGHT}" fill="{BAR}"/>'
        tick = ""
        if self.tick is not None:
            place = min(self._x(self.tick), WIDTH - 1)
            tick = f'<path d="M{place} -2V{HEIGHT + 2}" stroke="{INK}" stroke-width="2"/>'
        return Markup(  # noqa: S704 numbers only
            f'<svg class="cs-bar" width="{WIDTH}" height="{HEIGHT + 4}" viewBox="0 -2 {WIDTH} {HEIGHT + 4}" aria-hidden="true" '
            f'focusable="false"><rect width="{WIDTH}" height="{HEIGHT}" fill="{GROUND}"/>{filled}{tick}</svg>'
        )

    def _x(self, value: float) -> float:
        return round(min(max(value / self.most, 0), 1) * WIDTH, 1)
