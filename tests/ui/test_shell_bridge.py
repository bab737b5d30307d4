"""The bridge between threads."""

import threading
from functools import partial

from pytestqt.qtbot import QtBot

from station.ui.bridge import Bridge


def test_work_posted_from_another_thread_runs_here_and_in_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[tuple[int, int]] = []

    def note(number: int) -> None:
        seen.append((number, threading.get_ident()))

    def post_ten() -> None:
        for number in range(10):
            bridge.post(partial(note, number))

    worker = threading.Thread(target=post_ten)
    worker.start()
    worker.join()
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 10)
    assert seen == [(number, threading.get_ident()) for number in range(10)]


def test_work_posted_from_here_waits_its_turn_too(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[str] = []
    bridge.post(lambda: seen.append("posted"))
    assert seen == []
    qtbot.waitUntil(lambda: seen == ["posted"])
