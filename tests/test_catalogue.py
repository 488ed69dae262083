"""Every message of the program is in every catalogue, and translated when it is shown."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.i18n import _, use_language
from tests import catalogue
from tests.catalogue import TRANSLATED, forms, key, messages, placeholders, source
from tui.marks import MARKS, UNSPOKEN, WORD_WIDTH

SOURCES = sorted(
    path for package in catalogue.PACKAGES for path in (catalogue.ROOT / package).rglob("*.py")
)

LOUD = """
import importlib, pkgutil, sys
import engine, tui, engine.i18n

class Loud:
    def gettext(self, message):
        raise AssertionError(f"translated at import: {message}")
    def ngettext(self, singular, plural, count):
        raise AssertionError(f"translated at import: {singular}")

engine.i18n._translation = Loud()
for package in (engine, tui):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                if error.name not in ("torch", "transformers", "safetensors", "qwen_tts"):
                    raise  # only an engine that runs a model may want what is not installed
"""


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_the_messages_of_the_sources_and_no_others(language: str) -> None:
    kept = catalogue.read(language)
    assert set(map(key, messages(kept))) == set(map(key, messages(catalogue.extracted()))), (
        "python -m tests.catalogue update"
    )
    assert not kept.obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_for_good(language: str) -> None:
    kept = list(messages(catalogue.read(language)))
    assert [source(m) for m in kept if not all(forms(m))] == []
    assert [source(m) for m in kept if m.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_its_source_does(language: str) -> None:
    for message in messages(catalogue.read(language)):
        for form in forms(message):
            assert placeholders(form) == placeholders(source(message)), form


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_the_program_reads_is_what_the_translators_wrote(language: str) -> None:
    shipped = catalogue.catalogue_file(language).with_suffix(".mo").read_bytes()
    made = catalogue.compiled(catalogue.read(language))
    assert catalogue.entries(shipped) == catalogue.entries(made), "python -m tests.catalogue update"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_word_of_a_status_fits_its_column(language: str) -> None:
    use_language(language)
    for mark in (*MARKS.values(), UNSPOKEN):
        assert cell_len(_(mark.word)) < WORD_WIDTH, _(mark.word)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(catalogue.ROOT).as_posix())
def test_no_message_is_translated_before_the_language_is_known(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    early = [ast.unparse(node) for node in _at_import(tree) if _translates(node)]
    assert early == [], "N_() in tables, _() where they are shown"


def test_no_module_translates_anything_while_it_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOUD],
        capture_output=True,
        encoding="utf-8",
        cwd=catalogue.ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _translates(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "ngettext")
    )


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are run when a module is imported: all but the bodies of functions."""
    yield node
    for name, value in ast.iter_fields(node):
        function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        if function and name == "body":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _at_import(child)
