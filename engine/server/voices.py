"""The voices that clients have registered: each a clip, known by the hash of what it is made of."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import re
import threading
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from engine import places
from engine.audio import encode, read_clip, resample
from engine.backends.qwen.reference import LONGEST, reference_of
from engine.client.clip import id_of_voice
from engine.domain import SAMPLE_RATE, Clip
from engine.errors import AudioError
from engine.files import explain_os_error, write_atomic
from engine.i18n import _
from engine.server.errors import NotKept, Unfit
from engine.server.limits import Limits
from engine.worker.schemas import MAX_TRANSCRIPT, OPENAI_VOICES

LONGEST_NAME = 64
LONGEST_CONSENT = 500
"""Characters."""

OWNER_ONLY = 0o600

_NO = frozenset({"", "0", "false", "no", "none", "null", "off"})
# What says that nobody has consented.

_LIKE_AN_ID = re.compile("[0-9a-f]{64}", re.IGNORECASE)
_DOTS = (".", "..")
# Names that another voice may come to have by what it is made of, and be taken for; and names that
# no address can hold, of a voice that is to be deleted.

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Voice:
    """A registered voice.

    Attributes:
        id: hexadecimal SHA-256 of the clip's own SHA-256 and its transcript in UTF-8.
        name: by which it can be asked for too; its id where it was given none.
        sha256: of the clip, as it was uploaded.
        transcript: what is said in it; empty to clone from its sound alone.
        consent: what the client said of the speaker's consent.
        created_at: seconds since 1970.
        size: of the clip, in bytes.
    """

    id: str
    name: str
    sha256: str
    transcript: str
    consent: str
    created_at: int
    size: int

    def told(self) -> dict[str, Any]:
        """As ``/v1/audio/voices`` tells it, with vLLM-Omni's names."""
        return {
            "id": self.id,
            "name": self.name,
            "sha256": self.sha256,
            "ref_text": self.transcript,
            "consent": self.consent,
            "created_at": self.created_at,
            "file_size": self.size,
        }


class VoiceFolder:
    """A folder that only its owner can read. Its methods block for as long as the disk does, and
    may be called from several threads. No name that a client gives is ever part of a path.

    Args:
        most: voices that may be kept.
    """

    def __init__(self, limits: Limits, *, most: int, folder: Path | None = None) -> None:
        self._limits = limits
        self._most = most
        self._folder = folder or places.voices_folder()
        self._changing = threading.Lock()
        self._voices = {voice.id: voice for voice in sorted(self._read(), key=_age)}

    def all(self) -> list[Voice]:
        """The oldest first."""
        return list(self._voices.values())

    def find(self, name: str) -> Voice | None:
        """By its id or its name, however its letters are put together. In capitals or not: a name
        that is another's but for those is only found where there is none such."""
        name = unicodedata.normalize("NFC", name)
        voices = self.all()
        exact = (voice for voice in voices if name in (voice.id, voice.name))
        alike = (voice for voice in voices if name.casefold() == voice.name.casefold())
        return next(exact, None) or next(alike, None)

    def clip(self, voice: Voice) -> Clip:
        """Its clip, for a request.

        Raises:
            Unfit: the voice was deleted in the meantime.
            NotKept: it can't be read any more.
        """
        path = self._clip_path(voice.id)
        try:
            return Clip(path.read_bytes(), voice.transcript)
        except FileNotFoundError:
            raise Unfit(
                400, "voice_deleted", _("This voice has been deleted."), param="voice"
            ) from None
        except OSError as error:
            raise _not_kept(error, path) from error

    def add(
        self, audio: bytes, *, transcript: str, consent: str, name: str, taken: frozenset[str]
    ) -> Voice:
        """Register a clip, or find it registered already.

        Args:
            taken: names that mean something else.

        Raises:
            Unfit: it was not consented to, is too large or too long, holds no voice that could be
                cloned, or its name can't be used.
            NotKept: the disk is full, or can't be written to.
        """
        _check_unicode(consent=consent, ref_text=transcript)
        if consent.strip().lower() in _NO or len(consent) > LONGEST_CONSENT:
            raise Unfit(
                400,
                "consent_required",
                _("A voice is only taken with its speaker's consent."),
                _("Say so in the field consent, for example: consent=true."),
                param="consent",
            )
        words = " ".join(transcript.split())
        name = unicodedata.normalize("NFC", name).strip()
        _check_name(name, taken)
        kept = self._checked(audio, words)
        sha256 = hashlib.sha256(audio).hexdigest()
        voice_id = id_of_voice(sha256, words)
        with self._changing:
            known = self._voices.get(voice_id)
            if known is not None:
                return known
            self._check_room(name)
            made_at = int(datetime.now(timezone.utc).timestamp())
            voice = Voice(
                voice_id, name or voice_id, sha256, words, consent.strip(), made_at, len(audio)
            )
            self._write(voice, kept)
            self._voices[voice_id] = voice
        return voice

    def remove(self, voice: Voice) -> None:
        """Forget a voice, and its clip.

        Raises:
            NotKept: its files can't be deleted.
        """
        with self._changing:
            # What says that there is a voice goes first.
            for path in (self._voice_path(voice.id), self._clip_path(voice.id)):
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise _not_kept(error, path) from error
            self._voices.pop(voice.id, None)

    def _checked(self, audio: bytes, transcript: str) -> bytes:
        """What is kept of a clip: all that a model hears, which is far less than may be sent."""
        self._limits.check_clip(audio, "audio_sample")
        if len(transcript) > MAX_TRANSCRIPT:
            raise Unfit(
                400,
                "invalid_request",
                _("These are more words than {seconds:.0f} seconds can hold.").format(
                    seconds=LONGEST
                ),
                param="ref_text",
            )
        check_clip_of_a_voice(Clip(audio, transcript), self._limits, "audio_sample")
        samples, rate = read_clip(audio, longest=self._limits.clip_seconds)
        return encode(resample(samples, rate, SAMPLE_RATE), SAMPLE_RATE, "flac")

    def _check_room(self, name: str) -> None:
        if name and self.find(name) is not None:
            raise Unfit(
                409,
                "name_taken",
                _("There is a voice of this name already."),
                _("Delete it first, or give another name."),
                param="name",
            )
        if len(self._voices) >= self._most:
            raise Unfit(
                409,
                "too_many_voices",
                _("There are {count} voices already, and no more may be kept.").format(
                    count=len(self._voices)
                ),
                _("Delete those that nobody needs."),
            )

    def _write(self, voice: Voice, clip: bytes) -> None:
        path = self._clip_path(voice.id)
        try:
            write_atomic(path, clip, mode=OWNER_ONLY)
            # Last: with it, there is a voice.
            path = self._voice_path(voice.id)
            write_atomic(path, json.dumps(asdict(voice)).encode("ascii"), mode=OWNER_ONLY)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._clip_path(voice.id).unlink()
            raise _not_kept(error, path) from error

    def _read(self) -> list[Voice]:
        found: list[Voice] = []
        for path in self._folder.glob("*.json"):
            with contextlib.suppress(OSError, ValueError, TypeError):
                voice = Voice(**json.loads(path.read_bytes()))
                if path == self._voice_path(voice.id) and self._clip_path(voice.id).is_file():
                    found.append(voice)
                    continue
            _log.warning("a registered voice cannot be read: %s", path.name)
        return found

    def _voice_path(self, voice_id: str) -> Path:
        return self._folder / f"{voice_id}.json"

    def _clip_path(self, voice_id: str) -> Path:
        return self._folder / f"{voice_id}.clip"


def check_clip_of_a_voice(clip: Clip, limits: Limits, param: str) -> None:
    """See that a voice can be cloned from a clip. Takes a moment.

    Raises:
        Unfit: it can't.
    """
    try:
        read_clip(clip.audio, longest=limits.clip_seconds)
        reference_of(clip)
    except AudioError as error:
        raise Unfit(400, "unfit_clip", error.title, error.hint, param=param) from error


def _not_kept(error: OSError, path: Path) -> NotKept:
    title, hint = explain_os_error(error, path)
    _log.error("%s %s", title, hint)
    return NotKept(title, _("The server's log has more."))


def _check_unicode(**fields: str) -> None:
    """A form says itself in which letters it is written; not all that can be written is text."""
    for param, text in fields.items():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unfit(400, "invalid_request", _("This is no text."), param=param) from None


def _age(voice: Voice) -> tuple[int, str]:
    return voice.created_at, voice.id


def _check_name(name: str, taken: frozenset[str]) -> None:
    plain = name.isprintable() and name not in _DOTS and not any(sign in name for sign in "/\\")
    if len(name) > LONGEST_NAME or not plain or _LIKE_AN_ID.fullmatch(name):
        raise Unfit(
            400,
            "invalid_name",
            _("A voice cannot have this name."),
            _("Use up to {count} letters, digits and signs, without slashes.").format(
                count=LONGEST_NAME
            ),
            param="name",
        )
    if name.lower() in taken | OPENAI_VOICES:
        raise Unfit(
            409,
            "name_taken",
            _("There is a voice of this name already."),
            _("Give another name."),
            param="name",
        )
