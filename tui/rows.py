"""The rows of the table: the script alone at first, the project as soon as it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from engine.domain import Script, Status
from engine.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from engine.director import Director
    from engine.project import Project
    from tui.filters import Filter


class RowView(NamedTuple):
    """What the table shows of one sentence.

    Attributes:
        number: None for a row that is not spoken.
        take: which take of how many, ``2/3``; empty without a take.
        seconds: of the take, or of what is made while it is being spoken.
        conflict: the file has a newer text than the one edited here.
        note: the user has written one.
        pause: the row has a pause of its own after it.
    """

    number: int | None
    text: str
    status: Status
    spoken: bool
    label: str
    take: str = ""
    seconds: float | None = None
    conflict: bool = False
    note: bool = False
    pause: bool = False


class Rows(Protocol):
    """A sequence of rows that costs nothing to index, however long it is."""

    @property
    def ids(self) -> Sequence[int]:
        """What names each row; the same object until there are other rows or another order."""
        ...

    @property
    def total(self) -> int:
        """How many rows there are, those that are not shown among them."""
        ...

    @property
    def empty(self) -> str:
        """What to say where there is no row."""
        ...

    def __len__(self) -> int: ...

    def index_of(self, sentence_id: int) -> int | None:
        """Where a row stands, or None while it is not shown."""
        ...

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
        self.ids: Sequence[int] = range(len(self._sentences))

    @property
    def total(self) -> int:
        return len(self._sentences)

    @property
    def empty(self) -> str:
        return _("The script is empty.")

    def __len__(self) -> int:
        return len(self._sentences)

    def index_of(self, sentence_id: int) -> int | None:
        return sentence_id if sentence_id in self.ids else None

    def view(self, index: int) -> RowView:
        sentence = self._sentences[index]
        return RowView(
            self._numbers[index], sentence.text, Status.DRAFT, sentence.spoken, sentence.label
        )

    def section(self, index: int) -> str:
        return self._sentences[index].section


class ProjectRows:
    """The project's rows, with what the director is doing to them: all, or those of a filter.

    They stay as they are until :meth:`follow`, so that an index means the same row until then,
    whatever becomes of the project meanwhile.

    Attributes:
        director: None while nobody speaks.
    """

    def __init__(self, project: Project, director: Director | None) -> None:
        self._project = project
        self.director = director
        self._all = project.ids
        self._filter: Filter | None = None
        self._fitting: set[int] = set()
        self._kept: int | None = None
        self._ids = self._all
        self._indexed: Sequence[int] = ()
        self._index_of: dict[int, int] = {}

    @property
    def ids(self) -> Sequence[int]:
        return self._ids

    @property
    def total(self) -> int:
        return len(self._all)

    @property
    def empty(self) -> str:
        if self._filter is None or not self._all:
            return _("The script is empty.")
        return _("No row is of this kind: {kind}. Esc shows all.").format(kind=_(self._filter.name))

    @property
    def filter(self) -> Filter | None:
        """What the shown rows have in common; None while all are shown."""
        return self._filter

    def __len__(self) -> int:
        return len(self._ids)

    def id_at(self, index: int) -> int:
        return self._ids[index]

    def index_of(self, sentence_id: int) -> int | None:
        if self._indexed is not self._ids:
            self._indexed = self._ids
            self._index_of = {id_: index for index, id_ in enumerate(self._ids)}
        return self._index_of.get(sentence_id)

    def show_only(self, filter_: Filter | None) -> None:
        """Show the rows that fit, or all."""
        self._filter, self._kept = filter_, None
        self._look_at(self._all, anew=True)

    def follow(self, changed: Collection[int] = (), *, keep: int | None = None) -> bool:
        """Take over what has become of the project.

        Args:
            changed: the sentences that look different now.
            keep: one that is shown even where it does not fit, in place of the last one kept.

        Returns:
            Whether there are other rows now, or in another order.
        """
        before, known = self._ids, self._all
        self._all, self._kept = self._project.ids, keep
        anew = self._all is not known
        self._look_at(self._all if anew else changed, anew=anew)
        return self._ids is not before

    def _look_at(self, changed: Collection[int], *, anew: bool) -> None:
        wanted = self._filter
        if wanted is None:
            self._ids = self._all
            return
        fitting = {id_ for id_ in changed if wanted.fits(self._project.row(id_))}
        self._fitting = fitting if anew else (self._fitting - set(changed)) | fitting
        shown = tuple(id_ for id_ in self._all if id_ in self._fitting or id_ == self._kept)
        if shown != self._ids:
            self._ids = shown

    def view(self, index: int) -> RowView:
        sentence_id = self.id_at(index)
        row = self._project.row(sentence_id)
        status, seconds = row.status, row.take.seconds if row.take else None
        activity = self.director.activity(sentence_id) if self.director else None
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
            note=bool(row.sentence.note),
            pause=row.sentence.pause_after is not None,
        )

    def section(self, index: int) -> str:
        return self._project.row(self.id_at(index)).sentence.section
