from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.settings import load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ENGINE", "LANGUAGE", "SILENCE"):
        monkeypatch.delenv(f"TTS_STUDIO_{name}", raising=False)


def test_each_source_yields_to_the_one_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"

    def holds(**sources: dict[str, float | None]) -> float:
        return load_settings(**sources, config_file=config).silence

    assert holds() == 0.2
    config.write_text("silence = 0.3\n")
    assert holds() == 0.3
    assert holds(project={"silence": 0.4}) == 0.4
    (tmp_path / ".env").write_text("TTS_STUDIO_SILENCE=0.5\nSOMEBODY_ELSES=1\n")
    assert holds(project={"silence": 0.4}) == 0.5
    monkeypatch.setenv("TTS_STUDIO_SILENCE", "0.6")
    assert holds(project={"silence": 0.4}) == 0.6
    assert holds(flags={"silence": 0.7}, project={"silence": 0.4}) == 0.7
    assert holds(flags={"silence": None}) == 0.6


@pytest.mark.parametrize("name", ["ko", "KO", "korean", "Korean"])
def test_a_language_is_known_by_code_and_by_name(tmp_path: Path, name: str) -> None:
    found = load_settings({"language": name}, config_file=tmp_path / "none.toml")
    assert found.language == "Korean"


def test_an_unknown_language_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ko \(Korean\)") as caught:
        load_settings({"language": "Klingon"}, config_file=tmp_path / "none.toml")
    assert caught.value.title == "Unknown language: Klingon."
    assert "stands in" not in caught.value.hint


def test_a_value_out_of_bounds_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="silence"):
        load_settings({"silence": -1}, config_file=tmp_path / "none.toml")


def test_a_settings_file_that_is_not_toml_says_where_it_breaks(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("silence = \n")
    with pytest.raises(InputError, match=r"config\.toml.*line 1"):
        load_settings(config_file=config)


def test_a_misspelt_setting_is_told_and_the_known_are_listed(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("silense = 0.3\n")
    with pytest.raises(InputError, match=r"silense.*silence"):
        load_settings(config_file=config)


def test_a_settings_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("silence = 0.3\n", encoding="utf-8-sig")
    assert load_settings(config_file=config).silence == 0.3


def test_a_dotenv_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TTS_STUDIO_SILENCE=0.3\n", encoding="utf-8-sig")
    assert load_settings(config_file=tmp_path / "none.toml").silence == 0.3


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_a_dotenv_in_another_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_text("이름=값\n", encoding=encoding)
    with pytest.raises(InputError) as caught:
        load_settings(config_file=tmp_path / "none.toml")
    assert str(tmp_path / ".env") in caught.value.title


def test_a_bad_value_says_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"

    def hint() -> str:
        with pytest.raises(InputError) as caught:
            load_settings(config_file=config)
        return caught.value.hint

    config.write_text("silence = 99\n")
    assert hint() == f"It must be 10 or less. It stands in {config}."
    (tmp_path / ".env").write_text("TTS_STUDIO_SILENCE=long\n")
    assert hint() == f"It must be a number. It stands in {tmp_path / '.env'}."
    monkeypatch.setenv("TTS_STUDIO_SILENCE", "-1")
    assert hint() == "It must be 0 or more. It stands in TTS_STUDIO_SILENCE."


# The closing phrase


def test_when_a_closing_phrase_is_said_is_one_of_three_ways_or_left_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    assert load_settings(config_file=config).closing is None
    config.write_text('closing = "never"\n')
    assert load_settings(config_file=config).closing == "never"
    monkeypatch.setenv("TTS_STUDIO_CLOSING", "after_cut_short")
    assert load_settings(config_file=config).closing == "after_cut_short"
    assert load_settings({"closing": "always"}, config_file=config).closing == "always"
    with pytest.raises(InputError, match="always, never, after_cut_short"):
        load_settings({"closing": "sometimes"}, config_file=config)


def test_closing_phrases_are_a_table_by_language_and_json_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[closing_phrases]\nko = "  ...  그럼 쉬어요."\nGerman = "Pause."\nfr = ""\n')
    phrases = load_settings(config_file=config).closing_phrases
    assert phrases == {"ko": "그럼 쉬어요.", "de": "Pause."}
    monkeypatch.setenv("TTS_STUDIO_CLOSING_PHRASES", '{"en": "Bye  now."}')
    assert load_settings(config_file=config).closing_phrases == {"en": "Bye now."}


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('"잠시"', "must be a table"),
        ("{ ko = 3 }", "text in quotes"),
        ('{ tlh = "Pause." }', "Unknown language: tlh"),
        ('{ ko = "?!" }', "words that can be said"),
        (f'{{ ko = "{"쉬" * 101}" }}', "100 characters at most"),
    ],
)
def test_closing_phrases_that_cannot_be_are_refused_with_the_reason(
    tmp_path: Path, table: str, why: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"closing_phrases = {table}\n", "utf-8")
    with pytest.raises(InputError, match=why) as caught:
        load_settings(config_file=config)
    assert "closing_phrases" in caught.value.title
    assert str(config) in caught.value.hint
