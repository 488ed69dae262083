"""What a command can be told, declared once: the desk and the commands without a screen offer the
same flags. Each is a setting too, and the settings check its value; here it stays the text that was
typed."""

from __future__ import annotations

from dataclasses import dataclass

from engine.closing import MODES
from engine.i18n import N_, _


@dataclass(frozen=True)
class Option:
    """One flag.

    Attributes:
        name: of the setting that it sets.
        help: one line, untranslated, for :func:`in_words`.
        metavar: what its value is called, in a word; empty for a switch, which has a ``--no-`` too.
    """

    name: str
    help: str
    metavar: str = ""

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"


READING = (
    Option("language", N_("A code (ko) or an English name (Korean)."), "L"),
    Option("hard_wrapped", N_("Line ends are mere spaces, not the ends of sentences.")),
)
"""How a script is read."""

ENGINES = ("espeak", "qwen")
"""The backends that can speak in a worker process on this machine."""

ENGINE = Option(
    "engine", N_("Who speaks: {engines}, or a server: http://host:7860."), "NAME|ADDRESS"
)

CLOSING = Option("closing", N_("When to say a closing phrase that is cut away: {modes}."), "MODE")

VOICE = (
    Option("ref_audio", N_("The clip whose voice is cloned, 1 to 30 seconds."), "FILE"),
    Option("ref_text", N_("What is said in the clip: the words, or a file of them."), "TEXT|FILE"),
    Option(
        "x_vector_only", N_("Clone from the sound of the clip alone; its words are not needed.")
    ),
    Option("consent", N_("The speaker of the clip agrees that a server hears and clones it.")),
    Option("speaker", N_("A ready-made voice: Sohee, Vivian, Ryan, …"), "NAME"),
    Option("describe", N_("Describe a voice to be made up."), "TEXT"),
    Option("instruct", N_("How to speak, where a row does not say it itself."), "TEXT"),
)
"""Who speaks, and how: for qwen."""

MODEL = (
    Option(
        "model", N_("1.7B-Base, 0.6B-CustomVoice, … or a folder that holds one."), "NAME|FOLDER"
    ),
    Option("device", N_("cuda, cuda:1, mps or cpu."), "NAME"),
    Option("dtype", N_("Numbers of the talker: float32, float16 or bfloat16."), "NAME"),
    Option("attn", N_("How attention is computed: sdpa, flash_attention_2 or eager."), "NAME"),
    Option(
        "decode", N_("How sentences are decoded: own, where they come and go, or package."), "NAME"
    ),
    Option("batch_size", N_("How many sentences are spoken at once."), "N"),
    Option("max_new_tokens", N_("The longest answer, in frames of 0.08 seconds."), "N"),
    Option("seed", N_("Where chance begins; the same number gives the same takes again."), "N"),
    Option("temperature", N_("How freely is chosen; 0.9 is usual."), "X"),
    Option("top_k", N_("Choose among the N likeliest; 0 for all."), "N"),
    Option("top_p", N_("Choose among the likeliest that make up this share, up to 1."), "X"),
    Option("repetition_penalty", N_("From 1; more keeps it from repeating itself."), "X"),
    Option("prompt_cache", N_("Keep what is computed from a clip on the disk for the next time.")),
)
"""Which model speaks, on what, and how it chooses: for qwen."""

SPEAKING = (ENGINE, CLOSING, *VOICE, *MODEL)
"""All that a command takes that speaks."""


def in_words(help_text: str) -> str:
    """A line of help in the language of the screen, with the names that are known."""
    return _(help_text).format(engines=", ".join(ENGINES), modes=", ".join(MODES))
