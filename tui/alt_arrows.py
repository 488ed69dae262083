"""Alt with an arrow key, as terminals without the Kitty protocol send it.

Textual takes it for Esc and then the arrow. Esc means something of its own here, so the keys get
back their names, those that they have where the protocol is on.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, cast

from textual import _ansi_sequences as sequences  # the only place where Textual keeps them


class AltArrow(Enum):
    """Keys that Textual's own list of keys lacks."""

    UP = "alt+up"
    DOWN = "alt+down"
    RIGHT = "alt+right"
    LEFT = "alt+left"


def name_alt_arrows() -> None:
    """Have every parser of this process know them."""
    known = cast("dict[str, Any]", sequences.ANSI_SEQUENCES_KEYS)
    known.update({f"\x1b[1;3{end}": (key,) for end, key in zip("ABCD", AltArrow, strict=True)})
