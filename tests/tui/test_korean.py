"""The desk in Korean, as a narrator meets it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.complaints import STOPPED
from engine.domain import SpeechDone, Status
from engine.i18n import _, use_language
from engine.places import config_file
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, TellingEngine
from tests.tui.test_main import run
from tui.actions import ACTIONS


@pytest.fixture(autouse=True)
def korean(english: None) -> None:
    use_language("ko")


async def test_the_key_line_the_help_and_the_palette_are_korean(desk: OpenDesk) -> None:
    async with desk(size=(120, 140)) as d:
        assert "모두 읽기" in d.key_line
        assert d.key_line.rstrip().endswith("F1 도움말")
        await d.press("f1")
        await d.sees("이 줄의 테이크를 듣습니다.")
        assert "Esc 닫기" in d.screen
        assert "✓ 채택" in d.screen
        for action in ACTIONS:
            assert action.tooltip not in d.screen
        await d.press("escape", "ctrl+p", *"채택")
        await d.sees("채택  (a, F8)")


async def test_the_words_of_the_statuses_keep_the_columns_in_line(desk: OpenDesk) -> None:
    async with desk(size=(120, 30)) as d:
        await d.speak_all()
        await d.press("a")
        await d.until(lambda: "✓ 채택" in d.line_with(TEXTS[0]))
        starts = {cell_len(d.line_with(text).partition(text)[0]) for text in TEXTS}
        assert len(starts) == 1, d.screen


async def test_what_was_done_and_what_was_undone_is_told_in_korean(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("a", "u")
        await d.sees("되돌림: 채택")


async def test_a_step_that_was_done_in_korean_is_undone_in_english(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("h")
    use_language("en")
    async with desk() as d:
        await d.press("u")
        await d.sees("Undone: Not spoken")


async def test_the_question_before_leaving_is_korean(desk: OpenDesk, engine: TellingEngine) -> None:
    wait = asyncio.Event()
    engine.plan(TEXTS[0], wait)
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: engine.in_flight)
        await d.press("ctrl+q")
        await d.sees("종료할까요?")
        assert "문장 1개를 읽고 있거나 기다리고 있어요." in d.screen
        assert "q 멈추고 종료   Esc 머물기" in d.screen
        await d.press("escape")
        wait.set()


async def test_a_complaint_is_stored_in_english_and_shown_in_korean(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.plan(TEXTS[0], *[SpeechDone("length", 1, 13)] * 3)
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: d.status(0) is Status.FLAGGED)
        take = d.project.row(d.project.ids[0]).take
        assert take is not None
        assert STOPPED in take.draft.complaints
        await d.sees(_(STOPPED))


def test_the_program_takes_its_language_from_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTS_STUDIO_INTERFACE", "ko")
    assert "사용법: tts-studio" in run("--help").stdout


def test_the_program_takes_its_language_from_the_users_file(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.delenv("TTS_STUDIO_INTERFACE")
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('interface = "ko"\n', encoding="utf-8")
    assert "어떤 대본인가요?" in run().stderr


def test_the_program_takes_its_language_from_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TTS_STUDIO_INTERFACE")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert "어떤 대본인가요?" in run().stderr
