from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine import complaints
from engine.complaints import shown_complaint
from engine.errors import InputError
from engine.i18n import _, language, ngettext, pick_language, use_language
from engine.settings import load_settings
from tests.engine.test_cli import tts_studio


@pytest.mark.parametrize(
    ("wanted", "environment", "picked"),
    [
        ("ko", {"LC_ALL": "en_US.UTF-8"}, "ko"),
        ("en", {"LANG": "ko_KR.UTF-8"}, "en"),
        ("fr", {"LANG": "ko_KR.UTF-8"}, "en"),
        (None, {"LANG": "ko_KR.UTF-8"}, "ko"),
        ("", {"LANG": "ko_KR.UTF-8"}, "ko"),
        (None, {"LANG": "ko"}, "ko"),
        (None, {"LANG": "ko-KR"}, "ko"),
        (None, {"LANG": "kok_IN.UTF-8"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {"LC_ALL": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "ko"),
        (None, {"LC_ALL": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.UTF-8"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "ko"),
        (None, {"LANG": "de_DE.UTF-8", "LANGUAGE": "fr:ko:en"}, "ko"),
        (None, {"LANG": "ko_KR.UTF-8", "LANGUAGE": "en"}, "en"),
        (None, {"LANG": "ko_KR.UTF-8", "LANGUAGE": "fr"}, "ko"),
        (None, {"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8", "LANGUAGE": "ko"}, "en"),
        (None, {"LC_ALL": "POSIX", "LANGUAGE": "ko"}, "en"),
        (None, {"LANGUAGE": "ko_KR"}, "ko"),
    ],
)
def test_the_language_is_the_one_that_is_set_else_the_systems_else_english(
    wanted: str | None, environment: dict[str, str], picked: str
) -> None:
    assert pick_language(wanted, environment) == picked


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has a language")
def test_where_the_system_says_nothing_the_language_is_english() -> None:
    assert pick_language(None, {}) == "en"


def test_the_language_can_be_switched_there_and_back() -> None:
    use_language("ko")
    assert language() == "ko"
    assert _("Accept") == "채택"
    assert ngettext("{count} sentence", "{count} sentences", 1) == "문장 {count}개"
    assert _("") == ""
    use_language("en")
    assert _("Accept") == "Accept"


def test_a_language_without_a_catalogue_is_english(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_language("xx")
    assert (language(), _("Accept")) == ("en", "Accept")
    monkeypatch.setattr("engine.i18n.CATALOGUES", tmp_path)
    use_language("ko")
    assert (language(), _("Accept")) == ("en", "Accept")


@pytest.mark.parametrize(("given", "known"), [("en", "en"), ("ko", "ko"), ("", None)])
def test_the_setting_knows_the_languages_of_the_program(given: str, known: str | None) -> None:
    assert load_settings({"interface": given}).interface == known


def test_another_language_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(InputError) as refused:
        load_settings({"interface": "fr"})
    assert "en, ko" in refused.value.hint


def test_complaints_are_stored_in_english_and_shown_in_the_users_language() -> None:
    late = complaints.LATE.format(seconds=1.25)
    assert shown_complaint(late) == late
    use_language("ko")
    assert shown_complaint(late) == "앞에 1.2초의 침묵이 있어요."
    assert shown_complaint(complaints.INAUDIBLE) == "아무 소리도 들리지 않아요."
    assert shown_complaint("a newer studio's complaint {x}") == "a newer studio's complaint {x}"


def test_the_command_line_speaks_korean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TTS_STUDIO_INTERFACE", "ko")
    assert "대본을 읽어" in tts_studio("--help").stdout
    shown = tts_studio("render", "--help").stdout
    assert "읽을 엔진: espeak" in shown
    assert "읽을 텍스트 파일" in shown
    missing = tts_studio("split", tmp_path / "none.txt").stderr
    assert missing.startswith("오류: 파일이 없어요")


def test_the_command_line_reads_its_language_from_the_users_file(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.delenv("TTS_STUDIO_INTERFACE")
    from engine.places import config_file

    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('interface = "ko"\n', encoding="utf-8")
    assert "대본을 읽어" in tts_studio("--help").stdout


def test_json_is_the_same_in_every_language(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "script.txt"
    script.write_text("안녕하세요.\n(웃음)\n", encoding="utf-8")
    english = tts_studio("split", script, "--json").stdout
    monkeypatch.setenv("TTS_STUDIO_INTERFACE", "ko")
    assert tts_studio("split", script, "--json").stdout == english
