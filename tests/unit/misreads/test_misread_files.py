"""Misread models as files, labelled sets, and what the real ones say."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from tests.pictures import PLATE_BOX, FixedEngine, car_picture
from workbench.domain.read import Box
from workbench.errors import MisreadModelError
from workbench.recognition.misreads import learn_misreads, read_model, written_model
from workbench.recognition.misreads.comparing import compare
from workbench.recognition.misreads.labelled import Labelled, read_labels, read_of, read_pairs
from workbench.recognition.misreads.model_file import MisreadModelFile
from workbench.resources import resource_root

AT = datetime(2026, 11, 2, tzinfo=UTC)
SCHEMA = resource_root() / "data_schema" / "recognition" / "misread_model.schema.json"


@pytest.fixture(scope="module")
def model():
    pairs = [("8ABC123", "BABC123"), ("7XYZ789", "7XYZ789"), ("7XYZ789", "7XYZ78")]
    return learn_misreads(
        pairs, engine="fixed", engine_version="1", learned_at=AT, sets=("made.csv",)
    )


def test_a_model_survives_its_file(model):
    text = written_model(model)
    again = read_model(text)
    assert written_model(again) == text
    assert again.likelihood("BABC12", "8ABC123") == model.likelihood("BABC12", "8ABC123")
    assert (again.engine, again.engine_version, again.learned_at) == ("fixed", "1", AT)


def test_the_file_is_what_its_schema_says(model):
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(written_model(model)))
    assert {**MisreadModelFile.model_json_schema(), **schema} == schema


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"engine": ""}, "engine"),
        ({"surplus": 1}, "surplus"),
        ({"schema_version": 2}, "schema_version"),
        ({"learned_at": "2026-11-02T00:00:00"}, "learned_at"),
        ({"characters": "ABC"}, "characters"),
        ({"plate_lengths": [1.0]}, "plate_lengths"),
    ],
)
def test_a_file_with_something_else_in_it_is_refused(model, change, field):
    content = json.loads(written_model(model)) | change
    with pytest.raises(MisreadModelError, match=f"field {field}"):
        read_model(json.dumps(content))


def test_a_file_whose_rows_do_not_add_up_is_refused(model):
    content = json.loads(written_model(model))
    content["channel"]["lost"][0] = 0.9
    with pytest.raises(MisreadModelError, match="a sum"):
        read_model(json.dumps(content))


def test_pairs_are_read_in_their_normal_form_and_unread_plates_left_out(tmp_path):
    file = tmp_path / "pairs.csv"
    file.write_text("truth,read\n7abc 123,7ABC-I23\n8DEF456,\n")
    assert read_pairs(file) == [("7ABC123", "7ABCI23")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("plate,read\n7ABC123,7ABC123\n", "lacks a column"),
        ("truth,read\n7ABC123," + "A" * 20 + "\n", "line 2"),
        ("truth,read\n7ABC123,Ж\n", "line 2"),
    ],
)
def test_a_file_of_pairs_that_cannot_be_taken_says_where(tmp_path, content, what):
    file = tmp_path / "pairs.csv"
    file.write_text(content)
    with pytest.raises(MisreadModelError, match=what):
        read_pairs(file)
    with pytest.raises(MisreadModelError, match="cannot be read"):
        read_pairs(tmp_path / "nowhere.csv")


def test_labels_find_their_pictures_and_boxes(tmp_path):
    file = tmp_path / "set.csv"
    file.write_text("image,plate,x,y,width,height\na.jpg,7abc123,1,2,30,10\n")
    assert read_labels(file) == [Labelled(tmp_path / "a.jpg", "7ABC123", Box(1, 2, 30, 10))]
    (tmp_path / "set").mkdir()
    assert read_labels(file)[0].picture == tmp_path / "set" / "a.jpg"
    file.write_text("image,plate,x,y,width,height\na.jpg,7abc123,one,2,30,10\n")
    with pytest.raises(MisreadModelError, match="line 2"):
        read_labels(file)


def test_only_a_read_on_the_plate_is_a_read_of_it(tmp_path):
    import numpy as np

    pixels = np.asarray(car_picture()).copy()
    pixels.flags.writeable = False
    reads = FixedEngine(text="4BCD567").read(pixels)
    assert read_of(Labelled(tmp_path, "4BCD567", PLATE_BOX), reads) == "4BCD567"
    assert read_of(Labelled(tmp_path, "4BCD567", Box(0, 0, 50, 20)), reads) is None
    assert read_of(Labelled(tmp_path, "4BCD567"), reads) == "4BCD567"
    assert read_of(Labelled(tmp_path, "4BCD567"), []) is None


def test_the_model_finds_plates_that_substitutions_and_edit_distance_do_not():
    plates = [f"{d}{a}{b}C{n:03}" for d in "345" for a in "AEF" for b in "KMN" for n in (118, 571)]
    lost = [(plate, plate.replace("1", "", 1)) for plate in plates if "1" in plate]
    right = [(plate, plate) for plate in plates]
    crowd = {plate.replace("1", other, 1) for plate in plates for other in "0234"} | {
        plate.replace("1", "", 1).replace("C", "G") for plate in plates
    }
    half = len(lost) // 2
    full, same, distance = compare(lost[:half] + right, lost[half:], crowd)
    assert full.first == 1.0
    assert same.mean_reciprocal_rank < full.mean_reciprocal_rank
    assert distance.mean_reciprocal_rank < full.mean_reciprocal_rank
    assert full.log_likelihood > same.log_likelihood


@pytest.mark.shared
def test_openalprs_own_reads_of_the_scenes_are_explained(shared_data):
    import csv

    scenes = shared_data / "plates" / "scenes" / "us.csv"
    with scenes.open() as opened:
        truth = {row["image"].partition(".")[0]: row["plate"] for row in csv.DictReader(opened)}
    pairs = []
    for file in sorted((shared_data / "ingest" / "openalpr").glob("*.json")):
        results = json.loads(file.read_text())["results"]
        if results and file.stem in truth:
            pairs.append((truth[file.stem], results[0]["plate"]))
    assert len(pairs) >= 8
    learned = learn_misreads(pairs, engine="openalpr", engine_version="2.3", learned_at=AT)
    crowd = dict.fromkeys(truth.values(), 1.0)
    firsts = [learned.posterior(read, crowd)[0].text == plate for plate, read in pairs]
    assert sum(firsts) >= 0.8 * len(pairs)
