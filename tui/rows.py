"""The rows of the table: the script alone at first, the project as soon as it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from engine.domain import Script, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.director import Director
    from engine.project import Project


class RowView(NamedTuple):
    """What the table shows of one sentence.

    Attributes:
        number: None for a row that is not spoken.
        take: which take of how many, ``2/3``; empty without a take.
        seconds: of the take, or of what has arrived while it is being spoken.
        conflict: the file has a newer text than the one edited here.
    """

    number: int | None
    text: str
    status: Status
    spoken: bool
    label: str
    take: str = ""
    seconds: float | None = None
    conflict: bool = False


class Rows(Protocol):
    """A sequence of rows that costs nothing to index, however long it is."""

    def __len__(self) -> int: ...

    def view(self, index: int) -> RowView: ...

    def section(self, index: int) -> str:
        """The heading above the row, or empty."""
        ...


class ScriptRows:
    """The script as it was read, before the project is open: drafts, all of them."""

    def __init__(self, script: Script) -> None:
        self._sentences = script.sentences
        self._numbers: list[int | None] = []
        number = 0
        for sentence in script.sentences:
            number += sentence.spoken
            self._numbers.append(number if sentence.spoken else None)

    def __len__(self) -> int:
        return len(self._sentences)

    def view(self, index: int) -> RowView:
        sentence = self._sentences[index]
        return RowView(
            self._numbers[index], sentence.text, Status.DRAFT, sentence.spoken, sentence.label
        )

    def section(self, index: int) -> str:
        return self._sentences[index].section


class ProjectRows:
    """The project's rows, with what the director is doing to them."""

    def __init__(self, project: Project, director: Director | None) -> None:
        self._project = project
        self._director = director
        self._ids: Sequence[int] = ()
        self._index_of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._project.ids)

    def id_at(self, index: int) -> int:
        return self._project.ids[index]

    def index_of(self, sentence_id: int) -> int | None:
        """Where a sentence stands, or None while it is hidden."""
        if self._ids is not self._project.ids:
            self._ids = self._project.ids
            self._index_of = {id_: index for index, id_ in enumerate(self._ids)}
        return self._index_of.get(sentence_id)

    def view(self, index: int) -> RowView:
        sentence_id = self.id_at(index)
        row = self._project.row(sentence_id)
        status, seconds = row.status, row.take.seconds if row.take else None
        activity = self._director.activity(sentence_id) if self._director else None
        if activity is not None:
            status = activity.status
            seconds = activity.seconds if status is Status.SPEAKING else seconds
        return RowView(
            number=row.number,
            text=row.sentence.text,
            status=status,
            spoken=row.sentence.spoken,
            label=row.label,
            take=f"{row.takes.index(row.take) + 1}/{len(row.takes)}" if row.take else "",
            seconds=seconds,
            conflict=bool(row.sentence.conflict),
        )

    def section(self, index: int) -> str:
        return self._project.row(self.id_at(index)).sentence.section
