"""python.py DIRECTORY: threads, a big heap and open files, by the workloads' protocol."""
import hashlib
import os
import queue
import random
import sys
import threading
import time

directory = sys.argv[1]
failures = []
counters = [0] * 4
total = 0
total_lock = threading.Lock()
tasks, results = queue.Queue(), queue.Queue()


def path(name):
    return os.path.join(directory, name)


def say(name, text):
    with open(path("." + name), "w") as file:
        file.write(text + "\n")
    os.rename(path("." + name), path(name))


def count(number):
    global total
    while True:
        counters[number] += 1
        with total_lock:
            total += 1
        if counters[number] % 1000 == 0:
            time.sleep(0.001)


def work():
    while True:
        number = tasks.get()
        results.put(number * number)


def sleep():
    while True:
        begin = time.monotonic()
        time.sleep(0.5)
        if time.monotonic() - begin < 0.5:
            failures.append("a sleep ended early")


numbers = [random.Random(7).getrandbits(40) for _ in range(300000)]
table = {str(number): number for number in numbers}
block = bytearray(random.Random(8).randbytes(1 << 20)) * 64
digest = hashlib.sha256(block).hexdigest()
with open(path("lines"), "w") as file:
    file.writelines(f"line {i}\n" for i in range(100000))
reader = open(path("lines"))
lines_read = 0
log = open(path("log"), "a")
unflushed = 0

for i in range(4):
    threading.Thread(target=count, args=(i,), daemon=True).start()
for i in range(2):
    threading.Thread(target=work, daemon=True).start()
threading.Thread(target=sleep, daemon=True).start()


def check():
    global lines_read, unflushed
    if hashlib.sha256(block).hexdigest() != digest:
        failures.append("the big block changed")
    if sum(table.values()) != sum(set(numbers)) or any(table[str(n)] != n for n in numbers[::1000]):
        failures.append("the table changed")
    for _ in range(50):
        if reader.readline() != f"line {lines_read}\n":
            failures.append(f"wrong line behind {lines_read}")
        lines_read += 1
    log.write("entry\n")  # stays in the buffer
    unflushed += 1
    before = list(counters)
    time.sleep(0.2)
    if any(now <= then for now, then in zip(counters, before)):
        failures.append("a thread does not count")
    with total_lock:
        time.sleep(0.01)
        if not 0 <= sum(counters) - total <= 4:
            failures.append(f"counters add up to {sum(counters)}, not {total}")
    for i in range(100):
        tasks.put(i)
    if sum(results.get(timeout=20) for _ in range(100)) != sum(i * i for i in range(100)):
        failures.append("the workers' results are wrong")


say("status", "ready")
number = 1
while True:
    last, asked = os.path.exists(path("check")), os.path.exists(path(f"check.{number}"))
    if last or asked:
        check()
        if last:
            log.close()
            if open(path("log")).read() != "entry\n" * unflushed:
                failures.append("the log is wrong")
        say("verdict" if last else f"verdict.{number}", "FAIL: " + "; ".join(failures) if failures else "OK")
        number += 1
    if last or os.path.exists(path("stop")):
        os._exit(1 if failures else 0)
    time.sleep(0.01)
