from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.domain import SAMPLE_RATE, Cut, Status, Verdict
from engine.errors import AudioError, ProjectError
from engine.files import TEMPORARY_SUFFIX
from engine.project import Project, recordings
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import draft_for, files_in, speak, speak_now, tone


async def test_audio_comes_back_as_it_was_stored(project: Project) -> None:
    samples = tone(0.3)
    take = await project.add_take(1, samples, draft_for(project, 1))

    read = project.read_audio(take)

    assert read.dtype == np.float32
    assert np.array_equal(read, samples)
    info = soundfile.info(project.takes_folder / take.file)
    assert (take.file, info.samplerate, info.channels) == ("1-1.flac", SAMPLE_RATE, 1)
    assert (info.format, info.subtype) == ("FLAC", "PCM_16")


def test_all_that_is_known_of_a_take_survives_a_reopening(open_project: OpenProject) -> None:
    project = open_project("하나.")
    project.edit(1, say="하아나.", voice="Sohee", instruct="기쁘게", speed=1.25, language="English")
    take = speak_now(
        project,
        1,
        seed=2**64 - 1,
        model="Qwen3-TTS-12Hz-1.7B",
        finish_reason="length",
        duration=1 / 3,
        cut=Cut(0.1, 0.3, "doubled", 0.7, by_hand=True),
        closing_phrase="그렇습니다.",
        complaints=("너무 짧아요.", 'a "quoted" one'),
    )
    project.accept(1)
    project.close()

    project = open_project("하나.")

    assert project.row(1).takes == (replace(take, verdict=Verdict.ACCEPTED),)
    assert take.made.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "samples",
    [
        np.array([0.0, np.nan], np.float32),
        np.array([np.inf], np.float32),
        np.zeros(0, np.float32),
        np.zeros((10, 2), np.float32),
        np.zeros(10, np.int16),
    ],
)
async def test_what_is_no_audio_is_refused_and_nothing_is_written(
    project: Project, samples: Any
) -> None:
    with pytest.raises(AudioError):
        await project.add_take(1, samples, draft_for(project, 1))

    assert files_in(project.takes_folder) == set()
    assert project.row(1).takes == ()


async def test_a_take_whose_length_is_no_number_is_refused(project: Project) -> None:
    with pytest.raises(ProjectError):
        await speak(project, 1, cut=Cut(0.0, float("nan")))

    assert files_in(project.takes_folder) == set()


async def test_takes_that_arrive_together_get_numbers_of_their_own(project: Project) -> None:
    takes = await asyncio.gather(*(speak(project, 1, pitch=100.0 * n) for n in range(1, 9)))

    assert sorted(take.number for take in takes) == list(range(1, 9))
    for n, take in enumerate(takes, start=1):
        assert np.array_equal(project.read_audio(take), tone(pitch=100.0 * n))
    assert project.row(1).take == project.row(1).takes[-1]


def test_a_number_is_never_used_again(open_project: OpenProject) -> None:
    project = open_project("하나.", "둘.")
    speak_now(project, 1)
    (project.takes_folder / "1-7.flac").write_bytes(b"a recording without a row")
    (project.takes_folder / "2-3.flac.bak").write_bytes(b"nothing of ours")
    project.close()

    project = open_project("하나.", "둘.")
    assert speak_now(project, 1).number == 8
    assert speak_now(project, 2).number == 1
    (project.takes_folder / "1-9.flac").write_bytes(b"put there meanwhile")
    assert speak_now(project, 1).number == 10

    assert (project.takes_folder / "1-7.flac").read_bytes() == b"a recording without a row"
    assert (project.takes_folder / "1-9.flac").read_bytes() == b"put there meanwhile"


def test_only_unfinished_files_of_ours_are_cleared_away(open_project: OpenProject) -> None:
    project = open_project("하나.")
    for name in (f".abc{TEMPORARY_SUFFIX}", "notes.txt", "1-1.flac", "other.tmp"):
        (project.takes_folder / name).write_bytes(b"x")

    open_project("하나.")
    assert len(files_in(project.takes_folder)) == 4
    project.close()
    open_project("하나.")

    assert files_in(project.takes_folder) == {"notes.txt", "1-1.flac", "other.tmp"}


def test_a_take_whose_file_is_gone_gives_way_to_the_newest_that_is_there(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.", "둘.")
    first, second, third = (speak_now(project, 1) for _ in range(3))
    only = speak_now(project, 2)
    project.pick_take(1, first.id)
    project.close()
    moved = {take: (project.takes_folder / take.file).read_bytes() for take in (first, only)}
    for take in moved:
        (project.takes_folder / take.file).unlink()

    project = open_project("하나.", "둘.")
    assert project.lost_takes == (first, only)
    assert project.row(1).takes == (second, third)
    assert project.row(1).take == third
    assert project.row(2).status is Status.DRAFT
    project.undo()
    project.redo()
    assert project.row(1).take == third
    assert speak_now(project, 2).number == 2
    project.close()

    project = open_project("하나.", "둘.")
    assert project.lost_takes == ()
    project.close()
    for take, content in moved.items():
        (project.takes_folder / take.file).write_bytes(content)

    project = open_project("하나.", "둘.")
    assert project.lost_takes == ()
    assert project.row(1).takes == (first, second, third)
    assert only in project.row(2).takes
    project.close()
    (project.takes_folder / only.file).unlink()

    assert open_project("하나.", "둘.").lost_takes == (only,)


def test_a_folder_of_takes_that_was_deleted_is_made_again(open_project: OpenProject) -> None:
    project = open_project("하나.")
    take = speak_now(project, 1)
    project.close()
    (project.takes_folder / take.file).unlink()
    project.takes_folder.rmdir()

    project = open_project("하나.")

    assert project.lost_takes == (take,)
    assert speak_now(project, 1).number == 2


async def test_a_damaged_recording_is_told_of_when_it_is_read(project: Project) -> None:
    take = await speak(project, 1)
    path = project.takes_folder / take.file
    path.write_bytes(path.read_bytes()[:100])

    with pytest.raises(AudioError) as refusal:
        project.read_audio(take)
    assert refusal.value.hint
    path.unlink()
    with pytest.raises(AudioError):
        project.read_audio(take)


async def test_a_take_is_durable_when_it_has_been_added(project: Project) -> None:
    take = await speak(project, 1)

    with closing(sqlite3.connect(project.folder / "project.db")) as connection:
        rows = connection.execute(
            "SELECT take.id, complaints FROM take JOIN sentence ON take_id = take.id"
        ).fetchall()
    assert rows == [(take.id, "")]


async def test_a_take_is_kept_even_if_the_caller_is_cancelled(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, told = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    write = recordings.write_atomic

    def noticed(path: Path, data: bytes) -> None:
        loop.call_soon_threadsafe(writing.set)
        write(path, data)

    monkeypatch.setattr(recordings, "write_atomic", noticed)
    project.subscribe(lambda _ids: told.set())
    adding = asyncio.create_task(speak(project, 1))
    await writing.wait()

    adding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await adding
    await asyncio.wait_for(told.wait(), 30)

    assert project.row(1).status is Status.READY


async def test_complaints_may_hold_any_text(project: Project) -> None:
    take = await speak(project, 1, complaints=("half a character: \ud83c",), model="\udc80")

    json.dumps(take.draft.complaints).encode()
    project.flush()


async def test_a_deleted_take_is_out_of_the_list_its_file_stays_and_undo_brings_it_back(
    project: Project,
) -> None:
    first, second, third = [await speak(project, 1) for _ in range(3)]

    project.delete_take(third.id)
    assert project.row(1).take == second
    project.delete_take(first.id)
    assert project.row(1).takes == (second,)
    assert files_in(project.takes_folder) >= {first.file, second.file, third.file}
    project.delete_take(second.id)
    row = project.row(1)
    assert (row.status, row.take, row.takes) == (Status.DRAFT, None, ())
    with pytest.raises(ProjectError, match="no such take"):
        project.delete_take(second.id)

    for _ in range(3):
        project.undo()
    assert project.row(1).takes == (first, second, third)
    assert project.row(1).take == third


async def test_a_deletion_outlives_a_reopening_and_never_gives_its_number_away(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.")
    first = await speak(project, 1)
    second = await speak(project, 1)
    project.delete_take(second.id)
    project.close()

    project = open_project("하나.")

    assert project.row(1).takes == (first,)
    assert (await speak(project, 1)).number == 3
    project.undo()
    assert len(project.row(1).takes) == 3


async def test_several_rows_are_judged_in_one_action(project: Project) -> None:
    for sentence_id in (1, 3):
        await speak(project, sentence_id)
    project.accept(1, 2, 3)
    statuses = [project.row(id_).status for id_ in project.ids]
    assert statuses == [Status.ACCEPTED, Status.DRAFT, Status.ACCEPTED]
    project.reject(3, 1)
    project.undo()
    project.undo()
    assert {project.row(id_).status for id_ in (1, 3)} == {Status.READY}
    assert project.undo() is None


async def test_a_take_can_be_rejected_without_being_the_current_one(project: Project) -> None:
    first, second = [await speak(project, 1) for _ in range(2)]
    project.reject_take(first.id)
    assert project.row(1).takes == (replace(first, verdict=Verdict.REJECTED), second)
    assert project.row(1).status is Status.READY


# Cut again


async def test_a_found_cut_is_exchanged_and_that_is_durable(open_project: OpenProject) -> None:
    project = open_project("하나.")
    take = await speak(
        project, 1, cut=Cut(0.0, 0.1, "unsure", 0.2), complaints=("It is not sure.",)
    )
    told: list[int] = []
    project.subscribe(told.extend)

    cut = Cut(0.01, 0.08, "doubled", 0.9)
    found = await project.recut(take.id, cut, ["It is too short."])

    assert found.draft == replace(take.draft, cut=cut, complaints=("It is too short.",))
    assert project.row(1).take == found
    assert told == [1]
    with closing(sqlite3.connect(project.folder / "project.db")) as connection:
        assert connection.execute("SELECT cut_end FROM take").fetchone() == (0.08,)
    project.close()
    assert open_project("하나.").row(1).take == found


async def test_a_cut_made_by_hand_is_never_replaced_by_a_found_one(project: Project) -> None:
    take = await speak(project, 1, cut=Cut(0.02, 0.1, by_hand=True))

    with pytest.raises(ProjectError, match="by hand"):
        await project.recut(take.id, Cut(0.0, 0.05), [])

    assert project.row(1).take == take


async def test_a_found_cut_does_not_pass_for_one_made_by_hand(project: Project) -> None:
    take = await speak(project, 1)
    found = await project.recut(take.id, Cut(0.0, 0.05, by_hand=True), [])
    assert not found.draft.cut.by_hand


async def test_a_take_that_is_not_there_is_not_cut(project: Project) -> None:
    take = await speak(project, 1)
    project.delete_take(take.id)
    with pytest.raises(ProjectError, match="no such take"):
        await project.recut(take.id, Cut(0.0, 0.05), [])
    with pytest.raises(ProjectError):
        await project.recut(999, Cut(0.0, 0.05), [])
