"""From a reply to a module: what is found, and what is mended without a model."""

from __future__ import annotations

import pytest

from apprentice.graph.code_text import (
    defined_names,
    find_code,
    ignores_its_arguments,
    mend,
    signature_in,
    with_given,
)

DOUBLE = "def double(x):\n    return 2 * x"


@pytest.mark.parametrize(
    "reply",
    [
        f"```python\n{DOUBLE}\n```",
        f"Here it is:\n\n```py\n{DOUBLE}\n```\nIt doubles.",
        f"```\n{DOUBLE}\n",
        f"{DOUBLE}\n\nThis function doubles a number.",
        f"Sure! \n{DOUBLE}",
        f"~~~python\n{DOUBLE}\n~~~",
        "```python\n    def double(x):\n        return 2 * x\n```",
        f"```python\nprint(double(2))\n```\n```python\n{DOUBLE}\n```",
        f"```python\n{DOUBLE}\n\ndef broken(:\n```",
    ],
)
def test_code_is_found_in_any_usual_reply(reply: str) -> None:
    """Fences may be missing, unclosed, indented, several, or followed by junk."""
    assert "double" in defined_names(find_code(reply, ["double"]))


def test_two_blocks_are_joined_when_only_together_they_define_what_is_required() -> None:
    """Models show helper and entry point in blocks of their own."""
    reply = "```python\ndef a():\n    return 1\n```\nand\n```python\ndef b():\n    return a()\n```"
    assert {"a", "b"} <= set(defined_names(find_code(reply, ["a", "b"])))


@pytest.mark.parametrize("reply", ["", "I can't do that.", "```json\n{]\n```", "```python\ndef f(:\n```"])
def test_no_code_is_no_code(reply: str) -> None:
    """Prose is never taken for a module."""
    assert find_code(reply, ["f"]) == ""


def test_a_wrong_function_name_is_mended() -> None:
    """The only function gets the required name, recursion included."""
    code = mend("def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)", ["factorial"])
    scope: dict[str, object] = {}
    exec(code, scope)
    assert scope["factorial"](5) == 120  # type: ignore[operator]


def test_missing_imports_are_mended() -> None:
    """Names of the standard library that are used without an import are imported."""
    code = mend("def f(xs: List[int]) -> float:\n    return math.sqrt(Counter(xs)[1])", ["f"])
    assert "import math" in code
    assert "from collections import Counter" in code
    assert "from typing import List" in code


def test_demonstration_code_is_dropped() -> None:
    """A module is imported, not shown."""
    code = mend(
        f"{DOUBLE}\n\nprint(double(2))\nassert double(1) == 2\nif __name__ == '__main__':\n    double(1)",
        ["double"],
    )
    assert code == f"{DOUBLE}\n"


def test_right_code_stays_as_it_is() -> None:
    """Mending changes nothing that needs no mending."""
    code = '"""Doc."""\n\nimport re\n\nPATTERN = re.compile("x")\n\n\ndef f(text):\n    # comment\n    return PATTERN.sub("", text)\n'
    assert mend(code, ["f"]) == code


def test_a_function_that_reads_no_argument_is_recognised() -> None:
    """It can only return a constant."""
    assert ignores_its_arguments("def f(n):\n    return True", "f")
    assert not ignores_its_arguments("def f(n):\n    return n > 0", "f")
    assert not ignores_its_arguments("def f():\n    return 1", "f")


def test_what_the_user_gave_is_added_where_it_is_read() -> None:
    """Helpers with what they need in turn; nothing twice, and nothing that the module has itself."""
    given = (
        "import math\nfrom typing import List\n\ndef deep(x):\n    return math.floor(x)\n\n"
        "@staticmethod\ndef helper(x):\n    return deep(x)\n\ndef other(x):\n    return x"
    )
    code = "def f(x):\n    return helper(x)\n"
    added = with_given(code, given)
    assert defined_names(added) == ["math", "deep", "helper", "f"]
    assert "@staticmethod\ndef helper" in added
    assert with_given(added, given) == added
    assert "helper" not in with_given("def f(x):\n    return x\n", given)
    assert "other" in defined_names(with_given(code, given, ["other"]))


IN_BLOCKS = """
try:
    import numpy as np
except ImportError:
    np = None
    def mean(values):
        return sum(values) / len(values)
else:
    def mean(values):
        return float(np.mean(values))

if True:
    async def fetch(url: str) -> str:
        return url
else:
    class Other:
        def inner(self):
            pass

with open("x") as file:
    LIMIT = 3

if __name__ == "__main__":
    def shown():
        pass
"""


def test_what_is_defined_in_blocks_of_a_module_counts() -> None:
    """A module that falls back on something of its own defines it; what only runs as a script does not."""
    assert set(defined_names(IN_BLOCKS)) == {"np", "mean", "fetch", "Other", "LIMIT"}
    assert signature_in(IN_BLOCKS, "fetch") == "fetch(url: str) -> str"
    assert "mean" in defined_names(find_code(f"```python\n{IN_BLOCKS}```", ["mean"]))
    assert ignores_its_arguments("if True:\n    def f(x):\n        return 1\n", "f")
    assert "def twice(" in mend("if True:\n    def double(n):\n        return 2 * n\n", ["twice"])
    assert "async def twice(" in mend("async def double(n):\n    return 2 * n\n", ["twice"])
    both = "if True:\n    def double(n):\n        return 2 * n\nelse:\n    def double(n):\n        return n + n\n"
    assert mend(both, ["twice"]).count("def twice(") == 2
