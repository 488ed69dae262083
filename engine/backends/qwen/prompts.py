"""What a model hears in a reference: computed once, kept in memory and on the disk."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from engine.audio import Samples
from engine.domain import SAMPLE_RATE
from engine.files import write_atomic

logger = logging.getLogger(__name__)

_EMBEDDING, _CODES = "speaker_embedding", "codes"

_MOST_KNOWN = 64
# Voices of which the prompts stay in memory, a few hundred kilobytes each.

_VERSION = 1
# To be raised when references are prepared differently.


@dataclass(frozen=True)
class Reference:
    """A clip, prepared.

    Attributes:
        samples: mono float32 at SAMPLE_RATE.
        transcript: what is said in it; empty to clone from its sound alone.
    """

    samples: Samples
    transcript: str


class PromptCache:
    """Of one model that is loaded. Its files never hold a word of the transcript.

    Args:
        wrapper: the package's ``Qwen3TTSModel``.
        folder: owner-only; None keeps prompts in memory alone.
    """

    def __init__(self, wrapper: Any, folder: Path | None) -> None:
        self._wrapper = wrapper
        self._folder = folder
        self._known: OrderedDict[str, Any] = OrderedDict()
        self._model: str | None = None

    def get(self, reference: Reference, *, keep: bool = True) -> Any:
        """The package's ``VoiceClonePromptItem`` for a reference.

        Args:
            keep: on the disk too. A clip can be heard again from what is kept of it.
        """
        key = self._key(reference)
        if key not in self._known:
            kept = self._load(key, reference) if keep else None
            self._known[key] = kept or self._make(key, reference, keep=keep)
        self._known.move_to_end(key)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return self._known[key]

    def _key(self, reference: Reference) -> str:
        if self._model is None:
            self._model = _digest(_weights_of(self._wrapper.model))
        said = json.dumps([_VERSION, self._model, reference.transcript])
        return _digest(iter([said.encode(), reference.samples.tobytes()]))

    def _make(self, key: str, reference: Reference, *, keep: bool) -> Any:
        [item] = self._wrapper.create_voice_clone_prompt(
            # Samples, never a name: the package opens paths and addresses.
            ref_audio=(reference.samples, SAMPLE_RATE),
            ref_text=reference.transcript or None,
            x_vector_only_mode=not reference.transcript,
        )
        # Made in inference mode, which not everything may be done with.
        made = self._item(
            item.ref_spk_embedding.clone(),
            None if item.ref_code is None else item.ref_code.clone(),
            reference,
        )
        if keep:
            self._save(key, made)
        return made

    def _load(self, key: str, reference: Reference) -> Any:
        if self._folder is None:
            return None
        try:
            kept = load((self._folder / f"{key}.safetensors").read_bytes())
            codes = kept[_CODES].long() if reference.transcript else None
            return self._item(kept[_EMBEDDING], codes, reference)
        except FileNotFoundError:
            return None
        except (OSError, SafetensorError, KeyError) as error:
            logger.warning("a voice prompt is made again, its file cannot be read: %s", error)
            return None

    def _save(self, key: str, item: Any) -> None:
        if self._folder is None:
            return
        kept = {_EMBEDDING: item.ref_spk_embedding.float().cpu().contiguous()}
        if item.ref_code is not None:
            kept[_CODES] = item.ref_code.to(torch.int16).cpu().contiguous()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self._folder / f"{key}.safetensors", save(kept), mode=0o600)
        except OSError as error:
            logger.warning("a voice prompt is not kept: %s", error)

    def _item(
        self, embedding: torch.Tensor, codes: torch.Tensor | None, reference: Reference
    ) -> Any:
        from qwen_tts import VoiceClonePromptItem

        device = self._wrapper.device
        return VoiceClonePromptItem(
            ref_code=None if codes is None else codes.to(device),
            ref_spk_embedding=embedding.to(device),
            x_vector_only_mode=not reference.transcript,
            icl_mode=bool(reference.transcript),
            ref_text=reference.transcript or None,
        )


def _weights_of(model: Any) -> Iterator[bytes]:
    """All that a prompt depends on: the speaker encoder and the codec's encoder. By their content,
    so that a model that was trained on has prompts of its own."""
    for part in (model.speaker_encoder, model.speech_tokenizer.model.encoder):
        for name, values in sorted(part.state_dict().items()):
            yield name.encode()
            yield np.ascontiguousarray(values.float().cpu().numpy()).tobytes()


def _digest(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(hashlib.sha256(piece).digest())
    return digest.hexdigest()
