#!/usr/bin/env bash
# A lab of libvirt hosts on this machine, each in its own namespaces, run from a private root; nothing is installed.
#   lab.sh open NETWORK...   root, images, host 0 and the link to this machine; prints the network that was free
#   lab.sh up                hosts and guests of a lab that is open
#   lab.sh down              ends all of it, whatever state it is in
#   lab.sh status | alive | cpu HOST
# Environment: LAB (folder of this lab), ROOT (unpacked packages) of SUITE, IMG (guest images), NET (first two numbers
# of its /16), HOSTS and VMS (how many), MEM (MiB a VM), TYPE (qemu or kvm).
# DROVER_LAB_STARTS=$LAB marks every process that builds a lab.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/hosts.sh"
. "$here/guests.sh"

open() {
  # Labs of one home share root and images: the first one makes them, the others wait.
  mkdir -p "$(dirname "$ROOT")"
  exec 9> "$ROOT.lock"
  flock 9
  [ -e "$ROOT" ] || bash "$here/root.sh" "$ROOT" "$SUITE"
  mkdir -p "$LAB/ssh" "$IMG"
  start_host 0
  [ -f "$IMG/initrd.cpio" ] || bash "$here/images.sh" "$here" "$ROOT" "$IMG" "$SUITE" "$(host_pid 0)"
  exec 9>&-
  link_machine "$@"
  on 0 qemu-system-x86_64 --version | sed -n 's/.*version \([0-9.]*\).*/qemu \1/p'
}

# The one link between this machine and the lab. It is made in the lab and moved out under its final name, which the
# kernel refuses if another lab has it: so the name claims the network, and goes with the lab's namespace.
link_machine() {
  local network name
  on 0 sh -c 'ip link add uplink type veth && brctl addif lab uplink && ip link set uplink up && ip link set veth0 name claim'
  local last=claim
  for network in "$@"; do
    name=drover${network#*.}
    on 0 ip link set "$last" name "$name"; last=$name
    nsenter -t "$(host_pid 0)" -n "$ROOT/bin/busybox" ip link set "$name" netns $$ 2>/dev/null || continue
    "$ROOT/bin/busybox" ip addr add "$network.0.1/16" dev "$name"
    "$ROOT/bin/busybox" ip link set "$name" up
    echo "network $network"
    return
  done
  echo "all networks are in use: take a lab down first" >&2
  return 1
}

up() {
  local n m starts=()
  on 0 ip addr add "$(host_ip 0)/16" dev lab
  make_keys
  for n in $(seq "$HOSTS"); do start_host "$n"; done
  for n in $(seq "$HOSTS"); do until_ok 300 on "$n" virsh -q list; done
  for n in $(seq "$HOSTS"); do
    ( for m in $(seq "$n" "$HOSTS" "$VMS"); do start_guest "$n" "$m"; done ) & starts+=($!)
  done
  for n in ${starts[@]+"${starts[@]}"}; do wait "$n"; done
}

status() {
  local d n vms
  for d in "$LAB"/h[1-9]*; do
    n=${d##*/h}
    if host_pid "$n" > /dev/null; then
      vms=$(on "$n" virsh -q list --all 2>&1 | awk '{print $2 " (" $3 ($4 ? " " $4 : "") ")"}' | paste -sd, | sed 's/,/, /g')
      echo "h$n $(host_ip "$n"): ${vms:-no VM}"
    else
      echo "h$n $(host_ip "$n"): dead"
    fi
  done
}

alive() {
  local n
  for n in $(seq 0 "$HOSTS"); do host_pid "$n" > /dev/null || return 1; done
}

# Clock ticks that the host's own processes used, with those that its pid 1 has reaped. /proc/stat, loadavg and libvirt's
# own node statistics are the whole machine's on every host.
cpu() { # HOST
  on "$1" sh -c 'cat /proc/[0-9]*/stat 2>/dev/null || true' | sed 's/^\([0-9]*\) (.*) /\1 x /' |
    awk '{t += $14 + $15; if ($1 == 1) t += $16 + $17} END {print t + 0}'
}

# Everything of the lab either builds it (and has its mark), or lives in one of its roots. Host 0's pid namespace holds
# all hosts, so that its death takes namespaces, links and mounts along; the search also finds what never got so far.
of_lab() {
  local p h
  grep -lzxF "DROVER_LAB_STARTS=$LAB" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
  for p in /proc/[0-9]*; do
    for h in "$LAB"/h[0-9]*; do [ ! "$p/root/etc/init" -ef "$h/etc/init" ] || echo "${p#/proc/}"; done
  done
}

down() {
  local i pids
  for i in $(seq 200); do
    pids=$(of_lab)
    if [ -z "$pids" ]; then
      rm -rf "$LAB"
      # A root that was being fetched is of no use to anyone, unless another lab fetches it now.
      for d in "$(dirname "$ROOT")"/*.part; do [ ! -e "$d" ] || flock -n "${d%.part}.lock" rm -rf "$d" || true; done
      return
    fi
    # shellcheck disable=SC2086
    kill -9 $pids 2>/dev/null || true
    sleep 0.05
  done
  echo "these processes of the lab do not end: $(echo $pids)" >&2
  return 1
}

"$@"
