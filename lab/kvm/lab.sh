#!/usr/bin/env bash
# A lab of libvirt hosts on this machine, each in its own namespaces, from a private root; nothing is installed.
#   lab.sh up HOSTS VMS | down | status | alive | cpu HOST
# Environment: LAB (state of this lab), ROOT (unpacked packages) of SUITE, IMG (guest images), NET (first two numbers of its /16), LINK (its interface on this machine), MEM (MiB a VM), TYPE (qemu or kvm)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
host_ip() { echo "$NET.0.$((10 + $1))"; }
guest_ip() { echo "$NET.1.$1"; }
host_pid() { cat "$LAB/h$1/pid" 2>/dev/null; }
on() { local n=$1; shift; nsenter -t "$(host_pid "$n")" -m -u -i -n -p -- /bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
until_ok() { local i n=$1; shift; for i in $(seq "$n"); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "gave up waiting for: $*" >&2; return 1; }

write_host() { # n: the files of host n
  local n=$1 D=$LAB/h$1 m ip; ip=$(host_ip "$n"); mkdir -p "$D"/{mnt,etc/libvirt,etc/ssh,var/{lib,cache,log}/libvirt,var/log/libvirt/qemu}
  # libvirtd insists that its compiled-in default user exists
  printf 'root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/bin/false\nlibvirt-qemu:x:64055:64055::/:/bin/false\n' > "$D/etc/passwd"
  printf 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\nlibvirt-qemu:x:64055:\n' > "$D/etc/group"; echo /bin/sh > "$D/etc/shells"; echo 'hosts: files' > "$D/etc/nsswitch.conf"
  { echo 127.0.0.1 localhost; for m in $(seq 0 "$HOSTS"); do echo "$(host_ip "$m") h$m"; done; for m in $(seq "$VMS"); do echo "$(guest_ip "$m") g$m"; done; } > "$D/etc/hosts"
  cat > "$D/etc/ssh/sshd_config" <<S
HostKey /img/ssh/hostkey
PermitRootLogin prohibit-password
PasswordAuthentication no
StrictModes no
UsePAM no
MaxStartups 200
MaxSessions 200
Subsystem sftp internal-sftp
S
  cat > "$D/etc/libvirt/libvirtd.conf" <<S
host_uuid = "$(printf '4d4c4142-0000-4000-8000-%012d' "$n")"
auth_unix_rw = "none"
auth_unix_ro = "none"
keepalive_interval = 10
keepalive_count = 30
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
log_filters = "1:qemu.qemu_migration 3:util.object 3:util.cgroup"
S
  cat > "$D/etc/libvirt/qemu.conf" <<S
user = "root"
group = "root"
dynamic_ownership = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
keepalive_interval = 10
keepalive_count = 30
migration_address = "$ip"
migration_host = "$ip"
S
  if [ "$n" = 0 ]; then cat > "$D/etc/rc" <<S
ip link add lab type bridge; ip link set lab address 02:4d:4c:00:00:00; ip addr add $ip/16 dev lab; ip link set lab up; echo ok > /run/ready
S
  else cat > "$D/etc/rc" <<S
while [ ! -e /sys/class/net/veth0 ]; do sleep 0.05; done
ip link add br0 type bridge; ip link set br0 address $(printf '02:4d:4c:00:00:%02x' "$n")  # pinned: else it changes with its ports
brctl addif br0 veth0; ip link set veth0 up; ip addr add $ip/16 dev br0; ip link set br0 up
/usr/sbin/sshd; libvirtd -d
S
  fi
  cat > "$D/etc/init" <<S
hostname h$n; ip link set lo up; . /etc/rc
sleep 999999999 & s=\$!; trap : CHLD; while :; do wait \$s; done  # pid 1 of the host: reaps orphans (qemu!)
S
  cat > "$D/enter" <<S
set -e; read -r pid _ < /proc/self/stat; cd "$D/mnt"
mount --rbind "$ROOT" .; cd "$D/mnt"; mount -o remount,bind,ro .
mount --bind ../etc etc; mount --bind ../var var; mount -t tmpfs -o mode=700 home root; mount -t tmpfs -o mode=755 run run; mount -t tmpfs tmp tmp; mount -t proc proc proc; mount -t sysfs sys sys; mount -t tmpfs -o mode=755 dev dev
mount --bind "$IMG" img; mkdir run/sshd run/lock dev/net dev/pts dev/shm root/.ssh; ln -s /proc/self/fd dev/fd; ln -s pts/ptmx dev/ptmx; ln -s /run var/run; mount -t devpts -o newinstance,ptmxmode=666 pts dev/pts
[ $n = 0 ] || { cp img/ssh/id_ed25519 img/ssh/authorized_keys root/.ssh/; cp "$LAB/known_hosts" root/.ssh/known_hosts; printf 'StrictHostKeyChecking yes\nLogLevel ERROR\n' > root/.ssh/config; chmod 600 root/.ssh/*; }
mknod -m 666 dev/null c 1 3; mknod -m 666 dev/zero c 1 5; mknod -m 666 dev/random c 1 8; mknod -m 666 dev/urandom c 1 9; mknod -m 666 dev/tty c 5 0; mknod -m 666 dev/net/tun c 10 200
[ "$TYPE" != kvm ] || mknod -m 666 dev/kvm c 10 232
echo "\$pid" > ../pid; exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$ROOT/bin/busybox" sh -c 'pivot_root . . && umount -l . && cd / && exec /bin/sh /etc/init'
S
}

start_host() { # n: its namespaces; hosts live inside host 0's pid namespace, so one death ends them all
  local n=$1 D=$LAB/h$1 in=''
  write_host "$n"
  [ "$n" = 0 ] || in="nsenter -t $(host_pid 0) -p"
  setsid $in unshare -m -u -i -n -p --fork bash "$D/enter" </dev/null >"$D/init.log" 2>&1 & disown
  until_ok 100 test -s "$D/pid"
  [ "$n" = 0 ] || on 0 sh -c "ip link add v$n type veth && brctl addif lab v$n && ip link set v$n up"
  [ "$n" = 0 ] || nsenter -t "$(host_pid 0)" -n "$ROOT/bin/busybox" ip link set veth0 netns "$(host_pid "$n")"
}

link_machine() { # the one link between this machine and the lab; it goes with the lab's network namespace
  on 0 sh -c "ip link add uplink type veth && brctl addif lab uplink && ip link set uplink up"
  nsenter -t "$(host_pid 0)" -n "$ROOT/bin/busybox" ip link set veth0 netns $$
  "$ROOT/bin/busybox" ip link set veth0 name "$LINK"
  "$ROOT/bin/busybox" ip addr add "$NET.0.1/16" dev "$LINK"; "$ROOT/bin/busybox" ip link set "$LINK" up
}

guest_xml() { # m
  cat <<X
<domain type='$TYPE'><name>g$1</name><uuid>$(printf '4d4c4142-0000-4000-9000-%012d' "$1")</uuid>
<memory unit='MiB'>$MEM</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type><kernel>/img/vmlinux</kernel><initrd>/img/initrd.cpio</initrd>
<cmdline>console=ttyS0 quiet mitigations=off tsc=reliable no_timer_check panic=-1 addr=$(guest_ip "$1")/16 host=g$1</cmdline></os>
<features><acpi/>$([ "$TYPE" = kvm ] || echo "<tcg><tb-cache unit='MiB'>32</tb-cache></tcg>")</features>
<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>
<clock offset='utc'><timer name='hpet' present='no'/></clock><on_reboot>destroy</on_reboot>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='none'/>
<interface type='bridge'><mac address='$(printf '52:54:00:4d:4c:%02x' "$1")'/><source bridge='br0'/><model type='virtio'/><driver name='qemu'/><rom enabled='no'/></interface>
<serial type='file'><source path='/var/log/libvirt/qemu/g$1.console' append='on'/></serial><memballoon model='none'/></devices></domain>
X
}

write_known_hosts() {
  local key guest n; key=$(cut -d' ' -f1,2 "$IMG/ssh/hostkey.pub"); guest=$(cat "$IMG/ssh/guest.pub")
  { for n in $(seq "$HOSTS"); do echo "h$n,$(host_ip "$n") $key"; done; for n in $(seq "$VMS"); do echo "g$n,$(guest_ip "$n") $guest"; done; } > "$LAB/known_hosts"
}

up() {
  HOSTS=$1 VMS=$2; local n m
  [ -e "$ROOT" ] || bash "$here/root.sh" "$ROOT" "$SUITE"
  mkdir -p "$IMG" "$LAB"; : > "$LAB/known_hosts"
  start_host 0; until_ok 100 on 0 test -e /run/ready
  [ -f "$IMG/initrd.cpio" ] || bash "$here/images.sh" "$here" "$ROOT" "$IMG" "$SUITE" "$(host_pid 0)"
  write_known_hosts
  for n in $(seq "$HOSTS"); do start_host "$n"; done
  link_machine
  for n in $(seq "$HOSTS"); do until_ok 300 on "$n" virsh -q list; done
  for n in $(seq "$HOSTS"); do
    ( for m in $(seq "$n" "$HOSTS" "$VMS"); do guest_xml "$m" > "$LAB/h$n/etc/g$m.xml"; on "$n" virsh -q define "/etc/g$m.xml"; on "$n" virsh -q start "g$m"; done ) &
  done; wait
}

status() {
  local d n; for d in "$LAB"/h[1-9]*; do n=${d##*/h}; echo "h$n $(host_ip "$n"): $(on "$n" virsh -q list --all 2>&1 | awk '{print $2"("$3$4")"}' | xargs)"; done
}

cpu() { # HOST: clock ticks that the host's own processes used, with those that its pid 1 has reaped
  on "$1" sh -c 'for p in /proc/[0-9]*; do cat $p/stat 2>/dev/null; done' | sed 's/^\([0-9]*\) (.*) /\1 x /' | awk '{t+=$14+$15; if($1==1) t+=$16+$17} END{print t+0}'
}

alive() { # every host's pid 1 lives and is this lab's
  local d; for d in "$LAB"/h[0-9]*; do [ "/proc/$(cat "$d/pid")/root/etc/init" -ef "$d/etc/init" ] || return 1; done
}

down() { # host 0's pid 1 is the lab: its death ends every process, namespace, link and mount in it
  local p; if p=$(host_pid 0) && [ "/proc/$p/root/etc/init" -ef "$LAB/h0/etc/init" ]; then kill -9 "$p"; until_ok 100 test ! -e "/proc/$p"; fi
  [ ! -e "/sys/class/net/$LINK" ] || ip link del "$LINK" 2>/dev/null || true
  rm -rf "$LAB"
}
"$@"
