# SQLite in memory: joins, own functions and aggregates, full text, JSON, sorting on disk.
# expect: join [('Ada', 2), ('Grace', 1)]
# expect: own function olleh
# expect: own aggregate 24
# expect: full text [(2,)]
# expect: json 7
# expect: sorted 200000 0 199999
import sqlite3

db = sqlite3.connect(":memory:")
db.executescript("""
    create table people (id integer primary key, name text);
    create table books (id integer primary key, owner integer references people, title text);
    insert into people values (1, 'Ada'), (2, 'Grace');
    insert into books values (1, 1, 'Notes'), (2, 1, 'Engines'), (3, 2, 'Compilers');
""")
print("join", db.execute(
    "select name, count(*) from people join books on owner = people.id group by name order by name"
).fetchall())
db.create_function("reverse", 1, lambda text: text[::-1])
print("own function", db.execute("select reverse('hello')").fetchone()[0])


class Product:
    def __init__(self):
        self.value = 1

    def step(self, n):
        self.value *= n

    def finalize(self):
        return self.value


db.create_aggregate("product", 1, Product)
db.executescript("create table n (n integer); insert into n values (2), (3), (4)")
print("own aggregate", db.execute("select product(n) from n").fetchone()[0])
db.executescript("create virtual table texts using fts4(body)")
db.executemany("insert into texts (docid, body) values (?, ?)", [(1, "the old wall"), (2, "a new gate")])
print("full text", db.execute("select docid from texts where body match 'gate'").fetchall())
print("json", db.execute("select json_extract('{\"a\": [5, 7]}', '$.a[1]')").fetchone()[0])
db.execute("pragma temp_store=file")
db.execute("pragma cache_size=10")
db.execute("create temp table big (n integer, filler text)")
db.executemany("insert into big values (?, ?)", ((n * 7919 % 200_000, "x" * 20) for n in range(200_000)))
rows = db.execute("select n from big order by n").fetchall()
print("sorted", len(rows), rows[0][0], rows[-1][0])
