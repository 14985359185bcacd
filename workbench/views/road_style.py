"""How roads look on our own map, by class and zoom; drawing itself is in ``tiles.py``."""

from __future__ import annotations

from dataclasses import dataclass

Color = tuple[int, int, int]

LAND: Color = (244, 243, 238)
GRID: Color = (222, 224, 222)
INK: Color = (84, 92, 100)
HALO: Color = (252, 251, 249)

CLASSES = ("residential", "collector", "arterial", "freeway")
"""Road classes in the order of drawing: the most important last, on top."""


@dataclass(frozen=True, slots=True)
class RoadStyle:
    """The look of one class of roads.

    Attributes
    ----------
    from_zoom
        Lowest zoom at which the class is drawn.
    cased_from_zoom
        Lowest zoom at which it has an edge of its own.
    named_from_zoom
        Lowest zoom at which its name is written.
    width_px
        Width at zoom 14; it halves and doubles more slowly than the map does.
    """

    fill: Color
    casing: Color
    thin: Color
    from_zoom: int
    cased_from_zoom: int
    named_from_zoom: int
    width_px: float
    text_px: int

    def width_at(self, zoom: int) -> float:
        """Return the width of the road without its edges, in pixels."""
        return float(max(0.8, self.width_px * 1.42 ** (zoom - 14)))


STYLES: dict[str, RoadStyle] = {
    "residential": RoadStyle(
        (255, 255, 255), (208, 208, 202), (226, 225, 220), 13, 14, 16, 3.2, 10
    ),
    "collector": RoadStyle((255, 255, 255), (198, 198, 191), (216, 215, 209), 12, 13, 15, 4.4, 10),
    "arterial": RoadStyle((253, 240, 205), (223, 205, 160), (233, 220, 184), 10, 12, 13, 5.6, 11),
    "freeway": RoadStyle((249, 214, 160), (217, 168, 104), (235, 190, 128), 0, 10, 11, 7.4, 11),
}
