"""Walk from an error's traceback, from a suspended generator and from a coroutine to other frames and their builtins.

canary: secret
control: through
"""
import sys

secret = TARGETS["secret"]


async def coroutine() -> None:
    pass


async def agen():
    yield


def generator():
    yield sys._getframe()


def of_error() -> object:
    try:
        1 / 0
    except ZeroDivisionError as error:
        return error.__traceback__.tb_frame.f_back


waiting = coroutine()
for way in (
    of_error,
    lambda: waiting.cr_frame,
    lambda: agen().ag_frame,
    lambda: generator().gi_frame,
    lambda: next(generator()).f_back.f_back,
    lambda: sys._current_frames().popitem()[1],
    lambda: sys.exc_info()[2].tb_frame,
):
    try:
        frame = way()
        while frame is not None:
            print(frame.f_code.co_name, frame.f_builtins["open"](secret).read())
            frame = frame.f_back
    except Exception as error:
        print(error)
waiting.close()
