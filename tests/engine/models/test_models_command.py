"""``tts-studio models``: what is shown and asked, what is removed, what an interruption leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.i18n import use_language
from engine.models.catalogue import CATALOGUE, find_model
from engine.models.store import repository_folder
from tests.engine.models.calling import COMMAND, Call, calling, run
from tests.engine.models.making import make_cached, make_folder
from tests.engine.models.stand_in_hub import MEGABYTE, StandInHub

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(capsys)


def repository(name: str) -> Path:
    model = find_model(name)
    assert model is not None
    return repository_folder(model)


def tree(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize("interface", ["en", "ko"])
def test_the_list_fits_a_terminal_of_80_columns_and_says_what_is_here(
    cache: Path, monkeypatch: pytest.MonkeyPatch, interface: str
) -> None:
    from rich.cells import cell_len

    make_cached("1.7B-Base")
    monkeypatch.setenv("TTS_STUDIO_INTERFACE", interface)
    done = run()
    assert (done.code, done.err) == (DONE, "")
    lines = done.out.splitlines()
    assert all(cell_len(line) <= 80 for line in lines if str(cache) not in line)
    here, absent = {"en": ("yes", "no"), "ko": ("있음", "없음")}[interface]
    row = {line.split()[0]: line.split()[-1] for line in lines if line[:1].isalnum()}
    assert {model.name for model in CATALOGUE} <= set(row)
    assert (row["1.7B-Base"], row["0.6B-Base"]) == (here, absent)
    assert "4.5 GB" in next(line for line in lines if line.startswith("1.7B-VoiceDesign"))


def test_programs_get_the_list_as_one_object(cache: Path, call: Call) -> None:
    snapshot = make_cached("1.7B-CustomVoice")
    (repository("1.7B-Base") / "blobs").mkdir(parents=True)
    (repository("1.7B-Base") / "blobs" / "abc.incomplete").write_bytes(bytes(1234))
    read = call("--json").json
    assert read == call("list", "--json").json
    assert read["folder"] == str(cache)
    models = {each["name"]: each for each in read["models"]}
    assert list(models) == [model.name for model in CATALOGUE]
    preset = models["1.7B-CustomVoice"]
    assert (preset["state"], preset["path"]) == ("here", str(snapshot))
    assert preset["download_bytes"] == 4_520_159_172
    assert preset["memory_bytes"]["float32"] > preset["memory_bytes"]["float16"]
    assert preset["memory_bytes"]["float16"] > preset["memory_bytes"]["bfloat16"]
    assert (models["1.7B-Base"]["state"], models["1.7B-Base"]["held_bytes"]) == ("partly", 1234)
    assert (models["0.6B-Base"]["state"], models["0.6B-Base"]["path"]) == ("absent", None)


def test_path_prints_nothing_but_the_path(cache: Path, call: Call) -> None:
    snapshot = make_cached("0.6B-Base")
    assert (call("path", "0.6b-base").out, call("path").out) == (f"{snapshot}\n", f"{cache}\n")
    absent = call("path", "1.7B-Base")
    assert (absent.code, absent.out) == (FAILED, "")
    assert "Download it (4.5 GB): tts-studio models download 1.7B-Base" in absent.err


@pytest.mark.parametrize("command", ["download", "path", "remove"])
def test_an_unknown_name_is_refused_with_the_known_ones(
    cache: Path, call: Call, command: str
) -> None:
    done = call(command, "../1.7B-Base")
    assert (done.code, done.out) == (BAD_INPUT, "")
    assert "Unknown model: ../1.7B-Base" in done.err
    assert "1.7B-VoiceDesign, Tokenizer-12Hz." in done.err


def test_a_folder_of_ones_own_is_never_removed(cache: Path, call: Call) -> None:
    mine = make_folder(Path.cwd() / "mine", "base")
    before = tree(mine)
    for name in ("mine", str(mine)):
        done = call("remove", name, "--yes")
        assert done.code == BAD_INPUT
        assert "a folder of your own" in done.err
    assert tree(mine) == before


def test_removing_takes_that_model_and_nothing_else(cache: Path, call: Call) -> None:
    make_cached("1.7B-Base")
    make_cached("0.6B-Base")
    mine = make_folder(Path.cwd() / "mine", "base")
    (repository("0.6B-Base") / "blobs").mkdir()
    (repository("0.6B-Base") / "blobs" / "linked").symlink_to(mine, target_is_directory=True)
    (cache / "models--somebody--else").mkdir()
    (cache / "version.txt").write_text("1")
    doomed = repository("0.6B-Base")
    others = tree(cache.parent) - tree(doomed) - {doomed}
    unasked = call("remove", "0.6B-Base")
    assert unasked.code == BAD_INPUT
    assert "Add --yes" in unasked.err
    assert doomed.exists()
    done = run("remove", "0.6B-Base", "--yes")
    assert (done.code, done.out) == (DONE, "")
    assert f"0.6B-Base takes up 0.2 kB in {doomed}" in done.err
    assert "Removed: 0.2 kB are free again." in done.err
    assert tree(cache.parent) == others


def test_a_model_that_lies_elsewhere_by_a_link_is_kept(cache: Path, call: Call) -> None:
    make_cached("0.6B-Base")
    elsewhere = repository("0.6B-Base").rename(Path.cwd() / "on another disk")
    repository("0.6B-Base").symlink_to(elsewhere, target_is_directory=True)
    before = tree(elsewhere)
    done = call("remove", "0.6B-Base", "--yes")
    assert done.code == FAILED
    assert "This is a link to a folder of your own, so it is kept" in done.err
    assert tree(elsewhere) == before
    assert repository("0.6B-Base").is_symlink()


def test_a_cache_that_is_a_link_itself_is_one_all_the_same(
    cache: Path, call: Call, tmp_path: Path
) -> None:
    (tmp_path / "big disk").mkdir()
    cache.symlink_to(tmp_path / "big disk", target_is_directory=True)
    make_cached("0.6B-Base")
    assert call("remove", "0.6B-Base", "--yes").code == DONE
    assert cache.is_symlink()
    assert tree(cache) == set()


def test_removing_what_is_not_here_is_no_error(cache: Path, call: Call) -> None:
    done = call("remove", "0.6B-Base")
    assert (done.code, done.err) == (DONE, "0.6B-Base is not here.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize(
    ("answer", "code"), [("\x04", FAILED), ("ㅛ\n", DONE)], ids=["end of input", "y in Hangul"]
)
def test_on_a_terminal_it_is_asked(hub: StandInHub, answer: str, code: int) -> None:
    run = OnTerminal("download", "Tokenizer-12Hz")
    run.reads("Download now? [Y/n] ")
    assert hub.sent == 0
    run.types(answer)
    assert run.ends() == code
    assert hub.sent == (hub.total("Tokenizer-12Hz") if code == DONE else 0)
    assert ("1.6/1.6 MB" in run.shown) == (code == DONE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_enter_alone_removes_nothing(cache: Path) -> None:
    make_cached("0.6B-Base")
    run = OnTerminal("remove", "0.6B-Base")
    run.reads("Remove it? [y/N] ")
    run.types("\n")
    assert run.ends() == FAILED
    assert repository("0.6B-Base").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C cannot be sent to one process")
@pytest.mark.parametrize("end", [signal.SIGINT, getattr(signal, "SIGKILL", signal.SIGTERM)])
def test_an_interrupted_download_goes_on_from_where_it_was(
    hub: StandInHub, call: Call, end: signal.Signals
) -> None:
    hub.hold_after = 2 * MEGABYTE + 7
    process = subprocess.Popen(
        [*COMMAND, "download", "0.6B-Base", "--yes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr is not None
    while not (line := process.stderr.readline()).startswith("2.1 MB of 4.7 MB"):
        assert line, "it ended by itself"
    process.send_signal(end)
    _out, err = process.communicate(timeout=60)
    if end == signal.SIGINT:
        assert process.returncode == INTERRUPTED
        assert err.splitlines()[-1].startswith("Interrupted. What has arrived is kept")
        assert "Traceback" not in err
    hub.hold_after = None
    hub.go_on.set()
    hub.asked.clear()
    done = call("download", "0.6B-Base", "--yes")
    assert done.code == DONE, done.err
    assert "2.6 MB to download; 2.1 MB of 4.7 MB are here already" in done.err
    resumed = [asked for asked in hub.asked if asked.first]
    assert [asked.first for asked in resumed] == [2 * MEGABYTE]
    assert "0.6B-Base is here." in done.err


def test_the_commands_are_explained_in_korean(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTS_STUDIO_INTERFACE", "ko")
    use_language("ko")
    assert "내려받" in call("download", "--help").out
    assert "목록" in call("--help").out


class OnTerminal:
    """The command on a terminal of 80 columns."""

    def __init__(self, *arguments: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [*COMMAND, *arguments], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
        )
        os.close(theirs)
        self.shown = ""

    def reads(self, text: str) -> None:
        while text not in self.shown:
            self.shown += os.read(self._ours, 4096).decode()

    def types(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def ends(self) -> int:
        """Reads on until it does; returns its exit code."""
        while True:
            try:
                read = os.read(self._ours, 4096)
            except OSError:  # as Linux says that nobody writes any more
                read = b""
            if not read:
                break
            self.shown += read.decode(errors="replace")
        self._process.communicate(timeout=60)
        os.close(self._ours)
        return self._process.returncode
