"""The Qwen3-TTS models that the studio knows: what each can do, and how much it weighs.

Sizes are those of the files on the hub (revisions fd4b2543 of 1.7B-Base, 0c0e3051 of
1.7B-CustomVoice, 5ecdb673 of 1.7B-VoiceDesign, 5d839924 of 0.6B-Base, 85e237c1 of
0.6B-CustomVoice). Counts of parameters follow from them, since a model's file holds nothing but
bfloat16 and its codec's nothing but float32; how they are shared out follows from the dimensions in
``config.json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.i18n import N_

Task = Literal["Base", "CustomVoice", "VoiceDesign"]
"""What a model is asked for, as the hub and vLLM-Omni name it: to clone a voice, to speak with a
ready-made one, to make one up."""

Kind = Task | Literal["Tokenizer"]

ORGANISATION = "Qwen"
_PREFIX = "Qwen3-TTS-"
_FRAMES = "12Hz-"

_CODEC_BYTES = 682_293_092
_SMALL_BYTES = 4_463_528
# Tokenizer, configuration and the like beside the weights.

_CODEC = 170_557_441
# Of which the encoder is needed for references only.

_PREDICTOR_1_7B = 175_100_000
_PREDICTOR_0_6B = 141_600_000
# Code predictor: five layers of 1024/3072, fifteen embeddings as wide as the talker and fifteen
# heads of 2048 codes.

DTYPE_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}


@dataclass(frozen=True)
class Model:
    """One model.

    Attributes:
        name: as people write it, without what all of them begin with.
        kind: what it is for.
        about: what it can do, one line, untranslated.
        download_bytes: of all its files.
        talker: parameters of what reads the text and, in a Base model, listens to the clip.
        predictor: parameters of the code predictor.
        codec: parameters of what turns codes into sound and back.
        instructs: whether it follows instructions.
    """

    name: str
    kind: Kind
    about: str
    download_bytes: int
    talker: int
    predictor: int
    codec: int = _CODEC
    instructs: bool = False

    @property
    def repository(self) -> str:
        """Its name on the hub."""
        frames = "" if self.kind == "Tokenizer" else _FRAMES
        return f"{ORGANISATION}/{_PREFIX}{frames}{self.name}"

    def weight_bytes(self, talker: str, predictor: str, codec: str = "float32") -> int:
        """Memory of the weights alone, each part in a dtype of :data:`DTYPE_BYTES`."""
        return (
            self.talker * DTYPE_BYTES[talker]
            + self.predictor * DTYPE_BYTES[predictor]
            + self.codec * DTYPE_BYTES[codec]
        )


def _speaking(
    name: str, kind: Kind, about: str, file_bytes: int, predictor: int, *, instructs: bool = False
) -> Model:
    return Model(
        name=name,
        kind=kind,
        about=about,
        download_bytes=file_bytes + _CODEC_BYTES + _SMALL_BYTES,
        talker=file_bytes // DTYPE_BYTES["bfloat16"] - predictor,
        predictor=predictor,
        instructs=instructs,
    )


_CLONES = N_("Clones a voice from a clip of 1 to 30 seconds.")
_PRESETS = N_("Nine ready-made voices; follows instructions.")
_PRESETS_ONLY = N_("Nine ready-made voices; takes no instructions.")
_DESIGNS = N_("Makes up a voice from a description; follows instructions.")
_CODES = N_("Sound to codes and back; each model above brings its own.")

CATALOGUE = (
    _speaking("1.7B-Base", "Base", _CLONES, 3_857_413_744, _PREDICTOR_1_7B),
    _speaking("0.6B-Base", "Base", _CLONES, 1_829_344_272, _PREDICTOR_0_6B),
    _speaking(
        "1.7B-CustomVoice",
        "CustomVoice",
        _PRESETS,
        3_833_402_552,
        _PREDICTOR_1_7B,
        instructs=True,
    ),
    _speaking("0.6B-CustomVoice", "CustomVoice", _PRESETS_ONLY, 1_811_626_576, _PREDICTOR_0_6B),
    _speaking(
        "1.7B-VoiceDesign",
        "VoiceDesign",
        _DESIGNS,
        3_833_402_552,
        _PREDICTOR_1_7B,
        instructs=True,
    ),
    Model("Tokenizer-12Hz", "Tokenizer", _CODES, _CODEC_BYTES + 2_646, 0, 0),
)
"""Of each kind the largest first."""


def find_model(name: str) -> Model | None:
    """The model of this name: in full, without the organisation, or as short as ``1.7B-Base``;
    capitals do not matter."""
    wanted = name.strip().lower().removeprefix(f"{ORGANISATION}/".lower())
    for model in CATALOGUE:
        if wanted in (model.name.lower(), model.repository.split("/")[1].lower()):
            return model
    return None


def models_of(kind: Task) -> tuple[Model, ...]:
    """Those of a kind, the largest first."""
    return tuple(model for model in CATALOGUE if model.kind == kind)
