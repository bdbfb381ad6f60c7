import sqlite3


def count_words(words):
    with sqlite3.connect(":memory:") as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE words (word TEXT, n INTEGER)")
        cursor.executemany("INSERT INTO words VALUES (?, 1)", [(word,) for word in words])
        cursor.executescript("CREATE INDEX i ON words (word);")
        return dict(cursor.execute("SELECT word, SUM(n) FROM words GROUP BY word").fetchall())
