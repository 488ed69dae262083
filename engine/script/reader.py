"""From a script to its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.domain import Script, ScriptSentence
from engine.errors import ScriptError
from engine.i18n import _
from engine.labels import make_label
from engine.languages import CODES, language_name
from engine.script.cleaning import clean
from engine.script.files import read_text_file
from engine.script.guessing import guess_language
from engine.script.layout import Paragraph, is_direction, is_speakable, paragraphs
from engine.script.sentences import split_sentences
from engine.script.wrapping import is_hard_wrapped, unwrapped


def read_script(
    path: Path, *, language: str | None = None, hard_wrapped: bool | None = None
) -> Script:
    """A script file as the rows of the table. Blocking.

    Reads UTF-8, UTF-16 and CP949 with any line ends. See :func:`split_text` for the rest.

    Raises:
        ScriptError: the file cannot be read as text, or there is no row in it.
        InputError: ``language`` is none of the ten.
    """
    file = read_text_file(path)
    script = _split(file.text, file.encoding, language, hard_wrapped)
    if not script.sentences:
        raise ScriptError(
            _("{path} has nothing to speak.").format(path=path),
            _("It is empty or has only headings: write a sentence into it and save it."),
        )
    return replace(script, stamp=stamp_of(file.data))


def stamp_of(data: bytes) -> int:
    """Tells what a file holds from what it held before; for this process alone."""
    return hash(data)


def split_text(
    text: str, *, language: str | None = None, hard_wrapped: bool | None = None
) -> Script:
    """Text as the rows of the table.

    A line end, a blank line and a sentence's own stop end a row. Markdown headings name the
    section of what follows; headings, horizontal rules, YAML front matter and the marks of list
    items are in no row. Stage directions and rows without a letter or digit are suggested as not
    spoken.

    Args:
        language: a code or an English name; guessed from the letters if None.
        hard_wrapped: whether line ends inside a paragraph are only a width's doing; guessed if
            None.

    Raises:
        ScriptError: there is no row in it.
        InputError: ``language`` is none of the ten.
    """
    script = _split(text, "", language, hard_wrapped)
    if not script.sentences:
        raise ScriptError(
            _("There is nothing to speak."), _("The text is empty or has only headings.")
        )
    return script


def _split(text: str, encoding: str, language: str | None, hard_wrapped: bool | None) -> Script:
    parts = tuple(paragraphs(clean(text)))
    name = language_name(language) if language else _guess(parts)
    wrapped = is_hard_wrapped(parts) if hard_wrapped is None else hard_wrapped
    return Script(
        sentences=tuple(_rows(parts, CODES[name], wrapped)),
        language=name,
        encoding=encoding,
        hard_wrapped=wrapped,
    )


def _guess(parts: tuple[Paragraph, ...]) -> str:
    lines = (line.text for part in parts for line in part.lines)
    return guess_language("\n".join(line for line in lines if not is_direction(line)))


def _rows(parts: tuple[Paragraph, ...], code: str, wrapped: bool) -> Iterator[ScriptSentence]:
    line_number = 0
    for number, part in enumerate(parts, start=1):
        for line in unwrapped(part.lines) if wrapped else (line.text for line in part.lines):
            line_number += 1
            for text in [line] if is_direction(line) else split_sentences(line, code):
                yield ScriptSentence(
                    text=text,
                    spoken=is_speakable(text) and not is_direction(text),
                    label=make_label(text),
                    section=part.section,
                    paragraph=number,
                    line=line_number,
                )
