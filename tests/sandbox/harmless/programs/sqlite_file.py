# SQLite in a file: write-ahead log, transactions, two connections, a backup, and the file's own check.
# expect: journal wal
# expect: rows 10000 sum 49995000
# expect: after rollback 10000
# expect: other connection sees 10001
# expect: backup 10001 ok
import os
import sqlite3

one = sqlite3.connect("data.db")
print("journal", one.execute("pragma journal_mode=wal").fetchone()[0])
one.execute("create table numbers (n integer primary key, text text)")
with one:
    one.executemany("insert into numbers values (?, ?)", ((n, f"number {n}") for n in range(10_000)))
print("rows", *one.execute("select count(*), 'sum', sum(n) from numbers").fetchone())
try:
    with one:
        one.execute("delete from numbers")
        raise KeyError
except KeyError:
    print("after rollback", one.execute("select count(*) from numbers").fetchone()[0])
with one:
    one.execute("insert into numbers values (10000, 'one more')")
other = sqlite3.connect(os.path.abspath("data.db"))
print("other connection sees", other.execute("select count(*) from numbers").fetchone()[0])
copy = sqlite3.connect("copy.db")
one.backup(copy)
count = copy.execute("select count(*) from numbers").fetchone()[0]
print("backup", count, copy.execute("pragma integrity_check").fetchone()[0])
one.execute("vacuum")
for connection in (one, other, copy):
    connection.close()
