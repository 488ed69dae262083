"""How long ago something was, in a few words."""

from __future__ import annotations

from datetime import datetime, timezone

from engine.i18n import _, ngettext

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_DAYS = 7
"""Days that are counted; what is longer ago has a date."""


def ago(then: float, now: float) -> str:
    """The time that has passed between two Unix times; a date where that is more than a week."""
    seconds = max(0.0, now - then)
    if seconds < _MINUTE:
        return _("just now")
    if seconds < _HOUR:
        return _("{count} min ago").format(count=int(seconds // _MINUTE))
    if seconds < _DAY:
        return _("{count} h ago").format(count=int(seconds // _HOUR))
    days = int(seconds // _DAY)
    if days <= _DAYS:
        return ngettext("{count} day ago", "{count} days ago", days).format(count=days)
    return datetime.fromtimestamp(then, timezone.utc).astimezone().strftime("%Y-%m-%d")
