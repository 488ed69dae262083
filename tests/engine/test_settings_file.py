"""Writing the user's settings file, and telling where each setting comes from."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError, StudioError
from engine.places import config_file
from engine.settings import Settings, load_settings
from engine.settings_file import standings, write_setting
from engine.settings_sources import Origin

FILE = """\
# What I like
volume = 80   # not too loud

# For long texts
pause = 0.5

[keymap]
"move.up" = "w"  # like a game
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_value_is_changed_in_place_and_all_else_stays_to_the_letter(config: Path) -> None:
    config.write_text(FILE, "utf-8")
    write_setting("volume", 75, config_file=config)
    assert config.read_text("utf-8") == FILE.replace("80", "75")


def test_a_new_setting_stands_before_the_tables(config: Path) -> None:
    config.write_text(FILE, "utf-8")
    write_setting("theme", "nord", config_file=config)
    assert config.read_text("utf-8") == FILE.replace("0.5\n", '0.5\ntheme = "nord"\n')
    assert load_settings(config_file=config).theme == "nord"


def test_none_takes_a_setting_out_so_that_the_default_holds(config: Path) -> None:
    config.write_text(FILE, "utf-8")
    write_setting("pause", None, config_file=config)
    assert "pause" not in config.read_text("utf-8")
    assert load_settings(config_file=config).pause == Settings.model_fields["pause"].default
    write_setting("theme", None, config_file=config)
    assert "# For long texts" in config.read_text("utf-8")


def test_the_first_setting_makes_a_file_that_its_owner_alone_can_read() -> None:
    write_setting("output_device", 'A "loud" speaker\\')
    assert load_settings().output_device == 'A "loud" speaker\\'
    if os.name == "posix":
        assert stat.S_IMODE(config_file().stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_a_file_keeps_its_permissions(config: Path) -> None:
    config.write_text(FILE, "utf-8")
    for mode in (0o600, 0o640):
        config.chmod(mode)
        write_setting("volume", mode % 100, config_file=config)
        assert stat.S_IMODE(config.stat().st_mode) == mode


def test_a_text_is_read_as_the_environments_are(config: Path) -> None:
    for name, text in (("volume", "80"), ("pause", "0.4"), ("bell", "no")):
        write_setting(name, text, config_file=config)
    assert config.read_text("utf-8") == "volume = 80\npause = 0.4\nbell = false\n"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("volume", "101", "It must be 100 or less."),
        ("playback_speed", "fast", "It must be a number."),
        ("pause", "nan", "It must be 60 or less."),
        ("language", "Klingon", "Known languages"),
        ("interface", "xx", "It must be one of en, ko"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_written(
    config: Path, name: str, value: Any, why: str
) -> None:
    config.write_text(FILE, "utf-8")
    with pytest.raises(InputError) as caught:
        write_setting(name, value, config_file=config)
    assert why in caught.value.hint
    assert config.read_text("utf-8") == FILE


def test_a_write_protected_file_stays_and_the_error_names_it(config: Path) -> None:
    config.write_text(FILE, "utf-8")
    config.chmod(0o444)
    try:
        with pytest.raises(StudioError) as caught:
            write_setting("volume", 75, config_file=config)
    finally:
        config.chmod(0o644)
    assert str(config) in caught.value.hint
    assert config.read_text("utf-8") == FILE
    assert list(config.parent.iterdir()) == [config]


def test_a_file_that_is_not_toml_is_left_as_it_is(config: Path) -> None:
    config.write_text("volume = \n", "utf-8")
    with pytest.raises(InputError, match="line 1"):
        write_setting("volume", 75, config_file=config)
    assert config.read_text("utf-8") == "volume = \n"


def test_a_file_from_windows_keeps_its_line_ends_and_loses_its_mark(config: Path) -> None:
    config.write_bytes(b"\xef\xbb\xbf# mine\r\nvolume = 80\r\n\r\n[keymap]\r\n")
    write_setting("theme", "nord", config_file=config)
    assert config.read_bytes() == (b'# mine\r\nvolume = 80\r\ntheme = "nord"\r\n\r\n[keymap]\r\n')


def test_a_link_to_a_file_elsewhere_stays_a_link(config: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "studio.toml"
    real.parent.mkdir()
    real.write_text(FILE, "utf-8")
    try:
        config.symlink_to(real)
    except OSError:
        pytest.skip("no links here")
    write_setting("volume", 75, config_file=config)
    assert config.is_symlink()
    assert real.read_text("utf-8") == FILE.replace("80", "75")


def test_every_setting_tells_what_holds_and_who_says_so(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('volume = 80\npause = 0.5\nsilence = 0.3\nengine = "a"\n', "utf-8")
    (tmp_path / ".env").write_text("TTS_STUDIO_PAUSE=0.6\nSOMEBODY_ELSES=1\n", "utf-8")
    monkeypatch.setenv("TTS_STUDIO_SILENCE", "0.7")
    found = standings(
        {"hard_wrapped": True, "language": None},
        project={"engine": "espeak", "language": "Korean"},
        config_file=config,
    )
    assert set(found) == set(Settings.model_fields)

    def told(name: str) -> tuple[Any, Any, Origin, str]:
        standing = found[name]
        return standing.value, standing.kept, standing.origin, standing.place

    assert told("volume") == (80, 80, Origin.FILE, str(config))
    assert told("bell") == (True, True, Origin.DEFAULT, "")
    assert told("pause") == (0.6, 0.5, Origin.DOTENV, str(tmp_path / ".env"))
    assert told("silence") == (0.7, 0.3, Origin.ENVIRONMENT, "TTS_STUDIO_SILENCE")
    assert told("hard_wrapped") == (True, None, Origin.FLAG, "--hard-wrapped")
    assert told("engine") == ("espeak", "a", Origin.PROJECT, "")
    assert told("language") == ("Korean", None, Origin.PROJECT, "")
    overridden = {name for name, standing in found.items() if standing.overridden}
    assert overridden == {"pause", "silence", "hard_wrapped", "engine", "language", "interface"}


def test_one_value_of_a_table_is_changed_and_the_lines_beside_it_stay(config: Path) -> None:
    config.write_text('[closing_phrases]  # mine\nko = "그만."  # short\nfr = "Bon."\n', "utf-8")
    write_setting("closing_phrases", {"ko": "그만.", "de": "Pause."}, config_file=config)
    kept = '[closing_phrases]  # mine\nko = "그만."  # short\nde = "Pause."\n'
    assert config.read_text("utf-8") == kept


def test_an_emptied_table_is_gone(config: Path) -> None:
    config.write_text('volume = 80\n\n[closing_phrases]\nko = "그만."\n', "utf-8")
    write_setting("closing_phrases", {}, config_file=config)
    assert config.read_text("utf-8").strip() == "volume = 80"
    assert standings(config_file=config)["closing_phrases"].origin is Origin.DEFAULT
