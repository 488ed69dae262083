"""What is wished of a server, whatever kind it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.client.clip import Clip, read_clip
from engine.domain import SpeechRequest
from engine.errors import EngineStartError
from engine.i18n import _


@dataclass(frozen=True)
class Wishes:
    """Empty, or None, leaves it to the server.

    Attributes:
        model: by the server's name for it.
        model_is_local: it may be meant for this machine, and is no fault of a server's.
        voice: who speaks where a row does not say it.
        describe: of a voice to be made up.
        instruct: how to speak where a row does not say it.
        clip_file: to be cloned.
        clip_words: what is said in it; empty to clone from its sound alone.
        consent: the speaker of whatever clip agrees.
        allowed_clips: hashes of the clips that this server may be sent.
        at_once: how many requests it is given at a time.
    """

    model: str = ""
    model_is_local: bool = False
    voice: str = ""
    describe: str = ""
    instruct: str = ""
    clip_file: Path | None = None
    clip_words: str = ""
    consent: bool = False
    allowed_clips: frozenset[str] = frozenset()
    at_once: int | None = None

    def clip(self) -> Clip | None:
        """The clip, if there is one and it may be sent. Blocks for as long as the disk does.

        Raises:
            EngineStartError: it cannot be used, or nobody has said that its speaker agrees.
        """
        if self.clip_file is None:
            return None
        clip = read_clip(self.clip_file, self.clip_words)
        if not self.consent and clip.hash not in self.allowed_clips:
            raise EngineStartError(
                _("The clip would leave this machine. Does its speaker agree to that?"),
                _("Say so with --consent, or when you choose the server: Menu (F10), Engines."),
            )
        return clip

    @property
    def clip_name(self) -> str:
        """What the voice of the clip is called here; empty without one."""
        return self.clip_file.stem if self.clip_file else ""

    def instruct_for(self, request: SpeechRequest) -> str:
        """How a request is to be spoken; what describes a voice comes first."""
        own = request.spoken.instruct or self.instruct
        return " ".join(filter(None, (self.describe, own)))

    def voice_for(self, request: SpeechRequest) -> str:
        """Who is to speak a request, by the server's name; empty for whoever it chooses, and for
        the voice of a clip that goes along."""
        asked = request.spoken.voice
        return self.voice if asked in ("", self.clip_name) else asked

    def pick_model(self, known: Sequence[str]) -> str:
        """The one of a server's models that is wished; empty where none is.

        Raises:
            EngineStartError: the server has none of that name.
        """
        wanted = self.model.casefold()
        for name in known:
            if wanted and name.casefold().endswith(wanted):
                return name
        if wanted and not self.model_is_local:
            raise EngineStartError(
                _("The server has no model of this name: {model}").format(model=self.model),
                _("It has {known}.").format(known=listed(known)),
            )
        return ""

    def check_voice(self, known: Sequence[str]) -> None:
        """Raises EngineStartError where the server tells of its voices and this is none of them."""
        if self.voice and known and self.voice.casefold() not in map(str.casefold, known):
            raise EngineStartError(
                _("The server has no voice of this name: {voice}").format(voice=self.voice),
                _("It has {known}.").format(known=listed(known)),
            )

    def first(self, voices: Sequence[str]) -> tuple[str, ...]:
        """Voices, with the one first that speaks where a row names none."""
        mine = [name for name in voices if name.casefold() == self.voice.casefold()]
        if self.clip_name:
            mine = [self.clip_name]
        return (*mine, *(name for name in voices if name not in mine))


_LISTED = 12
# Names in one message; a server may have hundreds.


def listed(names: Sequence[str]) -> str:
    """Names in one line; the first of them where they are many."""
    shown = ", ".join(names[:_LISTED])
    return shown + (" …" if len(names) > _LISTED else "") if names else _("none")
