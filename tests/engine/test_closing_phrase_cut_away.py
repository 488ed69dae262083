"""From a script to WAVs through the whole program, with the phrase switched on: each file holds the
whole sentence, and nothing of the phrase."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.audio import FADE_IN, FADE_OUT, SILENCE, Samples, read_audio
from engine.domain import SAMPLE_RATE
from tests.engine.preview_voice import Say, preview_voice
from tests.engine.ten_sentences import TEN_SENTENCES

HEARD = 10 ** (-40 / 20)
"""Within 40 dB of the peak a sound counts as speech."""

LOST = 0.02
"""Seconds of a dying sound that may be lost."""


@pytest.fixture(scope="module")
def say() -> Iterator[Say]:
    with preview_voice() as say:
        yield say


@pytest.mark.parametrize("language", TEN_SENTENCES)
def test_every_file_holds_the_whole_sentence_and_nothing_of_the_phrase(
    tmp_path: Path, say: Say, language: str
) -> None:
    script = tmp_path / "script.txt"
    script.write_text("\n".join(TEN_SENTENCES[language]), encoding="utf-8")
    command = (sys.executable, "-m", "engine.cli", "render", script, "--closing", "always")
    more = ("--engine", "espeak", "--language", language, "--json")
    run = subprocess.run(
        [*command, *more], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)["sentences"]
    assert [sentence["text"] for sentence in told] == list(TEN_SENTENCES[language])
    wrong = {}
    for sentence in told:
        alone = say(sentence["text"], language, seed=sentence["seed"])
        exported, _rate = read_audio(Path(sentence["file"]))
        if fault := difference(exported[: -round(SILENCE * SAMPLE_RATE)], alone):
            wrong[sentence["text"]] = fault
    assert not wrong
    assert {sentence["status"] for sentence in told} == {"ready"}, run.stderr


def difference(exported: Samples, alone: Samples) -> str:
    """What is lost of a sentence, or was added to it; empty where nothing is.

    Args:
        exported: without the silence at its end.
        alone: the sentence as the same voice says it without anything after it. The voice says it
            the same, sample by sample, with something after it.
    """
    heard = np.flatnonzero(np.abs(alone) > HEARD * np.abs(alone).max())
    begin = place_of(exported, alone)
    if begin < 0:
        return f"{-begin / SAMPLE_RATE:.3f} s added at the beginning"
    if begin > heard[0] + LOST * SAMPLE_RATE:
        return f"{(begin - heard[0]) / SAMPLE_RATE:.3f} s lost at the beginning"
    lost = (heard[-1] + 1 - begin - len(exported)) / SAMPLE_RATE
    if lost > LOST:
        return f"{lost:.3f} s lost at the end"
    expected = np.zeros(begin + len(exported), np.float32)
    expected[: len(alone)] = alone[: len(expected)]
    strange = np.abs(exported - expected[begin:])
    strange[: round(FADE_IN * SAMPLE_RATE)] = strange[-round(FADE_OUT * SAMPLE_RATE) :] = 0
    at = np.flatnonzero(strange > HEARD * np.abs(alone).max())
    return f"something else at {at[0] / SAMPLE_RATE:.3f} s" if len(at) else ""


def place_of(exported: Samples, alone: Samples) -> int:
    """The sample of the sentence with which the file begins."""
    size = len(exported) + len(alone)
    spectrum = np.fft.rfft(alone, size) * np.conj(np.fft.rfft(exported, size))
    likeness = np.fft.irfft(spectrum, size)
    place = int(likeness.argmax())
    return place if place < len(alone) else place - size
