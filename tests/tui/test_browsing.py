from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest

from tui import browsing
from tui.browsing import Entry, as_path, look, shown_folder, shown_path

CLOSED = pytest.mark.skipif(
    sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="to its owner's administrator no folder is closed",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of somebody who narrates films."""
    home = tmp_path / "나의 영상"
    for name in ("2화", "10화", ".git", "coffee.txt.studio"):
        (home / name).mkdir(parents=True)
    for name in (
        "커피 10화.txt",
        "커피 2화.txt",
        "Coffee.MD",
        "coffee.wav",
        ".notes.txt",
        "render",
    ):
        (home / name).touch()
    return home


def names(typed: str, base: Path) -> list[str]:
    return [e.path.name for e in look(typed, base).entries if e.kind != "up"]


def test_folders_come_before_scripts_and_2_before_10(folder: Path) -> None:
    assert names("", folder) == ["2화", "10화", "Coffee.MD", "커피 2화.txt", "커피 10화.txt"]


def test_a_part_of_a_name_finds_it_and_those_that_begin_so_come_first(folder: Path) -> None:
    (folder / "more coffee.txt").touch()
    assert names("COFF", folder) == ["Coffee.MD", "more coffee.txt"]
    assert names("2화", folder) == ["2화", "커피 2화.txt"]


def test_what_is_hidden_is_shown_only_to_whoever_types_its_dot(folder: Path) -> None:
    assert names(".", folder.parent) == ["나의 영상"]
    assert names(".no", folder) == [".notes.txt"]


def test_a_file_of_any_name_is_found_by_all_of_it(folder: Path) -> None:
    assert names("rende", folder) == []
    assert names("render", folder) == ["render"]
    assert names(str(folder / "render"), Path("/")) == ["render"]


def test_a_path_goes_into_folders_with_spaces_and_hangul(folder: Path) -> None:
    found = look("나의 영상" + os.sep + "커피 2", folder.parent)
    assert found.folder == folder
    assert found.entries == (Entry(folder / "커피 2화.txt", "script"),)


def test_hangul_that_a_mac_has_written_is_found_by_syllables(folder: Path) -> None:
    name = unicodedata.normalize("NFD", "라디오.txt")
    (folder / name).touch()
    (found,) = look("라디오.txt", folder).entries
    assert unicodedata.normalize("NFC", found.path.name) == "라디오.txt"


def test_one_goes_up_until_there_is_nothing_above(folder: Path) -> None:
    assert look("", folder).entries[0] == Entry(folder.parent, "up")
    top = Path(folder.anchor)
    assert all(entry.kind != "up" for entry in look(str(top), folder).entries)


def test_on_windows_the_drives_are_above_the_drives(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drives = [folder / "2화", folder / "10화"]
    monkeypatch.setattr(browsing, "drives", lambda: drives)
    found = look(os.sep, folder)
    assert found.folder is None
    assert [entry.path for entry in found.entries] == drives
    assert shown_folder(None) == os.sep


def test_a_long_folder_is_listed_as_far_as_anyone_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "LIMIT", 3)
    found = look("", folder)
    assert len(found.entries) == 1 + 3
    assert found.left_out == 2


def test_what_a_terminal_types_for_a_dropped_file_is_understood(folder: Path) -> None:
    path = folder / "커피 2화.txt"
    assert as_path(f"'{path}'", folder) == path
    assert as_path(f'"{path}" ', folder) == path
    if os.sep == "/":
        assert as_path(str(path).replace(" ", "\\ "), folder) == path
        assert names(str(path).replace(" ", "\\ "), Path("/")) == ["커피 2화.txt"]


def test_the_users_home_is_a_tilde(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(folder))
    assert shown_path(folder / "2화") == f"~{os.sep}2화"
    assert shown_folder(folder) == f"~{os.sep}"
    assert shown_path(folder.with_name("나의 영상 2")) == str(folder.with_name("나의 영상 2"))
    assert as_path(f"~{os.sep}2화", Path("/")) == folder / "2화"
    assert names("~", Path(folder.anchor)) == names("", folder)


@pytest.mark.parametrize("typed", ["~nobody-of-this-name/x", "a\0b/c"])
def test_what_can_be_no_path_is_no_accident(typed: str, folder: Path) -> None:
    assert any(look(typed, folder).trouble)


def test_a_folder_that_is_not_there_is_told(folder: Path) -> None:
    title, _hint = look(f"none{os.sep}", folder).trouble
    assert "There is no folder" in title
    assert str(folder / "none") in title


def test_a_file_is_no_folder(folder: Path) -> None:
    title, _hint = look(f"render{os.sep}", folder).trouble
    assert "is a file, not a folder" in title or "There is no folder" in title


@CLOSED
def test_a_folder_that_may_not_be_read_is_told_and_has_a_way_out(folder: Path) -> None:
    (folder / "2화").chmod(0)
    try:
        found = look(f"2화{os.sep}", folder)
    finally:
        (folder / "2화").chmod(0o700)
    assert "may not be read" in found.trouble[0]
    assert found.entries == (Entry(folder, "up"),)
