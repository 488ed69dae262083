from __future__ import annotations

from pathlib import Path

from engine.log_tail import TAIL_LINES, LogTail


def test_a_full_log_becomes_the_old_one(tmp_path: Path) -> None:
    log = LogTail(tmp_path / "logs" / "worker.log", max_bytes=100)
    for number in range(10):
        log.write(f"line {number} of some thirty bytes.\n".encode())

    kept = sorted((tmp_path / "logs").iterdir())
    assert [path.name for path in kept] == ["worker.log", "worker.log.1"]
    assert all(path.stat().st_size <= 100 for path in kept)
    assert "line 9" in kept[0].read_text()


def test_the_last_lines_are_remembered_with_one_that_has_no_end_yet() -> None:
    log = LogTail(Path("never written"))
    for number in range(TAIL_LINES + 5):
        log.remember(f"line {number}\r\n".encode())
    log.remember(b"progress 1%\rprogress 2%")

    assert log.lines()[0] == "line 6"
    assert log.lines()[-3:] == [f"line {TAIL_LINES + 4}", "progress 1%", "progress 2%"]


def test_a_letter_may_come_in_two_pieces() -> None:
    log = LogTail(Path("never written"))
    syllable = "안".encode()
    log.remember(syllable[:1])
    log.remember(syllable[1:] + b"\n")

    assert log.lines() == ["안"]


def test_two_sources_do_not_break_each_others_lines() -> None:
    log = LogTail(Path("never written"))
    log.remember(b"half ", "stderr")
    log.remember(b"a banner\n", "stdout")
    log.remember(b"a line\n", "stderr")

    assert log.lines() == ["a banner", "half a line"]


def test_a_line_without_end_is_not_kept_without_limit() -> None:
    log = LogTail(Path("never written"))
    for _number in range(100):
        log.remember(b"x" * 1000)

    assert [len(line) for line in log.lines()] == [2_000]


def test_a_log_in_a_place_that_is_no_folder_is_forgone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    LogTail(tmp_path / "file" / "worker.log").write(b"lost\n")

    assert (tmp_path / "file").read_text() == "in the way"
