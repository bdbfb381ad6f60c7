# approval:package: a package by importlib
import importlib

pandas = importlib.import_module("pandas")
