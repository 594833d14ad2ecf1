"""Vega-Lite specifications as pictures for paper: SVG and PNG, drawn here and without a network."""

from typing import Any

# The drawing library falls back on no font by itself: without a name that the machine has, words would not be drawn.
FONTS = "Arial, Liberation Sans, DejaVu Sans, sans-serif"


def svg_of(spec: dict[str, Any]) -> str:
    """The chart as SVG."""
    import vl_convert

    return vl_convert.vegalite_to_svg(_lettered(spec), allowed_base_urls=[])


def png_of(spec: dict[str, Any], *, scale: float = 2.0) -> bytes:
    """The chart as PNG; `scale` 2 is sharp in print at the size of a page."""
    import vl_convert

    return vl_convert.vegalite_to_png(_lettered(spec), scale=scale, allowed_base_urls=[])


def _lettered(spec: dict[str, Any]) -> dict[str, Any]:
    return spec | {"config": spec.get("config", {}) | {"font": FONTS}}
