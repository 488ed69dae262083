"""Why a sentence was not spoken, in the user's words."""

from __future__ import annotations

from engine.backends.qwen.faults import is_out_of_memory
from engine.domain import FRAME_SECONDS
from engine.errors import SpeechFailed
from engine.i18n import _


def not_finite(frames: int, dtype: str) -> SpeechFailed:
    """After so many frames there were values that are no numbers.

    Args:
        dtype: in which the talker computes, as PyTorch names it.
    """
    hint = _("Speak it again: another seed may get through.")
    if dtype != "float32":
        hint += " " + _("If it happens often, choose --dtype float32, which needs more memory.")
    return SpeechFailed(
        _("After {seconds:.1f} s the model computed what are no numbers ({dtype}).").format(
            seconds=frames * FRAME_SECONDS, dtype=dtype
        ),
        hint,
    )


def not_decoded(error: Exception, advice: str) -> SpeechFailed:
    """The codec failed.

    Args:
        advice: what to choose where memory does not suffice.
    """
    if is_out_of_memory(error):
        return SpeechFailed(
            _("The memory does not suffice to make sound of this sentence."),
            f"{_('Split the sentence.')} {advice}",
        )
    return SpeechFailed(_("The codes of this sentence could not be made sound."), _given(error))


def not_heard(error: Exception) -> SpeechFailed:
    """The clip that came with it is of no use."""
    return SpeechFailed(_("No voice could be cloned from this clip."), _given(error))


def not_spoken(error: Exception) -> SpeechFailed:
    """The model failed, nobody foresaw how."""
    return SpeechFailed(_("The model failed on this sentence."), _given(error))


def _given(error: Exception) -> str:
    return _("The reason given: {reason}. Its log has more.").format(
        reason=f"{type(error).__name__}: {error}"
    )
