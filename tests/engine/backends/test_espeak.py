from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from engine.backends.espeak import EspeakBackend
from engine.domain import SAMPLE_RATE
from engine.languages import CODES
from tests.engine.backends.listening import FRAME, Heard, asking, digests, hear
from tests.engine.sentences import SENTENCES


@pytest.mark.parametrize("language", SENTENCES)
def test_each_language_is_spoken_at_a_sensible_length_and_loudness(
    backend: EspeakBackend, language: str
) -> None:
    job = hear(backend, asking(SENTENCES[language], language))

    assert 1 < job.seconds < 6
    assert job.audio.dtype == np.float32
    assert 0.2 < np.abs(job.audio).max() < 1
    assert job.end == ("stop", -(-len(job.audio) // FRAME))


def test_it_speaks_all_languages_of_the_studio(backend: EspeakBackend) -> None:
    assert set(backend.info.languages) == set(CODES)


@pytest.mark.parametrize("language", SENTENCES)
def test_speech_begins_and_ends_without_a_click(backend: EspeakBackend, language: str) -> None:
    audio = hear(backend, asking(SENTENCES[language], language)).audio

    assert abs(audio[0]) < 0.01
    assert abs(audio[-1]) < 0.01


def test_the_pieces_join_without_a_step(backend: EspeakBackend) -> None:
    job = hear(backend, asking(SENTENCES["English"]))
    steps = np.abs(np.diff(job.audio))
    seams = np.cumsum([len(piece) for piece in job.pieces])[:-1] - 1

    assert len(job.pieces) > 10
    assert steps[seams].max() <= np.delete(steps, seams).max()


def test_a_seed_gives_the_same_samples_after_anything_else_was_spoken(
    backend: EspeakBackend,
) -> None:
    first = digests(backend, list(SENTENCES))
    hear(backend, asking("rrr ррр 안녕 ‽", "Spanish", seed=3, speed=2.0))
    backend.speak([Heard(asking(SENTENCES["Korean"] * 3, "Korean"), hang_up_after=2)])

    assert digests(backend, list(reversed(SENTENCES))) == first


def test_a_seed_gives_the_same_samples_in_a_fresh_process(backend: EspeakBackend) -> None:
    program = (
        "import json; from engine.backends.espeak import EspeakBackend\n"
        "from tests.engine.backends.listening import *\n"
        "backend = EspeakBackend(); backend.load()\n"
        "print(json.dumps(digests(backend, sorted(SENTENCES))))"
    )
    fresh = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )

    assert json.loads(fresh.stdout) == digests(backend, list(SENTENCES))


def test_another_seed_is_audibly_another_take(backend: EspeakBackend) -> None:
    takes = [hear(backend, asking(SENTENCES["Korean"], "Korean", seed=n)).audio for n in range(12)]

    assert len({take.tobytes() for take in takes}) == 12
    lengths = [len(take) / SAMPLE_RATE for take in takes]
    assert max(lengths) - min(lengths) > 0.1


def test_speed_changes_the_length(backend: EspeakBackend) -> None:
    normal, fast, slow = (
        hear(backend, asking(SENTENCES["German"], "German", speed=speed)).seconds
        for speed in (1.0, 2.0, 0.5)
    )

    assert fast < 0.65 * normal
    assert slow > 1.5 * normal


def test_a_speed_beyond_its_reach_is_spoken_at_its_limit_and_said(backend: EspeakBackend) -> None:
    fastest = asking(SENTENCES["English"], speed=4.0)
    at_limit = asking(SENTENCES["English"], speed=2.9)

    assert len(backend.check(fastest)) == 1
    assert hear(backend, fastest).audio.tobytes() == hear(backend, at_limit).audio.tobytes()


def test_the_cap_on_frames_ends_the_speech_and_says_so(backend: EspeakBackend) -> None:
    job = hear(backend, replace(asking(SENTENCES["English"]), max_frames=10))

    assert job.end == ("length", 10)
    assert len(job.audio) == 10 * FRAME


def test_the_cap_cuts_in_the_middle_of_a_sound_without_a_click(backend: EspeakBackend) -> None:
    for frames in range(4, 20):
        job = hear(backend, replace(asking(SENTENCES["English"]), max_frames=frames))
        assert np.abs(job.audio[-FRAME:]).max() > 0.05
        assert np.abs(job.audio[-3:]).max() < 0.01


def test_a_cap_beyond_the_end_changes_nothing(backend: EspeakBackend) -> None:
    free = hear(backend, asking(SENTENCES["English"]))
    capped = hear(backend, replace(asking(SENTENCES["English"]), max_frames=1000))

    assert capped.end == free.end
    assert capped.audio.tobytes() == free.audio.tobytes()


def test_a_long_text_stops_when_nobody_listens_any_more(backend: EspeakBackend) -> None:
    job = Heard(asking("A sentence that goes on. " * 100), hang_up_after=3)
    backend.speak([job])

    assert len(job.pieces) == 3
    assert job.end is not None
    assert job.end[0] == "cancelled"


def test_a_job_that_was_cancelled_before_its_turn_is_not_spoken(backend: EspeakBackend) -> None:
    job = Heard(asking("Hello."), hang_up_after=0)
    backend.speak([job])

    assert job.pieces == []


def test_audio_is_handed_over_while_the_rest_is_still_to_come(backend: EspeakBackend) -> None:
    job = hear(backend, asking(SENTENCES["English"]))

    assert max(len(piece) for piece in job.pieces) <= SAMPLE_RATE // 4
