"""How a cut came to be and how sure it is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import N_, _

if TYPE_CHECKING:
    from engine.domain import Cut, CutStatus

WORDS: dict[CutStatus, str] = {
    "ok": N_("cut found"),
    "doubled": N_("phrase said twice"),
    "missing": N_("phrase missing"),
    "no_pause": N_("no pause before the phrase"),
    "unsure": N_("cut not sure"),
}
DOUBTFUL = frozenset({"missing", "no_pause", "unsure"})
"""The states of a cut that a person should look at."""


def cut_words(cut: Cut) -> str:
    """Like ``cut by hand`` or ``cut not sure``."""
    return _("cut by hand") if cut.by_hand else _(WORDS[cut.status])


def is_doubtful(cut: Cut) -> bool:
    return not cut.by_hand and cut.status in DOUBTFUL
