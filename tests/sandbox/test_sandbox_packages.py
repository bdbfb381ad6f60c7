"""Modules of packages: dotted names become folders, and import as they do anywhere else."""

from __future__ import annotations

import pytest

from apprentice.errors import SandboxError
from apprentice.sandbox import ProcessSandbox
from apprentice.sandbox.base import Example
from apprentice.sandbox.launched import LaunchedSandbox

MODULES = {
    "shapes": "from .area import square\nfrom shapes.inner import NAME\n\n\ndef both(n):\n    return [NAME, square(n)]\n",
    "shapes.area": "def square(n):\n    return n * n\n",
    "shapes.inner": "from shapes.inner.deep import NAME\n",
    "shapes.inner.deep": "from ..area import square\n\nNAME = f'deep {square(2)}'\n",
    "user": "import shapes\n\n\ndef use(n):\n    return shapes.both(n)\n",
}


def test_a_package_is_called_and_used_by_another_module(sandbox: ProcessSandbox) -> None:
    """Relative and absolute imports, two levels deep."""
    assert sandbox.call("shapes", "both", [3], {}, modules=MODULES).value == ["deep 4", 9]
    assert sandbox.call("user", "use", [1], {}, modules=MODULES).value == ["deep 4", 1]


def test_a_package_is_tested_by_its_public_names_and_by_its_modules(sandbox: ProcessSandbox) -> None:
    """Examples and test files see the same package."""
    report = sandbox.run_tests(
        "shapes",
        modules=MODULES,
        examples=[Example(source="both(2) == ['deep 4', 4]", name="example_1")],
        tests="from shapes.area import square\n\n\ndef test_square():\n    assert square(5) == 25\n",
    )
    assert [(outcome.name, outcome.passed) for outcome in report.outcomes] == [
        ("example_1", True),
        ("test_square", True),
    ]


def test_a_script_finds_the_files_of_a_package_where_it_says(sandbox: ProcessSandbox) -> None:
    """`__path__` and `__file__` are those of the folder that the modules were written to."""
    code = "import os, shapes.area\nprint(os.path.basename(shapes.__file__), os.listdir(shapes.__path__[0]).__contains__('area.py'))"
    assert sandbox.run_code(code, modules=MODULES).stdout == "__init__.py True\n"


@pytest.mark.parametrize("name", ["a.b", "shapes..x", "shapes.", ".x", "shapes.class", "../x", "shapes.a/b"])
def test_a_module_without_its_package_or_with_a_bad_name_is_refused(
    sandbox: ProcessSandbox, name: str
) -> None:
    """No name leads out of the folder."""
    with pytest.raises(SandboxError):
        sandbox.run_code("1", modules={**MODULES, name: "x = 1"})


def test_a_package_reaches_a_container_whole(container: LaunchedSandbox) -> None:
    """Folder by folder, and the next run finds nothing of it."""
    assert container.call("user", "use", [1], {}, modules=MODULES).value == ["deep 4", 1]
    left = "import os\n\n\ndef f():\n    return sorted(os.listdir(os.path.dirname(__file__)))\n"
    assert container.call("skill", "f", [], {}, modules={"skill": left}).value == ["skill.py"]
