"""What is known of the engine and its work, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from engine.i18n import N_, _, ngettext
from tui.display import clock, safe
from tui.widgets.engine_status import STATES, EngineView, real_time, runs_on

if TYPE_CHECKING:
    from engine.director import Director
    from tui.engine_history import EngineHistory
    from tui.session import Session

_NEXT = 60
# Rows of the queue that are named; there may be thousands, and they are looked at several times a
# second.

_SPOKEN_AT_ONCE = 4
_HINT_LINES = 3
_TEXT = 200

SERVERS = {
    "studio": N_("TTS Studio"),
    "vllm-omni": N_("vLLM-Omni"),
    "openai": N_("OpenAI's speech API"),
    "tts-clone": N_("/tts/clone, in its own voice"),
}
"""What kind of server it is, by :data:`engine.client.server.Kind`."""

_IDLE = {
    "opening": N_("The project is being opened."),
    "starting": N_("It is being started."),
    "restarting": N_("It is being started again."),
    "lost": N_("It does not answer; it is asked again by itself."),
    "loading": N_("It is loading; it is asked again by itself."),
    "busy": N_("It is busy; it is asked again by itself."),
    "ready": N_("nothing"),
    "unused": N_("nothing; this project is not spoken here"),
    "failed": N_("nothing; it is tried again when something is to be spoken"),
    "stopped": N_("nothing"),
}


class Fact(NamedTuple):
    """A line: what it is about, untranslated or empty, and what is known."""

    name: str
    known: Content


def engine_facts(view: EngineView, session: Session | None) -> list[Fact]:
    """All lines, in an order that stays.

    Args:
        view: as the header shows the engine.
        session: None while the project is not open.
    """
    facts = [*_who(view, session)]
    director = session.director if session else None
    facts += _work(view, session, director) if session and director else [_idle(view, session)]
    return facts + (_faults(session.history) if session else [])


def _who(view: EngineView, session: Session | None) -> Iterator[Fact]:
    glyph, _word, colour = STATES[view.state]
    name = Content.assemble((safe(view.name), "bold"), "  " if view.name else "")
    yield Fact(N_("Engine"), Content.assemble(name, (f"{glyph} {view.words}", colour)))
    info = session.engine_info if session else None
    if info is None:
        if view.loads:
            yield Fact(N_("Model"), Content(safe(view.loads)))
        return
    yield Fact(N_("Model"), Content(safe(info.model)))
    if info.server:
        yield Fact(N_("Server"), Content(_(SERVERS[info.server])))
    if info.device:
        yield Fact(N_("Device"), Content(safe(runs_on(info))))
    if info.reason:
        yield Fact(N_("Why so"), Content.styled(safe(info.reason), "$foreground-muted"))
    if info.voices:
        yield Fact(N_("Voices"), Content(safe(", ".join(info.voices))))
    if info.version:
        yield Fact(N_("Version"), Content(safe(info.version)))


def _idle(view: EngineView, session: Session | None) -> Fact:
    said = _(_IDLE[view.state])
    if session and session.engine_error:
        said = _("nothing; the settings (Ctrl+T) have another engine, or try this one again")
    return Fact(N_("Now"), Content.styled(said, "$foreground-muted"))


def _work(view: EngineView, session: Session, director: Director) -> Iterator[Fact]:
    now = [_spoken(session, director, id_) for id_ in director.speaking[:_SPOKEN_AT_ONCE]]
    if director.learning:
        now.insert(0, _learning(director.learning))
    if not now:
        yield _idle(view, session)
    for place, said in enumerate(now):
        yield Fact("" if place else N_("Now"), said)
    yield Fact(N_("Queue"), _queue(session, director))
    yield from _pace(director)


def _learning(phrase: str) -> Content:
    said = _("Learning the closing phrase: {phrase}").format(phrase=safe(phrase))
    return Content.styled(said, "$text-accent")


def _spoken(session: Session, director: Director, sentence_id: int) -> Content:
    row = session.project.row(sentence_id)
    activity = director.activity(sentence_id)
    said = _("row {number}, {seconds:.1f} s so far: {text}").format(
        number=row.number or "–",
        seconds=activity.seconds if activity else 0.0,
        text=safe(row.sentence.text[:_TEXT]),
    )
    return Content.styled(said, "$text-accent")


def _queue(session: Session, director: Director) -> Content:
    count = director.waiting_count
    if not count:
        return Content.styled(_("empty"), "$foreground-muted")
    numbers = [session.project.row(id_).number for id_ in director.waiting(_NEXT)]
    rows = ranges([number for number in numbers if number is not None])
    said = ngettext("{count} take waits: row {rows}", "{count} takes wait: rows {rows}", count)
    return Content(said.format(count=count, rows=rows + (" …" if count > _NEXT else "")))


def ranges(numbers: Sequence[int]) -> str:
    """Numbers in their order, neighbours drawn together: ``4–9, 2, 11``."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(f"{first}–{last}" if last > first else f"{first}" for first, last in runs)


def _pace(director: Director) -> Iterator[Fact]:
    progress = director.progress
    if director.busy:
        done = _("{done} of {total}").format(done=progress.done, total=progress.total)
        yield Fact(N_("Done"), Content(done))
    if progress.speed:
        measured = _("{speed}: {audio} of audio in {work}").format(
            speed=real_time(progress.speed),
            audio=clock(progress.audio_seconds),
            work=clock(progress.work_seconds),
        )
        yield Fact(N_("Speed"), Content(measured))
    else:
        yield Fact(N_("Speed"), Content.styled(_("not measured yet"), "$foreground-muted"))
    if director.busy and progress.time_left is not None:
        yield Fact(N_("Time left"), Content(clock(progress.time_left)))


def _faults(history: EngineHistory) -> list[Fact]:
    restarts = ngettext(
        "{count} time since the desk was opened",
        "{count} times since the desk was opened",
        history.restarts,
    ).format(count=history.restarts)
    none = Content.styled(_("none"), "$foreground-muted")
    facts = [Fact(N_("Restarts"), Content(restarts) if history.restarts else none)]
    if history.fault:
        title = f"{history.fault_time}  {history.fault.title}"
        lines = [title, *history.fault.hint.splitlines()[:_HINT_LINES]]
        said = [Content.styled(safe(line), "$text-warning") for line in lines]
        facts += [Fact("" if place else N_("Last fault"), line) for place, line in enumerate(said)]
    return facts
