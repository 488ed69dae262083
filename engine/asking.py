"""Yes or no, asked on the terminal."""

from __future__ import annotations

import sys

from engine.errors import InputError
from engine.i18n import _

_YES = frozenset({"y", "yes", "ㅛ", "예", "네", "응"})
# The third is what the key of y types while Hangul is on.


def confirmed(question: str, *, usually: bool) -> bool:
    """What the user says; the end of the input is a no.

    Args:
        usually: what Enter alone means.

    Raises:
        InputError: nobody is there to answer.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError(
            _("Nobody can be asked: this is no terminal."), _("Add --yes to do it without asking.")
        )
    sys.stderr.write(f"{question} [{'Y/n' if usually else 'y/N'}] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        sys.stderr.write("\n")
        return False
    return usually if not answer.strip() else answer.strip().lower() in _YES
