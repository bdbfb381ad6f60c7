# faulthandler prints where each thread is, to stderr and to a file, now and after a delay.
# expect: in the file True
# expect: delayed True
# stderr: in waiting
import faulthandler
import sys
import time


def waiting():
    faulthandler.dump_traceback(sys.stderr, all_threads=True)
    with open("dump.txt", "w+", encoding="utf-8") as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        print("in the file", "in waiting" in file.read())


waiting()
with open("late.txt", "w+", encoding="utf-8") as file:
    faulthandler.dump_traceback_later(0.05, file=file)
    time.sleep(0.5)
    faulthandler.cancel_dump_traceback_later()
    file.seek(0)
    print("delayed", "most recent call first" in file.read())
faulthandler.enable()
faulthandler.disable()
