from __future__ import annotations

from pathlib import Path

import pytest

from tui.log_follower import LONGEST_LINE, TAIL_BYTES, LogFollower, LogNews


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "a.log"


def append(log: Path, said: bytes) -> None:
    with log.open("ab") as file:
        file.write(said)


def test_what_is_added_is_read_once(log: Path) -> None:
    follower = LogFollower(log)
    append(log, b"one\ntwo\n")
    assert follower.read() == LogNews(("one", "two"), anew=True)
    append(log, b"three\n")
    assert follower.read() == LogNews(("three",), anew=False)
    assert follower.read() == LogNews((), anew=False)


def test_a_line_is_read_when_it_has_come_to_its_end(log: Path) -> None:
    follower = LogFollower(log)
    append(log, "안".encode()[:2])
    assert follower.read().lines == ()
    append(log, "안".encode()[2:] + b"\r\n50%\r100%\n")
    assert follower.read().lines == ("안", "50%", "100%")


def test_a_log_that_is_not_there_yet_is_read_once_it_is(log: Path) -> None:
    follower = LogFollower(log)
    assert follower.read() == LogNews((), anew=False)
    append(log, b"here\n")
    assert follower.read() == LogNews(("here",), anew=True)


def test_a_log_that_was_turned_over_or_emptied_begins_anew(log: Path) -> None:
    follower = LogFollower(log)
    append(log, b"an old line\n")
    follower.read()
    log.rename(log.with_name("a.log.1"))
    append(log, b"a line of the new log\n")
    assert follower.read() == LogNews(("a line of the new log",), anew=True)
    log.write_bytes(b"emptied\n")
    assert follower.read() == LogNews(("emptied",), anew=True)


def test_only_the_end_of_a_long_log_is_read(log: Path) -> None:
    append(log, b"first\n" + b"x\n" * TAIL_BYTES + b"last\n")
    lines = LogFollower(log).read().lines
    assert lines[-1] == "last"
    assert "first" not in lines


def test_a_reader_that_fell_far_behind_goes_on_at_the_end(log: Path) -> None:
    follower = LogFollower(log)
    append(log, b"first\n")
    follower.read()
    append(log, b"x\n" * TAIL_BYTES + b"last\n")
    news = follower.read()
    assert news.anew
    assert news.lines[-1] == "last"


def test_what_could_command_a_terminal_is_made_visible_and_lines_are_bounded(log: Path) -> None:
    append(log, b"\x1b[31mred\x07\n" + b"y" * (LONGEST_LINE + 5) + b"\n\xff\n")
    lines = LogFollower(log).read().lines
    assert lines[0] == "␛[31mred␇"
    assert len(lines[1]) == LONGEST_LINE
    assert lines[2] == "\N{REPLACEMENT CHARACTER}"
