"""What the settings screen offers: every setting, in groups, with its words and its kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.closing import AFTER_CUT_SHORT, ALWAYS, NEVER
from engine.i18n import ENGLISH, N_, _
from engine.languages import LANGUAGES
from engine.model_settings import ATTENTIONS, DECODES, DEVICES, DTYPES, OF_THE_WORKER
from engine.options import ENGINES
from engine.settings_file import Standing
from engine.settings_sources import DOTENV, Origin
from tui.display import safe
from tui.model_settable import MODEL_GROUPS
from tui.setting_kinds import Kind, Settable
from tui.themes import DARK

SETTABLE: tuple[tuple[str, tuple[Settable, ...]], ...] = (
    (
        N_("Listening"),
        (
            Settable("volume", N_("Volume"), N_("Of what is played, in percent."), Kind.NUMBER),
            Settable(
                "playback_speed",
                N_("Speed"),
                N_("Of what is played, from 0.75 to 2; the pitch stays."),
                Kind.NUMBER,
            ),
            Settable(
                "output_device",
                N_("Sound device"),
                N_("Changing it stops what plays."),
                Kind.CHOICE,
            ),
            Settable(
                "play_after_accept",
                N_("Go on playing"),
                N_("Accepting a take plays the next one."),
                Kind.SWITCH,
            ),
            Settable(
                "play_new_takes",
                N_("Play new takes"),
                N_("A take that you asked for is played when it lands."),
                Kind.SWITCH,
            ),
            Settable(
                "pause",
                N_("Sentence pause"),
                N_("Seconds between two sentences when rows are played on."),
                Kind.NUMBER,
            ),
            Settable(
                "paragraph_pause",
                N_("Paragraph pause"),
                N_("Seconds between two paragraphs when rows are played on."),
                Kind.NUMBER,
            ),
        ),
    ),
    (
        N_("Speaking and export"),
        (
            Settable(
                "engine", N_("Engine"), N_("Who speaks, this script and new ones."), Kind.CHOICE
            ),
            Settable(
                "language",
                N_("Language"),
                N_("In which a new script is read."),
                Kind.CHOICE,
                at_start=True,
            ),
            Settable(
                "hard_wrapped",
                N_("Line ends"),
                N_("Whether they end sentences, or only wrap the lines."),
                Kind.CHOICE,
                at_start=True,
            ),
            Settable(
                "closing",
                N_("Closing phrase"),
                N_("Said after a sentence and cut away, so that its last syllable is whole."),
                Kind.CHOICE,
            ),
            Settable(
                "closing_phrases",
                N_("Its words"),
                N_("What the closing phrase is in the language of the script ({language})."),
                Kind.PHRASE,
            ),
            Settable(
                "silence",
                N_("Silence"),
                N_("Seconds at the end of each exported file."),
                Kind.NUMBER,
            ),
            Settable("bell", N_("Bell"), N_("Ring when the queue is done."), Kind.SWITCH),
        ),
    ),
    (
        N_("Looks"),
        (
            Settable(
                "waveform",
                N_("Waveform"),
                N_("Draws the take of the row below the table."),
                Kind.SWITCH,
            ),
            Settable("theme", N_("Theme"), N_("The colours."), Kind.CHOICE),
            Settable(
                "interface",
                N_("Interface"),
                N_("The language of the program."),
                Kind.CHOICE,
                at_start=True,
            ),
        ),
    ),
    *MODEL_GROUPS,
)

AT_START = frozenset(
    setting.name for _group, settings in SETTABLE for setting in settings if setting.at_start
)

NEEDS_ENGINE_ANEW = OF_THE_WORKER | {"engine"}
"""What is taken up by another engine in place of the one that is there."""

TONGUES = {
    "Chinese": N_("Chinese"),
    "English": N_("English"),
    "French": N_("French"),
    "German": N_("German"),
    "Italian": N_("Italian"),
    "Japanese": N_("Japanese"),
    "Korean": N_("Korean"),
    "Portuguese": N_("Portuguese"),
    "Russian": N_("Russian"),
    "Spanish": N_("Spanish"),
}
_INTERFACES = {ENGLISH: "English", "ko": "한국어"}

Choices = Sequence[tuple[str, Any]]
"""Words and values."""


def choices(name: str, kept: Any, *, themes: Sequence[str], devices: Sequence[str]) -> Choices:
    """What a setting can be, as it is chosen from; what it is now is always among it.

    Args:
        kept: what it is.
        themes: all that there are.
        devices: the sound devices that there are, as far as is known.
    """
    known: dict[str, list[tuple[str, Any]]] = {
        "engine": [
            (_("qwen where it can speak, else espeak"), None),
            *((name, name) for name in ENGINES),
        ],
        "language": [
            (_("guessed from the script"), None),
            *((_(TONGUES[tongue]), tongue) for tongue in LANGUAGES.values()),
        ],
        "hard_wrapped": [
            (_("guessed from the script"), None),
            (_("wrap the lines"), True),
            (_("end sentences"), False),
        ],
        "closing": [
            (_("what suits the engine"), None),
            (_("always"), ALWAYS),
            (_("never"), NEVER),
            (_("where the end was cut short"), AFTER_CUT_SHORT),
        ],
        **{
            name: [(_("what suits the machine"), None), *((word, word) for word in words)]
            for name, words in (
                ("device", DEVICES),
                ("dtype", DTYPES),
                ("attn", ATTENTIONS),
                ("decode", DECODES),
            )
        },
        "interface": [(_("the system's"), None), *((_INTERFACES[c], c) for c in _INTERFACES)],
        "theme": [(theme, theme) for theme in sorted(themes)],
        "output_device": [(_("the system's"), None), *((device, device) for device in devices)],
    }
    found = known[name]
    kept = effective(name, kept)
    if kept not in (value for _words, value in found):
        found.append((str(kept), kept))
    return found


def effective(name: str, value: Any) -> Any:
    """What an empty value stands for, where it can be named."""
    return DARK.name if name == "theme" and value is None else value


def edited(name: str, standing: Standing) -> Any:
    """The value that is there to be changed: what the user's file says, but for the engine, of
    which a script and a command line have their own until another is chosen."""
    own = _is_of_this_desk(name, standing)
    return effective(name, standing.value if own else standing.kept)


def _is_of_this_desk(name: str, standing: Standing) -> bool:
    return name == "engine" and standing.origin in (Origin.PROJECT, Origin.FLAG)


def words_of(value: Any, offered: Choices) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        value_words = _("on") if value else _("off")
    else:
        value_words = f"{value:g}" if isinstance(value, float) else str(value)
    return safe(next((words for words, known in offered if known == value), value_words))


def source_of(standing: Standing) -> str:
    """Where a value comes from, in a word."""
    if standing.origin is Origin.DEFAULT:
        return _("default")
    if standing.origin is Origin.FILE:
        return _("your file")
    if standing.origin is Origin.PROJECT:
        return _("this script")
    return DOTENV if standing.origin is Origin.DOTENV else standing.place


def override_of(name: str, standing: Standing, value: str) -> str:
    """What to tell of a value that does not come from the user's file; empty where it does.

    Args:
        value: what holds, as people read it.
    """
    if not standing.overridden or _is_of_this_desk(name, standing):
        return ""
    if standing.origin is Origin.PROJECT:
        said = _("This script keeps its own: {value}. What is set here is for new scripts.")
        return said.format(value=value)
    said = _("{place} says {value}. What is set here counts when that is gone.")
    return said.format(place=safe(standing.place), value=value)
