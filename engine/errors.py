"""Every error a user can meet, as one tree.

::

    StudioError
    ├── InputError              bad input or usage: exit code 2
    │   └── ScriptError
    │       └── UnwritableRow
    ├── ProjectError
    │   ├── ReadOnlyProject
    │   └── ScriptChanged
    ├── AudioError
    ├── ExportError
    ├── ModelError              the files of a model cannot be had, or not be removed
    │   └── HubLost             the hub's connection broke off within a file; tried again
    └── EngineError
        ├── EngineStartError    final: the engine cannot be had; nothing is tried again
        ├── EngineBusy          the engine asks to be left alone for a while; tried again
        │   └── EngineLoading   it is not ready yet
        ├── EngineLost          the connection or the process went away; tried again
        │   ├── EngineStalled   it is there and no longer answers
        │   ├── WorkerLost      a server is there, and what speaks behind it went away
        │   └── EngineUnheard   it was gone before it could hear the request
        ├── SpeechRefused       the engine will not speak this request; never tried again
        └── SpeechFailed        the engine tried and failed; counts against the sentence
"""

from __future__ import annotations

from typing import Any


class StudioError(Exception):
    """A failure told in the user's words.

    Args:
        title: what happened, one line.
        hint: why, where it is known, and what to do.
    """

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.title} {self.hint}".rstrip()

    def __reduce__(self) -> tuple[Any, ...]:
        # By itself an exception is made anew from its title alone when another process told it.
        return _told_again, (type(self), self.__dict__)


def _told_again(kind: type[StudioError], attributes: dict[str, Any]) -> StudioError:
    error = kind.__new__(kind, attributes["title"])
    error.__dict__.update(attributes)
    return error


class InputError(StudioError):
    """Something the user named or typed cannot be used."""


class ScriptError(InputError):
    """A script file cannot be read as text."""


class UnwritableRow(ScriptError):
    """A row cannot be written into a script file: it would be read as something else.

    Attributes:
        row: which of the rows, from 0.
    """

    def __init__(self, title: str, hint: str = "", *, row: int) -> None:
        super().__init__(title, hint)
        self.row = row


class ProjectError(StudioError):
    """The studio's memory of a script cannot be opened or written."""


class ReadOnlyProject(ProjectError):
    """A change was asked of a project that another studio holds."""


class ScriptChanged(ProjectError):
    """The script file holds something else than what was read from it last."""


class AudioError(StudioError):
    """Audio cannot be read, written, converted or played."""


class ExportError(StudioError):
    """The finished files cannot be written where they were asked for."""


class ModelError(StudioError):
    """The files of a model cannot be downloaded or removed."""


class HubLost(ModelError):
    """The connection to the hub broke off within a file; what has arrived is kept."""


class EngineError(StudioError):
    """Speech could not be had from an engine."""


class EngineStartError(EngineError):
    """The engine cannot be had at all: a missing library, a wrong key, an unknown model."""


class EngineLost(EngineError):
    """The engine's process or connection went away while it was speaking.

    Attributes:
        from_outside: the end came from outside (a kill, a network fault), so that no sentence is
            to blame for it.
    """

    def __init__(self, title: str, hint: str = "", *, from_outside: bool) -> None:
        super().__init__(title, hint)
        self.from_outside = from_outside


class EngineStalled(EngineLost):
    """The engine is there and its audio has stopped coming."""


class WorkerLost(EngineLost):
    """A server tells that what speaks behind it went away in the middle of a sentence."""


class EngineUnheard(EngineLost):
    """Nobody answered: whatever ended the engine, this request did not."""


class EngineBusy(EngineError):
    """The engine holds all the requests it can, or is not ready yet.

    Attributes:
        retry_after: seconds to wait before asking again.
    """

    def __init__(self, title: str, hint: str = "", *, retry_after: float) -> None:
        super().__init__(title, hint)
        self.retry_after = retry_after


class EngineLoading(EngineBusy):
    """The engine has been started and cannot speak yet."""


class SpeechRefused(EngineError):
    """The request itself is at fault: unknown voice or language, empty or too long a text."""


class SpeechFailed(EngineError):
    """The engine's own typed error while it spoke one sentence."""
