from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.files import TEMPORARY_SUFFIX, explain_os_error, is_disk_full, write_atomic
from tests.engine.disks import tiny_disk


def test_a_file_is_written_and_nothing_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "한글 이름.wav"
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(b"a much longer old content")
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_others_may_read_what_the_umask_lets_them_read(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"")
    (tmp_path / "b").write_bytes(b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_folder_in_the_way_is_an_error_and_no_temporary_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    path.mkdir()
    with pytest.raises(OSError, match="taken"):
        write_atomic(path, b"data")
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_an_error_that_can_be_explained(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "file.wav"
    with pytest.raises(FileNotFoundError) as caught:
        write_atomic(path, b"data")
    title, hint = explain_os_error(caught.value, path)
    assert "file.wav" in title
    assert str(path) in hint


def test_a_full_disk_leaves_the_old_file_and_no_half_of_a_new_one(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "작은 디스크") as disk:
        path = disk / "take.flac"
        write_atomic(path, b"old")
        with pytest.raises(OSError, match="space") as caught:
            write_atomic(path, bytes(1_000_000))
        assert is_disk_full(caught.value)
        title, hint = explain_os_error(caught.value, path)
        assert "disk is full" in title
        assert str(disk) in hint
        assert path.read_bytes() == b"old"
        assert list(disk.iterdir()) == [path]


def test_a_reader_never_sees_half_a_file_when_the_writer_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "take.flac"
    path.write_bytes(b"old")
    script = (
        "import sys; from pathlib import Path; from engine.files import write_atomic\n"
        "print('go', flush=True)\n"
        "while True: write_atomic(Path(sys.argv[1]), b'x' * 5_000_000)"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    writer.stdout.readline()
    while path.stat().st_size == 3:
        assert writer.poll() is None
    writer.kill()
    writer.communicate()
    assert path.read_bytes() == b"x" * 5_000_000
    left = [file for file in tmp_path.iterdir() if file != path]
    assert all(file.name.startswith(".") for file in left)
    assert all(file.name.endswith(TEMPORARY_SUFFIX) for file in left)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "may not be opened"),
        (errno.EROFS, "read-only"),
        (errno.ENOENT, "is not there"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_each_failure_names_the_file_and_says_what_to_do(code: int, words: str) -> None:
    path = Path("folder") / "대본.wav"
    title, hint = explain_os_error(OSError(code, os.strerror(code)), path)
    assert "대본.wav" in title
    assert words in title
    assert "folder" in hint
