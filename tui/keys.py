"""Every action of the desk in one table; bindings, help, key bar and palette are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding
from textual.keys import format_key

from engine.i18n import _

_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_DUBEOLSIK = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ"
JAMO = {
    **dict(zip(_LATIN, _DUBEOLSIK, strict=True)),
    **dict(zip("QWERTOP", "ㅃㅉㄸㄲㅆㅒㅖ", strict=True)),
}
"""What each letter key gives while a Korean input method is on (the two-set layout)."""

MOVE, LISTEN, JUDGE, SPEAK, EDIT, PROJECT = (
    _("Move"),
    _("Listen"),
    _("Judge"),
    _("Speak"),
    _("Edit"),
    _("Project"),
)
GROUPS = (LISTEN, JUDGE, SPEAK, EDIT, MOVE, PROJECT)


@dataclass(frozen=True)
class Action:
    """One thing a key does.

    Attributes:
        id: stable; a keymap names it.
        name: the Textual action, without its namespace.
        label: one or two words, for the key bar.
        tooltip: one sentence, for the help and the palette.
        letter: the quick key, or empty; its jamo follows by itself.
        always: keys that no input method swallows, Textual's names.
    """

    id: str
    name: str
    label: str
    tooltip: str
    group: str
    letter: str = ""
    always: tuple[str, ...] = ()

    @property
    def keys(self) -> str:
        """All keys, as a binding wants them."""
        quick = (self.letter, JAMO.get(self.letter, "")) if self.letter else ()
        return ",".join(key for key in (*quick, *self.always) if key)

    @property
    def shown_keys(self) -> tuple[str, ...]:
        """All keys but the jamo, as people read them; the first is the one to teach."""
        return tuple(show_key(key) for key in (self.letter, *self.always) if key)

    def binding(self) -> Binding:
        return Binding(
            self.keys,
            self.name,
            self.label,
            show=False,
            tooltip=self.tooltip,
            id=self.id,
            group=Binding.Group(self.group),
        )


_KEY_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "delete": "Del",
    "space": "Space",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def show_key(key: str) -> str:
    """A key's name as people read it: ``Ctrl+Z``, ``↑``, ``(``."""
    *modifiers, last = key.split("+")
    name = _KEY_NAMES.get(last) or format_key(last)
    if len(name) > 1 and last not in _KEY_NAMES:
        name = name.capitalize()
    elif modifiers:
        name = name.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


TABLE_ACTIONS = (
    Action("move.up", "move(-1)", _("Up"), _("To the row above."), MOVE, "k", ("up",)),
    Action("move.down", "move(1)", _("Down"), _("To the row below."), MOVE, "j", ("down",)),
    Action("move.top", "move_to_top", _("Top"), _("To the first row."), MOVE, "", ("home",)),
    Action("move.end", "move_to_end", _("End"), _("To the last row."), MOVE, "", ("end",)),
    Action("move.page_up", "page(-1)", _("Page up"), _("A screenful up."), MOVE, "", ("pageup",)),
    Action(
        "move.page_down", "page(1)", _("Page down"), _("A screenful down."), MOVE, "", ("pagedown",)
    ),
)

DESK_ACTIONS = (
    Action(
        "listen.play",
        "play",
        _("Play"),
        _("Play the row's take, or stop what plays."),
        LISTEN,
        "",
        ("space",),
    ),
    Action(
        "listen.previous_take",
        "take(-1)",
        _("Previous take"),
        _("Go back to the take before."),
        LISTEN,
        "t",
        ("left_parenthesis",),
    ),
    Action(
        "listen.next_take",
        "take(1)",
        _("Next take"),
        _("Go on to the take after."),
        LISTEN,
        "T",
        ("right_parenthesis",),
    ),
    Action(
        "judge.accept",
        "accept",
        _("Accept"),
        _("Accept the take, go on to the next row and play it."),
        JUDGE,
        "a",
        ("f8",),
    ),
    Action(
        "judge.reject",
        "reject",
        _("Reject"),
        _("Reject the take: the sentence wants another."),
        JUDGE,
        "x",
        ("delete",),
    ),
    Action(
        "judge.next",
        "next_to_look_at",
        _("Next to check"),
        _("Go to the next row that failed, has a complaint, or waits for your ear."),
        JUDGE,
        "f",
        ("f3",),
    ),
    Action(
        "speak.reroll",
        "reroll",
        _("Speak"),
        _("Speak the row, ahead of all others; again for another take."),
        SPEAK,
        "r",
        ("f5",),
    ),
    Action(
        "speak.all",
        "speak_all",
        _("Speak all"),
        _("Speak every row that needs it: new, changed, rejected or failed."),
        SPEAK,
        "R",
        ("f7",),
    ),
    Action(
        "speak.cancel",
        "cancel_speaking",
        _("Cancel"),
        _("Cancel the row that is spoken or waits; elsewhere press twice to cancel all."),
        SPEAK,
        "c",
        ("ctrl+x",),
    ),
    Action(
        "edit.text",
        "edit",
        _("Edit"),
        _("Edit the text: Enter keeps it, Esc leaves it as it was."),
        EDIT,
        "e",
        ("enter", "f2"),
    ),
    Action(
        "edit.spoken",
        "toggle_spoken",
        _("Not spoken"),
        _("Mark the row as not spoken, or as spoken again."),
        EDIT,
        "h",
        ("number_sign", "ctrl+h"),  # most terminals send Ctrl+H as Backspace
    ),
    Action("edit.undo", "undo", _("Undo"), _("Take back what you did."), EDIT, "u", ("ctrl+z",)),
    Action("edit.redo", "redo", _("Redo"), _("Do again what was undone."), EDIT, "", ("ctrl+y",)),
    Action(
        "project.export",
        "export",
        _("Export"),
        _("Write the numbered WAVs for the video editor."),
        PROJECT,
        "",
        ("f9", "ctrl+e"),
    ),
)

APP_ACTIONS = (
    Action("app.help", "help", _("Help"), _("Show all keys."), PROJECT, "?", ("f1",)),
    Action(
        "app.palette",
        "command_palette",
        _("Commands"),
        _("Find a command by its name."),
        PROJECT,
        "",
        ("ctrl+p",),
    ),
    Action("app.quit", "leave", _("Quit"), _("Leave the desk."), PROJECT, "q", ("ctrl+q",)),
)

ACTIONS = (*TABLE_ACTIONS, *DESK_ACTIONS, *APP_ACTIONS)
BY_ID = {action.id: action for action in ACTIONS}


def is_composed_hangul(character: str | None) -> bool:
    """Whether a key press is a whole Hangul syllable, which no key is bound to."""
    return bool(character) and "가" <= character <= "힣"
