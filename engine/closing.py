"""The closing phrase: words that are said after a text, so that its last syllable is finished, and
are cut away again. One for each language; the user can set others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.languages import CODES

ALWAYS, NEVER, AFTER_CUT_SHORT = "always", "never", "after_cut_short"
MODES = (ALWAYS, NEVER, AFTER_CUT_SHORT)
"""When it is said. The last: once more with it, if a take without it was cut short."""

PAUSE = "  ...  "
"""Between a text and the phrase: heard as a pause, in which the cut can be made. Source: the
guide's own phrase for Korean, "  ...  그리고 잠시 쉬어가겠습니다."."""

PHRASES = {
    "zh": "那么我们休息一下。",
    "en": "And now let's take a short break.",
    "ja": "それでは少し休憩します。",
    "ko": "그리고 잠시 쉬어가겠습니다.",
    "de": "Und nun machen wir eine kurze Pause.",
    "fr": "Et maintenant nous faisons une pause.",
    "ru": "А теперь сделаем небольшой перерыв.",
    "pt": "E agora vamos fazer uma pequena pausa.",
    "es": "Y ahora hacemos una pequeña pausa.",
    "it": "E adesso facciamo una breve pausa.",
}
"""By the language's code, where the user has set no other."""

LONGEST = 100
"""Characters. It is said after each sentence, and takes as long as it takes."""

_SWALLOWING = frozenset({"qwen"})
# The engines that swallow last syllables. The preview voice does not.

CUTTING_SERVER = "tts-clone"
"""The engine of a server that says and cuts a phrase of its own, whatever is set: with another one
after the text, a part of the text would be cut."""

_PAUSING = " .…\t\n"


def bare(phrase: str) -> str:
    """The words alone, without the pause that a phrase may be written with."""
    return phrase.rstrip().lstrip(_PAUSING)


def padded(text: str, phrase: str) -> str:
    """What an engine says: the text, and after a pause the closing phrase, if there is one."""
    words = bare(phrase)
    return f"{text}{PAUSE}{words}" if words else text


@dataclass(frozen=True)
class Closing:
    """When a closing phrase is said, and which.

    Attributes:
        mode: one of MODES, or None for what suits the engine.
        phrases: the user's own, by the language's code.
    """

    mode: str | None = None
    phrases: Mapping[str, str] = field(default_factory=dict)

    def phrase(self, language: str) -> str:
        """The words for a language, by its full name; empty for one that is not known."""
        code = CODES.get(language, "")
        return self.phrases.get(code) or PHRASES.get(code, "")

    def phrase_for(self, engine: str, language: str, *, cut_short: bool = False) -> str:
        """What to say after a sentence; empty for nothing.

        Args:
            engine: as it names itself.
            cut_short: the last take of the sentence was, without a phrase.
        """
        if engine == CUTTING_SERVER:
            return ""
        mode = self.mode or (ALWAYS if engine in _SWALLOWING else NEVER)
        wanted = mode == ALWAYS or (mode == AFTER_CUT_SHORT and cut_short)
        return self.phrase(language) if wanted else ""

    @property
    def mends(self) -> bool:
        """Whether a sentence that was cut short is to be said again with the phrase."""
        return self.mode == AFTER_CUT_SHORT
