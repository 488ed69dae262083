"""Bytes on disk to text, in the encodings that scripts are found in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ScriptError
from engine.i18n import _

MAX_BYTES = 64 * 1024 * 1024
"""Far above any script (20,000 sentences are about 2 MB), far below what would fill the memory."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "utf-32-le"),  # before UTF-16, whose mark it begins with
    (b"\x00\x00\xfe\xff", "utf-32", "utf-32-be"),
    (b"\xff\xfe", "utf-16", "utf-16-le"),
    (b"\xfe\xff", "utf-16", "utf-16-be"),
)
"""Marks, the codecs that read them too, and those of what follows them."""

_DOS_END = "\x1a"
_DOCUMENTS = (b"%PDF-", b"{\\rtf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How PDF, RTF, zipped (docx, odt, hwpx) and OLE (doc, hwp) documents begin."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class TextFile:
    """A text file as it was read.

    Attributes:
        data: all of it.
        text: without a byte order mark.
        encoding: name of the Python codec it was read with.
    """

    data: bytes
    text: str
    encoding: str

    def encoded(self, text: str) -> bytes:
        """Another text in the manner of this file: the same encoding, byte order, mark and end.

        Raises:
            UnicodeEncodeError: the encoding has no such character.
        """
        mark, codec = self._written_as()
        return mark + (text + self._end).encode(codec)

    @property
    def _end(self) -> str:
        mark, codec = self._written_as()
        return self.data[len(mark) :].decode(codec)[len(self.text) :]

    def _written_as(self) -> tuple[bytes, str]:
        for mark, codec, plain in _BOMS:
            if codec == self.encoding and self.data.startswith(mark):
                return mark, plain
        return b"", self.encoding


def read_text_file(path: Path) -> TextFile:
    """A file of text.

    Raises:
        ScriptError: there is no such file, it may not be read, or it is not text.
    """
    data = _read_bytes(path)
    if data.startswith(_DOCUMENTS):
        raise ScriptError(
            _("{path} is a document, not a text file.").format(path=path),
            _("Open it in its own program and save it as plain text (UTF-8)."),
        )
    text, encoding = _decode(data, path)
    text = text.removesuffix(_DOS_END)  # DOS editors end a file so
    control = _CONTROL.search(text)
    if control:
        raise ScriptError(
            _("{path} is not a text file.").format(path=path),
            _(
                "It holds the control character U+{code:04X} (line {line}), which no text does. "
                "Name a text file, or save this one again as plain text (UTF-8)."
            ).format(code=ord(control[0]), line=text.count("\n", 0, control.start()) + 1),
        )
    return TextFile(data, text, encoding)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ScriptError(
                _("{path} is a folder, not a script.").format(path=path),
                _("Name a text file inside it."),
            )
        if path.exists() and not path.is_file():
            raise ScriptError(
                _("{path} is not a regular file.").format(path=path),
                _("The studio keeps its work beside the script: save it as a text file first."),
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ScriptError(
            _("There is no file {path}.").format(path=path),
            _("Check its name and its folder."),
        ) from error
    except PermissionError as error:
        raise ScriptError(
            _("{path} may not be read.").format(path=path),
            _("Its owner or another program keeps it closed: change its permissions, or copy it."),
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ScriptError(
            _("{path} cannot be read.").format(path=path),
            _("The system says: {reason}.").format(reason=reason),
        ) from error
    if len(data) > MAX_BYTES:
        raise ScriptError(
            _("{path} is too large for a script.").format(path=path),
            _("A script may have up to {size} MB: name a text file, or divide this one.").format(
                size=MAX_BYTES // 2**20
            ),
        )
    return data


def _decode(data: bytes, path: Path) -> tuple[str, str]:
    for mark, codec, _plain in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(codec), codec
            except UnicodeDecodeError as error:
                raise _undecodable(path, data, error) from error
    if 0 in data:
        codec = _utf16_without_a_mark(data)
        # An actual NUL is left for the caller to report: it is what makes the file binary.
        return (data.decode(codec), codec) if codec else (data.decode("latin-1"), "latin-1")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        text = _cp949(data)
        if text is None:
            raise _undecodable(path, data, error) from error
        return text, "cp949"


def _undecodable(path: Path, data: bytes, error: UnicodeDecodeError) -> ScriptError:
    return ScriptError(
        _("{path} is in no text encoding that the studio knows.").format(path=path),
        _(
            "It is neither UTF-8 (see line {line}) nor UTF-16 nor CP949. "
            "Open it in a text editor and save it again as UTF-8."
        ).format(line=data.count(b"\n", 0, error.start) + 1),
    )


def _utf16_without_a_mark(data: bytes) -> str | None:
    """The byte order of unmarked UTF-16, told by where its spaces and line ends are."""
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            continue
        gaps = text.count(" ") + text.count("\n")
        swapped_gaps = text.count("\u2000") + text.count("\u0a00")
        if gaps > swapped_gaps and _mostly_assigned(text[:4096]):
            return codec
    return None


def _mostly_assigned(text: str) -> bool:
    strange = sum(unicodedata.category(c) in {"Cn", "Co"} for c in text)
    return strange <= len(text) // 50


def _cp949(data: bytes) -> str | None:
    """Korean text in CP949, or None for what merely happens to be valid in it.

    Chinese and Japanese legacy encodings often are; they come out as hanja and as syllables that
    no Korean word has. KS X 1001 holds the 2,350 syllables that Korean is written in.
    """
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return None
    counts = Counter(c for c in text if "\u3400" <= c <= "\ufaff")
    common = sum(n for c, n in counts.items() if "가" <= c <= "힣" and _in_ks_x_1001(c))
    return text if common * 10 >= counts.total() * 7 else None


def _in_ks_x_1001(syllable: str) -> bool:
    # The codec spells any other syllable out, in eight bytes.
    return len(syllable.encode("euc_kr")) == 2
