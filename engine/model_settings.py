"""The settings of the local model: what speaks, on what, in whose voice. Part of
:class:`engine.settings.Settings`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from engine.domain import MAX_FRAMES
from engine.i18n import _
from engine.sampling import RepetitionPenalty, Temperature, TopK, TopP

DTYPES = ("float32", "float16", "bfloat16")
ATTENTIONS = ("sdpa", "flash_attention_2", "eager")
DECODES = ("own", "package")
DEVICES = ("cuda", "mps", "cpu")

_ALSO = {
    "fp32": "float32",
    "float": "float32",
    "fp16": "float16",
    "half": "float16",
    "bf16": "bfloat16",
    "flash": "flash_attention_2",
    "flash-attn": "flash_attention_2",
    "flash_attention": "flash_attention_2",
    "gpu": "cuda",
}
# What people write who come from other programs.

_MAX_TEXT = 10_000
# Characters; Windows holds all variables of a process together to 32,767.

_CUDA = re.compile(r"cuda(:\d{1,2})?")


class ModelSettings(BaseSettings):
    """None, or an empty text, leaves the choice to the studio."""

    model: str | None = Field(default=None, description="1.7B-Base …, or a folder")
    device: str | None = Field(default=None, description="cuda, cuda:1, mps, cpu")
    dtype: str | None = Field(default=None, description="of the talker's weights")
    attn: str | None = Field(default=None, description="sdpa, flash_attention_2, eager")
    decode: str | None = Field(default=None, description="own, package")
    batch_size: int | None = Field(
        default=None, ge=1, le=64, description="sentences spoken at once"
    )
    max_new_tokens: int | None = Field(
        default=None, ge=2, le=MAX_FRAMES, description="frames of the longest answer"
    )
    ref_audio: str | None = Field(default=None, description="the clip that is cloned")
    ref_text: str | None = Field(
        default=None, max_length=_MAX_TEXT, description="its words, or a file of them"
    )
    x_vector_only: bool = Field(default=False, description="clone without the clip's words")
    speaker: str | None = Field(default=None, description="a ready-made voice")
    describe: str | None = Field(
        default=None, max_length=_MAX_TEXT, description="a voice to be made up"
    )
    instruct: str | None = Field(
        default=None, max_length=500, description="how to speak; a row's own comes first"
    )
    seed: int | None = Field(default=None, ge=0, le=2**63 - 1, description="where chance begins")
    temperature: Temperature | None = None
    top_k: TopK | None = None
    top_p: TopP | None = None
    repetition_penalty: RepetitionPenalty | None = None
    prompt_cache: bool = Field(
        default=True, description="keep what is computed from a clip on the disk"
    )

    @field_validator("device")
    @classmethod
    def _of_a_machine(cls, value: str | None) -> str | None:
        word = _word(value)
        if word is None or _CUDA.fullmatch(word) or word in DEVICES:
            return word
        raise ValueError(_none_of(DEVICES))

    @field_validator("dtype")
    @classmethod
    def _of_numbers(cls, value: str | None) -> str | None:
        return _one_of(value, DTYPES)

    @field_validator("attn")
    @classmethod
    def _of_attention(cls, value: str | None) -> str | None:
        return _one_of(value, ATTENTIONS)

    @field_validator("decode")
    @classmethod
    def _of_ways(cls, value: str | None) -> str | None:
        return _one_of(value, DECODES)

    @field_validator("model", "ref_audio", "ref_text", "speaker", "describe", "instruct")
    @classmethod
    def _said(cls, value: str | None) -> str | None:
        return (value or "").strip() or None


OF_THE_WORKER = frozenset(ModelSettings.model_fields) - {"seed"}
"""Those that a worker is started with. The seed goes along with each sentence."""


def _word(value: str | None) -> str | None:
    word = (value or "").strip().lower()
    return None if word in ("", "auto") else _ALSO.get(word, word)


def _one_of(value: str | None, known: Sequence[str]) -> str | None:
    word = _word(value)
    if word is not None and word not in known:
        raise ValueError(_none_of(known))
    return word


def _none_of(known: Sequence[str]) -> str:
    return _("It must be one of {known}, or empty for the studio's own choice.").format(
        known=", ".join(known)
    )
