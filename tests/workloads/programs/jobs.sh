# jobs.sh DIRECTORY: bash with job control and jobs of every kind in the background: two pipelines, one that is stopped, one that has ended.
# Says "ready", waits for "go", and prints what became of them.
set -m
cd "$1" || exit
until_go() { until [[ -e go ]]; do sleep 0.05; done; }

{ seq 1 30000; until_go; seq 30001 60000; } | tee copy | { sort -rn; until_go; } | sha256sum >sum &
(until_go; exit 7) &
(kill -STOP $BASHPID; until_go; exit 9) &
(trap 'exit 11' TERM; while :; do sleep 0.05; done) &
until_go | (read -r; exit 13) &
(exit 15) &

until [[ $(wc -l <copy) -ge 29000 && $(jobs -s) == *"[3]"* && $(jobs -r) != *"[6]"* ]]; do sleep 0.01; done
echo ready >.status && mv .status status
until_go
echo "stopped: $(jobs -s | grep -o '^\[.\]')"
kill -TERM %4
kill -CONT %3
for job in 1 2 3 4 5 6; do
  wait %$job
  echo "job $job: $?"
done
echo "$(wc -l <copy) lines copied, sorted to $(cut -d' ' -f1 sum)"
