"""What replacing text makes of many texts. No I/O, unless run as a program: see
:mod:`tui.bounded`."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Wanted:
    """What is to be replaced by what.

    Attributes:
        find: a text, or a regular expression of Python's.
        put: in its place; with a regular expression, ``\\1`` is what its first group found.
    """

    find: str
    put: str = ""
    whole_words: bool = False
    match_case: bool = False
    regex: bool = False


class Piece(NamedTuple):
    """What stays of a text, and the old and the new that follow it."""

    kept: str
    old: str = ""
    new: str = ""


Pieces = list[Piece]


def pattern_of(wanted: Wanted) -> re.Pattern[str]:
    """What finds it.

    Raises:
        re.error: it is no regular expression, or what is to be put in its place does not suit it.
    """
    source = unicodedata.normalize("NFC", wanted.find)
    source = source if wanted.regex else re.escape(source)
    if wanted.whole_words:
        source = rf"(?<!\w)(?:{source})(?!\w)"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a future Python may read some patterns otherwise
        try:
            pattern = re.compile(source, 0 if wanted.match_case else re.IGNORECASE)
            if wanted.regex:
                pattern.sub(wanted.put, "")
        except (IndexError, OverflowError, RecursionError) as error:
            raise re.error(str(error)) from error
    return pattern


def replaced(wanted: Wanted, texts: Iterable[str]) -> list[Pieces]:
    """For each text the pieces that it falls into; none where nothing changes.

    Raises:
        re.error: as :func:`pattern_of`.
    """
    pattern = pattern_of(wanted)
    put = _template(wanted.put) if wanted.regex else lambda _match: wanted.put
    return [_pieces(unicodedata.normalize("NFC", text), pattern, put) for text in texts]


def before(pieces: Iterable[Piece]) -> str:
    return "".join(piece.kept + piece.old for piece in pieces)


def after(pieces: Iterable[Piece]) -> str:
    return "".join(piece.kept + piece.new for piece in pieces).strip()


def _template(put: str) -> Callable[[re.Match[str]], str]:
    # What a line end would become in a sentence's editor.
    return lambda match: " ".join(match.expand(put).splitlines())


def _pieces(
    text: str, pattern: re.Pattern[str], put: Callable[[re.Match[str]], str]
) -> list[Piece]:
    pieces, begin = [], 0
    for match in pattern.finditer(text):
        new = put(match)
        if new != match[0]:
            pieces.append(Piece(text[begin : match.start()], match[0], new))
            begin = match.end()
    return [*pieces, Piece(text[begin:])] if pieces else []


def main() -> None:
    """Read what is wanted and the texts as JSON, and write the pieces as JSON."""
    asked = json.load(sys.stdin)
    json.dump(replaced(Wanted(**asked["wanted"]), asked["texts"]), sys.stdout)


def asked_as_json(wanted: Wanted, texts: list[str]) -> bytes:
    """What :func:`main` reads."""
    return json.dumps({"wanted": asdict(wanted), "texts": texts}).encode("ascii")


def answer_from_json(answer: bytes) -> list[Pieces]:
    """What :func:`main` writes."""
    return [[Piece(*piece) for piece in pieces] for pieces in json.loads(answer)]


if __name__ == "__main__":
    main()
