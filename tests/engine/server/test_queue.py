from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.errors import EngineBusy
from engine.server.queue import FairQueue


@dataclass(eq=False)
class Request:
    client: str
    letters: int = 10
    voice: str = ""


def filled(*requests: Request, most: int = 1000) -> FairQueue[Request]:
    queue: FairQueue[Request] = FairQueue(most)
    for request in requests:
        queue.add(request)
    return queue


def order_of(queue: FairQueue[Request], at_once: int = 1) -> list[str]:
    order: list[str] = []
    while queue:
        order += [request.client for request in queue.take(at_once)]
    return order


def test_one_client_is_served_in_the_order_of_its_asking() -> None:
    requests = [Request("a") for _number in range(5)]
    queue = filled(*requests)

    assert [queue.take(1)[0] for _number in range(5)] == requests


def test_a_client_that_sends_a_book_does_not_keep_out_one_that_sends_a_sentence() -> None:
    queue = filled(*(Request("book") for _number in range(100)))
    for _number in range(3):
        queue.take(1)
    queue.add(Request("sentence"))

    assert "sentence" in order_of(queue)[:2]


def test_clients_take_turns() -> None:
    queue = filled(*(Request(client) for client in "aaabbbccc"))

    assert order_of(queue) == list("abcabcabc")


def test_who_was_away_has_saved_up_no_turns() -> None:
    queue = filled(*(Request("a") for _number in range(20)))
    for _number in range(10):
        queue.take(1)
    for _number in range(10):
        queue.add(Request("b"))

    assert order_of(queue)[:6] in (list("abbaba"), list("ababab"), list("babaab"), list("bababa"))


def test_a_batch_holds_what_is_alike_in_voice_and_length() -> None:
    first = Request("a", 10, "one")
    alike = Request("d", 12, "one")
    queue = filled(first, Request("b", 500, "one"), Request("c", 10, "two"), alike)

    assert queue.take(2) == [first, alike]


def test_nobody_is_passed_over_for_ever_because_of_being_different() -> None:
    long = Request("long", 500)
    queue = filled(Request("a"), long, *(Request("a") for _number in range(5)))
    for _number in range(3):
        taken = queue.take(2)
        queue.add(Request("a"))
        if long in taken:
            return
    raise AssertionError("it waits for ever")


def test_suspects_are_taken_apart_and_what_is_tried_again_goes_first() -> None:
    queue = filled(Request("a"))
    again, suspect = Request("b"), Request("c")
    queue.put_back(again)
    queue.suspect(suspect)

    assert queue.suspects
    assert queue.take_suspect() is suspect
    assert queue.take(2)[0] is again
    assert not queue


def test_one_too_many_is_told_when_to_come_back() -> None:
    queue = filled(Request("a"), Request("b"), most=2)

    with pytest.raises(EngineBusy) as busy:
        queue.add(Request("c"))
    assert busy.value.retry_after > 0


def test_who_hung_up_waits_no_more() -> None:
    gone, stays = Request("a"), Request("a")
    queue = filled(gone, stays)
    queue.remove(gone)
    queue.remove(gone)

    assert queue.take(5) == [stays]
