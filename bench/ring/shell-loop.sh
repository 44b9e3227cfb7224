#!/usr/bin/env bash
# What a careful engineer would write: migrations in their order, each as soon as both its hosts have room for one more.
#   shell-loop.sh SSH_CONFIG PER_HOST [OPTION OF virsh migrate...] < MOVES, one a line: VM SOURCE TARGET
# Prints a line for each that succeeded: VM SOURCE TARGET BEGIN END, seconds of this machine's clock.
set -u
config=$1 limit=$2
shift 2
declare -A on=() moving=()

migrate() { # VM SOURCE TARGET
  local begin=$EPOCHREALTIME
  ssh -F "$config" "$2" virsh -q -c qemu:///system migrate --live --p2p --persistent --undefinesource "${@:4}" \
    --domain "$1" --desturi "qemu+ssh://root@$3/system" < /dev/null > /dev/null || return
  echo "$1 $2 $3 $begin $EPOCHREALTIME"
}

reap() { # waits until any one ends
  local pid code vm from to
  wait -n -p pid "${!moving[@]}"
  code=$?
  read -r vm from to <<< "${moving[$pid]}"
  unset "moving[$pid]"
  on[$from]=$((on[$from] - 1)) on[$to]=$((on[$to] - 1))
  [ "$code" = 0 ] || { echo "$vm from $from to $to failed" >&2; failed=1; }
}

failed=0
while read -r vm from to; do
  while [ "${on[$from]:-0}" -ge "$limit" ] || [ "${on[$to]:-0}" -ge "$limit" ]; do reap; done
  migrate "$vm" "$from" "$to" "$@" &
  moving[$!]="$vm $from $to"
  on[$from]=$((${on[$from]:-0} + 1)) on[$to]=$((${on[$to]:-0} + 1))
done
while [ ${#moving[@]} -gt 0 ]; do reap; done
exit "$failed"
