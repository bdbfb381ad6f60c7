# A test file with fixtures, parameters, classes, temporary folders, monkeypatching and captured output.
# needs: pytest
# passes: test_sum, test_table, TestStack::test_push, TestStack::test_empty, test_folder, test_patched, test_printed, test_raises, test_near, test_logged
class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        return self

    def pop(self):
        return self.items.pop()


def total(numbers):
    return sum(numbers)


def save(folder, text):
    path = folder / "text.txt"
    path.write_text(text, encoding="utf-8")
    return path
# --- tests ---
import logging
import os

import pytest
from pytest_features import Stack, save, total


@pytest.fixture(scope="module")
def numbers():
    return [1, 2, 3]


@pytest.fixture
def stack():
    made = Stack().push(1)
    yield made
    made.items.clear()


def test_sum(numbers):
    assert total(numbers) == 6


@pytest.mark.parametrize(("given", "wanted"), [([], 0), ([5], 5), ([1, -1], 0)], ids=["none", "one", "two"])
def test_table(given, wanted):
    assert total(given) == wanted


class TestStack:
    def test_push(self, stack):
        assert stack.push(2).items == [1, 2]

    def test_empty(self, stack):
        stack.pop()
        with pytest.raises(IndexError, match="empty"):
            stack.pop()


def test_folder(tmp_path):
    assert save(tmp_path, "ü").read_bytes() == b"\xc3\xbc"


def test_patched(monkeypatch):
    monkeypatch.setenv("A_VARIABLE", "1")
    monkeypatch.setattr("os.getcwd", lambda: "/elsewhere")
    assert (os.environ["A_VARIABLE"], os.getcwd()) == ("1", "/elsewhere")


def test_printed(capsys):
    print("seen")
    assert capsys.readouterr().out == "seen\n"


def test_raises():
    with pytest.raises(ZeroDivisionError):
        1 / 0


def test_near():
    assert 0.1 + 0.2 == pytest.approx(0.3)


def test_logged(caplog):
    with caplog.at_level(logging.INFO):
        logging.getLogger("x").info("noted %d", 5)
    assert caplog.messages == ["noted 5"]
