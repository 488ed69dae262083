"""What the studio tells a worker that speaks with Qwen3-TTS: checked before it leaves, and checked
again when it arrives. No secret is among it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from engine.errors import EngineStartError, InputError
from engine.i18n import _
from engine.model_settings import ModelSettings
from engine.models.catalogue import Model, Task, models_of
from engine.models.store import model_of, present

_MAX_TRANSCRIPT_BYTES = 10_000
# Whatever is larger is no transcript of 30 seconds, and a process's variables have to hold it.

_NAMES_A_FILE = re.compile(r"\S+\.(txt|text|md|srt|lab)|\S*[/\\]\S*", re.IGNORECASE)
# Taken for the words, a mistyped name would make the model run away.


class QwenOptions(BaseModel):
    """All that is known when a worker is started. None, or an empty text, leaves it to the worker.

    Attributes:
        model: a name of the catalogue, or a folder's absolute path.
        kind: what the model must be able to do: Base to clone, CustomVoice for a ready-made voice,
            VoiceDesign for a described one; empty where nothing asks for one of them.
        dtype: of the talker.
        decode: "own", by our own loop of frames, or "package".
        max_new_tokens: frames of the longest answer.
        ref_audio: the clip's absolute path; a file that was there.
        ref_text: the words said in it.
        instruct: how to speak where a request does not say it.
        prompt_cache: what is computed from a clip is kept on the disk.
        clips_by_request: the clips to be cloned come with the requests, so that none is needed at
            the start.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    kind: Task | None = None
    device: str = ""
    dtype: str = ""
    attn: str = ""
    decode: str = ""
    batch_size: int | None = None
    max_new_tokens: int | None = None
    ref_audio: str = ""
    ref_text: str = ""
    x_vector_only: bool = False
    speaker: str = ""
    describe: str = ""
    instruct: str = ""
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    repetition_penalty: float | None = None
    prompt_cache: bool = True
    clips_by_request: bool = False


def qwen_options(settings: ModelSettings) -> QwenOptions:
    """What the settings ask of a worker. Looks at the files that they name; blocks for as long as
    the disk does.

    Raises:
        InputError: settings that contradict each other, or a file that cannot be used.
        EngineStartError: the model is not on this machine; the hint names what downloads it.
    """
    kind = task_of(settings)
    return QwenOptions(
        model=_model(settings, kind),
        kind=kind,
        device=settings.device or "",
        dtype=settings.dtype or "",
        attn=settings.attn or "",
        decode=settings.decode or "",
        batch_size=settings.batch_size,
        max_new_tokens=settings.max_new_tokens,
        ref_audio=clip_of(settings.ref_audio) if settings.ref_audio else "",
        ref_text=transcript_of(settings.ref_text) if settings.ref_text else "",
        x_vector_only=settings.x_vector_only,
        speaker=settings.speaker or "",
        describe=settings.describe or "",
        instruct=settings.instruct or "",
        temperature=settings.temperature,
        top_k=settings.top_k,
        top_p=settings.top_p,
        repetition_penalty=settings.repetition_penalty,
        prompt_cache=settings.prompt_cache,
    )


def task_of(settings: ModelSettings) -> Task | None:
    """What the model must be able to do.

    Raises:
        InputError: two different things, or one of them half.
    """
    asked: dict[str, Task] = {}
    if settings.ref_audio:
        asked["ref_audio"] = "Base"
    if settings.speaker:
        asked["speaker"] = "CustomVoice"
    if settings.describe:
        asked["describe"] = "VoiceDesign"
    if len(asked) > 1:
        first, second = list(asked)[:2]
        raise InputError(
            _("Two voices at once: {first} and {second} are both set.").format(
                first=first, second=second
            ),
            _('Set one of them to nothing, for example --{second} "".').format(
                second=second.replace("_", "-")
            ),
        )
    if not settings.ref_audio and (settings.ref_text or settings.x_vector_only):
        raise InputError(
            _("There are words of a clip, but no clip."), _("Name it: --ref-audio FILE")
        )
    if settings.ref_audio and not settings.ref_text and not settings.x_vector_only:
        raise InputError(
            _("Cloning a voice needs the words that are said in the clip."),
            _("Add --ref-text TEXT|FILE, or --x-vector-only to clone from its sound alone."),
        )
    return next(iter(asked.values()), None)


def _model(settings: ModelSettings, kind: Task | None) -> str:
    if settings.model is None:
        if not any(kind in (None, model.kind) for model in present()):
            raise nothing_here(kind)
        return ""
    model, folder = model_of(settings.model)
    if kind is not None and model.kind != kind:
        raise unfit(model, kind)
    if folder is None:
        raise not_downloaded(model)
    return str(folder) if not model.download_bytes else model.name


def unfit(model: Model, kind: Task) -> InputError:
    """That a model cannot do what only those of another kind can, and which do it."""
    title = {
        "Base": _("{model} clones no voice."),
        "CustomVoice": _("{model} has no ready-made voices."),
        "VoiceDesign": _("{model} makes up no voice from a description."),
    }[kind]
    known = ", ".join(model.name for model in models_of(kind))
    return InputError(
        title.format(model=model.name), _("It is done by {names}.").format(names=known)
    )


def not_downloaded(model: Model) -> EngineStartError:
    """That a model of the catalogue is not here, and what downloads it."""
    return EngineStartError(
        _("The model {name} is not on this machine.").format(name=model.name),
        _("Download it ({size:.1f} GB): tts-studio models download {name}").format(
            size=model.download_bytes / 1e9, name=model.name
        ),
    )


def nothing_here(kind: Task | None) -> EngineStartError:
    """That no model of a kind, or of any, is here, and what downloads one."""
    if kind is not None:
        return not_downloaded(models_of(kind)[0])
    base, preset = models_of("Base")[0], models_of("CustomVoice")[0]
    return EngineStartError(
        _("No Qwen3-TTS model is on this machine."),
        _(
            "Download one: tts-studio models download {preset} ({preset_size:.1f} GB, ready-made "
            "voices) or {base} ({base_size:.1f} GB, clones a voice)."
        ).format(
            preset=preset.name,
            preset_size=preset.download_bytes / 1e9,
            base=base.name,
            base_size=base.download_bytes / 1e9,
        ),
    )


def clip_of(named: str) -> str:
    """The absolute path of the clip that is set; InputError where it is not there."""
    path = Path(os.path.expanduser(named)).absolute()  # noqa: PTH111 - never raises
    if not _is_file(path):
        raise InputError(
            _("The clip to be cloned is not there: {path}").format(path=path),
            _("Check the path that ref_audio gives."),
        )
    return str(path)


def transcript_of(said: str) -> str:
    """The words, whether they were given or a file of them; InputError for a file that is none."""
    path = Path(os.path.expanduser(said))  # noqa: PTH111 - never raises
    if not _is_file(path):
        if _NAMES_A_FILE.fullmatch(said):
            raise InputError(
                _("The file of the clip's words is not there: {path}").format(path=path),
                _("Check the path that ref_text gives, or write the words themselves."),
            )
        return said
    try:
        if path.stat().st_size > _MAX_TRANSCRIPT_BYTES:
            raise InputError(
                _("This file is no transcript of a clip: {path}").format(path=path),
                _("Name a text file with the words that are said in the clip."),
            )
        words = " ".join(path.read_text(encoding="utf-8-sig").split())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            _("The words of the clip cannot be read: {path}").format(path=path),
            _("Save it as UTF-8 ({reason}).").format(reason=error),
        ) from error
    if not words:
        raise InputError(
            _("The file of the clip's words is empty: {path}").format(path=path),
            _("Write down what is said in the clip."),
        )
    return words


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False  # longer than a name can be: words, not a path
