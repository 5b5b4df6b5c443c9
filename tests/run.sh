#!/bin/bash
# tests/run.sh: installs what the tests need, builds once, runs all tests, and ends with a line "N passed, N failed, N skipped".
# Fails on any failed test, and on any end-to-end test that was skipped. Needs root: processes are checkpointed.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results=$PWD/artifacts/test-results
longest=1800 # seconds for one project

install_missing() {
  local packages=() pair
  for pair in lz4:lz4 zstd:zstd age:age xz:xz-utils gzip:gzip sqlite3:sqlite3 /usr/bin/python3:python3 /usr/bin/perl:perl \
    gcc:gcc make:make cmp:diffutils strace:strace gdb:gdb; do
    command -v "${pair%%:*}" >/dev/null || packages+=("${pair#*:}")
  done
  [ -e /usr/include/sys/rseq.h ] || packages+=(libc6-dev linux-libc-dev)
  [ ${#packages[@]} -eq 0 ] && return
  echo "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -q -y --no-install-recommends "${packages[@]}"
}

# The sum of one counter of all result files.
sum() {
  sed -n "s/.*<Counters.* $1=\"\([0-9]*\)\".*/\1/p" "$results"/*.trx 2>/dev/null | awk '{ n += $1 } END { print n + 0 }'
}

command -v dotnet >/dev/null || { echo "tests/run.sh: the .NET 10 SDK is not installed" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || { echo "tests/run.sh: checkpoints need root" >&2; exit 1; }
install_missing
dotnet build CrStream.sln -c Release -v quiet
make -s -C tests/workloads
rm -rf "$results"

broken=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  echo "== $name"
  # reap: an old process has to be reaped before its pid is free for a restore, also where no init does that.
  artifacts/workloads/reap timeout --kill-after=10 $longest \
    dotnet test --project "$project" -c Release --no-build --results-directory "$results" --report-xunit-trx --report-xunit-trx-filename "$name.trx" || broken=1
  [ -e "$results/$name.trx" ] || { echo "$name left no results" >&2; broken=1; }
done

passed=$(sum passed) failed=$(sum failed) skipped=$(($(sum total) - $(sum executed)))
echo "$passed passed, $failed failed, $skipped skipped"
skipped_end_to_end=$(grep -c 'outcome="NotExecuted"' "$results/CrStream.EndToEnd.Tests.trx" || true)
[ $broken -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && [ "${skipped_end_to_end:-1}" -eq 0 ]
