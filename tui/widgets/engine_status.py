"""The top of the desk: which script, which engine and how it is, how far the work has come."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.timer import Timer
from textual.widget import Widget

from engine.addresses import shown_address
from engine.domain import Status
from engine.i18n import N_, _
from tui.display import clock, fit, model_name, safe, safe_lines
from tui.marks import MARKS
from tui.tally import Figures

if TYPE_CHECKING:
    from engine.domain import EngineInfo
    from engine.events import Progress

PROGRAM = "TTS Studio"

STATES = {
    "opening": ("◦", N_("opening"), "$foreground-muted"),
    "starting": ("◦", N_("starting"), "$text-accent"),
    "ready": ("◉", N_("ready"), "$text-success"),
    "restarting": ("↻", N_("restarting"), "$text-warning"),
    "lost": ("↻", N_("gone"), "$text-warning"),
    "loading": ("◦", N_("loading"), "$text-accent"),
    "busy": ("◦", N_("busy"), "$text-accent"),
    "unused": ("∅", N_("not used here"), "$foreground-muted"),
    "failed": ("⊘", N_("cannot be had"), "$text-error"),
    "stopped": ("⊘", N_("stopped"), "$text-error"),
}

_BAR = (
    ((Status.ACCEPTED,), "$success"),
    ((Status.READY,), "$primary"),
    ((Status.FLAGGED, Status.STALE), "$warning"),
    ((Status.REJECTED, Status.FAILED), "$error"),
)
_DEVICE_FROM, _NAME_FROM = 70, 100
# Cells; narrower, the script's name needs the room, and what is to be borne in mind.


@dataclass(frozen=True)
class EngineView:
    """What is shown of the engine: its name, its state, its device where known.

    Attributes:
        loads: the model that it takes its time to load, while it does.
        about: all that it tells of itself, for whoever points at it.
        again_at: when it is asked again, by the clock of :func:`time.monotonic`; None where that is
            not waited for.
    """

    name: str = ""
    state: str = "opening"
    device: str = ""
    loads: str = ""
    about: str = ""
    again_at: float | None = None

    @property
    def words(self) -> str:
        """Its state, and how long until it is asked again."""
        word = _(STATES[self.state][1])
        if self.again_at is None:
            return word
        seconds = max(0, math.ceil(self.again_at - time.monotonic()))
        return _("{state}, again in {seconds} s").format(state=word, seconds=seconds)


class Chip(NamedTuple):
    """Something to bear in mind about what the table shows.

    Attributes:
        action: the Textual action that a click runs.
    """

    words: str
    action: str


class EngineStatus(Widget):
    """Two lines: names and engine; a bar of what is done, and figures."""

    ALLOW_SELECT: ClassVar[bool] = False

    engine: reactive[EngineView] = reactive(EngineView())
    figures: reactive[Figures] = reactive(Figures())
    progress: reactive[Progress | None] = reactive(None)
    """How the queue is doing; None while it is empty."""
    chips: reactive[tuple[Chip, ...]] = reactive(())

    listening: reactive[str] = reactive("")
    """How things are heard, where that is not as usual."""

    def __init__(self, script_name: str) -> None:
        super().__init__()
        self._script_name = safe(script_name)
        self._counting: Timer | None = None

    def watch_engine(self) -> None:
        about = safe_lines(self.engine.about)
        self.tooltip = Content(about) if about else None
        self._count_down()

    def _count_down(self) -> None:
        """Show the seconds while there are some to count."""
        if self._counting:
            self._counting.stop()
        waits = self.engine.again_at is not None
        self._counting = self.set_interval(1.0, self.refresh) if waits else None

    def render(self) -> Content:
        return Content("\n").join([self._names(), self._work()])

    def _names(self) -> Content:
        brand = Content.assemble((f" {PROGRAM} ", "bold $text on $primary-muted"), " ")
        borne_in_mind = bool(self.chips or self.listening)
        engine = self._engine(briefly=borne_in_mind and self.size.width < _NAME_FROM)
        chips = Content("").join(map(_chip, self.chips))
        heard = Content.styled(f" {self.listening}  " if self.listening else "", "$text-accent")
        taken = sum(part.cell_length for part in (brand, chips, heard, engine)) + 1
        name = Content.styled(fit(self._script_name, self.size.width - taken), "bold")
        return Content.assemble(brand, name, chips, heard, engine, " ")

    async def on_click(self, event: events.Click) -> None:
        action = event.style.meta.get("runs")
        if action:
            await self.run_action(action)

    def _engine(self, *, briefly: bool) -> Content:
        glyph, _word, colour = STATES[self.engine.state]
        device = self.engine.device if self.size.width >= _DEVICE_FROM else ""
        said = self.engine.words
        if self.engine.loads and not briefly:
            said = _("loading {model} …").format(model=safe(self.engine.loads))
        name = shown_address(self.engine.name)
        names = "" if briefly else " · ".join(filter(None, (name, device)))
        shown = Content.assemble(
            (safe(names), "$foreground-muted"),
            "  " if names else "",
            (f"{glyph} {said}", colour),
        )
        return shown.stylize(Style.from_meta({"runs": "screen.engine"}))

    def _work(self) -> Content:
        figures, width = self.figures, self.size.width
        words = self._figures()
        bar = max(8, width - words.cell_length - 4)
        return Content.assemble(" ", self._bar(bar, figures), "  ", words, " ")

    def _bar(self, width: int, figures: Figures) -> Content:
        total = max(1, figures.total)
        parts: list[tuple[str, str]] = []
        reached = counted = 0
        for statuses, colour in _BAR:
            counted += figures.count(*statuses)
            end = round(width * counted / total)
            parts.append(("━" * (end - reached), colour))
            reached = end
        parts.append(("━" * (width - reached), "$foreground 15%"))
        return Content.assemble(*parts)

    def _figures(self) -> Content:
        figures = self.figures
        said = [
            Content.assemble(
                (f"{figures.done}/{figures.total}", "bold"), " ", (_("spoken"), "$foreground-muted")
            )
        ]
        accepted, look = figures.count(Status.ACCEPTED), figures.count(Status.FLAGGED)
        for count, status in ((accepted, Status.ACCEPTED), (look, Status.FLAGGED)):
            if count:
                mark = MARKS[status]
                said.append(Content.styled(f"{mark.glyph} {count}", mark.colour))
        if figures.seconds:
            said.append(Content(clock(figures.seconds)))
        return Content("  ").join([*said, *self._pace()])

    def _pace(self) -> list[Content]:
        progress = self.progress
        if progress is None:
            return []
        said: list[Content] = []
        if progress.speed:
            said.append(Content.styled(real_time(progress.speed), "$text-accent"))
        if progress.time_left is not None:
            left = _("{time} left").format(time=clock(progress.time_left))
            said.append(Content.styled(left, "$text-accent"))
        return said


def about_engine(info: EngineInfo) -> str:
    """What it runs on, and why: two lines at most."""
    return "\n".join(filter(None, (f"{model_name(info.model)} · {runs_on(info)}", info.reason)))


def runs_on(info: EngineInfo) -> str:
    """Device, numbers, and how many sentences at once where it is more than one."""
    count = info.max_batch or 1
    several = _("{count} sentences at once").format(count=count) if count > 1 else ""
    return " · ".join(filter(None, (info.device, info.dtype, several)))


def real_time(speed: float) -> str:
    """How fast, as people read it: ``0.4× real time``."""
    figure = f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}"
    return _("{speed}× real time").format(speed=figure)


def _chip(chip: Chip) -> Content:
    shown = Content.styled(f" {safe(chip.words)} ", "bold $text on $accent-muted")
    return Content.assemble(shown.stylize(Style.from_meta({"runs": chip.action})), "  ")
