"""The kinds of worked case about benchmarking (operations.md 7.2): funnel limits, quartiles and opportunity."""

from collections.abc import Mapping
from typing import Any

from clockstop.errors import UserError
from clockstop.insight import benchmark, funnel
from clockstop.insight.spc_conventions import Improvement
from clockstop.rules.case_inputs import rounded, the_first


def funnel_limits(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`numerator`, `denominator` and `centre` (or `units`, each with both, pooled), `phi` -> limits to four decimals and `status`.

    `status` (inside, alert, outlier) is by the limits before they are rounded; `method` says normal or exact.
    """
    numerator, denominator = inputs["numerator"], inputs["denominator"]
    centre = the_first(inputs, "centre", "center", "p")
    if centre is None:
        centre = _pooled(inputs["units"])
    if not denominator:
        return {"rate": None, "status": None}
    phi = the_first(inputs, "phi", "overdispersion", "over_dispersion", otherwise=1.0)
    found = funnel.limits(centre, [denominator], phi=phi)
    return {
        "centre": centre,
        "rate": numerator / denominator,
        "lower95": rounded(float(found.lower_95[0]), 4),
        "upper95": rounded(float(found.upper_95[0]), 4),
        "lower998": rounded(float(found.lower_998[0]), 4),
        "upper998": rounded(float(found.upper_998[0]), 4),
        "status": funnel.statuses([numerator / denominator], found)[0],
        "method": "exact" if found.is_exact[0] else "normal",
    }


def _pooled(units: Any) -> float:
    each = list(units.values()) if isinstance(units, Mapping) else units
    centre = funnel.pooled([one["numerator"] for one in each], [one["denominator"] for one in each])
    if centre is None:
        raise UserError("the units have no denominator", do="Give a centre, or units of somebody.")
    return centre


def quartile(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`values` by unit (null: not supplied), `subject`, `direction` (up, down) -> `q1`, `median`, `q3`, `quartile`, `rank`.

    `quartile` is null of fewer than eight units; `not_supplied` names who gave nothing.
    """
    given, improvement = inputs["values"], _improvement(inputs)
    values = given if isinstance(given, Mapping) else dict(enumerate(given))
    subject = inputs.get("subject")
    own = values.get(subject, inputs.get("value"))
    found = benchmark.quartiles(list(values.values()))
    return {
        "q1": None if found is None else rounded(found.low, 9),
        "median": None if found is None else rounded(found.middle, 9),
        "q3": None if found is None else rounded(found.high, 9),
        "quartile": benchmark.quarter(own, list(values.values()), improvement),
        "rank": benchmark.rank(own, list(values.values()), improvement),
        "units": sum(value is not None for value in values.values()),
        "not_supplied": [key for key, value in values.items() if value is None],
    }


def opportunity(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`numerator`, `denominator`, `direction` and `peer_rate` -> `opportunity`, floor 0, to two decimals; null of nobody.

    With `peer_rates` instead, their median, or with `against: top quartile` the edge of the best quarter.
    """
    numerator, denominator, improvement = inputs["numerator"], inputs["denominator"], _improvement(inputs)
    peers = the_first(inputs, "peer_rates", "peers", "values")
    against = the_first(inputs, "peer_rate", "peer_median", "benchmark", "top_quartile")
    if against is None and peers is not None:
        each = benchmark.quartiles(list(peers.values()) if isinstance(peers, Mapping) else peers)
        is_best = "quart" in str(inputs.get("against", "median"))
        against = None if each is None else each.best(improvement) if is_best else each.middle
    if against is None or not denominator:
        return {"opportunity": None, "peer_rate": against}
    found = benchmark.opportunity(numerator=numerator, denominator=denominator, against=against, improvement=improvement)
    return {"opportunity": rounded(found, 2), "peer_rate": against}


_DIRECTIONS: dict[str, Improvement] = {"up": "up", "increase": "up", "down": "down", "decrease": "down", "neutral": "neutral"}


def _improvement(inputs: Mapping[str, Any]) -> Improvement:
    said = str(the_first(inputs, "direction", "improvement", otherwise="up"))
    if said not in _DIRECTIONS:
        raise UserError(f"'{said}' is not a direction", do="Give up, down or neutral.")
    return _DIRECTIONS[said]


KINDS = {"funnel": funnel_limits, "quartile": quartile, "opportunity": opportunity}
