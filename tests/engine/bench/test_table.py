from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from engine.bench.measuring import Answer, Measured, Round, Work
from engine.bench.running import Findings, Row
from engine.bench.table import WIDTH, as_object, figure, print_table
from engine.domain import EngineInfo, FinishReason, MemoryOf, PeakMemory
from engine.errors import SpeechFailed
from engine.i18n import LANGUAGES, use_language

WORK = Work(("One.",), "English", seed=1, max_frames=150)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0301, "0.030"),
        (0.000412, "0.00041"),
        (0.0, "0"),
        (0.42, "0.42"),
        (1.27, "1.3"),
        (9.96, "10.0"),
        (12.5, "12"),
        (340.4, "340"),
    ],
)
def test_a_figure_keeps_two_digits_however_small_it_is(value: float, shown: str) -> None:
    assert figure(value) == shown


def info(dtype: str = "bfloat16", reason: str = "") -> EngineInfo:
    return EngineInfo(
        "qwen", "1.7B-CustomVoice", "cuda:0", dtype, ("English",), 2, "1", reason=reason
    )


def measured(
    *,
    seconds: float = 40.0,
    size: int = 2,
    reason: FinishReason = "stop",
    memory_of: MemoryOf = "card",
    failures: tuple[SpeechFailed, ...] = (),
) -> Measured:
    answers = tuple(Answer(seconds, 2.0, 25, reason, size) for _number in range(size))
    told = replace(info(), memory=PeakMemory(3_456_000_000, memory_of))
    return Measured((Round(seconds, answers, failures),), told)


def shown(findings: Findings, width: int = WIDTH) -> str:
    told = io.StringIO()
    print_table(findings, Console(file=told, width=width, highlight=False, markup=False))
    return told.getvalue()


def line_of(findings: Findings, size: int) -> list[str]:
    rows = (line.split() for line in shown(findings).splitlines())
    return next(cells for cells in rows if cells[:1] == [str(size)])


def test_a_row_says_how_fast_how_soon_and_with_how_much_memory() -> None:
    findings = Findings([Row(2, info(), measured())])

    assert line_of(findings, 2) == ["2", "bfloat16", "0.10×", "40", "s", "1.2", "3.5", "GB"]
    assert "qwen: 1.7B-CustomVoice on cuda:0, bfloat16" in shown(findings)
    assert "reserved of the graphics card" in shown(findings)


def test_very_slow_is_not_shown_as_nothing() -> None:
    row = line_of(Findings([Row(1, info(), measured(seconds=70.0, size=1))]), 1)

    assert row[2] == "0.029×"


def test_each_reason_of_the_engine_is_told_once() -> None:
    reasons = ("Half as wide.", "Half as wide.", "Whole width.")
    rows = [
        Row(size, info(reason=reason), measured())
        for size, reason in zip((1, 2, 4), reasons, strict=True)
    ]

    told = shown(Findings(rows))
    assert told.count("Half as wide.") == told.count("Whole width.") == 1


def test_a_size_that_did_not_fit_says_so_and_what_does() -> None:
    findings = Findings([Row(4, info(), measured(size=4), fits=2)], left_out=(8, 16))

    assert line_of(findings, 4)[:4] == ["4", "bfloat16", "no", "memory"]
    assert "2 at once fit" in shown(findings)
    assert "Left out: 8, 16." in shown(findings)


def test_a_size_that_failed_says_why() -> None:
    error = SpeechFailed("The engine's process ended.", "Its log has more, see [/path].")
    findings = Findings([Row(4, None, error=error)])

    assert line_of(findings, 4) == ["4", "failed"]
    assert "see [/path]." in shown(findings)


def test_ends_and_failures_are_told_only_where_something_went_wrong() -> None:
    good = Findings([Row(2, info(), measured())])
    bad = Findings(
        [Row(2, info(), measured(reason="length", failures=(SpeechFailed("No numbers."),)))]
    )

    assert "by themselves" not in shown(good)
    assert "failed" not in shown(good)
    assert "2 of 2 sentences came to no end by themselves." in shown(bad)
    assert "1 of 3 failed: No numbers." in shown(bad)


def test_an_engine_that_spoke_fewer_at_once_shows_how_many() -> None:
    findings = Findings([Row(8, info(), measured(size=1))])

    assert line_of(findings, 8)[:2] == ["8", "(1)"]
    assert "In brackets" in shown(findings)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("memory_of", ["process", "card", "now"])
def test_it_fits_the_narrowest_terminal_whole(language: str, memory_of: MemoryOf) -> None:
    use_language(language)
    findings = Findings(
        [
            Row(64, info(), measured(size=1, memory_of=memory_of, reason="length")),
            Row(8, info(), measured(size=8, memory_of=memory_of), fits=4),
            Row(4, None, error=SpeechFailed("a word " * 30)),
        ]
    )

    told = shown(findings, width=200)
    assert max(map(cell_len, told.splitlines())) <= WIDTH
    assert "…" not in told


def test_the_object_holds_the_same_figures_and_null_where_there_are_none() -> None:
    findings = Findings(
        [
            Row(2, info(reason="Because."), measured()),
            Row(4, info(), measured(size=4), fits=2),
            Row(8, None, error=SpeechFailed("It ended.", "See the log.")),
        ],
        interrupted=True,
    )
    told = as_object(findings, WORK)

    first, second, third = told["results"]
    assert told["model"] == "1.7B-CustomVoice"
    assert told["interrupted"] is True
    assert first["speed"] == pytest.approx(first["audio_seconds"] / first["seconds"])
    assert first["frames_per_second"] == pytest.approx(first["frames"] / first["seconds"])
    assert (first["peak_memory"], first["peak_memory_of"]) == (3_456_000_000, "card")
    assert (first["reason"], first["error"], first["out_of_memory"]) == ("Because.", None, False)
    assert (second["out_of_memory"], second["fits"]) == (True, 2)
    assert third["error"] == "It ended. See the log."
    assert third["dtype"] is None
    assert "speed" not in third
