"""Loads a model with each of its parts in the number format that it needs."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Generator
from typing import Any

import torch

from engine.backends.qwen.faults import is_out_of_memory
from engine.backends.qwen.placement import Placement
from engine.errors import EngineStartError
from engine.i18n import _
from engine.models.checkpoint import Checkpoint


def load_model(package: Any, checkpoint: Checkpoint, placement: Placement) -> Any:
    """An instance of ``package``, the class ``Qwen3TTSModel``, ready on its device.

    Raises:
        EngineStartError: it can't be loaded.
        Exception: what PyTorch raises where memory does not suffice.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr), _codec_in(getattr(torch, placement.codec)):
            # A local folder: by the name of a repository the hub is asked even for what is here.
            wrapper = package.from_pretrained(
                str(checkpoint.folder),
                dtype=getattr(torch, placement.talker),
                device_map=placement.device,
                attn_implementation=placement.attention,
                local_files_only=True,
            )
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise EngineStartError(
            _("The model cannot be loaded: {path}").format(path=checkpoint.folder),
            _("The reason given: {reason}. Its log has more.").format(
                reason=f"{type(error).__name__}: {error}"
            ),
        ) from error
    wrapper.model.eval()
    _widen_predictor(wrapper.model.talker, getattr(torch, placement.predictor))
    if wrapper.model.speaker_encoder is not None:
        _widen_speaker_encoder(wrapper.model)
    return wrapper


def widen_model(wrapper: Any, placement: Placement) -> None:
    """Move talker and code predictor of a loaded model to a wider dtype, a layer at a time."""
    wrapper.model.talker.to(getattr(torch, placement.talker))
    wrapper.model.talker.set_attn_implementation(placement.attention)


@contextlib.contextmanager
def _codec_in(dtype: torch.dtype) -> Generator[None, None, None]:
    """The package hands the talker's dtype on to the codec. Cast back afterwards, its weights would
    have lost what is beyond that dtype."""
    modeling: Any = importlib.import_module("qwen_tts.core.models.modeling_qwen3_tts")
    codec = modeling.Qwen3TTSTokenizer

    class Codec:
        @staticmethod
        def from_pretrained(folder: str, *args: Any, **options: Any) -> Any:
            return codec.from_pretrained(folder, *args, **{**options, "dtype": dtype})

    modeling.Qwen3TTSTokenizer = Codec
    try:
        yield
    finally:
        modeling.Qwen3TTSTokenizer = codec


def _widen_predictor(talker: Any, dtype: torch.dtype) -> None:
    """Have the code predictor compute in a dtype of its own, while its embeddings, which the talker
    adds up as well, stay in the talker's."""
    predictor = talker.code_predictor
    if dtype == talker.dtype:
        return
    predictor.to(dtype)
    predictor.model.codec_embedding.to(talker.dtype)
    predictor.small_to_mtp_projection.register_forward_pre_hook(
        lambda _module, inputs: (inputs[0].to(dtype),)
    )


def _widen_speaker_encoder(model: Any) -> None:
    """The package casts what the speaker encoder hears to the talker's dtype."""
    from qwen_tts.core.models.modeling_qwen3_tts import mel_spectrogram

    encoder = model.speaker_encoder.float()

    @torch.inference_mode()
    def extract(audio: Any, sr: int) -> torch.Tensor:
        mels = mel_spectrogram(
            torch.from_numpy(audio).unsqueeze(0),
            n_fft=1024,
            num_mels=128,
            sampling_rate=sr,
            hop_size=256,
            win_size=1024,
            fmin=0,
            fmax=12000,
        )
        return encoder(mels.transpose(1, 2).to(model.device))[0]

    model.extract_speaker_embedding = extract
