#!/bin/bash
# strace -f of a shell that counts in a file by running a program again and again; see ../README.md for the protocol.
cd "$1" || exit 3
echo 0 >count
strace -f -e trace=execve,write -o trace bash -c 'while :; do n=$(cat count); echo $((n + 1)) >next; mv next count; done' &
strace=$!
until [ "$(cat count)" -gt 2 ]; do sleep 0.02; done
echo ready >.status && mv .status status

# The shell counts on, strace tells of it, and tells of nothing that no undisturbed run has.
check() {
  local count lines limit=$((SECONDS + 30))
  count=$(cat count) lines=$(wc -l <trace)
  until [ "$(cat count)" -gt $((count + 3)) ] && [ "$(wc -l <trace)" -gt $((lines + 10)) ]; do
    if [ $SECONDS -gt $limit ]; then echo "FAIL: counts $(cat count), not over $count; $(wc -l <trace) lines, $lines before"; return; fi
    sleep 0.02
  done
  if grep -vE '^[0-9]+ +(execve\(|write\(|\+\+\+ exited with 0 \+\+\+|--- SIGCHLD )' trace >strange; then echo "FAIL: $(head -1 strange)"; else echo OK; fi
}

for ((n = 1; ; n++)); do
  until [ -e check ] || [ -e check.$n ]; do sleep 0.02; done
  check >.verdict
  if [ -e check ]; then mv .verdict verdict; break; fi
  mv .verdict verdict.$n
done
kill $strace
