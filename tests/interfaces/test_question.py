"""Ctrl-C ends a question at whatever moment it comes, and an answer is read whole."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
from collections.abc import Iterator

import pytest

from apprentice.interfaces.question import ask_line

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A descriptor by which to type."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield writing
        with contextlib.suppress(OSError):
            os.close(writing)


def test_an_answer_is_the_line_without_its_end(typed: int, capsys: pytest.CaptureFixture[str]) -> None:
    os.write(typed, b" Yes \n")
    assert ask_line("Well? ") == " Yes "
    assert capsys.readouterr().out == "Well? "


def test_the_end_of_the_input_is_an_empty_answer(typed: int) -> None:
    os.close(typed)
    assert ask_line("Well? ") == ""


def test_ctrl_c_is_felt_at_any_moment(typed: int) -> None:
    """Also just before the waiting begins: with `input`, such a one is lost until the next key."""
    chance = random.Random(1)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def ask(timer: threading.Timer) -> None:
        timer.start()
        ask_line("")

    try:
        for _ in range(150):
            timer = threading.Timer(chance.uniform(0, 0.001), os.kill, (os.getpid(), signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):
                ask(timer)
            timer.join()
    finally:
        signal.signal(signal.SIGINT, before)
