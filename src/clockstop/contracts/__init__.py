"""What a row is. Contracts are found by listing this folder: one dataset, one file."""

from importlib import import_module
from pkgutil import iter_modules

from clockstop.contracts.contract import Contract


def contracts() -> dict[str, Contract]:
    """Every contract of this folder, by the name of its dataset."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = (getattr(module, "CONTRACT", None) for module in modules)
    return {contract.name: contract for contract in found if contract is not None}
