# loop.sh DIRECTORY: bash counting in a loop without other processes, by the workloads' protocol.
directory=$1
failures=
declare -A table
for ((i = 0; i < 5000; i++)); do table[key$i]=$((i * i)); done
trap 'signals=$((signals + 1))' USR1
exec 7<>"$directory/own file"
say() { echo "$2" >"$directory/$1"; }
steps=0 mirror=0 number=1 signals=0

check() {
  local i sum=0
  for ((i = 0; i < 5000; i += 7)); do ((sum += table[key$i] == i * i)); done
  ((sum == 715)) || failures="the table changed;"
  ((steps == mirror)) || failures+=" $steps steps, not $mirror;"
  kill -USR1 $$
  ((signals == number)) || failures+=" $signals signals, not $number;"
  echo "entry $number" >&7
}

say status ready
while :; do
  ((steps++))
  ((mirror++))
  if ((steps % 200 == 0)); then
    if [[ -e $directory/check ]]; then
      check
      say verdict "${failures:+FAIL: }${failures:-OK}"
      exit
    elif [[ -e $directory/check.$number ]]; then
      check
      say "verdict.$number" "${failures:+FAIL: }${failures:-OK}"
      ((number++))
    elif [[ -e $directory/stop ]]; then
      exit
    fi
  fi
done
