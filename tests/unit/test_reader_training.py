"""The training of the plate network: it learns, goes on from a checkpoint, ships what it made."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from tools.training.plates import CHARACTERS, FontShelf
from tools.training.reader.export import export
from tools.training.reader.network import greedy_texts, saved_weights
from tools.training.reader.supply import label_of, make_samples, opened_supply
from tools.training.reader.training import Plan, rate_at, train
from workbench.recognition.plate_reader import NAME, new_network


def test_repeated_characters_need_a_blank_between():
    wanted = [0, 5, 5, 0, 5, 36, 36, 0]
    logits = torch.nn.functional.one_hot(torch.tensor([wanted]), 37).float()
    assert list(greedy_texts(logits)) == ["44Z"]


def test_a_label_says_its_text():
    label = label_of("A1Z")
    assert "".join(CHARACTERS[number - 1] for number in label if number) == "A1Z"


def test_samples_are_the_same_for_the_same_seed():
    shelf = FontShelf.installed()
    first, again = (make_samples(np.random.default_rng(3), shelf, 5) for _ in range(2))
    assert np.array_equal(first.crops, again.crops)
    assert np.array_equal(first.labels, again.labels)


def test_the_learning_rate_rises_once_and_falls_to_almost_nothing():
    rates = [rate_at(share, 1.0) for share in np.linspace(0, 1, 101)]
    top = int(np.argmax(rates))
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] < 0.01


@pytest.mark.slow
def test_a_minute_and_a_half_of_training_lowers_the_loss_and_ships(tmp_path):
    told: list[str] = []
    plan = Plan(minutes=1.5, out=tmp_path / "run", seed=9, easy=10**7, validate_every_s=20)
    log = train(plan, told.append)
    assert log[-1].loss < 0.8 * log[0].loss
    assert [json.loads(line)["steps"] for line in told] == [line.steps for line in log]
    file = export(plan.out / "last.pth", seed=9, folder=tmp_path)
    assert json.loads((tmp_path / "weights.json").read_text())[NAME]["file"] == file.name
    new_network().load_state_dict(saved_weights(file))


@pytest.mark.slow
def test_the_supply_never_runs_dry_and_its_texts_fit_its_pictures():
    with opened_supply(4) as supply:
        batch = supply.batch(np.random.default_rng(1), 64)
        assert batch.crops.shape == (64, 48, 144)
        assert batch.crops.std(axis=(1, 2)).min() > 0
        assert (batch.labels > 0).sum(1).min() >= 2
