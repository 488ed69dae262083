"""Rows that are split, merged, written, deleted and moved. All of it can be undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from engine.domain import Sentence
from engine.errors import ProjectError
from engine.i18n import N_, _
from engine.project.changing import ChangedProject
from engine.project.edits import storable
from engine.project.history import Change
from engine.project.rows import Place
from engine.project.table import LEAST_GAP
from engine.script.layout import is_direction, is_speakable
from engine.script.wrapping import joined


class ShapedProject(ChangedProject):
    """A project whose rows can come and go. A row that goes keeps its takes, out of sight."""

    def split(self, sentence_id: int, before: str, after: str) -> int:
        """Make two rows of one: it keeps its takes and what stands before the place, and the new
        row below it has the rest. Returns the new row's id.

        Raises:
            ProjectError: nothing would be left on one side.
        """
        self._check_writable()
        before, after = before.strip(), after.strip()
        if not before or not after:
            raise ProjectError(
                _("There is nothing to split off here."),
                _("Put the cursor between two words of the sentence."),
            )
        sentence = self._table.sentences[sentence_id]
        new = replace(
            self._blank_like(sentence, after),
            pause_after=sentence.pause_after,
            spoken=sentence.spoken,
        )
        self._add_unseen(new, after=sentence_id)
        self._act(
            N_("Split"),
            [
                *self._edits(sentence_id, {"text": before, "say": "", "pause_after": None}),
                _removed(new.id, False),
            ],
        )
        return new.id

    def merge(self, sentence_ids: Sequence[int]) -> None:
        """Make one row of several, in the order given: the first takes their texts.

        Raises:
            ProjectError: there are not at least two.
        """
        self._check_writable()
        together = [self._table.sentences[id_] for id_ in sentence_ids]
        if len(together) < 2:
            raise ProjectError(
                _("There is nothing to merge."), _("Below the last row there is no other.")
            )
        first, *others = together
        say = joined(row.say or row.text for row in together)
        fields = {
            "text": joined(row.text for row in together),
            "say": say if any(row.say for row in together) else "",
            "pause_after": others[-1].pause_after,
            "note": "\n".join(row.note for row in together if row.note),
            "spoken": any(row.spoken for row in together),
        }
        changes = self._edits(first.id, fields)
        self._act(N_("Merge"), [*changes, *(_removed(row.id, True) for row in others)])

    def insert(self, after: int | None, text: str) -> int:
        """Write a row below another, or above all. Returns its id.

        Raises:
            ProjectError: the text is empty.
        """
        self._check_writable()
        text = storable(text).strip()
        if not text:
            raise ProjectError(_("A sentence cannot be empty."))
        anchor = after if after is not None else next(iter(self._table.ids), None)
        like = None if anchor is None else self._table.sentences[anchor]
        new = self._blank_like(like, text)
        new = replace(new, spoken=is_speakable(text) and not is_direction(text))
        self._add_unseen(new, after=after)
        self._act(N_("Insert row"), [_removed(new.id, False)])
        return new.id

    def remove(self, sentence_ids: Collection[int]) -> None:
        """Take rows out of the table; their takes are kept."""
        self._check_writable()
        self._act(N_("Delete row"), [_removed(id_, True) for id_ in sentence_ids])

    def move(self, sentence_ids: Collection[int], by: int) -> bool:
        """Move neighbouring rows one place up (-1) or down (1); whether there was room."""
        self._check_writable()
        ids = self._table.ids
        wanted = set(sentence_ids)
        places = [index for index, id_ in enumerate(ids) if id_ in wanted]
        if not places:
            return False
        # The neighbour goes to the other side of them: one row changes its place, not many.
        passed = places[0] - 1 if by < 0 else places[-1] + 1
        if not 0 <= passed < len(ids):
            return False
        if by < 0:
            anchor: int | None = ids[places[-1]]
        else:
            anchor = ids[places[0] - 1] if places[0] else None
        self._act(N_("Move row"), self._moved(ids[passed], anchor))
        return True

    # Inside

    def _moved(self, sentence_id: int, anchor: int | None) -> list[Change]:
        (position,) = self._table.room_after(anchor, 1)
        places = self._table.places
        changed = {sentence_id: position}
        order = sorted(
            places, key=lambda id_: (changed.get(id_, places[id_].position), id_ != sentence_id)
        )
        positions = [changed.get(id_, places[id_].position) for id_ in order]
        if any(b - a < LEAST_GAP for a, b in pairwise(positions)):
            changed = {id_: float(number) for number, id_ in enumerate(order, start=1)}
        return [
            Change("sentence", id_, "position", places[id_].position, position)
            for id_, position in changed.items()
        ]

    def _blank_like(self, like: Sentence | None, text: str) -> Sentence:
        """A new row of this text, spoken as its neighbour is."""
        new_id = 1 + max(self._table.sentences, default=0)
        text = storable(text)
        if like is None:
            return Sentence(new_id, "", text, self.language, removed=True)
        return Sentence(
            id=new_id,
            source_text="",
            text=text,
            language=like.language,
            section=like.section,
            paragraph=like.paragraph,
            voice=like.voice,
            instruct=like.instruct,
            speed=like.speed,
            removed=True,
        )

    def _add_unseen(self, sentence: Sentence, *, after: int | None) -> None:
        """Add a row as one that was deleted: what makes it seen is a change like any other, and
        so can be undone."""
        (position,) = self._table.room_after(after, 1)
        self._table.add_sentence(sentence, Place(position, sentence.spoken))
        self._store([self._table.sentence_write(sentence.id)])


def _removed(sentence_id: int, after: bool) -> Change:
    return Change("sentence", sentence_id, "removed", not after, after)
