"""What a key is to the desk: an action with its bindings, its jamo and its names for people.

The table of all actions is in :mod:`tui.actions`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.keys import format_key

if TYPE_CHECKING:
    from textual.screen import Screen

_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_DUBEOLSIK = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ"
JAMO = {
    **dict(zip(_LATIN, _DUBEOLSIK, strict=True)),
    **dict(zip("QWERTOP", "ㅃㅉㄸㄲㅆㅒㅖ", strict=True)),
}
"""What each letter key gives while a Korean input method is on (the two-set layout)."""

ALIASES = {
    **{
        f"alt+{digit}": key
        for digit, key in enumerate(
            (
                *("inverted_exclamation_mark", "trade_mark_sign", "pound_sign", "cent_sign"),
                *("infinity", "section_sign", "pilcrow_sign", "bullet", "ª"),
            ),
            start=1,
        )
    },
    "alt+b": "ctrl+left",
    "alt+f": "ctrl+right",
    "ctrl+space": "ctrl+@",
}
"""What becomes of keys in terminals without the Kitty protocol: Textual takes Alt with a digit for
the character that a Mac types with it, and Alt with B or F for Emacs' keys to go a word back and
on; a terminal sends the same for Ctrl with Space as for Ctrl with @."""


@dataclass(frozen=True)
class Action:
    """One thing a key does. Its words are untranslated; who shows them translates them.

    Attributes:
        id: stable; a keymap names it.
        name: the Textual action, without its namespace.
        label: one or two words, for the key bar.
        tooltip: one sentence, for the help and the palette.
        group: where the help lists it.
        letter: the quick key, or empty; its jamo follows by itself.
        always: keys that no input method swallows, Textual's names.
        in_menu: it stands in the menu, among what is not done all day.
        in_palette: it can be run by its name too; not so where it waits for a key after it.
    """

    id: str
    name: str
    label: str
    tooltip: str
    group: str
    letter: str = ""
    always: tuple[str, ...] = ()
    in_menu: bool = False
    in_palette: bool = True

    @property
    def keys(self) -> str:
        """All keys, as a binding wants them."""
        quick = (self.letter, JAMO.get(self.letter, "")) if self.letter else ()
        other = (ALIASES.get(key, "") for key in self.always)
        return ",".join(key for key in (*quick, *self.always, *other) if key)

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
    "backspace": "Backspace",
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
    elif modifiers and len(name) == 1:
        name = name.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def keys_in_use(screen: Screen[Any], actions: Iterable[Action]) -> dict[str, tuple[str, ...]]:
    """The keys that do each action on this screen now, by its id, where a keymap may have put
    others in place of the usual ones; as people read them, the first being the one to teach. An
    action that cannot be done now has none."""
    bound: defaultdict[str | None, list[str]] = defaultdict(list)
    for key, there in screen.active_bindings.items():
        bound[there.binding.id].append(key)
    return {action.id: _as_read(action, bound[action.id]) for action in actions}


def _as_read(action: Action, keys: Iterable[str]) -> tuple[str, ...]:
    quiet = {*JAMO.values(), *(ALIASES.get(key) for key in action.always)}
    shown = [show_key(key) for key in keys if key not in quiet]
    usual = action.shown_keys
    return tuple(sorted(shown, key=lambda key: usual.index(key) if key in usual else len(usual)))


def is_composed_hangul(character: str | None) -> bool:
    """Whether a key press is a whole Hangul syllable, which no key is bound to."""
    return bool(character) and "가" <= character <= "힣"
