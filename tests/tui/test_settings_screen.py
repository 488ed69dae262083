"""The settings screen: the same settings as the user's file."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from engine.closing import PHRASES
from engine.errors import AudioError
from engine.places import config_file
from engine.remote_settings import RemoteSettings
from engine.settings import Settings, load_settings
from engine.settings_file import write_setting
from tests.tui.conftest import OpenDesk
from tests.tui.desk import Desk, QuietPlayer
from tui.actions import MENU
from tui.preferences import write_those_that_count
from tui.settable import SETTABLE
from tui.widgets.setting_row import SettingRow

LABELS = {s.name: s.label for _group, settings in SETTABLE for s in settings}
ORDER = list(LABELS)


@pytest.fixture(autouse=True)
def devices(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sound devices of the machine."""
    names = ["Headphones [USB]", "스피커"]
    monkeypatch.setattr("tui.output.output_devices", lambda: names)
    return names


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(words: str) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(words, "utf-8")


def kept() -> str:
    return config_file().read_text("utf-8") if config_file().exists() else ""


async def open_settings(d: Desk, name: str = ORDER[0]) -> None:
    """Open them with the cursor on the one of this name, sooner than by many keys."""
    await d.press("ctrl+t")
    await d.sees("─ Settings ─")
    await d.pilot.pause()
    next(row for row in d.app.screen.query(SettingRow) if row.setting.name == name).focus_editor()
    await d.pilot.pause()
    assert here(d) == name


async def go_to(d: Desk, name: str) -> None:
    """Go there by the shorter way: above the first is the last."""
    steps = (ORDER.index(name) - ORDER.index(here(d))) % len(ORDER)
    back = len(ORDER) - steps
    await d.press(*(["down"] * steps if steps <= back else ["up"] * back))
    assert here(d) == name


def here(d: Desk) -> str:
    """The setting that the cursor is on."""
    line = next(line for line in d.lines if "│  ▌ " in line and "│  ▌  " not in line)
    return next(name for name in ORDER if f"▌ {LABELS[name]}  " in line)


def line_of(d: Desk, name: str) -> str:
    return next(line for line in d.lines if f" {LABELS[name]}  " in line and "│" in line)


def below(d: Desk, name: str) -> str:
    """What is said of a setting."""
    place = d.lines.index(line_of(d, name))
    return " ".join(line.strip(" │▌▄▁▃▅▆▇█") for line in d.lines[place + 1 : place + 3])


def test_every_setting_is_offered() -> None:
    assert set(LABELS) == set(Settings.model_fields) - set(RemoteSettings.model_fields)


@pytest.mark.parametrize("key", ["ctrl+t", "menu", "palette"])
async def test_the_settings_are_opened_by_a_key_the_menu_and_the_palette(
    desk: OpenDesk, key: str
) -> None:
    async with desk() as d:
        if key == "menu":
            await d.press("f10")
            await d.sees("─ Menu ─")
            await d.press(*["down"] * [a.id for a in MENU].index("app.settings"), "enter")
        elif key == "palette":
            await d.press("ctrl+p", *"settings")
            await d.sees("Settings  (Ctrl+T)")
            await d.press("enter")
        else:
            await d.press(key)
        await d.sees("─ Settings ─")
        await d.press("escape")
        assert "Settings" not in d.screen


async def test_every_setting_is_reached_and_seen_at_80_by_24(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_settings(d)
        for name in ORDER:
            await go_to(d, name)
            assert all(cell_len(line) == 80 for line in d.lines)
            assert LABELS[name] in line_of(d, name)
            assert below(d, name).strip()


async def test_a_number_is_kept_with_enter_takes_effect_and_shows_where_it_stands(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    write("# mine\nbell = true  # ding\n")
    async with desk() as d:
        await open_settings(d)
        assert "default" in line_of(d, "volume")
        await d.press("4", "0")
        assert player.volume == 1
        await d.press("enter")
        await d.until(lambda: player.volume == 0.4)
        await d.until(lambda: "your file" in line_of(d, "volume"))
        assert kept() == "# mine\nbell = true  # ding\nvolume = 40\n"
        await d.press("escape")
        await d.sees("▶ 40 %")


async def test_a_number_is_kept_by_going_on_to_the_next(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await open_settings(d, "playback_speed")
        await d.press(*"1.5", "down")
        await d.until(lambda: player.speed == 1.5)
        await d.until(lambda: kept() == "playback_speed = 1.5\n")


async def test_an_emptied_number_is_the_default_again(desk: OpenDesk, player: QuietPlayer) -> None:
    write("volume = 40\n")
    async with desk() as d:
        await open_settings(d)
        await d.press("delete")
        await d.sees("default: 100")
        await d.press("enter")
        await d.until(lambda: kept() == "")
        await d.until(lambda: " 100 " in line_of(d, "volume"))
        assert player.volume == 1


@pytest.mark.parametrize(
    ("typed", "why"),
    [("777", "It must be 100 or less."), ("loud", "It must be a whole number.")],
)
async def test_what_cannot_be_is_told_as_it_is_typed_and_left_with_escape(
    desk: OpenDesk, player: QuietPlayer, typed: str, why: str
) -> None:
    async with desk() as d:
        await open_settings(d)
        await d.press(*typed)
        assert why in below(d, "volume")
        await d.press("enter", "down", "up")
        assert why in below(d, "volume")
        await d.press("escape")
        assert why not in d.screen
        assert " 100 " in line_of(d, "volume")
        await d.press("escape")
        assert "─ Settings ─" not in d.screen
        assert player.volume == 1
    assert kept() == ""


@pytest.mark.parametrize("key", ["space", "enter", "click"])
async def test_a_switch_is_switched_at_once(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await open_settings(d, "play_new_takes")
        if key == "click":
            line = line_of(d, "play_new_takes")
            place = (cell_len(line.partition("on")[0]), d.lines.index(line))
            await d.pilot.click(offset=place)
        else:
            await d.press(key)
        await d.until(lambda: not d.session.settings.play_new_takes)
        await d.until(lambda: kept() == "play_new_takes = false\n")
        await d.press("space")
        await d.until(lambda: d.session.settings.play_new_takes)
        await d.until(lambda: kept() == "play_new_takes = true\n")


async def test_when_the_closing_phrase_is_said_is_chosen_and_holds_at_once(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_settings(d, "closing")
        assert "what suits the engine" in line_of(d, "closing")
        await d.press("right")
        await d.until(lambda: kept() == 'closing = "always"\n')
        await d.press("escape", "r")
        await d.until(lambda: PHRASES["ko"] in [r.spoken.text for r in d.engine.asked])
        await d.until(lambda: d.engine.asked[-1].closing_phrase == PHRASES["ko"])


async def test_the_closing_phrase_of_the_scripts_language_is_typed(desk: OpenDesk) -> None:
    write('[closing_phrases]\nfr = "Bon."\n')
    async with desk() as d:
        await open_settings(d, "closing_phrases")
        assert PHRASES["ko"] in line_of(d, "closing_phrases")
        assert "(Korean)" in below(d, "closing_phrases")
        await d.press("ctrl+u", *"?!")
        assert "words that can be said" in below(d, "closing_phrases")
        await d.press("ctrl+u", *"자 그럼.", "enter")
        await d.until(lambda: kept() == '[closing_phrases]\nfr = "Bon."\nko = "자 그럼."\n')
        assert d.session.settings.closing_phrases == {"fr": "Bon.", "ko": "자 그럼."}
        await d.press("ctrl+u", "enter")
        await d.until(lambda: kept() == '[closing_phrases]\nfr = "Bon."\n')
        await d.until(lambda: PHRASES["ko"] in line_of(d, "closing_phrases"))


async def test_closing_phrases_of_the_environment_are_told(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_CLOSING_PHRASES", '{"ko": "그럼 이만."}')
    async with desk() as d:
        await open_settings(d, "closing_phrases")
        assert "TTS_STUDIO_CLOSING_PHRASES says 그럼 이만." in below(d, "closing_phrases")


async def test_a_theme_is_chosen_from_all_there_are_and_is_there_at_once(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_settings(d, "theme")
        assert "studio-dark" in line_of(d, "theme")
        await d.press("enter")
        await d.sees("solarized-light")
        await d.press("end")
        await d.sees("tokyo-night")
        assert "None" not in d.screen
        await d.press(*"nord", "enter")
        await d.until(lambda: d.app.theme == "nord")
        await d.until(lambda: kept() == 'theme = "nord"\n')
        await d.press("right")
        themes = sorted(d.app.available_themes)
        await d.until(lambda: d.app.theme == themes[themes.index("nord") + 1])


async def test_the_palettes_themes_are_those_of_the_settings(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("ctrl+p", *"theme")
        await d.sees("Choose other colours.")
        await d.press("enter")
        await d.sees("▌ Theme")


async def test_a_device_is_chosen_by_its_name_whatever_is_in_it(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await open_settings(d, "output_device")
        await d.press("enter")
        await d.sees("Headphones [USB]")
        await d.press("down", "enter")
        await d.until(lambda: player.device == "Headphones [USB]")
        await d.press("right")
        await d.until(lambda: player.device == "스피커")
        await d.press("right")
        await d.until(lambda: player.device is None)
    assert kept() == ""


async def test_a_device_that_is_gone_stays_chosen(desk: OpenDesk, player: QuietPlayer) -> None:
    write('output_device = "Amplifier"\n')
    written = config_file().stat().st_mtime_ns
    async with desk() as d:
        await open_settings(d, "output_device")
        await d.press("enter")
        await d.sees("Headphones [USB]")
        await d.press("escape")
        assert "Amplifier" in line_of(d, "output_device")
        assert player.device == "Amplifier"
    assert config_file().stat().st_mtime_ns == written


async def test_without_sound_the_devices_say_why(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> list[str]:
        raise AudioError("There is no sound here.", "")

    monkeypatch.setattr("tui.output.output_devices", missing)
    async with desk() as d:
        await open_settings(d, "output_device")
        await d.until(lambda: "There is no sound here." in below(d, "output_device"))


async def test_a_value_of_the_environment_is_told_and_still_holds_after_a_change(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_VOLUME", "50")
    write("volume = 90\n")
    async with desk() as d:
        assert player.volume == 0.5
        await open_settings(d)
        assert " 90 " in line_of(d, "volume")
        assert "TTS_STUDIO_VOLUME" in line_of(d, "volume")
        assert "TTS_STUDIO_VOLUME says 50." in below(d, "volume")
        await d.press("7", "0", "enter")
        await d.until(lambda: kept() == "volume = 70\n")
        await d.pilot.pause()
        assert "TTS_STUDIO_VOLUME says 50." in below(d, "volume")
        assert " 70 " in line_of(d, "volume")
        assert player.volume == 0.5


async def test_what_a_flag_and_the_script_say_is_told(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_settings(d, "engine")
        assert "scripted" in line_of(d, "engine")
        assert "--engine" in line_of(d, "engine")
        await go_to(d, "language")
        assert "This script keeps its own: Korean." in below(d, "language")
        assert "new scripts." in below(d, "language")
        await d.press("right")
        await d.until(lambda: "language" in kept())
        assert d.project.language == "Korean"


async def test_the_language_of_the_program_is_for_the_next_start(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TTS_STUDIO_INTERFACE")
    async with desk() as d:
        await open_settings(d, "interface")
        assert "From the next start on." in below(d, "interface")
        await d.press("enter", "end", "enter")
        await d.until(lambda: kept() == 'interface = "ko"\n')
        await d.until(lambda: "한국어" in line_of(d, "interface"))
        assert "─ Settings ─" in d.screen


async def test_a_file_that_cannot_be_written_is_told_beside_the_setting(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    write("volume = 90\n")
    config_file().chmod(0o444)
    async with desk() as d:
        await open_settings(d)
        await d.press("4", "0", "enter")
        await d.until(lambda: "config.toml may not be opened" in below(d, "volume"))
        assert " 90 " in line_of(d, "volume")
        assert player.volume == 0.9
    assert kept() == "volume = 90\n"


async def test_a_file_that_was_spoilt_meanwhile_is_told_and_not_touched(desk: OpenDesk) -> None:
    write("volume = 90\n")
    async with desk() as d:
        await open_settings(d)
        write("volume = \n")
        await d.press("4", "0", "enter")
        await d.until(lambda: "line 1" in below(d, "volume"))
        await d.press("escape", "ctrl+t")
        await d.sees("The settings file cannot be read")
    assert kept() == "volume = \n"


async def test_what_was_written_into_the_file_meanwhile_is_shown(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_settings(d, "bell")
        write('theme = "mauve"\npause = 2\n')
        await d.press("space")
        await d.until(lambda: kept() == 'theme = "mauve"\npause = 2\nbell = false\n')
        await go_to(d, "theme")
        await d.until(lambda: "mauve" in line_of(d, "theme"))
        await d.press("left")
        await d.until(lambda: d.app.theme == max(d.app.available_themes))


async def test_what_is_chosen_is_kept_though_the_screen_is_closed_at_once(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_settings(d, "bell")
        await d.press("space", "escape")
        await d.until(lambda: kept() == "bell = false\n")


async def test_what_is_being_changed_is_not_spoilt_by_what_is_still_being_written(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(name: str, value: Any) -> None:
        go_on.wait()
        write_setting(name, value)

    monkeypatch.setattr("tui.preferences.write_setting", slow)
    async with desk() as d:
        await open_settings(d, "play_new_takes")
        await d.press("space", "space", "down", *"0.7")
        go_on.set()
        await d.until(lambda: kept() == "play_new_takes = true\n")
        await d.until(lambda: "your file" in line_of(d, "play_new_takes"))
        assert "x▌ on" in line_of(d, "play_new_takes")
        assert " 0.7 " in line_of(d, "pause")
        await d.press("enter")
        await d.until(lambda: "pause = 0.7" in kept())


async def test_all_can_be_done_with_the_mouse(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("f10")
        await d.sees("─ Menu ─")
        await click(d, "Ctrl+T")
        await d.sees("─ Settings ─")
        await click(d, "the system's")
        await d.sees("Headphones [USB]")
        await click(d, "Headphones [USB]")
        await d.until(lambda: "Headphones" in kept())
        await click(d, "Esc Close")
        await d.until(lambda: "─ Settings ─" not in d.screen)


async def click(d: Desk, words: str) -> None:
    y, line = next((y, line) for y, line in enumerate(d.lines) if words in line)
    await d.pilot.click(offset=(cell_len(line.partition(words)[0]) + 1, y))
    await d.pilot.pause()


# The keys of the desk


async def test_volume_and_speed_changed_by_keys_are_kept(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    write("# mine\n")
    async with desk() as d:
        await d.press("9", "9", "right_curly_bracket")
        await d.until(lambda: "playback_speed = 1.25" in kept())
    assert kept() == "# mine\nvolume = 90\nplayback_speed = 1.25\n"
    async with desk() as d:
        assert player.volume == 0.9
        assert player.speed == 1.25


async def test_they_are_kept_although_the_program_is_left_at_once(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("9", "q")
        await d.until(lambda: not d.app.is_running)
    assert load_settings().volume == 95


async def test_the_settings_show_what_the_keys_have_just_changed(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("9")
        await open_settings(d)
        assert " 95 " in line_of(d, "volume")


async def test_what_the_environment_says_for_once_is_not_kept(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_VOLUME", "50")
    write("volume = 90\n")
    async with desk() as d:
        await d.press("9", "right_curly_bracket")
        assert player.volume == 0.45
        await d.until(lambda: "playback_speed" in kept())
    assert kept() == "volume = 90\nplayback_speed = 1.25\n"


async def test_a_file_that_cannot_be_written_is_told_once(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def counted(*given: Any) -> None:
        tried.append(1)
        write_those_that_count(*given)

    monkeypatch.setattr("tui.commands.keeping.SOON", 0.01)
    monkeypatch.setattr("tui.preferences.write_those_that_count", counted)
    write("volume = 90\n")
    config_file().chmod(0o444)
    async with desk() as d:
        await d.press("9")
        await d.until(lambda: len(d.told) == 1)
        assert "until you leave" in d.told[0].title
        d.app.clear_notifications()
        await d.press("9")
        await d.until(lambda: len(tried) == 2)
        await d.until(lambda: all(w.is_finished for w in d.app.workers if "keep" in w.group))
        assert d.told == []
    assert kept() == "volume = 90\n"
