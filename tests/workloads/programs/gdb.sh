#!/bin/bash
# gdb that holds a program (the second argument) at a breakpoint, and looks at it and lets it go on when asked; see ../README.md for the protocol.
cd "$1" || exit 3
mkdir inner
"$2" inner 2>/dev/null &
program=$!
until [ -e inner/status ]; do sleep 0.02; done

# In each round: a variable has what was written into it before, a step leads on, breakpoint and watchpoint are met again.
cat >commands <<'END'
set pagination off
set confirm off
set width 0
python
import gdb, os, time
def ask(name):
    while not os.path.exists(name):
        time.sleep(0.02)
def say(name, text):
    with open("." + name, "w") as file:
        file.write(text + "\n")
    os.rename("." + name, name)
met = set()
def note(event):
    for which in getattr(event, "breakpoints", ()):
        met.add("breakpoint" if which.type == gdb.BP_BREAKPOINT else "watchpoint")
gdb.events.stop.connect(note)
def meet():
    """Lets the program go on until both have been met: the breakpoint, and the watchpoint, which is in the processor."""
    missing = {"breakpoint", "watchpoint"}
    for _ in range(10):
        gdb.execute("continue")
        missing -= met
        met.clear()
        if not missing:
            break
    return ["the %s is not met" % what for what in missing]
gdb.execute("break nap")
gdb.execute("awatch round_number")
value, number, wrong = 4711, 0, meet()
gdb.execute("set var round_number = 4711")
say("status", "broken: " + "; ".join(wrong) if wrong else "ready")
while True:
    number += 1
    while not os.path.exists("check") and not os.path.exists("check.%d" % number):
        time.sleep(0.02)
    wrong = []
    if int(gdb.parse_and_eval("round_number")) != value:
        wrong.append("the variable is %s" % gdb.parse_and_eval("round_number"))
    before = int(gdb.parse_and_eval("$pc"))
    gdb.execute("stepi")
    if int(gdb.parse_and_eval("$pc")) == before:
        wrong.append("a step leads nowhere")
    value += 1
    gdb.execute("set var round_number = %d" % value)
    wrong += meet()
    verdict = "FAIL: " + "; ".join(wrong) if wrong else "OK"
    if os.path.exists("check"):
        say("verdict", verdict)
        break
    say("verdict.%d" % number, verdict)
gdb.execute("kill")
end
END
exec gdb -q -nx -batch -p "$program" -x commands
