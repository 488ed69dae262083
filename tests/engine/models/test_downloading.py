"""Downloading from a stand-in for the hub, through the hub's own library."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from engine.models.catalogue import find_model
from engine.models.store import locate, repository_folder
from tests.engine.models.calling import Call, calling, run
from tests.engine.models.making import make_cached
from tests.engine.models.stand_in_hub import MEGABYTE, REVISION, StandInHub

BASE = "0.6B-Base"
DONE, FAILED, BAD_INPUT = 0, 1, 2


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(capsys)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.models.download._PAUSE_SECONDS", 0)


def folder_of(name: str) -> Path | None:
    model = find_model(name)
    assert model is not None
    return locate(model)


def repository(name: str) -> Path:
    model = find_model(name)
    assert model is not None
    return repository_folder(model)


def is_whole(hub: StandInHub, name: str) -> bool:
    folder = folder_of(name)
    return folder is not None and all(
        (folder / file).read_bytes() == data for file, data in hub.files(name).items()
    )


def test_a_model_is_downloaded_after_saying_how_much_and_where(
    hub: StandInHub, cache: Path
) -> None:
    done = run("download", BASE, "--yes")
    assert done.code == DONE, done.err
    assert done.out.splitlines() == [str(folder_of(BASE))]
    assert is_whole(hub, BASE)
    assert hub.sent == hub.total(BASE)
    said = done.err.splitlines()
    assert said[0] == "0.6B-Base: 4.7 MB to download"
    assert said[1].startswith(f"From {hub.address.removeprefix('http://')} to {cache} (")
    assert said[1].endswith(" free)")
    assert "4.7 MB of 4.7 MB (100%)" in said
    assert (repository(BASE) / "refs" / "main").read_text() == REVISION


def test_what_is_here_is_not_downloaded_again(hub: StandInHub, call: Call) -> None:
    make_cached(BASE)
    done = call("download", "qwen/QWEN3-TTS-12Hz-0.6B-Base")
    assert (done.code, done.out) == (DONE, f"{folder_of(BASE)}\n")
    assert "0.6B-Base is here already." in done.err
    assert not hub.tokens


def test_several_models_are_said_in_one_sum(hub: StandInHub, call: Call) -> None:
    make_cached("1.7B-Base")
    done = call("download", BASE, "Tokenizer-12Hz", "1.7B-Base", BASE, "--yes")
    assert done.code == DONE
    assert "Together: 6.3 MB" in done.err
    assert is_whole(hub, BASE)
    assert is_whole(hub, "Tokenizer-12Hz")
    assert len(done.out.splitlines()) == 3


def test_without_a_terminal_nothing_is_downloaded_unless_it_is_said(
    hub: StandInHub, cache: Path, call: Call
) -> None:
    done = call("download", BASE)
    assert done.code == BAD_INPUT
    assert "4.7 MB to download" in done.err
    assert "Add --yes" in done.err
    assert hub.sent == 0
    assert not cache.exists()


def test_a_connection_that_breaks_off_is_taken_up_where_it_did(hub: StandInHub, call: Call) -> None:
    hub.break_after = [2 * MEGABYTE + 5, 0]
    done = call("download", BASE, "--yes")
    assert done.code == DONE
    assert "broke off. Trying again." in done.err
    assert is_whole(hub, BASE)
    weights = [asked.first for asked in hub.asked if asked.name == "model.safetensors"]
    assert weights == [0, 2 * MEGABYTE, 2 * MEGABYTE]


def test_a_connection_that_keeps_breaking_is_given_up_and_what_came_is_kept(
    hub: StandInHub, call: Call
) -> None:
    hub.break_after = [MEGABYTE + 1, 0, 0, 0]
    gone = call("download", BASE, "--yes")
    assert gone.code == FAILED
    assert "The connection to 127.0.0.1" in gone.err
    assert "goes on from there" in gone.err
    assert "1.0 MB of it" in call("list").out
    hub.asked.clear()
    done = call("download", BASE, "--yes")
    assert "3.7 MB to download; 1.0 MB of 4.7 MB are here already" in done.err
    assert is_whole(hub, BASE)
    assert hub.sent == hub.total(BASE) - MEGABYTE


def test_a_file_that_arrives_damaged_is_thrown_away(hub: StandInHub, call: Call) -> None:
    hub.damaged = True
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert "model.safetensors did not arrive as it was sent" in done.err
    assert folder_of(BASE) is None
    hub.damaged = False
    assert call("download", BASE, "--yes").code == DONE
    assert is_whole(hub, BASE)


def test_a_large_file_that_was_not_checked_is_checked_by_the_next_run(
    hub: StandInHub, call: Call
) -> None:
    assert call("download", BASE, "--yes").code == DONE
    folder = folder_of(BASE)
    assert folder is not None
    (folder / "config.json").unlink()
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert "did not arrive as it was sent" in done.err
    assert not weights.exists()


def test_what_cannot_be_the_beginning_of_a_file_is_begun_anew(hub: StandInHub, call: Call) -> None:
    hub.break_after = [MEGABYTE + 1, 0, 0, 0]
    assert call("download", BASE, "--yes").code == FAILED
    (unfinished,) = (repository(BASE) / "blobs").glob("*.incomplete")
    unfinished.write_bytes(bytes(4 * MEGABYTE))
    assert call("download", BASE, "--yes").code == DONE
    assert is_whole(hub, BASE)


def test_the_disk_is_looked_at_before_anything_comes(
    hub: StandInHub, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(Path.cwd())
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=MEGABYTE))
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert "The disk is too full: 4.7 MB are to come, 1.0 MB are free." in done.err
    assert hub.sent == 0


def test_a_cache_that_cannot_be_is_told_in_words(
    hub: StandInHub, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a file").touch()
    monkeypatch.setenv("HF_HUB_CACHE", "a file")
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert "a file" in done.err.partition("Error: ")[2]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is full")
def test_a_disk_that_gets_full_on_the_way_is_said_so(hub: StandInHub, call: Call) -> None:
    hub.break_after = [MEGABYTE + 1, 0, 0, 0]
    assert call("download", BASE, "--yes").code == FAILED
    (unfinished,) = (repository(BASE) / "blobs").glob("*.incomplete")
    unfinished.unlink()
    unfinished.symlink_to("/dev/full")
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert "The disk is full" in done.err


def test_a_file_may_not_lie_outside_of_the_model(hub: StandInHub, cache: Path, call: Call) -> None:
    hub.renamed = {"vocab.json": "../../../vocab.json"}
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert "does not answer as a hub of models does" in done.err
    assert not cache.exists()


def test_a_mirror_that_lacks_a_file_is_said_so(hub: StandInHub, call: Call) -> None:
    hub.hidden = {"merges.txt"}
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert "has only a part of 0.6B-Base" in done.err


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "refuses 0.6B-Base: error 403."),
        (404, "has no Qwen/Qwen3-TTS-12Hz-0.6B-Base."),
        (429, "asks for a pause"),
        (503, "answers with error 503."),
    ],
)
def test_a_hub_that_refuses_is_told_in_words(
    hub: StandInHub, call: Call, status: int, said: str
) -> None:
    hub.failing = status
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_mirror_that_is_down_is_told_with_what_to_check(
    cache: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("huggingface_hub", reason="comes with qwen-tts")
    monkeypatch.setenv("HF_ENDPOINT", "http://me:secret@127.0.0.1:9")
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert "127.0.0.1:9 cannot be reached." in done.err
    assert "HF_ENDPOINT" in done.err
    assert "secret" not in done.all


def test_a_hub_that_is_to_be_left_alone_is(
    hub: StandInHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = run("download", BASE, "--yes")
    assert done.code == FAILED
    assert "HF_HUB_OFFLINE is set" in done.err
    assert not hub.tokens


def test_without_the_hubs_library_the_command_that_installs_it_is_named(
    cache: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    done = call("download", BASE, "--yes")
    assert done.code == FAILED
    assert 'pip install ".[qwen]"' in done.err
    assert call("list").code == DONE


def test_where_the_system_has_no_links_a_model_is_downloaded_all_the_same(
    hub: StandInHub, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows without its developer mode."""
    monkeypatch.setattr("huggingface_hub.file_download.are_symlinks_supported", lambda _dir: False)
    assert call("download", BASE, "--yes").code == DONE
    assert is_whole(hub, BASE)
    assert not any(path.is_symlink() for path in repository(BASE).rglob("*"))
    standing = next(each for each in call("list", "--json").json["models"] if each["name"] == BASE)
    assert (standing["state"], standing["held_bytes"]) == ("here", hub.total(BASE) + len(REVISION))
