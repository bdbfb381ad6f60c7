# multiprocessing, process pools and fork fail with an ordinary OSError instead of hanging.
# needs: wall
# outside: differs
# expect: fork OSError
# expect: Process OSError
# expect: Pool OSError
# expect: spawn OSError
# expect: ProcessPoolExecutor OSError
# expect: threads still work 6
import concurrent.futures
import multiprocessing
import os
import threading


def work(n):
    return n + 1


def attempt(name, action):
    try:
        print(name, "gave", action())
    except OSError:
        print(name, "OSError")


def pool():
    with multiprocessing.Pool(2) as each:
        return each.map(work, [1, 2])


def executor():
    with concurrent.futures.ProcessPoolExecutor(2) as each:
        return list(each.map(work, [1, 2]))


attempt("fork", os.fork)
attempt("Process", lambda: multiprocessing.Process(target=work, args=(1,)).start())
attempt("Pool", pool)
attempt("spawn", lambda: multiprocessing.get_context("spawn").Process(target=work, args=(1,)).start())
attempt("ProcessPoolExecutor", executor)
seen = []
threads = [threading.Thread(target=seen.append, args=(n,)) for n in (1, 2, 3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("threads still work", sum(seen))
