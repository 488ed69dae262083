"""Complete Qwen3-TTS checkpoints of a megabyte: the real files and shapes, tiny dimensions, random
weights. They speak noise of a random length, through all that the real ones go through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors.torch import save_file

TinyKind = Literal["base", "custom_voice", "voice_design"]

CODES = 64
GROUPS = 16
HIDDEN = 32
LANGUAGES = ("chinese", "english", "german", "korean")
SPEAKERS = ("sohee", "uncle_fu", "vivian")

_EOS = CODES + 102
# Special ids are those of the real models, counted from the end of the codebook: they lie in the
# vocabulary's last 1024, which the package suppresses but for this one.

_EOS_GAIN = 0.5
# With plain random weights the end never comes; with this it comes after some ten to forty frames.

_LOUDNESS = 0.003
# Of the codec's last layer: noise at about -20 dB, instead of noise at full scale.

_MERGED = ("assistant", "user")
# Taken away by position, so that each must be one token.


def build(
    folder: Path,
    kind: TinyKind,
    *,
    size: str = "1b7",
    predictor_hidden: int = HIDDEN,
    layers: int = 1,
    seed: int = 6,
) -> Path:
    """Write a checkpoint that ``Qwen3TTSModel.from_pretrained(folder)`` loads.

    Args:
        size: ``1b7`` or ``0b6``; the package reads it to drop instructions.
        predictor_hidden: where it differs from the talker's there is a projection between them, as
            in the 1.7B models.
        layers: of the talker and of the code predictor.
        seed: of the weights; with the usual one the tests have sentences of 3 to 50 frames.
    """
    folder.mkdir(parents=True)
    specials = _write_text_tokenizer(folder)
    config = _config(kind, size, predictor_hidden, layers, specials)
    _write_json(folder / "config.json", config)
    _write_json(folder / "generation_config.json", _GENERATION)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        _write_talker(folder, config)
        _write_codec(folder / "speech_tokenizer")
    return folder


_GENERATION = {
    "do_sample": True,
    "repetition_penalty": 1.05,
    "temperature": 0.9,
    "top_p": 1.0,
    "top_k": 50,
    "subtalker_dosample": True,
    "subtalker_temperature": 0.9,
    "subtalker_top_p": 1.0,
    "subtalker_top_k": 50,
    "max_new_tokens": 8192,
}


def _write_text_tokenizer(folder: Path) -> dict[str, int]:
    """A byte-level BPE of the two words alone; the ids of what is beside it."""
    vocabulary = list(_bytes_to_unicode())
    merges: list[str] = []
    for word in _MERGED:
        for end in range(1, len(word)):
            merges.append(f"{word[:end]} {word[end]}")
            vocabulary.append(word[: end + 1])
    names = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tts_pad>", "<tts_bos>", "<tts_eos>")
    specials = {name: len(vocabulary) + place for place, name in enumerate(names)}
    _write_json(folder / "vocab.json", {token: place for place, token in enumerate(vocabulary)})
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]), "utf-8")
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "Qwen2Tokenizer",
            "processor_class": "Qwen3TTSProcessor",
            "add_prefix_space": False,
            "bos_token": None,
            "eos_token": "<|im_end|>",
            "pad_token": "<|endoftext|>",
            "unk_token": None,
            "errors": "replace",
            "model_max_length": 131072,
            "added_tokens_decoder": {
                str(place): {
                    "content": name,
                    "lstrip": False,
                    "normalized": False,
                    "rstrip": False,
                    "single_word": False,
                    "special": True,
                }
                for name, place in specials.items()
            },
        },
    )
    return specials


def _bytes_to_unicode() -> list[str]:
    """GPT-2's table: a printable letter for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable}
    letters |= {byte: chr(256 + place) for place, byte in enumerate(others)}
    return [letters[byte] for byte in range(256)]


def _config(
    kind: TinyKind, size: str, predictor_hidden: int, layers: int, specials: dict[str, int]
) -> dict[str, Any]:
    rope = {"interleaved": True, "mrope_section": [4, 2, 2], "rope_type": "default"}
    stack = {
        "head_dim": 16,
        "hidden_act": "silu",
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "num_hidden_layers": layers,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000,
        "max_position_embeddings": 32768,
        "num_code_groups": GROUPS,
    }
    speakers = SPEAKERS if kind == "custom_voice" else ()
    return {
        "architectures": ["Qwen3TTSForConditionalGeneration"],
        "model_type": "qwen3_tts",
        "tokenizer_type": "qwen3_tts_tokenizer_12hz",
        "tts_model_size": size,
        "tts_model_type": kind,
        "im_start_token_id": specials["<|im_start|>"],
        "im_end_token_id": specials["<|im_end|>"],
        "tts_pad_token_id": specials["<tts_pad>"],
        "tts_bos_token_id": specials["<tts_bos>"],
        "tts_eos_token_id": specials["<tts_eos>"],
        "speaker_encoder_config": {
            "mel_dim": 128,
            "enc_dim": HIDDEN,
            "enc_channels": [16, 16, 16, 16, 48],
            "enc_attention_channels": 8,
            "enc_se_channels": 8,
            "sample_rate": 24000,
        },
        "talker_config": {
            **stack,
            "model_type": "qwen3_tts_talker",
            "hidden_size": HIDDEN,
            "intermediate_size": 48,
            "text_hidden_size": 40,
            "text_vocab_size": max(specials.values()) + 1,
            "vocab_size": CODES + 1024,
            "rope_scaling": rope,
            "codec_bos_id": CODES + 101,
            "codec_pad_id": CODES + 100,
            "codec_eos_token_id": _EOS,
            "codec_think_id": CODES + 106,
            "codec_nothink_id": CODES + 107,
            "codec_think_bos_id": CODES + 108,
            "codec_think_eos_id": CODES + 109,
            "codec_language_id": {name: CODES + place for place, name in enumerate(LANGUAGES)},
            "spk_id": {name: CODES + 800 + place for place, name in enumerate(speakers)},
            "spk_is_dialect": dict.fromkeys(speakers, False),
            "code_predictor_config": {
                **stack,
                "model_type": "qwen3_tts_talker_code_predictor",
                "hidden_size": predictor_hidden,
                "intermediate_size": 48,
                "vocab_size": CODES,
            },
        },
    }


def _write_talker(folder: Path, config: dict[str, Any]) -> None:
    from qwen_tts.core.models import Qwen3TTSConfig, Qwen3TTSForConditionalGeneration

    model = Qwen3TTSForConditionalGeneration(Qwen3TTSConfig(**config))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim > 1:
                # Wider than they are initialized, so that what goes in is heard in what comes out.
                weight.normal_(std=0.1 if "speaker_encoder" in name else 0.25)
        model.talker.codec_head.weight[_EOS].normal_(std=_EOS_GAIN)
    _save(model, folder / "model.safetensors")


def _write_codec(folder: Path) -> None:
    from qwen_tts.core import Qwen3TTSTokenizerV2Config, Qwen3TTSTokenizerV2Model

    folder.mkdir()
    config = _CODEC
    model = Qwen3TTSTokenizerV2Model(Qwen3TTSTokenizerV2Config(**config))
    with torch.no_grad():
        for name, values in (*model.named_parameters(), *model.named_buffers()):
            if "embed_sum" in name or "embedding_sum" in name:
                values.normal_()
            elif values.ndim > 1 and "decoder" in name:
                values.normal_(std=0.2)
        last: Any = model.decoder.decoder[-1]
        last.conv.weight.mul_(_LOUDNESS)
    _save(model, folder / "model.safetensors")
    _write_json(folder / "config.json", config)
    _write_json(
        folder / "preprocessor_config.json",
        {
            "feature_extractor_type": "EncodecFeatureExtractor",
            "feature_size": 1,
            "padding_side": "right",
            "padding_value": 0.0,
            "return_attention_mask": True,
            "sampling_rate": 24000,
        },
    )


_CODEC: dict[str, Any] = {
    "architectures": ["Qwen3TTSTokenizerV2Model"],
    "model_type": "qwen3_tts_tokenizer_12hz",
    "encoder_valid_num_quantizers": GROUPS,
    "input_sample_rate": 24000,
    "output_sample_rate": 24000,
    "decode_upsample_rate": 1920,
    "encode_downsample_rate": 1920,
    "encoder_config": {
        "codebook_dim": 8,
        "codebook_size": CODES,
        "frame_rate": 12.5,
        "head_dim": 8,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_attention_heads": 2,
        "num_filters": 2,
        "num_hidden_layers": 1,
        "num_key_value_heads": 2,
        "num_quantizers": GROUPS,
        "num_semantic_quantizers": 1,
        "sampling_rate": 24000,
        "upsample_groups": 16,
        "upsampling_ratios": [8, 6, 5, 4],
        "vector_quantization_hidden_dimension": 8,
    },
    "decoder_config": {
        "codebook_dim": 16,
        "codebook_size": CODES,
        "decoder_dim": 32,
        "head_dim": 8,
        "hidden_size": 16,
        "intermediate_size": 16,
        "latent_dim": 16,
        "num_attention_heads": 2,
        "num_hidden_layers": 1,
        "num_key_value_heads": 2,
        "num_quantizers": GROUPS,
        "sliding_window": 72,
        "upsample_rates": [8, 5, 4, 3],
        "upsampling_ratios": [2, 2],
    },
}


def _save(model: torch.nn.Module, path: Path) -> None:
    weights = {name: values.contiguous().clone() for name, values in model.state_dict().items()}
    save_file(weights, path, metadata={"format": "pt"})


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
