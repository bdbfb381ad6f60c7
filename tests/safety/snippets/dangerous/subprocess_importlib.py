# approval:command: subprocess by importlib
import importlib

importlib.import_module("subprocess").run(["ls"])
