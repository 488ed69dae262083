"""Text from a script, made fit for a terminal: nothing in it can move the cursor or lie about its
width."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from rich.cells import get_character_cell_size

_WIDTH_UNSURE = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U0001f1e6-\U0001f1ff]")
# Skin tones, variation selectors and flag letters: terminals disagree on how many cells they take.

_REGIONAL_A = 0x1F1E6
_PER_CELL = 8
# Characters looked at for each cell that can be filled; combining marks take none.


def safe(text: str) -> str:
    """The text as it can be drawn on one line.

    Control characters become their pictures (``␛``), line ends and tabs become spaces, and what
    reorders or joins its neighbours (bidirectional overrides, zero-width joiners) is left out.
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    if text.isprintable() and not _WIDTH_UNSURE.search(text):
        return text
    return "".join(map(_safe_character, text))


def safe_lines(text: str) -> str:
    """The text as it can be drawn on as many lines as it has."""
    return "\n".join(safe(line) for line in text.splitlines())


def _safe_character(character: str) -> str:
    if _WIDTH_UNSURE.match(character):
        offset = ord(character) - _REGIONAL_A
        return chr(ord("A") + offset) if 0 <= offset < 26 else ""
    category = unicodedata.category(character)
    if category == "Cc":
        return _control(character)
    if category == "Cf":
        return ""
    if category in ("Cs", "Cn"):
        return "\N{REPLACEMENT CHARACTER}"
    return " " if category in ("Zl", "Zp") else character


def _control(character: str) -> str:
    code = ord(character)
    if character in "\t\n\v\f\r\x85":
        return " "
    return chr(0x2400 + code) if code < 0x20 else "\N{SYMBOL FOR DELETE}"


def fit(text: str, width: int) -> str:
    """The safe text in exactly ``width`` cells: padded, or cut with an ellipsis.

    A wide character is never cut in two.
    """
    if width <= 0:
        return ""
    text = safe(text[: width * _PER_CELL])
    cells = 0
    keep, kept_cells = 0, 0
    for index, character in enumerate(text):
        size = get_character_cell_size(character)
        if cells + size > width:
            return text[:keep] + "…" + " " * (width - kept_cells - 1)
        cells += size
        if cells < width:
            keep, kept_cells = index + 1, cells
    return text + " " * (width - cells)


def fit_end(text: str, width: int) -> str:
    """As :func:`fit`, but what is cut off is the beginning: the end of a path tells more."""
    if width <= 0:
        return ""
    text = safe(text[-width * _PER_CELL :])
    cells = [get_character_cell_size(character) for character in text]
    total = sum(cells)
    if total <= width:
        return text + " " * (width - total)
    start = 0
    while total > width - 1:
        total -= cells[start]
        start += 1
    return "…" + text[start:] + " " * (width - 1 - total)


def model_name(model: str) -> str:
    """A model as people name it; a folder of the user's own by its last part."""
    path = Path(model)
    return path.name if path.is_absolute() else model


def clock(seconds: float) -> str:
    """A length of time as people read it: ``0:07``, ``12:34``, ``1:02:03``."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
