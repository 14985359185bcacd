"""Letters of fonts installed on the machine, found by name when training runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tools.training.plates.letters import Mask

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_CARRIES_FONTS = "matplotlib"
"""It brings some DejaVu fonts along, so there are always a few."""

PLATE_FONTS = (
    "BebasNeue-Bold", "BebasNeue-Regular", "LiberationSans-Bold", "LiberationSansNarrow-Bold",
    "LiberationSansNarrow-Regular", "DejaVuSansCondensed-Bold", "DejaVuSansMono-Bold",
    "LiberationMono-Bold", "Roboto-Medium", "Roboto-Bold", "RobotoCondensed-Regular",
    "RobotoCondensed-Bold", "Lato-Bold", "Lato-Heavy", "OpenSans-CondBold",
    "OpenSans-Semibold", "Cabin-Bold", "Cabin-SemiBold", "Dosis-Bold", "Dosis-SemiBold",
    "Dosis-ExtraBold", "Play-Bold", "B612-Bold", "B612Mono-Bold", "JetBrainsMono-Bold",
    "NimbusSansNarrow-Bold", "NimbusSans-Bold", "NimbusMonoPS-Bold", "FreeSansBold",
    "Inconsolata-Bold", "Quicksand-Bold", "Jura-DemiBold", "Jura-Bold", "Cantarell-Bold",
    "Hack-Bold", "OSP-DIN", "RG2014B", "RG2014C", "RG2014D", "DejaVuSans-Bold",
    "NationalPark-Heavy", "NationalPark-Regular", "routed-gothic", "routed-gothic-narrow",
    "routed-gothic-wide", "LeagueSpartan-Bold", "Karla-Bold", "RobotoSlab-Bold",
    "DejaVuSerifCondensed-Bold",
)  # fmt: skip
"""Plain capitals like those on plates; whichever are installed are used."""

WORD_FONTS = (
    *PLATE_FONTS, "LiberationSerif-BoldItalic", "LiberationSerif-Bold", "LiberationSans-BoldItalic",
    "DejaVuSerif-BoldItalic", "FreeSerifBoldItalic", "Lato-BlackItalic", "Z003-MediumItalic",
    "URWBookman-DemiItalic", "C059-BdIta", "P052-BoldItalic", "DejaVuSans-BoldOblique",
)  # fmt: skip
"""State names and slogans may also be set in serifs and slanted letters."""


@dataclass(slots=True)
class FontShelf:
    """Fonts by name, and the letters already drawn with them.

    Attributes
    ----------
    height_px
        Of the capitals as they are drawn; they are scaled to what is needed.
    """

    files: dict[str, Path]
    height_px: int = 96
    _drawn: dict[tuple[str, str], Mask] = field(default_factory=dict, repr=False)
    _sized: dict[str, ImageFont.FreeTypeFont] = field(default_factory=dict, repr=False)

    @classmethod
    def installed(cls, wanted: tuple[str, ...] = WORD_FONTS, height_px: int = 96) -> FontShelf:
        """Return those of the wanted fonts that are installed, in a fixed order."""
        found = dict(_installed())
        return cls({name: found[name] for name in sorted(set(wanted)) if name in found}, height_px)

    def names(self, wanted: tuple[str, ...]) -> list[str]:
        """Return those of the wanted fonts that are there."""
        return [name for name in wanted if name in self.files]

    def mask(self, name: str, text: str) -> Mask:
        """Return a text, cut out tightly, its capitals about as high as the shelf draws them."""
        if (name, text) not in self._drawn:
            mask = self._draw(name, text)
            if len(text) > 1:
                return mask
            self._drawn[name, text] = mask
        return self._drawn[name, text]

    def _draw(self, name: str, text: str) -> Mask:
        if name not in self._sized:
            trial = ImageFont.truetype(str(self.files[name]), 100)
            top, bottom = trial.getbbox("H")[1::2]
            size = round(100 * self.height_px / max(1, bottom - top))
            self._sized[name] = ImageFont.truetype(str(self.files[name]), size)
        font = self._sized[name]
        left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
        image = Image.new("L", (max(1, right - left) + 8, max(1, bottom - top) + 8))
        ImageDraw.Draw(image).text((4 - left, 4 - top), text, fill=255, font=font)
        drawn = np.asarray(image)
        x, y, width, height = cv2.boundingRect(drawn)
        return drawn[y : y + max(1, height), x : x + max(1, width)]


@dataclass(frozen=True, slots=True)
class FontLetters:
    """One font's letters, made narrower or wider as a whole."""

    shelf: FontShelf
    name: str
    stretch: float

    def mask(self, character: str, height: int) -> Mask:
        """Return a letter of a height in pixels, cut out tightly."""
        drawn = self.shelf.mask(self.name, character)
        share = height / self.shelf.height_px
        size = (
            max(2, round(drawn.shape[1] * share * self.stretch)),
            max(2, round(drawn.shape[0] * share)),
        )
        return cv2.resize(drawn, size, interpolation=cv2.INTER_AREA)


def _installed() -> Iterator[tuple[str, Path]]:
    spec = find_spec(_CARRIES_FONTS)
    carried = spec.submodule_search_locations if spec else None
    for folder in (*(Path(each) / "mpl-data" for each in carried or ()), *FOLDERS):
        for file in sorted(folder.rglob("*.[ot]tf")):
            yield file.stem, file
