"""Lines at the prompt: what is an option, and what is part of the request."""

from __future__ import annotations

import pytest

from apprentice.errors import UsageError
from apprentice.interfaces.arguments import check_options


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("What is 15 percent of 300? --file", "--file needs a path"),
        ("What is 15 percent of 300? --file=", "--file needs a path"),
        ("What is 15 percent of 300? --allow", "--allow needs a key"),
        ("What is 15 percent of 300? --bogus", "--bogus is no option"),
        ("What is 15 percent of 300? --files a.txt", "--files is no option"),
        ("What's 15 percent of 300? --json", "--json is no option"),
    ],
)
def test_a_mistyped_option_is_one_line(line: str, expected: str) -> None:
    """It would be looked for in the values of the request otherwise."""
    with pytest.raises(UsageError, match=expected) as caught:
        check_options(line)
    assert "--file PATH" in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "What is 15 percent of 300?",
        "What is 5 -- 3",
        "Count the words of 'a --bogus'",
        'Count the words of "--file"',
        "What does --verbose mean in git and others?",
        "Subtract 3 from --5",
        "Write a dash--like this",
    ],
)
def test_what_is_part_of_the_request_stays(line: str) -> None:
    """In quotes, in the middle, or with no letter behind it."""
    check_options(line)
