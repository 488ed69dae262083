"""What is chosen on the machines that people have, with the sizes of the real models."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from engine.backends.qwen.placement import Machine
from engine.backends.qwen.policy import choose, smaller, wider
from engine.errors import EngineStartError
from engine.qwen_options import QwenOptions
from tests.engine.backends.qwen.machines import apple, card, cpu, local, machine

CLONING: dict[str, Any] = {"kind": "Base"}

PASCAL_6 = card((6, 1), 5.9)
TURING_4 = card((7, 5), 3.6)
AMPERE_12 = card((8, 6), 11.5)
ADA_24 = card((8, 9), 23.0)
SMALL_ONLY = ("0.6B-Base", "0.6B-CustomVoice")


def chosen(where: Machine, **options: Any) -> tuple[str, str, str, str, str, int]:
    choice = choose(where, QwenOptions(**options))
    placed = choice.placement
    return (
        choice.local.model.name,
        placed.device,
        placed.talker,
        placed.predictor,
        placed.attention,
        placed.batch_size,
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        # Ampere and later
        (machine(AMPERE_12), ("1.7B-Base", "cuda:0", "bfloat16", "bfloat16", "sdpa", 8)),
        (
            machine(AMPERE_12, flash=True),
            ("1.7B-Base", "cuda:0", "bfloat16", "bfloat16", "sdpa", 8),
        ),
        (machine(card((8, 6), 5.5)), ("1.7B-Base", "cuda:0", "bfloat16", "bfloat16", "sdpa", 4)),
        (machine(card((8, 6), 3.6)), ("0.6B-Base", "cuda:0", "bfloat16", "bfloat16", "sdpa", 5)),
        (
            machine(AMPERE_12, models=SMALL_ONLY),
            ("0.6B-Base", "cuda:0", "bfloat16", "bfloat16", "sdpa", 8),
        ),
        # Pascal and Turing
        (machine(PASCAL_6), ("1.7B-Base", "cuda:0", "float16", "float32", "sdpa", 4)),
        (machine(PASCAL_6, flash=True), ("1.7B-Base", "cuda:0", "float16", "float32", "sdpa", 4)),
        (machine(card((6, 1), 5.6)), ("1.7B-Base", "cuda:0", "float16", "float32", "sdpa", 1)),
        (machine(card((6, 1), 5.3)), ("0.6B-Base", "cuda:0", "float32", "float32", "sdpa", 2)),
        (
            machine(PASCAL_6, models=SMALL_ONLY),
            ("0.6B-Base", "cuda:0", "float32", "float32", "sdpa", 4),
        ),
        (machine(TURING_4), ("0.6B-Base", "cuda:0", "float16", "float32", "sdpa", 2)),
        (machine(card((7, 5), 2.8)), ("0.6B-Base", "cpu", "float32", "float32", "sdpa", 4)),
        # Macs
        (machine(apple(12)), ("1.7B-Base", "mps", "float32", "float32", "sdpa", 8)),
        (machine(apple(6), cpu(6)), ("0.6B-Base", "mps", "float32", "float32", "sdpa", 5)),
        # Without a card
        (machine(), ("0.6B-Base", "cpu", "float32", "float32", "sdpa", 4)),
        (machine(cpu(bfloat16=True)), ("0.6B-Base", "cpu", "bfloat16", "bfloat16", "sdpa", 4)),
        (machine(cpu(3.2, bfloat16=True)), ("0.6B-Base", "cpu", "bfloat16", "bfloat16", "sdpa", 1)),
        (machine(models=("1.7B-Base",)), ("1.7B-Base", "cpu", "float32", "float32", "sdpa", 4)),
        # Several cards
        (
            machine(card((8, 6), 3.0), card((8, 9), 20, 1)),
            ("1.7B-Base", "cuda:1", "bfloat16", "bfloat16", "sdpa", 8),
        ),
        (
            machine(card((6, 1), 5.9, usable=False), card((8, 6), 5.5, 1)),
            ("1.7B-Base", "cuda:1", "bfloat16", "bfloat16", "sdpa", 4),
        ),
    ],
)
def test_the_best_that_fits_is_chosen(
    where: Machine, expected: tuple[str, str, str, str, str, int]
) -> None:
    assert chosen(where, **CLONING) == expected
    choice = choose(where, QwenOptions(kind="Base"))
    assert choice.placement.codec == "float32"
    assert choice.needed <= choice.device.free


def test_a_card_on_which_it_is_tight_comes_before_the_processor() -> None:
    choice = choose(machine(card((6, 1), 5.2), models=("1.7B-Base",)), QwenOptions(kind="Base"))
    assert (choice.device.kind, choice.placement.batch_size) == ("cuda", 1)
    assert "memory may run out" in choice.reason


@pytest.mark.parametrize(
    ("where", "options", "expected"),
    [
        (machine(AMPERE_12), {"device": "cpu"}, ("0.6B-Base", "cpu", "float32", "float32", 4)),
        (
            machine(AMPERE_12),
            {"model": "0.6B-Base"},
            ("0.6B-Base", "cuda:0", "bfloat16", "bfloat16", 8),
        ),
        (
            machine(AMPERE_12),
            {"dtype": "float16"},
            ("1.7B-Base", "cuda:0", "float16", "float32", 8),
        ),
        (
            machine(AMPERE_12),
            {"dtype": "float32"},
            ("1.7B-Base", "cuda:0", "float32", "float32", 8),
        ),
        (
            machine(PASCAL_6),
            {"dtype": "float32"},
            ("0.6B-Base", "cuda:0", "float32", "float32", 4),
        ),
        (
            machine(PASCAL_6),
            {"dtype": "bfloat16"},
            ("1.7B-Base", "cuda:0", "bfloat16", "bfloat16", 7),
        ),
        (machine(PASCAL_6), {"batch_size": 3}, ("1.7B-Base", "cuda:0", "float16", "float32", 3)),
        (
            machine(cpu(bfloat16=True)),
            {"batch_size": 2},
            ("0.6B-Base", "cpu", "bfloat16", "bfloat16", 2),
        ),
        (
            machine(cpu(bfloat16=True)),
            {"decode": "package", "batch_size": 4},
            ("0.6B-Base", "cpu", "bfloat16", "bfloat16", 4),
        ),
        (
            machine(cpu(bfloat16=True)),
            {"decode": "package"},
            ("0.6B-Base", "cpu", "float32", "float32", 1),
        ),
        (machine(), {"batch_size": 9}, ("0.6B-Base", "cpu", "float32", "float32", 9)),
        (
            machine(AMPERE_12, card((8, 9), 20, 1)),
            {"device": "cuda:0"},
            ("1.7B-Base", "cuda:0", "bfloat16", "bfloat16", 8),
        ),
        (
            machine(AMPERE_12, card((8, 9), 20, 1)),
            {"device": "cuda"},
            ("1.7B-Base", "cuda:1", "bfloat16", "bfloat16", 8),
        ),
        (
            machine(card((6, 1), 5.9, usable=False)),
            {"device": "cpu"},
            ("0.6B-Base", "cpu", "float32", "float32", 4),
        ),
    ],
)
def test_what_the_user_names_comes_first_and_the_rest_follows(
    where: Machine, options: dict[str, Any], expected: tuple[str, str, str, str, int]
) -> None:
    found = chosen(where, **CLONING, **options)
    assert (*found[:4], found[5]) == expected


@pytest.mark.parametrize(
    ("where", "options"),
    [
        (machine(TURING_4, cpu(4)), {"model": "1.7B-Base"}),
        (machine(TURING_4), {"device": "cuda", "dtype": "float32"}),
        (machine(PASCAL_6), {"batch_size": 5}),
        (machine(cpu(2)), {"device": "cpu"}),
    ],
)
def test_what_the_user_names_and_does_not_fit_is_tried_with_a_warning(
    where: Machine, options: dict[str, Any]
) -> None:
    choice = choose(where, QwenOptions(kind="Base", **options))
    assert choice.needed > choice.device.free
    assert "memory may run out" in choice.reason


@pytest.mark.parametrize(
    ("models", "options", "expected"),
    [
        (("1.7B-Base", "0.6B-CustomVoice"), {}, "0.6B-CustomVoice"),
        (("1.7B-Base", "1.7B-VoiceDesign"), {}, "1.7B-VoiceDesign"),
        (("1.7B-Base",), {}, "1.7B-Base"),
        (SMALL_ONLY, {"kind": "CustomVoice"}, "0.6B-CustomVoice"),
        (("1.7B-CustomVoice", "0.6B-CustomVoice"), {"device": "cpu"}, "0.6B-CustomVoice"),
        (
            ("1.7B-CustomVoice", "0.6B-CustomVoice"),
            {"device": "cpu", "instruct": "Whisper."},
            "1.7B-CustomVoice",
        ),
    ],
)
def test_a_model_can_do_what_is_asked(
    models: tuple[str, ...], options: dict[str, Any], expected: str
) -> None:
    assert chosen(machine(AMPERE_12, models=models), **options)[0] == expected


@pytest.mark.parametrize(
    ("where", "options", "title", "hint"),
    [
        (machine(), {"attn": "flash_attention_2"}, "does not run on x86_64", "--attn sdpa"),
        (
            machine(PASCAL_6, flash=True),
            {"attn": "flash_attention_2"},
            "does not run on GTX 1060",
            "8.0 or above",
        ),
        (
            machine(AMPERE_12),
            {"attn": "flash_attention_2"},
            "flash-attn is not installed",
            "pip install flash-attn",
        ),
        (
            machine(AMPERE_12, flash=True),
            {"attn": "flash_attention_2", "dtype": "float16"},
            "does not compute in float32, as float16 needs",
            "--dtype bfloat16",
        ),
        (machine(), {"device": "cuda"}, "no device cuda", "It has x86_64 (cpu)."),
        (machine(AMPERE_12), {"device": "cuda:1"}, "no device cuda:1", "RTX 3060 (cuda:0)"),
        (
            machine(card((6, 1), 5.9, usable=False)),
            {},
            "not built for GTX 1060 (cuda:0), of compute capability 6.1",
            "CUDA 12.6",
        ),
        (machine(card((12, 0), 30, usable=False)), {}, "of compute capability 12.0", "CUDA 12.8"),
        (
            machine(cpu(2)),
            {},
            "0.6B-Base needs 5.1 GB, and 2.0 GB are free on x86_64 (cpu)",
            "--device cpu",
        ),
        (
            machine(models=("1.7B-CustomVoice",)),
            {"model": "1.7B-CustomVoice"},
            "1.7B-CustomVoice clones no voice",
            "1.7B-Base, 0.6B-Base",
        ),
        (machine(models=("1.7B-CustomVoice",)), {}, "not on this machine", "models download"),
    ],
)
def test_what_cannot_be_is_refused_with_what_mends_it(
    where: Machine, options: dict[str, Any], title: str, hint: str
) -> None:
    with pytest.raises(EngineStartError) as refused:
        choose(where, QwenOptions(kind="Base", **options))
    assert title in refused.value.title
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("where", "options", "said"),
    [
        (
            machine(PASCAL_6),
            {},
            "1.7B-Base on GTX 1060 (cuda:0): float16 + float32, sdpa, batch 4, 5.8 GB of the 5.9 "
            "that are free; the card has no bfloat16, and in float16 the code predictor would "
            "overflow.",
        ),
        (machine(AMPERE_12), {}, "the card computes in bfloat16"),
        (machine(TURING_4), {}, "1.7B-Base in float16 + float32 would need 5.5 GB of the 3.6 that"),
        (
            machine(card((7, 5), 2.8)),
            {},
            "would need 5.5 GB of the 2.8 that are free on GTX 1650 (cuda:0)",
        ),
        (machine(), {}, "no graphics card was found"),
        (machine(), {}, "the processor computes in float32 alone"),
        (machine(cpu(bfloat16=True)), {}, "the processor computes in bfloat16"),
        (machine(cpu(bfloat16=True)), {"decode": "package"}, "quickest for one sentence at a time"),
        (machine(AMPERE_12), {"dtype": "float16"}, "float16 was asked for"),
        (machine(AMPERE_12), {"attn": "eager"}, "eager counts with --decode package alone"),
        (machine(PASCAL_6), {"dtype": "bfloat16"}, "which this card can only imitate, slowly"),
        (
            machine(AMPERE_12, models=SMALL_ONLY),
            {},
            "1.7B-Base would suit this machine better and is not downloaded",
        ),
        (
            machine(models=("1.7B-Base",)),
            {},
            "0.6B-Base would suit this machine better and is not downloaded",
        ),
    ],
)
def test_the_reason_is_told_in_one_sentence(
    where: Machine, options: dict[str, Any], said: str
) -> None:
    reason = choose(where, QwenOptions(kind="Base", **options)).reason
    assert said in reason
    assert reason.endswith(".")
    assert "\n" not in reason


@pytest.mark.parametrize(
    "where",
    [machine(AMPERE_12), machine(card((8, 6), 3.6), models=SMALL_ONLY), machine(PASCAL_6)],
)
def test_nothing_is_missed_where_what_is_not_downloaded_would_not_fit_either(
    where: Machine,
) -> None:
    assert "not downloaded" not in choose(where, QwenOptions(kind="Base")).reason


@pytest.mark.parametrize(
    ("where", "options", "said"),
    [
        (machine(PASCAL_6), {}, "--model 0.6B-Base --dtype float32"),
        (machine(TURING_4), {}, "--device cpu --dtype float32"),
        (machine(PASCAL_6, models=("1.7B-Base",)), {}, "--device cpu --dtype float32"),
        (
            machine(PASCAL_6, cpu(2), models=("1.7B-Base",)),
            {},
            "tts-studio models download 0.6B-Base",
        ),
        (machine(), {}, "Close other programs"),
        (machine(), {"model": "1.7B-Base"}, "--model 0.6B-Base"),
        (machine(cpu(bfloat16=True)), {"decode": "package"}, "--dtype bfloat16"),
    ],
)
def test_where_memory_ran_out_the_smaller_choice_that_fits_is_named(
    where: Machine, options: dict[str, Any], said: str
) -> None:
    asked = QwenOptions(kind="Base", **options)
    assert said in smaller(where, choose(where, asked), asked)


def test_no_smaller_choice_is_named_that_could_not_do_what_is_asked() -> None:
    where = machine(PASCAL_6, models=("1.7B-CustomVoice", "0.6B-CustomVoice"))
    asked = QwenOptions(kind="CustomVoice", instruct="Whisper.")
    choice = choose(where, asked)
    assert "0.6B" not in smaller(where, choice, asked)
    assert "0.6B-CustomVoice" in smaller(where, choice, QwenOptions(kind="CustomVoice"))


@pytest.mark.parametrize(
    ("where", "free", "fits"),
    [
        (machine(AMPERE_12), 6.5, True),
        (machine(AMPERE_12), 4.0, False),
        (machine(PASCAL_6), 1.0, False),
        (machine(TURING_4), 0.8, False),
        (machine(PASCAL_6, models=SMALL_ONLY), 30.0, False),
    ],
)
def test_a_wider_dtype_is_taken_only_where_it_fits_beside_what_is_loaded(
    where: Machine, free: float, fits: bool
) -> None:
    choice = choose(where, QwenOptions(kind="Base"))
    wide = wider(choice, round(free * 1e9))
    assert (wide is not None) == fits
    if wide is not None:
        assert (wide.placement.talker, wide.placement.predictor) == ("float32", "float32")
        assert wide.weights - choice.weights < free * 1e9
        assert "no numbers" in wide.reason


def test_a_wider_dtype_does_without_flash_attention() -> None:
    choice = choose(machine(ADA_24, flash=True), QwenOptions(kind="Base", decode="package"))
    assert choice.placement.attention == "flash_attention_2"
    wide = wider(choice, round(20e9))
    assert wide is not None
    assert wide.placement.attention == "sdpa"


def test_the_models_need_what_was_reckoned_for_them() -> None:
    """The figures of the models' authors and of those who run them on small cards."""
    large, small = local("1.7B-Base").model, local("0.6B-Base").model
    assert large.weight_bytes("float16", "float32") / 1e9 == pytest.approx(4.9, abs=0.05)
    assert small.weight_bytes("float32", "float32") / 1e9 == pytest.approx(4.3, abs=0.05)
    choice = choose(machine(PASCAL_6), QwenOptions(kind="Base"))
    assert choice.sentence / 1e6 == pytest.approx(115, abs=1)


def test_the_policy_is_a_function_that_needs_no_library_of_the_models() -> None:
    program = (
        "import sys; import engine.backends.qwen.policy\n"
        "print([name for name in ('torch', 'transformers', 'numpy') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert said.stdout.split() == [b"[]"]
