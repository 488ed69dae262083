"""What the keys of the desk do. The screen itself is in screens/desk.py."""

from __future__ import annotations

from tui.commands.choosing import Choosing
from tui.commands.describing import Describing
from tui.commands.engaging import Engaging
from tui.commands.exporting import Exporting
from tui.commands.judging import Judging
from tui.commands.keeping import Keeping
from tui.commands.knowing import Knowing
from tui.commands.listening import Listening
from tui.commands.opening import Opening
from tui.commands.playing_on import PlayingOn
from tui.commands.pronouncing import Pronouncing
from tui.commands.recutting import Recutting
from tui.commands.replacing import Replacing
from tui.commands.resolving import Resolving
from tui.commands.saving import Saving
from tui.commands.selecting import Selecting
from tui.commands.shaping import Shaping
from tui.commands.speaking import Speaking
from tui.commands.timing import Timing
from tui.commands.trying import Trying


class Commands(
    Listening,
    PlayingOn,
    Pronouncing,
    Choosing,
    Trying,
    Timing,
    Recutting,
    Judging,
    Speaking,
    Describing,
    Shaping,
    Selecting,
    Replacing,
    Resolving,
    Saving,
    Exporting,
    Knowing,
    Engaging,
    Keeping,
    Opening,
):
    """All of them; each action's name is in :mod:`tui.keys`."""
