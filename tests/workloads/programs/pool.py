"""pool.py DIRECTORY: a pool of processes in the middle of map(). Says "ready" early in it and prints what came out.

The pool forks its workers; its semaphores are shared mappings of deleted files in /dev/shm, its queues are pipes.
"""
import multiprocessing
import os
import sys
import time

COUNT = 200
status = os.path.join(sys.argv[1], "status")


def square(number):
    with calls.get_lock():
        calls.value += 1
        if calls.value == 10:
            with open(status + ".new", "w") as file:
                file.write("ready\n")
            os.rename(status + ".new", status)
    end = time.process_time() + 0.02
    while time.process_time() < end:
        pass
    return number * number, os.getpid()


calls = multiprocessing.Value("i", 0)
with multiprocessing.get_context("fork").Pool(4) as pool:
    workers = {worker.pid for worker in multiprocessing.active_children()}
    answers = pool.map(square, range(COUNT), chunksize=1)
right = [answer for answer, _ in answers] == [number * number for number in range(COUNT)]
print(f"{len(answers)} answers, {'right' if right else 'wrong'}, by {calls.value} calls")
print(f"{len(workers)} workers, {'the same' if workers == {pid for _, pid in answers} else 'others'} to the end")
