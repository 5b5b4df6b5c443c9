#!/bin/bash
# try.sh [WORKLOAD...]: runs workloads without crstream: undisturbed, spoiled in every way, and with gdb attaching and detaching.
set -u
cd "$(dirname "$0")"
make -s || exit 1
out=../../artifacts/workloads
[ $# -gt 0 ] || set -- $(grep -l '^WORKLOAD(' *.c | sed 's/\.c$//')
work=$(mktemp -d)
chmod 755 "$work"
failed=0

wait_for() { # FILE SECONDS
  for ((i = 0; i < $2 * 50; i++)); do [ -e "$1" ] && return 0; sleep 0.02; done
  echo "    no $1"; return 1
}

start() { # WORKLOAD LABEL; sets dir and pid
  dir=$work/$1.$2; mkdir -p "$dir"
  pid=$("$out/launch" "$dir" "$PWD/$out/$1" "$dir") && wait_for "$dir/status" 30
  grep -qx ready "$dir/status" || { cat "$dir/status" "$dir/stderr"; return 1; }
}

finish() { # WORKLOAD LABEL PATTERN
  touch "$dir/check"; wait_for "$dir/verdict" 100
  kill -9 "$pid" 2>/dev/null
  if grep -q "^$3" "$dir/verdict" 2>/dev/null; then
    [ "$3" = OK ] || echo "    $2: $(head -c 150 "$dir/verdict" | head -1)"
  else
    echo "    FAILED $1 $2: $(cat "$dir/verdict" "$dir/stderr" 2>/dev/null | head -5)"; failed=1
  fi
}

for name; do
  echo "$name"
  start "$name" undisturbed && { for n in 1 2 3; do touch "$dir/check.$n"; wait_for "$dir/verdict.$n" 100; done; } && finish "$name" undisturbed OK || failed=1
  for ((n = 1; n <= $("$out/$name" --spoils); n++)); do
    export WORKLOAD_SPOIL=$n
    start "$name" "spoil$n" && finish "$name" "spoil$n" FAIL || failed=1
    unset WORKLOAD_SPOIL
  done
  if [ "$name" != vfork_wait ]; then # gdb would wait for ever
    start "$name" gdb && for n in 1 2 3; do
      gdb -nx -q -batch -p "$pid" -ex detach >"$dir/gdb.log" 2>&1 </dev/null
      touch "$dir/check.$n"; wait_for "$dir/verdict.$n" 100
    done && finish "$name" gdb OK || failed=1
  fi
done
rm -rf "$work"
exit $failed
