"""sqlite.py DIRECTORY: a database in the middle of a transaction, by the workloads' protocol."""
import os
import sqlite3
import sys
import time

directory = sys.argv[1]
ROWS = 20000
failures = []
written = 0


def path(name):
    return os.path.join(directory, name)


def say(name, text):
    with open(path("." + name), "w") as file:
        file.write(text + "\n")
    os.rename(path("." + name), path(name))


def insert(count):
    global written
    cursor.executemany("INSERT INTO rows VALUES (?, ?)", ((written + i, f"text {written + i} " * 5) for i in range(count)))
    written += count


database = sqlite3.connect(path("database"), isolation_level=None)
cursor = database.cursor()
cursor.execute("PRAGMA cache_size = 100")  # so that much of the transaction is in the file already, and the journal is in use
cursor.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT)")
cursor.execute("CREATE INDEX texts ON rows (text)")
cursor.execute("BEGIN IMMEDIATE")
insert(ROWS)
reading = database.cursor()
reading.execute("SELECT number FROM rows ORDER BY number")
place = 0


def check():
    global place
    for _ in range(100):
        got = reading.fetchone()
        if got is None or got[0] != place:
            failures.append(f"the query goes on with {got}, not {place}")
        place += 1
    insert(1000)
    rows, total = cursor.execute("SELECT count(*), sum(number) FROM rows").fetchone()
    if rows != written or total != written * (written - 1) // 2:
        failures.append(f"{rows} rows, not {written}")


def finish():
    reading.close()
    cursor.execute("COMMIT")
    if cursor.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        failures.append("the database is damaged")
    other = sqlite3.connect(path("database"))
    if other.execute("SELECT count(*) FROM rows").fetchone()[0] != written:
        failures.append("another connection does not see what was committed")


say("status", "ready")
number = 1
while True:
    last, asked = os.path.exists(path("check")), os.path.exists(path(f"check.{number}"))
    if last or asked:
        check()
        if last:
            finish()
        say("verdict" if last else f"verdict.{number}", "FAIL: " + "; ".join(failures) if failures else "OK")
        number += 1
    if last or os.path.exists(path("stop")):
        sys.exit(1 if failures else 0)
    time.sleep(0.01)
