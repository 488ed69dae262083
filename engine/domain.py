"""What the studio talks about: sentences, takes, cuts, requests. Plain values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal

SAMPLE_RATE = 24_000
"""Hz of every take and of every answer on the wire: the rate of the Qwen3-TTS codec."""

FRAME_SECONDS = 0.08
"""Seconds of audio in one codec frame (12.5 frames a second); the unit in which work is counted."""

MAX_FRAMES = 4096
"""Codec frames of the longest answer that an engine gives: 5 min 27 s, as in vLLM-Omni."""

SHORTEST_CUT = 0.01
"""Seconds that a cut by hand leaves at least: a short sound, so that no file is empty."""

FinishReason = Literal["stop", "length", "cancelled", "error", "unknown"]
"""Why an answer ended; ``unknown`` where a server does not tell and it cannot be told."""

MemoryOf = Literal["process", "card", "now"]
CutStatus = Literal["ok", "doubled", "missing", "no_pause", "unsure"]


class Status(str, Enum):
    """Where a sentence stands. Derived by :func:`status_of`, never stored."""

    DRAFT = "draft"
    QUEUED = "queued"
    SPEAKING = "speaking"
    READY = "ready"
    FLAGGED = "flagged"
    ACCEPTED = "accepted"
    STALE = "stale"
    REJECTED = "rejected"
    FAILED = "failed"


NEEDS_SPEAKING = frozenset({Status.DRAFT, Status.STALE, Status.REJECTED, Status.FAILED})
EXPORTABLE = frozenset({Status.READY, Status.FLAGGED, Status.ACCEPTED, Status.STALE})


class Verdict(str, Enum):
    """A person's judgement of one take."""

    NONE = ""
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class ScriptSentence:
    """One sentence as the script file gives it.

    Attributes:
        text: what stands in the file, stripped, inner line ends folded to one space.
        spoken: false for what is suggested to be left unsaid (stage directions).
        label: a file-name-safe name made of the sentence's first words.
        section: the heading above it, or empty.
        paragraph: counts paragraphs from 1; sentences of one paragraph share it.
        line: counts, from 1, what a line end or a blank line ends; its sentences share it.
    """

    text: str
    spoken: bool
    label: str
    section: str
    paragraph: int
    line: int = 0


@dataclass(frozen=True)
class Script:
    """A script file, read and split.

    Attributes:
        language: full English name, guessed or as asked.
        encoding: the Python codec name it was read with.
        hard_wrapped: line ends were taken as spaces, not as sentence ends.
        stamp: of the file's bytes, see :func:`engine.script.reader.stamp_of`; 0 without a file.
    """

    sentences: tuple[ScriptSentence, ...]
    language: str
    encoding: str
    hard_wrapped: bool
    stamp: int = 0


@dataclass(frozen=True)
class Spoken:
    """What an engine is asked to say, apart from chance. Two equal values sound alike but for the
    seed, so a take whose value differs from its sentence's is stale."""

    text: str
    language: str
    voice: str = ""
    instruct: str = ""
    speed: float = 1.0


@dataclass(frozen=True)
class Sentence:
    """One row of the table.

    Attributes:
        id: unique in the project, never used twice.
        source_text: as in the file; while there is a conflict, as in the file when it was edited.
            Empty for a row that was made in the desk and has no line in the file.
        text: as edited in the desk.
        say: how to pronounce it where that differs from the text, or empty.
        label: empty until it is fixed (by the user or by the first export).
        voice, instruct: empty means the project's default.
        language: full English name.
        seed: fixed by the user, or None for a new one with each take.
        pause_after: seconds, for continuous play only; None for what the settings say.
        take_id: the take that is played and exported.
        failure: why the last attempt made no take, or empty.
        conflict: the file's newer text where the desk had edited the old one, or empty.
        hidden: gone from the script; kept with its takes.
        note: the user's own words about the row; never spoken, never exported.
        removed: deleted in the desk, or merged into another row; its line may still stand in the
            script. Kept with its takes.
    """

    id: int
    source_text: str
    text: str
    language: str
    say: str = ""
    label: str = ""
    section: str = ""
    paragraph: int = 1
    spoken: bool = True
    voice: str = ""
    instruct: str = ""
    speed: float = 1.0
    seed: int | None = None
    pause_after: float | None = None
    take_id: int | None = None
    failure: str = ""
    conflict: str = ""
    hidden: bool = False
    note: str = ""
    removed: bool = False

    @property
    def shown(self) -> bool:
        """Whether it is a row of the table."""
        return not (self.hidden or self.removed)

    def to_speak(self) -> Spoken:
        """What an engine would be asked to say for this row, pronunciations left aside."""
        return Spoken(
            text=self.say or self.text,
            language=self.language,
            voice=self.voice,
            instruct=self.instruct,
            speed=self.speed,
        )


@dataclass(frozen=True)
class Cut:
    """Where the keeper begins and ends inside a raw take, in seconds."""

    start: float
    end: float
    status: CutStatus = "ok"
    score: float = 1.0
    by_hand: bool = False


@dataclass(frozen=True)
class Margins:
    """How much is kept around a sentence where its cut is found, in seconds.

    Attributes:
        before: before its first sound; a weak consonant begins below what is told from noise.
        after: at most, after its last, which dies away under the noise.
    """

    before: float = 0.08
    after: float = 0.25


@dataclass(frozen=True)
class TakeDraft:
    """All that is known of a rendition before it has a place in a project.

    Attributes:
        asked: what the engine was asked to say, as :meth:`Sentence.to_speak` gave it.
        closing_phrase: said after the text, to be cut away; empty for none.
        voice: who said it, by the engine's name for it; empty where it does not tell.
        complaints: what is wrong with it, as :mod:`engine.complaints` words it; empty for a
            good take.
        duration: seconds of raw audio.
        found: the cut that was found, where the one that holds was made by hand.
    """

    asked: Spoken
    seed: int
    engine: str
    model: str
    finish_reason: FinishReason
    duration: float
    cut: Cut
    closing_phrase: str = ""
    complaints: tuple[str, ...] = ()
    voice: str = ""
    found: Cut | None = None

    @property
    def found_cut(self) -> Cut:
        """The cut that was found, whichever holds."""
        return self.found or self.cut


@dataclass(frozen=True)
class Take:
    """One rendition of a sentence, its raw audio complete on disk.

    Attributes:
        number: counts the sentence's takes from 1, never used twice.
        file: name inside the project's folder of takes.
        made: aware, in UTC.
        deleted: the user wants it no more; its file stays, so that undo can bring it back.
    """

    id: int
    sentence_id: int
    number: int
    file: str
    draft: TakeDraft
    made: datetime
    verdict: Verdict = Verdict.NONE
    deleted: bool = False

    @property
    def seconds(self) -> float:
        """Length of what is kept, without the silence that an export appends."""
        return self.draft.cut.end - self.draft.cut.start


def status_of(sentence: Sentence, take: Take | None, asked: Spoken) -> Status:
    """Where a sentence stands with its current take, leaving aside what the queue is doing.

    Args:
        asked: what an engine would be asked to say for it now.
    """
    if take is None:
        return Status.FAILED if sentence.failure else Status.DRAFT
    if take.verdict is Verdict.REJECTED:
        return Status.FAILED if sentence.failure else Status.REJECTED
    if take.draft.asked != asked:
        return Status.FAILED if sentence.failure else Status.STALE
    if take.verdict is Verdict.ACCEPTED:
        return Status.ACCEPTED
    return Status.FLAGGED if take.draft.complaints else Status.READY


@dataclass(frozen=True)
class Clip:
    """A recording whose voice is to be cloned, as it travels with a request.

    Attributes:
        audio: a sound file.
        transcript: what is said in it; empty to clone from its sound alone.
    """

    audio: bytes = field(repr=False)
    transcript: str = field(default="", repr=False)


@dataclass(frozen=True)
class Sampling:
    """How freely a model chooses what it says next, named as transformers names it. None leaves it
    to the engine.

    Attributes:
        top_k: 0 leaves all.
    """

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    repetition_penalty: float | None = None


@dataclass(frozen=True)
class SpeechRequest:
    """One request to an engine.

    Attributes:
        max_frames: the cap on generated codec frames, or None for the engine's own.
        clip: whose voice to speak in; None for a voice that the engine has itself.
    """

    spoken: Spoken
    seed: int
    max_frames: int | None = None
    closing_phrase: str = ""
    clip: Clip | None = None
    sampling: Sampling = Sampling()


@dataclass(frozen=True)
class AudioDelta:
    """A piece of speech as it arrives: signed 16-bit little-endian mono at SAMPLE_RATE."""

    pcm: bytes


@dataclass(frozen=True)
class SpeechDone:
    """The end of one answer.

    Attributes:
        frames: codec frames generated.
        batch_size: sentences that were spoken together with this one, itself among them; None where
            the engine does not tell.
    """

    finish_reason: FinishReason
    seed: int
    frames: int
    batch_size: int | None = None


@dataclass(frozen=True)
class SpeechProgress:
    """So many codec frames are made; their audio may be still to come."""

    frames: int


SpeechEvent = AudioDelta | SpeechProgress | SpeechDone


@dataclass(frozen=True)
class Endpoint:
    """Where an engine answers: ``http://host:port`` and the bearer token it wants, or empty."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class PeakMemory:
    """The most memory that an engine has held since it was started.

    Attributes:
        size: bytes.
        of: ``process`` for all of its process, ``card`` for what it took of a graphics card, and
            ``now`` for what it holds of one whose driver keeps no peak.
    """

    size: int
    of: MemoryOf


@dataclass(frozen=True)
class EngineInfo:
    """What an engine says of itself once it is ready.

    Attributes:
        engine: ``espeak``, ``qwen`` or a server's name.
        capacity: how many requests it gladly holds at once.
        voices: the names that a sentence may ask for, first the one that is meant where it asks
            for none; empty where it does not tell.
        fingerprint: of what the voices are made of and their names do not say; empty where it does
            not tell.
        instructs: whether it follows instructions; None where it does not tell.
        clones: whether it speaks in the voice of a clip; None where it does not tell.
        reason: why it runs as it does, one sentence; empty where it does not tell.
        max_batch: how many sentences it speaks at once; None where it does not tell.
        memory: None where it does not tell.
        server: what kind of server it is, see :mod:`engine.client.detection`; empty for a process
            on this machine.
    """

    engine: str
    model: str
    device: str
    dtype: str
    languages: tuple[str, ...]
    capacity: int
    version: str
    voices: tuple[str, ...] = ()
    instructs: bool | None = None
    clones: bool | None = None
    reason: str = ""
    fingerprint: str = ""
    max_batch: int | None = None
    memory: PeakMemory | None = None
    server: str = ""

    def voice_of(self, spoken: Spoken) -> str:
        """The name of who says it; empty where that cannot be told."""
        return spoken.voice or next(iter(self.voices), "")
