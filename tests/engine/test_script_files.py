from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import InputError, ScriptError
from engine.script import read_script

KOREAN = "안녕하세요, 여러분.\n커피를 내려 봅시다."
SENTENCES = ["안녕하세요, 여러분.", "커피를 내려 봅시다."]


def script_of(path: Path, data: bytes) -> list[str]:
    path.write_bytes(data)
    return [sentence.text for sentence in read_script(path).sentences]


def refusal_of(path: Path) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        read_script(path)
    assert str(path) in caught.value.title
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp949", "cp949"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_each_encoding_and_line_end_gives_the_same_sentences(
    tmp_path: Path, encoding: str, named: str, line_end: str
) -> None:
    path = tmp_path / "대본.txt"
    data = KOREAN.replace("\n", line_end).encode(encoding)
    assert script_of(path, data) == SENTENCES
    assert read_script(path).encoding == named


def test_big_endian_utf_16_with_a_mark_is_read(tmp_path: Path) -> None:
    data = b"\xfe\xff" + KOREAN.encode("utf-16-be")
    assert script_of(tmp_path / "s.txt", data) == SENTENCES


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_english_utf_16_without_a_mark_is_read_in_the_right_byte_order(
    tmp_path: Path, codec: str
) -> None:
    assert script_of(tmp_path / "s.txt", "Hello there. Bye.".encode(codec)) == [
        "Hello there.",
        "Bye.",
    ]


def test_hangul_that_macos_took_apart_is_put_together(tmp_path: Path) -> None:
    taken_apart = "\u1112\u1161\u11ab\u1100\u1173\u11af."
    assert script_of(tmp_path / "s.txt", taken_apart.encode()) == ["한글."]


def test_a_dos_end_of_file_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert script_of(tmp_path / "s.txt", b"Hello.\r\n\x1a") == ["Hello."]


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b" \n\t\r\n", b"# Only\n\n## headings\n\n---\n"]
)
def test_a_file_with_nothing_to_speak_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(data)
    assert "nothing to speak" in refusal_of(path).title


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"one\x00two",
        bytes(range(256)),
        b" \x00" + b"\x78\x03" * 40,  # even as UTF-16 no letters
        b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00",
    ],
)
def test_a_binary_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "binary.txt"
    path.write_bytes(data)
    assert "not a text file" in refusal_of(path).title


def test_a_control_character_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_bytes(b"Hello.\nRing\x07 the bell.\n")
    hint = refusal_of(path).hint
    assert "U+0007" in hint
    assert "line 2" in hint


@pytest.mark.parametrize("start", [b"%PDF-1.7\n", b"{\\rtf1\\ansi", b"PK\x03\x04\x14\x00"])
def test_a_document_is_refused_with_the_advice_to_save_it_as_text(
    tmp_path: Path, start: bytes
) -> None:
    path = tmp_path / "script.doc"
    path.write_bytes(start + b" words of a document")
    refused = refusal_of(path)
    assert "document" in refused.title
    assert "plain text" in refused.hint


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("今日は天気がいいですね。散歩に行きましょう。", "shift_jis"),
        ("今天天气很好，我们去公园散步吧。你想一起来吗？", "gb18030"),
        ("Où êtes-vous passé cet été ? Ça va très bien.", "cp1252"),
    ],
)
def test_other_encodings_are_refused_and_not_read_as_nonsense(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "s.txt"
    path.write_bytes(text.encode(encoding))
    refused = refusal_of(path)
    assert "encoding" in refused.title
    assert "UTF-8" in refused.hint


def test_text_cut_off_inside_a_character_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_bytes("\ufeff첫 줄.\n둘째 줄".encode()[:-1])
    assert "line 2" in refusal_of(path).hint


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in refusal_of(tmp_path / "없는 파일.txt").title


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "folder" in refusal_of(tmp_path).title


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege there")
def test_a_file_that_the_system_cannot_open_is_refused_with_its_reason(tmp_path: Path) -> None:
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    assert "cannot be read" in refusal_of(loop).title


@pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="permissions do not hold the administrator back",
)
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_text("Hello.")
    path.chmod(0)
    assert "may not be read" in refusal_of(path).title


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert "regular file" in refusal_of(path).title


def test_a_huge_file_is_refused_without_reading_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    with path.open("wb") as file:
        file.seek(2**27)
        file.write(b"x")
    assert "too large" in refusal_of(path).title


def test_an_unknown_language_is_an_input_error_that_lists_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_text("Hello.", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_script(path, language="Klingon")
    assert "ko (Korean)" in caught.value.hint
