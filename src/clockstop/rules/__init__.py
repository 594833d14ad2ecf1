"""What rows mean. Every fact table beyond RTT's is found here: one line a module that declares some."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clockstop.rules.fact import Clocks, Fact

# Each module has `FACTS`, in the order in which they are built.
FACT_MODULES: tuple[str, ...] = (
    "cancer",
    "diagnostic_facts",
    "outpatients",
    "follow_ups",
    "rooms",
    "theatres",
    "elective_spells",
    "activity",
    "emergency",
    "emergency_today",
    "beds",
    "discharge",
    "wards_now",
)


def facts() -> "dict[str, Fact | Clocks]":
    """Every declared fact table by its name, those that others need before them."""
    modules = (import_module(f"{__name__}.{name}") for name in FACT_MODULES)
    return {fact.name: fact for module in modules for fact in module.FACTS}
