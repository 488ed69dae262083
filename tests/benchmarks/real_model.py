"""A model with the dimensions of the real 0.6B-Base and random weights, in memory alone: a frame
takes it as long as the real one, and says nothing."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch

from engine.backends.qwen.packages import import_packages
from tests.engine.backends.qwen import tiny

_TALKER = {
    "hidden_size": 1024,
    "intermediate_size": 3072,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "text_hidden_size": 2048,
    "text_vocab_size": 151_936,
    "vocab_size": 3072,
}
_PREDICTOR = {**_TALKER, "num_hidden_layers": 5, "vocab_size": 2048}
_CODEC = {
    "codebook_dim": 512,
    "codebook_size": 2048,
    "decoder_dim": 1536,
    "head_dim": 64,
    "hidden_size": 512,
    "intermediate_size": 1024,
    "latent_dim": 1024,
    "num_attention_heads": 16,
    "num_hidden_layers": 8,
    "num_key_value_heads": 16,
}
# Source: the files of Qwen/Qwen3-TTS-12Hz-0.6B-Base.

_ROPE = {"interleaved": True, "mrope_section": [24, 20, 20], "rope_type": "default"}

_SPECIAL = (3072 - 1024) - tiny.CODES
# How much further back in the talker's vocabulary what is no sound begins.


def build(dtype: torch.dtype) -> Any:
    """The package's ``Qwen3TTSModel``, the codec in float32."""
    package = import_packages()
    with tempfile.TemporaryDirectory() as folder:
        path = tiny.build(Path(folder) / "tiny", "base")
        wrapper = package.from_pretrained(str(path), dtype=torch.float32, local_files_only=True)
        config = json.loads((path / "config.json").read_text("utf-8"))
        codec = json.loads((path / "speech_tokenizer" / "config.json").read_text("utf-8"))
    torch.manual_seed(1)
    model = _speaking(wrapper.model, config, dtype)
    _widen_codec(model.speech_tokenizer.model, codec)
    wrapper.model, wrapper.device = model.eval(), model.device
    return wrapper


def _speaking(small: Any, config: dict[str, Any], dtype: torch.dtype) -> Any:
    from qwen_tts.core.models import Qwen3TTSConfig, Qwen3TTSForConditionalGeneration

    talker = {**config["talker_config"], **_TALKER, "rope_scaling": _ROPE}
    predictor = {**talker["code_predictor_config"], **_PREDICTOR}
    for name, value in talker.items():
        if name.startswith("codec_") and isinstance(value, int):
            talker[name] = value + _SPECIAL
    talker["codec_language_id"] = {
        name: code + _SPECIAL for name, code in talker["codec_language_id"].items()
    }
    talker["code_predictor_config"] = predictor
    config["talker_config"] = talker
    config["speaker_encoder_config"]["enc_dim"] = talker["hidden_size"]
    torch.set_default_dtype(dtype)
    try:
        model: Any = Qwen3TTSForConditionalGeneration(Qwen3TTSConfig(**config))
    finally:
        torch.set_default_dtype(torch.float32)
    model = model.to(dtype)
    model.load_speech_tokenizer(small.speech_tokenizer)
    model.load_generate_config(small.generate_config)
    return model


def _widen_codec(codec: Any, config: dict[str, Any]) -> None:
    from qwen_tts.core import Qwen3TTSTokenizerV2Config, Qwen3TTSTokenizerV2Model

    decoder = {**config["decoder_config"], **_CODEC}
    wide = Qwen3TTSTokenizerV2Config(**{**config, "decoder_config": decoder})
    large = Qwen3TTSTokenizerV2Model(wide).float().eval()
    with torch.no_grad():
        for name, values in large.decoder.named_parameters():
            if "embedding_sum" in name:
                values.normal_()
    codec.decoder = large.decoder
