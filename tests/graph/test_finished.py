"""Where a reply has brought the whole module: nothing that may still be needed is cut off."""

from __future__ import annotations

import pytest

from apprentice.graph.code_text import find_code
from apprentice.graph.finished import Finished

DOUBLE = "def double(x):\n    return 2 * x"
FENCED = f"Sure:\n```python\n{DOUBLE}\n```\n"


@pytest.mark.parametrize(
    "reply",
    [
        f"{FENCED}It doubles",
        "1. So:\n   ```python\n   def double(x):\n       return 2 * x\n   ```\n   It",
        f"```python\nprint('no function')\n```\n{FENCED}",
        f"```python\ndef half(x):\n    return x / 2\n```\nand\n```python\n{DOUBLE}\n\n\ndef f(x):\n    return half(x)\n```\n",
        f"```\n{DOUBLE}, counted\n```\n".replace("2 * x, counted", "Counter(x)"),
    ],
)
def test_closed_block_that_defines_what_it_must_is_enough(reply: str) -> None:
    """What follows it is prose."""
    assert Finished(("double",)).reached(reply)
    assert "double" in find_code(
        Finished(("double",)).part(reply + "\n```python\ndef double(x):"), ["double"]
    )


@pytest.mark.parametrize(
    "reply",
    [
        f"```python\n{DOUBLE}\n",
        f"```python\n{DOUBLE}\n\n\nThis function",
        "```python\ndef twice(x):\n    return 2 * x\n```\n",
        "```python\ndef double(x):\n    pass\n```\nNow the body:",
        'The signature:\n```python\ndef double(x):\n    """Doubles."""\n    raise NotImplementedError\n```\n',
        "```python\ndef double(x):\n    return helper(x)\n```\nwith\n",
        "```python\ndef double(x:\n    return 2 * x\n```\n",
        f"{DOUBLE}\n\nwithout a fence",
        '```python\ndef double(x):\n    """\n    ```\n    double(2)\n',
    ],
    ids="open prose other-name stub signature helper-missing broken no-fence fence-in-docstring".split(),
)
def test_what_may_go_on_is_not_enough(reply: str) -> None:
    """The real answer, or a part of it, may still come in another block."""
    assert not Finished(("double",)).reached(reply)
    assert Finished(("double",)).part(reply) == reply


def test_quoted_old_module_is_not_the_answer() -> None:
    """A repair may begin with what was wrong."""
    finished = Finished(("double",), old="def double(x):\n    # a remark\n    return 2 * x\n")
    assert not finished.reached(FENCED)
    assert finished.reached(f"{FENCED}Better:\n```python\ndef double(x):\n    return x + x\n```\n")


def test_names_that_the_user_gave_are_known() -> None:
    """The module is completed with them later."""
    reply = "```python\ndef double(x):\n    return helper(x)\n```\n"
    assert Finished(("double",), known=frozenset({"helper"})).reached(reply)


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        ("(x):\n    return 2 * x\n\nThe", "(x):\n    return 2 * x\n\n"),
        (
            "(x):\n    if x:\n        return 2 * x\n\n    return 0\nresult = d",
            "(x):\n    if x:\n        return 2 * x\n\n    return 0\n",
        ),
    ],
)
def test_begun_answer_is_whole_where_the_body_has_ended(answer: str, whole: str) -> None:
    """A half word behind the function would be code that fails."""
    begun = "```python\ndef double"
    finished = Finished(("double",), prefilled=True)
    assert finished.reached(begun + answer)
    assert finished.part(begun + answer) == begun + whole
    assert not Finished(("double",)).reached(begun + answer), "an answer of its own begins where it will"


@pytest.mark.parametrize(
    "answer",
    [
        "(x):\n    return 2 * x\n",
        "(x):\n    y = 2\n# then\n    return x * y\n",
        '(x):\n    """Doubles\nx, that is.\n',
        "(x):\n    return (\n2 * x\n",
        "(x):\n    y = 2 * x\nreturn y",
        "(x):\n    return twice(x)\n\ndef tw",
        "(\nx):\n",
    ],
    ids="no-dedent comment docstring brackets lost-indentation helper signature".split(),
)
def test_line_at_the_margin_that_belongs_to_the_function_does_not_end_it(answer: str) -> None:
    """Cutting there would lose the rest of the function."""
    assert not Finished(("double",), prefilled=True).reached("```python\ndef double" + answer)
