import sys
import traceback


def describe(error):
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at line {last.lineno}", error.__traceback__.tb_lineno


def current():
    return sys.exc_info()[0], traceback.format_exc()
