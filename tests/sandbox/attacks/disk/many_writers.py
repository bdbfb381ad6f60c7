"""Write from eight threads at once, by vectors and at offsets, faster than a look every now and then.

canary: disk
control: through
"""
import os
import threading
import time

block = b"d" * (2 << 20)


def fill(name: str) -> None:
    for number in range(4):
        try:
            file = os.open(f"{name}-{number}", os.O_WRONLY | os.O_CREAT)
            for step in range(2):
                os.pwritev(file, [block, block, block], step * 3 * len(block))
            os.close(file)
        except OSError:
            pass


threads = [threading.Thread(target=fill, args=(str(number),)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
time.sleep(0.3)
