"""What the desk shows outside of its own screen: the terminal's title, how far the work has come in
its tab or taskbar, and a bell."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from time import monotonic

from engine.i18n import _
from tui.display import safe
from tui.widgets.engine_status import PROGRAM

REPEAT_SECONDS = 5.0
"""Ghostty takes progress that has not been told for 15 s for that of a program that is gone."""

_OSC, _END = "\x1b]", "\x1b\\"
_SAVE_TITLE, _BRING_BACK_TITLE = "\x1b[22;2t", "\x1b[23;2t"
_LONGEST = 120
_UNTITLED = frozenset({"dumb", "linux"})
# They have no title, and not all of them swallow what they do not understand.

_SHOWS_PROGRESS_SINCE = {
    "ghostty": (1, 2),
    "iTerm.app": (3, 6, 6),
    "vscode": (1, 97),
    "WezTerm": (20250401,),
}
# By TERM_PROGRAM. To older ones, and to terminals that are not named here, any OSC 9 may be the
# text of a notification.
_VTE_SINCE, _KONSOLE_SINCE = (8000,), (260400,)


class Terminal:
    """Whatever it has changed it can put back.

    Args:
        write: sends control sequences to the terminal.
        environment: by which the terminal is known; the process's own where None.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        *,
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        known = os.environ if environment is None else environment
        self._write = write
        self._clock = clock
        self._has_title = known.get("TERM") not in _UNTITLED
        self._shows_progress = shows_progress(known)
        self._title = ""
        self._former_title = ""
        self._percent: int | None = None
        self._told_progress = 0.0

    def show(self, script: str, done: int = 0, total: int = 0) -> None:
        """Show which script is open and how much of the work is done; may be called at any rate,
        only what has changed is sent.

        Args:
            script: empty where none is.
            done, total: sentences; 0 while nothing is to be done.
        """
        self._show_title(_title(script, done, total))
        self._show_progress(min(100 * done // total, 100) if total > 0 else None)

    def ring(self) -> None:
        """Ask for the user's attention in the way that the terminal is set to."""
        self._write("\a")

    def restore(self) -> None:
        """Leave the terminal as it was found. Safe to call twice."""
        self._show_progress(None)
        if self._title:
            self._title = ""
            # Not every terminal has kept the old one; an empty one makes most show their own.
            self._write(f"{_OSC}2;{self._former_title}{_END}{_BRING_BACK_TITLE}")

    def _show_title(self, title: str) -> None:
        if not self._has_title or title == self._title:
            return
        if not self._title:
            self._former_title = _console_title()
            self._write(_SAVE_TITLE)
        self._title = title
        self._write(f"{_OSC}2;{title}{_END}")

    def _show_progress(self, percent: int | None) -> None:
        if not self._shows_progress:
            return
        now = self._clock()
        if percent == self._percent and (
            percent is None or now - self._told_progress < REPEAT_SECONDS
        ):
            return
        self._percent, self._told_progress = percent, now
        state = "0;0" if percent is None else f"1;{percent}"
        self._write(f"{_OSC}9;4;{state}{_END}")


def _title(script: str, done: int, total: int) -> str:
    parts = [safe(script[:_LONGEST]), PROGRAM] if script else [PROGRAM]
    if total > 0:
        # First, because tabs cut off the end.
        parts.insert(0, _("{done} of {total}").format(done=done, total=total))
    return " · ".join(parts)


def shows_progress(environment: Mapping[str, str]) -> bool:
    """Whether a terminal with this environment shows the progress of OSC 9;4.

    For want of a way to ask, those that are known to; elsewhere it might be shown as a
    notification. Within tmux and screen none of it reaches the terminal.
    """
    term = environment.get("TERM", "")
    if "TMUX" in environment or "STY" in environment or term.startswith(("screen", "tmux")):
        return False
    program = environment.get("TERM_PROGRAM")
    if program:
        since = _SHOWS_PROGRESS_SINCE.get(program)
        return since is not None and _version(environment.get("TERM_PROGRAM_VERSION")) >= since
    if "WT_SESSION" in environment or environment.get("ConEmuANSI") == "ON":
        return True
    # What follows is inherited by other terminals that are started from these; they have other
    # names for TERM.
    return term == "xterm-256color" and (
        _version(environment.get("VTE_VERSION")) >= _VTE_SINCE
        or _version(environment.get("KONSOLE_VERSION")) >= _KONSOLE_SINCE
    )


def _version(said: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", said or ""))


def _console_title() -> str:
    """The title of a Windows console, which cannot keep it for us; empty anywhere else."""
    if sys.platform != "win32":
        return ""
    import ctypes

    title = ctypes.create_unicode_buffer(1024)
    ctypes.windll.kernel32.GetConsoleTitleW(title, len(title))
    return safe(title.value)
