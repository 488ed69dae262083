"""Where a take's sentence begins and ends: what comes before it is silence, breath or a leak, and
what comes after it is the closing phrase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.audio import finite
from engine.cutting.bootstrap import common_phrase
from engine.cutting.boundary import cut_in, dip_near, pause_before, pauses_near
from engine.cutting.counting import count_back, likely_pauses
from engine.cutting.head import head_of
from engine.cutting.locating import locate
from engine.cutting.spectra import Spectra, spectra
from engine.cutting.speech import Speech, find_speech
from engine.domain import Cut, CutStatus, Margins
from engine.errors import AudioError
from engine.i18n import _
from engine.languages import CODES, language_name
from engine.syllables import FASTEST_SYLLABLE, count_syllables

DOUBTFUL = 0.9
"""Strangeness of a match from which a person should look; see :mod:`engine.cutting.locating`."""

LOWEST_RATE = 4000
"""Samples a second: a telephone has twice as many, and with fewer there is nothing to match."""

NO_PAUSE_SCORE = 0.5
"""At most, where the words run into each other."""

DEFAULT_MARGINS = Margins()

MOST_CANDIDATES = 5
"""Other places that are named: a person who has tried so many looks for the place by ear."""

ELSEWHERE = 0.03
"""Seconds from one candidate to the next at least; nearer ones sound alike."""

Waveform = npt.NDArray[Any]


def find_cut(
    audio: Waveform,
    sample_rate: int,
    *,
    text: str,
    closing: str,
    language: str,
    closing_take: Waveform | None = None,
    margins: Margins = DEFAULT_MARGINS,
) -> Cut:
    """Find the sentence in a clip of "sentence, pause, closing phrase". Deterministic.

    Args:
        audio: shape (n,) or (n, channels); integers are taken at their full scale.
        text: the sentence as it was said.
        closing: the closing phrase, or empty where none was asked for: then only the silence around
            the sentence is left out.
        language: a code or an English name.
        closing_take: the phrase said alone in the same voice, at the same sample rate. Without it
            the phrase is told from how long it should take, which is right far less often.
        margins: what to keep around the sentence.

    Returns:
        The cut in seconds, 0 <= start < end <= the clip's length. Its status:

        - ``ok``;
        - ``doubled``: the phrase was said more than once, and the end lies before the first;
        - ``missing``: the phrase is not there, and nothing is cut at the end;
        - ``no_pause``: the sentence runs into the phrase; the end lies in the lowest dip;
        - ``unsure``: the end is the likeliest of several places.

        The score runs from 0 to 1, the surest.

    Raises:
        AudioError: the clip holds no samples, or some that are not numbers, or too few a second
            to tell words from one another.
        InputError: an unknown language.
    """
    code = CODES[language_name(language)]
    samples = _mono(audio)
    _check_rate(sample_rate)
    length = len(samples) / sample_rate
    clip = spectra(samples, sample_rate)
    speech = find_speech(clip)
    if not speech:
        return Cut(0.0, length, "missing" if closing.strip() else "unsure", 0.0)
    if not closing.strip():
        found = speech.end + margins.after, "ok", 1.0
    elif (phrase := _phrase(closing_take, sample_rate)) is not None:
        found = _by_match(clip, speech, phrase, _needed(text), margins.after)
    else:
        found = _by_count(speech, text, closing, code, margins.after)
    start = head_of(clip, speech, text, margins.before)
    return _room_for(text, speech, _within(length, start, found))


def cut_candidates(
    audio: Waveform,
    sample_rate: int,
    *,
    text: str,
    closing: str,
    language: str,
    closing_take: Waveform | None = None,
    margins: Margins = DEFAULT_MARGINS,
) -> tuple[float, ...]:
    """Where else than found the sentence may end: the other pauses near the place where the phrase
    seems to begin, the dip there, and those after which as much speech follows as the phrase
    takes.

    Args:
        audio, text, closing, language, closing_take, margins: as in :func:`find_cut`.

    Returns:
        Seconds, the likeliest first, at most MOST_CANDIDATES; none without a closing phrase.

    Raises:
        AudioError, InputError: as there.
    """
    code = CODES[language_name(language)]
    samples = _mono(audio)
    _check_rate(sample_rate)
    clip = spectra(samples, sample_rate)
    speech = find_speech(clip)
    if not speech or not closing.strip():
        return ()
    places = [cut_in(pause, margins.after) for pause in likely_pauses(speech, text, closing, code)]
    phrase = _phrase(closing_take, sample_rate)
    match = locate(clip, speech, *phrase, room=_needed(text)) if phrase else None
    if match is not None:
        near = [cut_in(pause, margins.after) for pause in pauses_near(speech, match.start)]
        near.append(dip_near(speech, match.start))
        # What is hardly like the phrase says less of where it is than the time it takes.
        places = near + places if match.strangeness < 1 else places + near
    found = find_cut(
        audio,
        sample_rate,
        text=text,
        closing=closing,
        language=language,
        closing_take=closing_take,
        margins=margins,
    )
    return _elsewhere(found, places)


def closing_from_takes(
    takes: Sequence[tuple[Waveform, str]], sample_rate: int, *, closing: str, language: str
) -> npt.NDArray[np.float32] | None:
    """The closing phrase as it stands at the end of takes, to serve as a closing take where the
    engine cannot say it alone. Three takes may be enough; of more than a dozen none is needed.

    Args:
        takes: of one voice, each with its samples, as in :func:`find_cut`, and the text of its
            sentence.

    Returns:
        Samples of shape (n,), or None while too few takes end alike.

    Raises:
        AudioError, InputError: as there.
    """
    code = CODES[language_name(language)]
    _check_rate(sample_rate)
    clips = [(_mono(audio), text) for audio, text in takes]
    return common_phrase(clips, sample_rate, closing, code)


Found = tuple[float, CutStatus, float]
"""Where the sentence ends, in seconds, and the status and score of that."""


def _by_match(
    clip: Spectra, speech: Speech, phrase: tuple[Spectra, Speech], room: float, after: float
) -> Found:
    found = locate(clip, speech, *phrase, room=room)
    if found is None or found.strangeness >= 1:
        return np.inf, "missing", 0.0
    score = 1 - found.strangeness
    pause = pause_before(speech, found.start)
    if pause is None:
        end, score = dip_near(speech, found.start), min(score, NO_PAUSE_SCORE)
    else:
        end = cut_in(pause, after)
    if found.times > 1:
        return end, "doubled", score
    if pause is None:
        return end, "no_pause", score
    return end, "unsure" if found.strangeness >= DOUBTFUL else "ok", score


def _by_count(speech: Speech, text: str, closing: str, code: str, after: float) -> Found:
    found = count_back(speech, text, closing, code)
    if found.missing:
        return np.inf, "missing", 0.0
    if found.pause is None:
        return found.expected, "no_pause", 0.0
    return cut_in(found.pause, after), "unsure" if found.doubtful else "ok", found.score


def _elsewhere(found: Cut, places: Sequence[float]) -> tuple[float, ...]:
    """The first of the places that lie apart from the cut and from one another."""
    kept: list[float] = []
    for place in places:
        others = (found.end, *kept)
        if place > found.start and all(abs(place - other) >= ELSEWHERE for other in others):
            kept.append(place)
    return tuple(kept[:MOST_CANDIDATES])


def _within(length: float, start: float, found: Found) -> Cut:
    end, status, score = found
    end = min(end, length)
    return Cut(start, end, status, score) if start < end else Cut(0.0, length, "unsure", 0.0)


def _room_for(text: str, speech: Speech, cut: Cut) -> Cut:
    """The cut, unsure where the text does not fit into it."""
    heard = speech.seconds(cut.start, cut.end)
    if cut.status in ("ok", "doubled") and heard < _needed(text):
        return replace(cut, status="unsure", score=cut.score / 2)
    return cut


def _needed(text: str) -> float:
    """Seconds of speech that the text takes at least; with less, some of it lies behind the cut."""
    return FASTEST_SYLLABLE * count_syllables(text).fewest


def _phrase(take: Waveform | None, sample_rate: int) -> tuple[Spectra, Speech] | None:
    """What a closing take sounds like; None if there is none that can be used."""
    if take is None or not np.size(take) or not np.isfinite(take).all():
        return None
    frames = spectra(_mono(take), sample_rate)
    speech = find_speech(frames)
    return (frames, speech) if speech else None


def _check_rate(sample_rate: int) -> None:
    if sample_rate < LOWEST_RATE:
        raise AudioError(
            _("{rate} samples a second are too few for speech.").format(rate=sample_rate),
            _("Give a recording with at least {lowest}.").format(lowest=LOWEST_RATE),
        )


def _mono(audio: Waveform) -> npt.NDArray[np.float32]:
    """Shape (n,), full scale at 1.0."""
    samples = np.asarray(audio)
    if samples.dtype.kind in "iu":
        limits = np.iinfo(samples.dtype)
        middle = (int(limits.max) + int(limits.min) + 1) / 2
        samples = (samples - middle) / (int(limits.max) + 1 - middle)
    if samples.ndim == 2:
        samples = samples.mean(axis=1)
    if samples.ndim != 1 or not samples.size:
        raise AudioError(
            _("There is no audio to cut."), _("The recording is empty. Speak the sentence again.")
        )
    return finite(samples).astype(np.float32)
