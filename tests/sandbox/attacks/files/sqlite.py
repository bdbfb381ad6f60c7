"""Have SQLite write and read outside: attached databases, copies, its temporary folder.

canary: untouched, secret
control: through
"""
import sqlite3

folder = TARGETS["folder"]
database = sqlite3.connect("mine.db", isolation_level=None)
database.execute("create table t (x)")
database.execute("insert into t values ('here')")
for statement in (
    f"attach '{folder}/attached.db' as outside; create table outside.t (x)",
    f"vacuum into '{folder}/copied.db'",
    f"attach 'file:{TARGETS['secret']}?mode=ro' as secret; select * from secret.sqlite_master",
    f"pragma temp_store_directory = '{folder}'; create temp table big as select randomblob(1000)",
    f"attach '{TARGETS['file']}' as kept; pragma kept.journal_mode = wal",
):
    try:
        print(database.executescript(statement).fetchall())
    except sqlite3.Error as error:
        print(error)
for way in (
    lambda: database.backup(sqlite3.connect(f"{folder}/backup.db")),
    lambda: sqlite3.connect(f"file:{folder}/uri.db?mode=rwc", uri=True).execute("create table t (x)"),
    lambda: database.enable_load_extension(True),
    lambda: database.execute("select readfile(?)", (TARGETS["secret"],)).fetchall(),
):
    try:
        print(way())
    except (sqlite3.Error, AttributeError) as error:
        print(error)
