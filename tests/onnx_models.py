"""Model files that always answer the same, for engines whose own models are not at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
SLOTS = 9
REGIONS = ["California", "Nevada"]
FINDER_SIDE_PX = 416


def always(
    file: Path, given: tuple[str, int, list[int | str]], answers: dict[str, np.ndarray]
) -> None:
    """Write a model that takes an input and answers with constants.

    Parameters
    ----------
    given
        Name, type and shape of the input.
    answers
        By name of the output.
    """
    graph = helper.make_graph(
        [
            helper.make_node("Constant", [], [name], value=numpy_helper.from_array(answer))
            for name, answer in answers.items()
        ],
        "always",
        [helper.make_tensor_value_info(*given)],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, list(answer.shape))
            for name, answer in answers.items()
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, file)


def finder_model(file: Path, boxes: list[tuple[float, float, float, float, float]]) -> None:
    """Write a finder that always answers boxes: left, top, right, bottom in its input, score."""
    rows = np.array([[0, *box[:4], 0, box[4]] for box in boxes], np.float32).reshape(-1, 7)
    side = FINDER_SIDE_PX
    always(file, ("images", TensorProto.FLOAT, [1, 3, side, side]), {"output": rows})


def reader_model(file: Path, slots: list[dict[str, float]], region: list[float]) -> None:
    """Write a reader that always answers the same characters, and a region."""
    shares = np.zeros((SLOTS, len(ALPHABET)), np.float32)
    for number in range(SLOTS):
        for character, share in (slots[number] if number < len(slots) else {"_": 1.0}).items():
            shares[number, ALPHABET.index(character)] = share
    answers = {"plate": shares.reshape(1, -1), "region": np.array([region], np.float32)}
    always(file, ("input", TensorProto.UINT8, ["batch", 64, 128, 3]), answers)


def reader_config(file: Path) -> None:
    """Write what a reader's model file does not say by itself."""
    file.write_text(
        f"max_plate_slots: {SLOTS}\nalphabet: '{ALPHABET}'\npad_char: '_'\nimg_height: 64\n"
        f"img_width: 128\nimage_color_mode: rgb\nplate_regions: {REGIONS}\n"
    )
