"""The catalogues of the interface's languages: taken from the sources, compiled, compared.

Run ``python -m tests.catalogue update`` after a message has changed: it brings every
``engine/locale/*/LC_MESSAGES/tts_studio.po`` up to date, keeps the translations, and compiles
the ``.mo`` files beside them. What is still to be translated is listed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from gettext import GNUTranslations
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir

from engine.i18n import CATALOGUES, DOMAIN, ENGLISH, LANGUAGES

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "tui")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
NOISE = tuple(f'"{name}' for name in ("Report-", "POT-", "PO-Rev", "Last-Tr", "Generated-"))
"""Lines of the head that say nothing, or something else every time."""
COMPILER = "Generated-By:"
"""The head's line with the library's version: not a reason to compile a catalogue anew."""

TRANSLATED = tuple(code for code in LANGUAGES if code != ENGLISH)


def catalogue_file(language: str) -> Path:
    """The translators' file of a language."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def extracted() -> Catalog:
    """Every message of the sources, with the modules that use it."""
    template = Catalog()
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, [("**.py", "python")], keywords=KEYWORDS)
        for file, _line, message, _comments, context in found:
            # Without line numbers: a catalogue changes only where a message does.
            place = f"{package}/{Path(file).as_posix()}"
            template.add(message, locations=[(place, 0)], context=context)
    return template


def read(language: str) -> Catalog:
    """The catalogue as it is kept.

    Raises:
        FileNotFoundError: there is none yet.
    """
    with catalogue_file(language).open("rb") as file:
        return pofile.read_po(file, locale=language, domain=DOMAIN)


def update(language: str) -> list[str]:
    """Bring a catalogue up to date and compile it. Returns the messages still to be translated."""
    catalogue = read(language)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    buffer = io.BytesIO()
    pofile.write_po(buffer, catalogue, width=100, sort_by_file=True, include_lineno=False)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    path = catalogue_file(language)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(line for line in lines if not line.startswith(NOISE))
    shipped, made = path.with_suffix(".mo"), compiled(catalogue)
    if not shipped.exists() or entries(shipped.read_bytes()) != entries(made):
        shipped.write_bytes(made)  # not where only the compiler is another
    return [source(message) for message in messages(catalogue) if not all(forms(message))]


def compiled(catalogue: Catalog) -> bytes:
    """What the program reads of a catalogue."""
    # Without the hour it was compiled at, so that the same messages give the same file.
    catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=timezone.utc)
    buffer = io.BytesIO()
    mofile.write_mo(buffer, catalogue)
    return buffer.getvalue()


def entries(mo: bytes) -> Mapping[object, str]:
    """The messages of a compiled catalogue, and its head but for the compiler's version."""
    found: dict[object, str] = vars(GNUTranslations(io.BytesIO(mo)))["_catalog"]
    head = (line for line in found[""].splitlines() if not line.startswith(COMPILER))
    return {**found, "": "\n".join(head)}


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Its messages, without the head."""
    return (message for message in catalogue if message.id)


def source(message: Message) -> str:
    """The English words; the singular ones where there are two forms."""
    return message.id if isinstance(message.id, str) else message.id[0]


def key(message: Message) -> tuple[str, ...]:
    """What a message is known by: its English words, in both forms where there are two."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    """The translated words in all their forms, an empty one where it is missing."""
    text = message.string
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    """The names, with their formats, that are filled in when a message is shown."""
    return set(re.findall(r"\{([^{}]*)\}", text))


def main(arguments: list[str]) -> int:
    if arguments != ["update"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    missing = [words for language in TRANSLATED for words in update(language)]
    sys.stdout.writelines(f"untranslated: {words}\n" for words in missing)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
