import json
import os
import sys
from unittest import mock
from unittest.mock import MagicMock, patch

import pytest


def test_patched(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(os, "getcwd", lambda: str(tmp_path))
    monkeypatch.setattr("builtins.input", lambda prompt="": "yes")
    monkeypatch.setenv("NAME", "x")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text("{}")
    with open(tmp_path / "a.json") as file:
        assert json.load(file) == {}
    with patch("builtins.open", mock.mock_open(read_data="x")), patch.object(json, "loads", MagicMock()):
        assert json.loads("1")
    with pytest.raises(ValueError, match="eval"):
        raise ValueError("eval")
    print("done", file=sys.stderr)
    assert capsys.readouterr().err == "done\n"


@pytest.mark.parametrize(("text", "expected"), [("/etc/passwd", False), ("../x", False)])
def test_names(text, expected):
    assert text.isidentifier() is expected
