"""No action without a test that presses its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import KEYS_OF_THE_DESK
from tui.actions import ACTIONS


def test_every_action_has_had_its_key_pressed(request: pytest.FixtureRequest) -> None:
    """Comes last, after all other tests of the desk."""
    here = Path(__file__).parent
    left_out = set(here.glob("test_*.py")) - {item.path for item in request.session.items}
    if left_out:
        pytest.skip("not all tests of the desk are run, so not all keys are pressed")
    pressed = request.config.stash[KEYS_OF_THE_DESK]
    assert [action.id for action in ACTIONS if not pressed & set(action.keys.split(","))] == []
