"""Run code in another interpreter of the same process, where nothing has been changed or taken away.

canary: secret
control: depends, because newer versions of Python have other names for it
"""
import ctypes

secret = TARGETS["secret"]
text = f"import os; os.write(1, os.read(os.open({secret!r}, 0), 100))"


def another() -> None:
    import _xxsubinterpreters

    number = _xxsubinterpreters.create()
    _xxsubinterpreters.run_string(number, text)
    _xxsubinterpreters.destroy(number)


def embedded() -> None:
    new = ctypes.pythonapi.Py_NewInterpreter
    new.restype = ctypes.c_void_p
    print("made", bool(new()))
    ctypes.pythonapi.PyRun_SimpleString(text.encode())


def without_start_up() -> None:
    # A new interpreter reads the settings of its environment, and doesn't begin where it may not.
    import _testinternalcapi

    settings = _testinternalcapi.get_config()
    settings["site_import"] = 0
    _testinternalcapi.set_config(settings)


for way in (without_start_up, another, embedded):
    try:
        print(way(), flush=True)
    except Exception as error:
        print(repr(error))
