"""The settings of the local model, as the settings screen offers them."""

from __future__ import annotations

from engine.i18n import N_
from tui.setting_kinds import Kind, Settable

MODEL_GROUPS: tuple[tuple[str, tuple[Settable, ...]], ...] = (
    (
        N_("Qwen3-TTS: the voice"),
        (
            Settable(
                "ref_audio",
                N_("Clip"),
                N_("The file whose voice is cloned, 1 to 30 seconds of one person."),
                Kind.TEXT,
                unset=N_("none"),
            ),
            Settable(
                "ref_text",
                N_("Its transcript"),
                N_("What is said in the clip: the words, or a file of them."),
                Kind.TEXT,
                unset=N_("none"),
            ),
            Settable(
                "x_vector_only",
                N_("By sound alone"),
                N_("Clone without the transcript: quicker, less alike."),
                Kind.SWITCH,
            ),
            Settable(
                "speaker",
                N_("Speaker"),
                N_("A ready-made voice: Sohee, Vivian, Ryan … A row's own comes first."),
                Kind.TEXT,
                unset=N_("the model's first"),
            ),
            Settable(
                "describe",
                N_("Description"),
                N_("Of a voice to be made up: age, sex, timbre, manner."),
                Kind.TEXT,
                unset=N_("none"),
            ),
            Settable(
                "instruct",
                N_("Instruction"),
                N_("How to speak, where a row does not say it itself."),
                Kind.TEXT,
                unset=N_("none"),
            ),
            Settable(
                "prompt_cache",
                N_("Keep the clip's"),
                N_("Keep what is computed from the clip on the disk for the next time."),
                Kind.SWITCH,
            ),
        ),
    ),
    (
        N_("Qwen3-TTS: the model"),
        (
            Settable(
                "model",
                N_("Model"),
                N_("1.7B-Base, 0.6B-CustomVoice … or a folder that holds one."),
                Kind.TEXT,
                unset=N_("what is here and fits"),
            ),
            Settable("device", N_("Device"), N_("What computes."), Kind.CHOICE),
            Settable("dtype", N_("Numbers"), N_("In which the talker computes."), Kind.CHOICE),
            Settable("attn", N_("Attention"), N_("How it is computed."), Kind.CHOICE),
            Settable(
                "decode",
                N_("Decoding"),
                N_("own: each sentence comes, sounds and goes by itself; package: whole batches."),
                Kind.CHOICE,
            ),
            Settable(
                "batch_size",
                N_("At once"),
                N_("How many sentences are spoken at once, from 1 to 64."),
                Kind.NUMBER,
                unset=N_("what fits"),
            ),
            Settable(
                "max_new_tokens",
                N_("Longest answer"),
                N_("In frames of 0.08 seconds."),
                Kind.NUMBER,
                unset=N_("by the text"),
            ),
            Settable(
                "seed",
                N_("Seed"),
                N_("Where chance begins; the same number gives the same takes again."),
                Kind.NUMBER,
                unset=N_("by chance"),
            ),
            Settable(
                "temperature",
                N_("Temperature"),
                N_("How freely it chooses, from 0.05 to 2; 0.9 is usual."),
                Kind.NUMBER,
                unset=N_("the model's own"),
            ),
            Settable(
                "top_k",
                N_("Top k"),
                N_("It chooses among so many of the likeliest; 0 for all."),
                Kind.NUMBER,
                unset=N_("the model's own"),
            ),
            Settable(
                "top_p",
                N_("Top p"),
                N_("It chooses among the likeliest that make up this share, up to 1."),
                Kind.NUMBER,
                unset=N_("the model's own"),
            ),
            Settable(
                "repetition_penalty",
                N_("Repetition"),
                N_("From 1 to 2; more keeps it from repeating itself."),
                Kind.NUMBER,
                unset=N_("the model's own"),
            ),
        ),
    ),
)
"""The groups' names and what is in each, untranslated."""
