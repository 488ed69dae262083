"""Text as typed, without what cannot be seen; one kind of line end, composed letters."""

from __future__ import annotations

import re
import unicodedata

_PARAGRAPH_ENDS = re.compile(r"[\u2029\f]")
_LINE_ENDS = re.compile(r"\r\n?|[\v\u0085\u2028]")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3164\uffa0]+")
"""With the blank letters (U+3164 …) that Unicode counts as letters; without U+3000, the width of
which is part of how Japanese looks."""

_INVISIBLE = re.compile(
    r"""
      [\u0000-\u0008\u000e-\u001f\u007f-\u009f]                  # controls
    | [\u00ad\u034f\u061c\u180e\u2060-\u206f\ufeff\ufff9-\ufffb]   # soft hyphen, joiners, marks
    | [\u200b\u200c\u200e\u200f\u202a-\u202e]                    # zero width, direction
    | (?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d      # a joiner, but not inside an emoji
    | [\ud800-\udfff]                                            # halves of characters
    """,
    re.VERBOSE,
)


def clean(text: str) -> str:
    """The text in NFC with lines ended by ``\\n``, inner spaces single, invisible characters gone.

    A form feed and U+2029 become a blank line. macOS writes Hangul decomposed (NFD); composed, the
    same words compare equal wherever the file was saved.
    """
    text = _PARAGRAPH_ENDS.sub("\n\n", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", text)
    return unicodedata.normalize("NFC", text)
