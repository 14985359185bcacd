"""Fonts that names of states are set in: many more than those of the letters."""

from __future__ import annotations

from tools.training.plates.fonts import WORD_FONTS

SCRIPTS = (
    "DancingScript-Bold", "DancingScript-Regular", "KaushanScript-Regular", "lobster",
    "LobsterTwo-BoldItalic", "LobsterTwo-Italic", "LeckerliOne-Regular",
    "Z003-MediumItalic", "URWChancery",
)  # fmt: skip
"""As if written by hand."""

SERIFS = (
    "LiberationSerif-Bold", "LiberationSerif-Regular", "LiberationSerif-BoldItalic",
    "LiberationSerif-Italic", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-BoldItalic",
    "DejaVuSerifCondensed-Bold", "FreeSerifBold", "FreeSerifBoldItalic", "RobotoSlab-Regular",
    "RobotoSlab-Bold", "URWBookman-Demi", "URWBookman-DemiItalic", "URWBookman-Light", "C059-Bold",
    "C059-Roman", "C059-BdIta", "P052-Bold", "P052-Roman", "P052-BoldItalic", "NimbusRoman-Bold",
    "NimbusRoman-Regular", "Caladea-Bold", "Caladea-Regular", "Caladea-BoldItalic",
    "OldStandard-Bold", "OldStandard-Regular", "OldStandard-Italic", "Vollkorn-Black",
    "Vollkorn-Bold", "Vollkorn-Regular", "Vollkorn-BoldItalic", "EBGaramond12-Bold",
    "EBGaramond12-Regular", "EBGaramond12-Italic", "LinLibertine_R", "LinLibertine_RB",
    "LinLibertine_RBI", "LinLibertine_RI", "LobsterTwo-Bold",
)  # fmt: skip

PLAIN = (
    "Lato-Black", "Lato-Regular", "Lato-BlackItalic", "Lato-BoldItalic", "Roboto-Black",
    "Roboto-Regular", "Roboto-BoldItalic", "RobotoCondensed-BoldItalic", "OpenSans-ExtraBold",
    "OpenSans-Regular", "OpenSans-BoldItalic", "OpenSans-ExtraBoldItalic", "LiberationSans-Regular",
    "LiberationSans-BoldItalic", "LiberationSansNarrow-BoldItalic", "DejaVuSans",
    "DejaVuSans-BoldOblique", "URWGothic-Book", "URWGothic-Demi", "NimbusSans-Regular",
    "NimbusSans-BoldItalic", "LinBiolinum_RB", "LinBiolinum_R", "YanoneKaffeesatz-Bold",
    "YanoneKaffeesatz-Regular", "Cabin-BoldItalic", "Karla-BoldItalic", "Jura-Bold",
    "LeagueSpartan-Bold",
)  # fmt: skip

NAME_FONTS = tuple(dict.fromkeys((*WORD_FONTS, *SCRIPTS, *SERIFS, *PLAIN)))
"""All of them, with those that letters are drawn with."""
