"""The user's own pronunciations, which hold in every project.

::

    [[pronunciation]]
    written = "GPU"
    spoken = "지피유"
    whole_word = true   # not inside a longer word
    regex = false       # whether "written" is a regular expression
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.i18n import _
from engine.places import pronunciations_file
from engine.pronunciation import Rule, checked, rules_of
from engine.settings import read_config
from engine.toml_file import change_toml

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

TABLE = "pronunciation"
_log = logging.getLogger(__name__)


def user_rules() -> tuple[Rule, ...]:
    """The user's pronunciations; none where the file cannot be read, which the log then says: a
    project opens all the same."""
    try:
        return read_rules(pronunciations_file())
    except InputError as error:
        _log.warning("%s", error)
        return ()


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a file; none where there is no file. Entries that cannot be used are left out.

    Raises:
        InputError: it is not TOML; the hint says where.
    """
    return rules_of(read_config(path).get(TABLE))


def unusable_rules(path: Path) -> int:
    """How many entries of the file are no rules; :func:`write_rules` would not keep them.

    Raises:
        InputError: it is not TOML; the hint says where.
    """
    entries = read_config(path).get(TABLE)
    return len(entries) - len(rules_of(entries)) if isinstance(entries, list) else 0


def replace_rules(path: Path, before: Sequence[Rule], after: Sequence[Rule]) -> None:
    """Put rules into a file in place of those that one knows it to hold.

    Raises:
        InputError: it holds others by now, or as :func:`write_rules`; nothing is written.
        StudioError: the file cannot be written.
    """
    if read_rules(path) != tuple(before):
        raise InputError(
            _("Your pronunciations have been changed elsewhere meanwhile."),
            _("Close this list and open it again to see them."),
        )
    write_rules(path, after)


def write_rules(path: Path, rules: Sequence[Rule]) -> None:
    """Put these rules into a file in place of those that it holds; what else stands in it stays.

    Raises:
        InputError: one of the rules cannot be used, or the file is not TOML; nothing is written.
        StudioError: the file cannot be written.
    """
    import tomlkit

    tables = tomlkit.aot()
    for rule in map(checked, rules):
        table = tomlkit.table()
        table.update(vars(rule))
        tables.append(table)

    def change(document: TOMLDocument) -> None:
        document.pop(TABLE, None)
        if rules:
            document.append(TABLE, tables)

    change_toml(path, change)
