"""Every example in the pure rooms and in dates.py runs and says what it says."""

import doctest
import importlib
import pkgutil

import pytest

import clockstop

PURE = ("dates", "errors", "contracts", "rules", "measures", "insight", "planning")


def modules():
    """The names of the modules of the pure rooms."""
    found = pkgutil.walk_packages(clockstop.__path__, "clockstop.")
    return [module.name for module in found if module.name.split(".")[1] in PURE]


@pytest.mark.parametrize("name", modules())
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
