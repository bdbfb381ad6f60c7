"""How the calls of a wave run: at most four at once in all, none after a failure, and what is asked meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from apprentice.agent import Agent
from tests.asking.library import add_skill
from tests.asking.stories import model, plan, step

NAP = '''import os
import time


def nap(folder: str, n: int) -> int:
    """Note when it began and ended."""
    began = time.time()
    time.sleep(0.2)
    with open(os.path.join(folder, f"{os.getpid()}-{began}-{n}"), "w") as file:
        file.write(f"{began} {time.time()}")
    return n
'''
FAILING = '''import os


def failing(folder: str, n: int) -> int:
    """Leave a mark, and fail from the third on."""
    open(os.path.join(folder, str(n)), "w").close()
    if n > 1:
        raise ValueError(n)
    return n
'''


def opened(tmp_path: Path, wanted: dict[str, Any], **more: Any) -> Agent:
    """An agent that plans like this."""
    scripted = model((wanted,))
    return Agent(
        workspace=tmp_path / "w",
        model=scripted,
        profile="large",
        embedding_model="none",
        max_replans=0,
        **more,
    )


def test_lists_in_several_steps_share_the_four_places(tmp_path: Path) -> None:
    """Three steps of four elements each are twelve calls, of which four run."""
    marks = tmp_path / "marks"
    marks.mkdir()
    steps = [
        step(f"s{s}", "nap", for_each="n", folder=str(marks), n=[4 * s, 4 * s + 1, 4 * s + 2, 4 * s + 3])
        for s in range(3)
    ]
    with opened(tmp_path, plan(*steps)) as agent:
        add_skill(agent, "nap", NAP)
        answer = agent.ask("Nap for each of these", permissions=[f"write:{marks}"])
    assert answer.ok, answer.reason
    times = [tuple(map(float, mark.read_text().split())) for mark in marks.iterdir()]
    assert len(times) == 12
    assert max(sum(began <= at < ended for began, ended in times) for at, _ in times) <= 4


def test_a_list_is_left_at_its_first_failure(tmp_path: Path) -> None:
    """What was begun beside it is finished; hundreds of others are not begun."""
    marks = tmp_path / "marks"
    marks.mkdir()
    wanted = plan(step("s1", "failing", for_each="n", folder=str(marks), n=list(range(60))))
    with opened(tmp_path, wanted) as agent:
        add_skill(agent, "failing", FAILING)
        answer = agent.ask("Try each of these", permissions=[f"write:{marks}"])
    assert answer.status == "failed"
    assert "ValueError" in answer.reason
    assert 3 <= len(list(marks.iterdir())) <= 3 + 4


def test_a_person_is_asked_by_the_thread_that_asked_the_request(tmp_path: Path) -> None:
    """Also where uses that keep failing lead to another proof, which needs an approval."""
    file = tmp_path / "notes.txt"
    file.write_text("one")
    threads: list[threading.Thread] = []

    def approver(*_: Any, **__: Any) -> str:
        threads.append(threading.current_thread())
        return "once"

    code = f"def peek(n: int) -> str:\n    with open({str(file)!r}) as file:\n        file.read()\n    raise ValueError('no')\n"
    with opened(tmp_path, plan(step("s1", "peek", n=1)), approver=approver) as agent:
        add_skill(agent, "peek", code, "callable(peek)", permissions=[f"read:{file}"])
        for number in range(3):
            assert agent.ask(f"Peek into the thing {number}").status == "failed"
    assert len(threads) == 4, "each request, and the proof"
    assert set(threads) == {threading.current_thread()}
