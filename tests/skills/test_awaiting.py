"""What is a coroutine where it is called is waited for in a skill's own tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from apprentice.graph.old_tests import examples_in
from apprentice.skills.awaiting import Coroutines, without_waiting
from apprentice.skills.library import SkillFiles, SkillLibrary, render_tests

CODE = """
import asyncio

try:
    import numpy
except ImportError:
    numpy = None

if True:
    async def double(n):
        await asyncio.sleep(0)
        if n is None:
            raise ValueError("nothing")
        return n * 2

async def counted(n):
    for number in range(n):
        yield number

def triple(n):
    return n * 3

class Store:
    async def get(self, key):
        return {"a": 1}[key]

    async def load(self):
        return self

    def size(self):
        return 1
"""


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("double(4) == 8", "asyncio.run(double(4)) == 8"),
        ("await double(4) == 8", "asyncio.run(double(4)) == 8"),
        ("len(asyncio.run(double('a'))) == 2", "len(asyncio.run(double('a'))) == 2"),
        ("double(4)==triple(2)+2", "asyncio.run(double(4)) == triple(2) + 2"),
        ("triple( 4 )==12", "triple( 4 )==12"),
        ("1 <= double(2) <= 6", "1 <= asyncio.run(double(2)) <= 6"),
        ("double('a').startswith('a')", "asyncio.run(double('a')).startswith('a')"),
        ("Store().get('a') == 1", "asyncio.run(Store().get('a')) == 1"),
        ("Store().get('a') == {'b': 1}.get('b')", "asyncio.run(Store().get('a')) == {'b': 1}.get('b')"),
        ("asyncio.run(Store().load()).size() == 1", "asyncio.run(Store().load()).size() == 1"),
        ("[n async for n in counted(2)] == [0, 1]", "[n async for n in counted(2)] == [0, 1]"),
        (
            "[n async for n in counted(2)] == [double(1)]",
            "[n async for n in counted(2)] == [await double(1)]",
        ),
    ],
)
def test_calls_of_coroutine_functions_are_waited_for(source: str, rendered: str) -> None:
    """Those of the module, and what the example awaits; all else stays as it was written."""
    assert Coroutines.of(CODE).awaited_in(source) == rendered


def test_code_that_cannot_be_read_has_no_coroutines() -> None:
    """The examples stay as they are."""
    assert Coroutines.of("async def f(:").awaited_in("f(2) == 4") == "f(2) == 4"


def test_the_tests_of_coroutines_pass_under_plain_pytest(tmp_path: Path) -> None:
    """Examples and generated tests alike, as in the sandbox: nothing is left unawaited."""
    library = SkillLibrary(tmp_path / "agent_workspace")
    examples = [
        ("double(4) == 8", ""),
        ("double(None)", "ValueError"),
        ("Store().get('a') == 1", ""),
        ("[n async for n in counted(2)] == [0, 1]", ""),
    ]
    generated = (
        "import pytest\n\n"
        "async def test_one():\n    assert await double(2) == 4\n\n"
        "@pytest.mark.asyncio\nasync def test_marked(tmp_path):\n    assert tmp_path.exists()\n\n"
        "@pytest.mark.parametrize('n', [1, 2])\nasync def test_each(n):\n    assert await double(n) == n + n\n\n"
        "class TestIt:\n    async def test_it(self):\n        assert await double(3) == 6\n\n"
        "async def test_wrong():\n    assert await double(3) == 7\n"
    )
    tests = render_tests("waits", ["double", "Store", "counted"], examples, generated, CODE)
    library.save(SkillFiles("waits", CODE, {"test_waits.py": tests}))
    result = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "agent_workspace"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 9 passed" in result.stdout, result.stdout + result.stderr
    assert "test_wrong" in result.stdout
    assert "warning" not in result.stdout
    found = [example.source for example in examples_in(tests)[0]]
    assert [without_waiting(source) for source in found] == [source for source, _ in examples]


def test_a_workspace_of_an_earlier_version_awaits_too(tmp_path: Path) -> None:
    """The file that lets the tests import the skills is replaced, unless a person changed it."""
    library = SkillLibrary(tmp_path)
    now = (tmp_path / "conftest.py").read_text(encoding="utf-8")
    doc, imports = now.split("\n\n")[0], "import sys\nfrom pathlib import Path"
    path = 'sys.path.insert(0, str(Path(__file__).parent / "skills"))'
    earlier = f"{doc}\n\n{imports}\n\n{path}\n"
    for before, after in ((earlier, now), (earlier + "# mine\n", earlier + "# mine\n")):
        (tmp_path / "conftest.py").write_text(before, encoding="utf-8")
        library = SkillLibrary(tmp_path)
        assert (library.workspace / "conftest.py").read_text(encoding="utf-8") == after
