"""Alt with an arrow key or a punctuation mark, as terminals without the Kitty protocol send it.

Textual takes it for Esc and then the arrow, or for the punctuation mark alone. Both mean something
of their own here, so the keys get back their names, those that they have where the protocol is on.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, cast

from textual import _ansi_sequences as sequences  # the only place where Textual keeps them


class AltKey(Enum):
    """Keys that Textual's own list of keys lacks."""

    UP = "alt+up"
    DOWN = "alt+down"
    RIGHT = "alt+right"
    LEFT = "alt+left"
    COMMA = "alt+comma"
    FULL_STOP = "alt+full_stop"


_ENDS = ("[1;3A", "[1;3B", "[1;3C", "[1;3D", ",", ".")


def name_alt_keys() -> None:
    """Have every parser of this process know them."""
    known = cast("dict[str, Any]", sequences.ANSI_SEQUENCES_KEYS)
    known.update({f"\x1b{end}": (key,) for end, key in zip(_ENDS, AltKey, strict=True)})
