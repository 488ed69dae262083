"""What can be wrong with a take: the words that are stored with it, and how they are shown.

A take outlives the language that its studio was set to. So what is stored is the message as it
stands here, and it is translated when it is shown.
"""

from __future__ import annotations

import re

from engine.i18n import N_, _

STOPPED = N_("It was stopped before it had ended: the last words may be missing.")
INAUDIBLE = N_("Nothing can be heard.")
TOO_SHORT = N_("It is much too short for its text: words are probably missing.")
TOO_LONG = N_("It is much too long for its text: something was probably added.")
LATE = N_("It begins with {seconds:.1f} s of silence.")
NO_PHRASE = N_(
    "The closing phrase is missing, so nothing was cut off: listen to the end, and re-roll it if "
    "words are missing."
)
NO_PAUSE = N_(
    "There is no pause before the closing phrase: listen to the end, and move the cut or re-roll "
    "it."
)
UNSURE_CUT = N_(
    "Where the closing phrase begins is not sure: listen to the end, and move the cut or re-roll "
    "it."
)
CLIPPED = N_("It is distorted: its loudest parts are clipped.")

ABOUT_CUT = frozenset({NO_PHRASE, NO_PAUSE, UNSURE_CUT})
"""What is said against a cut that was found; one who makes it by hand knows where it is."""

_ABOUT_END = ABOUT_CUT | {STOPPED, TOO_LONG, TOO_SHORT}

_LATE = re.compile(re.escape(LATE).replace(re.escape("{seconds:.1f}"), r"(\d+\.\d)"))


def shown_complaint(stored: str) -> str:
    """A stored complaint in the user's language; one that is not known here as it is."""
    late = _LATE.fullmatch(stored)
    return _(LATE).format(seconds=float(late[1])) if late else _(stored)


def is_about_beginning(stored: str) -> bool:
    """Whether it is to be heard at the beginning of a take."""
    return _LATE.fullmatch(stored) is not None


def is_about_clipping(stored: str) -> bool:
    """Whether it is to be heard where the waveform has flat tops."""
    return stored == CLIPPED


def is_about_end(stored: str) -> bool:
    """Whether it is to be heard where the cut ends."""
    return stored in _ABOUT_END
