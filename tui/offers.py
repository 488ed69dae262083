"""Which keys are worth showing for what is going on, the most useful first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.domain import NEEDS_SPEAKING, Status
from engine.i18n import _
from tui.actions import BY_ID
from tui.keys import Action
from tui.rows import RowView

CHANGES = frozenset(
    {
        *("speak.reroll", "speak.all", "speak.cancel", "judge.accept", "judge.reject"),
        *("edit.text", "edit.spoken", "edit.undo", "edit.redo", "find.replace"),
        *("project.save", "edit.take_script", "edit.keep_mine"),
        *("edit.form", "edit.label", "edit.pause", "judge.note"),
        *("shape.split", "shape.merge", "shape.insert", "shape.delete", "shape.up", "shape.down"),
        *("listen.previous_take", "listen.next_take", "takes.compare", "takes.delete"),
        *("cut.start", "cut.end", "cut.back_10", "cut.on_10", "cut.back_100", "cut.on_100"),
        *("cut.snap", "cut.type", "cut.found", "cut.next", "cut.again"),
        *(f"listen.pick_take_{number}" for number in range(1, 10)),
    }
)
"""The actions that a project which may only be read refuses."""


@dataclass(frozen=True)
class Offer:
    """A key in the bottom line.

    Attributes:
        action: the Textual action that a click runs.
    """

    key: str
    label: str
    action: str


@dataclass(frozen=True)
class Situation:
    """What the bottom line depends on.

    Attributes:
        row: the current one, or None in an empty script.
        selected: rows are, and commands act on them.
        playing: the current row's take is being played.
        busy: something is queued or being spoken.
        unspoken: rows that need speaking.
        unsaved: the script does not have all that was done here.
        doubtful: where the current take is cut is not sure.
        refused: the ids of actions that cannot be done here.
    """

    row: RowView | None
    editing: bool = False
    splitting: bool = False
    selected: bool = False
    playing: bool = False
    busy: bool = False
    unspoken: int = 0
    unsaved: bool = False
    doubtful: bool = False
    refused: Collection[str] = ()


def offers_for(now: Situation) -> tuple[Offer, ...]:
    """The keys of a situation; who shows them leaves out what does not fit."""
    if now.splitting:
        return (
            Offer("Enter", _("Split here"), "screen.split_here"),
            Offer("←", _("Before"), "screen.move_split(-1)"),
            Offer("→", _("After"), "screen.move_split(1)"),
            Offer("Esc", _("Leave as it was"), "screen.leave_edit"),
        )
    if now.editing:
        return (
            Offer("Enter", _("Keep"), "screen.keep_edit"),
            Offer("Esc", _("Leave as it was"), "screen.leave_edit"),
            Offer("F5", _("Keep and speak"), "screen.keep_edit_and_speak"),
        )
    named = [*_for_script(now, now.row), ("project.export", ""), ("app.quit", "")]
    seen = dict.fromkeys(named)
    return tuple(_offer(id_, label) for id_, label in seen if id_ not in now.refused)


def _for_script(now: Situation, row: RowView | None) -> list[tuple[str, str]]:
    if row is None:
        return []
    if now.selected:
        return _for_selection(busy=now.busy)
    named = _for_row(row, playing=now.playing)
    if now.busy:
        named.insert(2, ("speak.cancel", ""))
    elif now.unspoken:
        named.insert(0 if row.status in NEEDS_SPEAKING else 3, ("speak.all", ""))
    if now.doubtful:
        named[1:1] = [("cut.next", ""), ("cut.around", "")]
    if row.conflict:
        named[:0] = [("edit.take_script", ""), ("edit.keep_mine", "")]
    named += [("listen.from_here", ""), ("judge.next", "")]
    if now.unsaved:
        named.append(("project.save", ""))
    return [*named, ("edit.form", ""), ("edit.undo", "")]


def _for_selection(*, busy: bool) -> list[tuple[str, str]]:
    named = [("speak.reroll", ""), ("judge.accept", ""), ("judge.reject", ""), ("edit.spoken", "")]
    named.append(("edit.form", ""))
    if busy:
        named.insert(1, ("speak.cancel", ""))
    return [*named, ("find.let_go", _("Select nothing"))]


def _for_row(row: RowView, *, playing: bool) -> list[tuple[str, str]]:
    if not row.spoken:
        return [("edit.spoken", _("Spoken again")), ("edit.text", "")]
    if not row.take:
        heard = [("listen.play", "")] if row.status is Status.SPEAKING and not playing else []
        heard += _while_playing() if playing else []
        return [*heard, ("speak.reroll", ""), ("edit.text", ""), ("edit.spoken", "")]
    shown = _while_playing() if playing else [("listen.play", "")]
    if row.status in (Status.REJECTED, Status.STALE):
        shown += [("speak.reroll", _("Re-roll")), ("edit.text", "")]
    else:
        shown += [
            ("judge.accept", ""),
            ("speak.reroll", _("Re-roll")),
            ("edit.text", ""),
            ("judge.reject", ""),
        ]
    if not row.take.endswith("/1"):
        shown += [("listen.next_take", ""), ("takes.compare", "")]
    return shown


def _while_playing() -> list[tuple[str, str]]:
    return [("listen.play", _("Stop")), ("listen.pause", "")]


def _offer(action_id: str, label: str = "") -> Offer:
    action: Action = BY_ID[action_id]
    namespace = "app" if action_id.startswith("app.") else "screen"
    return Offer(action.shown_keys[0], label or _(action.label), f"{namespace}.{action.name}")
