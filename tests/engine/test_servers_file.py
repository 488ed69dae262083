"""The user's servers and their keys."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine.addresses import server_address
from engine.errors import InputError
from engine.places import config_file, servers_file
from engine.remote_options import key_for
from engine.servers_file import (
    SavedServer,
    allow_clip,
    forget_server,
    save_server,
    saved_server,
    saved_servers,
)
from engine.settings import load_settings

URL = "http://192.168.0.10:7860"


@pytest.mark.parametrize(
    "typed",
    [
        "http://192.168.0.10:7860",
        " HTTP://192.168.0.10:7860/ ",
        "http://192.168.0.10:7860/v1",
        "http://192.168.0.10:7860/v1/audio/speech",
        "http://192.168.0.10:7860/tts/clone",
    ],
)
def test_one_server_has_one_spelling(typed: str) -> None:
    assert server_address(typed) == URL


def test_a_path_and_another_protocol_stay() -> None:
    assert server_address("https://Example.org/tts/v1/") == "https://example.org/tts"
    assert server_address("http://[::1]:7860") == "http://[::1]:7860"


@pytest.mark.parametrize(
    "typed",
    [
        "http://host:7860/?api_key=secret",
        "http://me:secret@host:port",
        "http://me:secret@host:7860",
        "ftp://secret@host",
        "http://host/#secret",
    ],
)
def test_a_key_within_an_address_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        server_address(typed)
    assert "secret" not in str(refused.value)


def test_what_is_saved_is_there_again_and_forgotten_when_it_is_removed() -> None:
    first, second = SavedServer(URL, "key one"), SavedServer("https://example.org", "")
    save_server(first)
    save_server(second)
    assert saved_servers() == (first, second)
    forget_server(URL)
    assert saved_servers() == (second,)
    assert saved_server(URL) == SavedServer(URL)


def test_a_new_address_takes_the_place_of_the_old_one_with_its_key() -> None:
    save_server(SavedServer(URL, "key", ("clip",)))
    moved = SavedServer("http://192.168.0.11:7860", "key", ("clip",))
    save_server(moved, instead_of=URL)
    assert saved_servers() == (moved,)


def test_a_clip_is_allowed_for_one_server_alone() -> None:
    save_server(SavedServer(URL, "key"))
    save_server(SavedServer("http://other:7860"))
    allow_clip(URL, "hash")
    assert saved_server(URL) == SavedServer(URL, "key", ("hash",))
    assert saved_server("http://other:7860").clips == ()


def test_a_server_that_was_written_by_hand_in_another_spelling_is_the_same() -> None:
    def by_hand() -> None:
        servers_file().parent.mkdir(parents=True, exist_ok=True)
        servers_file().write_text(f'["{URL}/v1"]\nkey = "by hand"\nclips = ["clip"]\n')

    by_hand()
    assert saved_server(URL) == SavedServer(URL, "by hand", ("clip",))
    save_server(SavedServer(URL, "typed"))
    assert saved_servers() == (SavedServer(URL, "typed"),)
    by_hand()
    forget_server(URL)
    assert "by hand" not in servers_file().read_text()


@pytest.mark.skipif(os.name == "nt", reason="Windows guards a user's folders in another way")
def test_nobody_else_can_read_the_keys_even_where_the_file_was_open_before() -> None:
    save_server(SavedServer(URL, "key"))
    assert stat.S_IMODE(servers_file().stat().st_mode) == 0o600
    servers_file().chmod(0o644)
    save_server(SavedServer(URL, "another"))
    assert stat.S_IMODE(servers_file().stat().st_mode) == 0o600


def test_a_key_is_shown_by_nothing_that_prints_a_server() -> None:
    assert "secret" not in repr(SavedServer(URL, "secret"))


def test_entries_that_make_no_sense_are_left_out() -> None:
    servers_file().parent.mkdir(parents=True, exist_ok=True)
    servers_file().write_text(f'["{URL}"]\nkey = 5\n["ftp://x"]\n["http://y"]\nkey = "k"\n')
    assert saved_servers() == (SavedServer(URL), SavedServer("http://y", "k"))


# Whose key the environment's is


def test_the_environments_key_is_for_the_server_that_the_flag_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TTS_STUDIO_API_KEY", "from outside")
    settings = load_settings({"engine": URL + "/"})
    assert key_for(SavedServer(URL, "kept"), settings) == "from outside"
    assert key_for(SavedServer("http://other", "kept"), settings) == "kept"
    assert "from outside" not in repr(settings)


def test_a_server_that_a_project_names_is_never_given_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTS_STUDIO_API_KEY", "from outside")
    settings = load_settings({}, project={"engine": URL})
    assert settings.engine == URL
    assert key_for(SavedServer(URL), settings) == ""


def test_nor_is_one_that_the_folders_own_file_names_unless_the_key_stands_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = f"TTS_STUDIO_ENGINE={URL}\n"
    (tmp_path / ".env").write_text(f"{named}TTS_STUDIO_API_KEY=of the file\n")
    assert key_for(SavedServer(URL), load_settings()) == "of the file"
    (tmp_path / ".env").write_text(named)
    monkeypatch.setenv("TTS_STUDIO_API_KEY", "from outside")
    assert load_settings().engine == URL
    assert key_for(SavedServer(URL), load_settings()) == ""
    assert key_for(SavedServer(URL), load_settings({"engine": URL})) == "from outside"


def test_a_key_in_the_settings_file_is_refused(tmp_path: Path) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('api_key = "x"\n')
    with pytest.raises(InputError, match="api_key"):
        load_settings()
