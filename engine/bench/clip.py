"""A clip to clone where a model needs one and the user has named none: how fast it speaks depends
on the clip's length, hardly on whose voice it is."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

from engine.bench.texts import TEXTS
from engine.client.base import Engine
from engine.domain import SAMPLE_RATE, AudioDelta, SpeechRequest, Spoken
from engine.models.store import model_of, present
from engine.settings import Settings

_SEED = 1
# The same clip each time, so that what a model hears in it is computed once.


def needs_clip(settings: Settings) -> bool:
    """Whether the model that will speak clones voices, and nothing says whose. Looks at the disk.

    Raises:
        InputError: there is no such model.
    """
    if settings.ref_audio or settings.speaker or settings.describe:
        return False
    models = (model_of(settings.model)[0],) if settings.model else present()
    # Of several, one is chosen that needs no clip.
    return bool(models) and all(model.kind == "Base" for model in models)


async def with_clip(settings: Settings, speaker: Engine, language: str, folder: Path) -> Settings:
    """The settings with a clip that a quick engine has spoken, for as long as the folder is there.

    Args:
        speaker: not yet started; it is closed again here.
        language: full English name.

    Raises:
        EngineError: it did not speak.
        OSError: the clip cannot be written.
    """
    from engine.audio import encode, from_pcm16

    text = TEXTS[language][-1]
    try:
        await speaker.ready()
        async with aclosing(speaker.speak(SpeechRequest(Spoken(text, language), _SEED))) as events:
            pieces = [event.pcm async for event in events if isinstance(event, AudioDelta)]
    finally:
        await speaker.aclose()
    clip = folder / "preview.wav"
    clip.write_bytes(encode(from_pcm16(b"".join(pieces)), SAMPLE_RATE, "wav"))
    return settings.model_copy(
        update={"ref_audio": str(clip), "ref_text": text, "x_vector_only": False}
    )
