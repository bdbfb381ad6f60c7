# logging to a stream, a file, rotating files and memory, through a queue and from several threads.
# expect: stream WARNING:part:careful
# expect: file 400 lines, all whole True
# expect: rotated ['r.log', 'r.log.1', 'r.log.2', 'r.log.3']
# expect: queue ['one', 'two']
# expect: exception ValueError: no
# expect: configured [child] hello
# stderr: ERROR:part:to stderr
import logging
import logging.config
import logging.handlers
import os
import queue
import sys
import threading

logger = logging.getLogger("part")
logger.setLevel(logging.DEBUG)
logger.propagate = False
stream = logging.StreamHandler(sys.stdout)
stream.setFormatter(logging.Formatter("stream %(levelname)s:%(name)s:%(message)s"))
logger.addHandler(stream)
logger.warning("careful")
logger.removeHandler(stream)
file = logging.FileHandler("a.log", encoding="utf-8")
file.setFormatter(logging.Formatter("%(asctime)s %(threadName)s %(message)s"))
logger.addHandler(file)
threads = [threading.Thread(target=lambda: [logger.info("line %d", n) for n in range(100)]) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
logger.removeHandler(file)
file.close()
with open("a.log", encoding="utf-8") as text:
    lines = text.read().splitlines()
print("file", len(lines), "lines, all whole", all(" line " in line for line in lines))
rotating = logging.handlers.RotatingFileHandler("r.log", maxBytes=1000, backupCount=3)
logger.addHandler(rotating)
for number in range(400):
    logger.debug("message %d", number)
logger.removeHandler(rotating)
rotating.close()
print("rotated", sorted(name for name in os.listdir() if name.startswith("r.log")))
waiting = queue.SimpleQueue()
memory = []


class Keeper(logging.Handler):
    def emit(self, record):
        memory.append(record.getMessage())


listener = logging.handlers.QueueListener(waiting, Keeper())
listener.start()
handler = logging.handlers.QueueHandler(waiting)
logger.addHandler(handler)
logger.info("one")
logger.info("%s", "two")
listener.stop()
logger.removeHandler(handler)
print("queue", memory)
keeper = logging.Formatter()
try:
    raise ValueError("no")
except ValueError:
    print("exception", keeper.formatException(sys.exc_info()).splitlines()[-1])
logging.config.dictConfig({
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"f": {"format": "configured [%(name)s] %(message)s"}},
    "handlers": {"h": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "f"}},
    "loggers": {"child": {"handlers": ["h"], "level": "INFO", "propagate": False}},
})
logging.getLogger("child").info("hello")
logging.basicConfig()
logger.propagate = True
logger.error("to stderr")
