"""Plates that nobody has, drawn by chance, and how a camera sees them.

`sharp_plate` draws one, `camera_crop` cuts it out as a finder would; both take their randomness
from the generator passed in.
"""

from tools.training.plates.camera import INPUT_PX, camera_crop, level_crop, stretched
from tools.training.plates.design import Plate, sharp_plate
from tools.training.plates.fonts import FontShelf
from tools.training.plates.texts import CHARACTERS
from tools.training.plates.two_lines import two_line_plate

__all__ = [
    "CHARACTERS",
    "INPUT_PX",
    "FontShelf",
    "Plate",
    "camera_crop",
    "level_crop",
    "sharp_plate",
    "stretched",
    "two_line_plate",
]
