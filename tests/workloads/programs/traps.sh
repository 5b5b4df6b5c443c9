# traps.sh DIRECTORY: a shell loop that starts one child after the other and counts them by a trap for SIGCHLD, by the workloads' protocol.
directory=$1
failures=
started=0 trapped=0 interrupted=0 number=1
trap 'trapped=$((trapped + 1))' CHLD
trap 'interrupted=$((interrupted + 1))' USR1
say() { echo "$2" >"$directory/.$1" && mv "$directory/.$1" "$directory/$1" && ((++started)); }

expect() { # SUBJECT IS WANTED
  [[ $2 == "$3" ]] || failures+=" $1 is $2, not $3;"
}

# Of each pass one child is waited for in the background, one in the foreground, one by its output.
pass() {
  (sleep 0.02; exit $((started % 50))) &
  wait $!
  expect "a background child's status" $? $((started % 50))
  (exit $((started % 40)))
  expect "a child's status" $? $((started % 40))
  expect "a child's text" "$(echo $started)" $started
  ((started += 3))
}

check() {
  wait $sleeper
  expect "the sleeper's status" $? 21
  ((started++))
  kill -USR1 $$
  expect "the number of children that the trap has seen" $trapped $started
  expect "the number of signals" $interrupted $number
}

sleep_for_a_round() {
  (until [[ -e $directory/check || -e $directory/check.$number ]]; do sleep 0.05; done; exit 21) &
  sleeper=$!
}

sleep_for_a_round
pass
say status ready
while :; do
  pass
  if [[ -e $directory/check ]]; then
    check
    say verdict "${failures:+FAIL: }${failures:-OK}"
    exit
  elif [[ -e $directory/check.$number ]]; then
    check
    say "verdict.$number" "${failures:+FAIL: }${failures:-OK}"
    ((number++))
    sleep_for_a_round
  fi
done
