# The hosts of a lab: sourced by lab.sh.
host_ip() { echo "$NET.0.$((10 + $1))"; }

host_pid() { # n: its pid 1 as this machine sees it; fails if it is dead, also if another process has its number now
  local p
  p=$(cat "$LAB/h$1/pid" 2>/dev/null) && [ "/proc/$p/root/etc/init" -ef "$LAB/h$1/etc/init" ] && echo "$p"
}

on() { # n COMMAND...: a program of the root in host n
  local n=$1 p
  shift
  p=$(host_pid "$n") || { echo "host h$n is dead" >&2; return 1; }
  nsenter -t "$p" -m -u -i -n -p -- /bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

until_ok() { # TENTHS COMMAND...
  local i n=$1
  shift
  for i in $(seq "$n"); do "$@" > /dev/null 2>&1 && return; sleep 0.1; done
  echo "gave up waiting for: $*" >&2
  "$@" >&2 || true
  return 1
}

write_host() { # n: the files of host n
  local n=$1 D=$LAB/h$1 m ip
  ip=$(host_ip "$n")
  mkdir -p "$D"/{mnt,etc/libvirt,etc/ssh,var/{lib,cache,log}/libvirt,var/log/libvirt/qemu}
  # libvirtd insists that its compiled-in default user exists.
  printf 'root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/bin/false\nlibvirt-qemu:x:64055:64055::/:/bin/false\n' > "$D/etc/passwd"
  printf 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\nlibvirt-qemu:x:64055:\n' > "$D/etc/group"
  echo /bin/sh > "$D/etc/shells"
  echo 'hosts: files' > "$D/etc/nsswitch.conf"
  {
    echo 127.0.0.1 localhost
    for m in $(seq "${HOSTS:-0}"); do echo "$(host_ip "$m") h$m"; done
    for m in $(seq "${VMS:-0}"); do echo "$(guest_ip "$m") g$m"; done
  } > "$D/etc/hosts"
  cat > "$D/etc/ssh/sshd_config" <<S
HostKey /etc/ssh/hostkey
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
MaxStartups 200
MaxSessions 200
Subsystem sftp internal-sftp
S
  # Long keepalives: on a starved machine the default of 5 s x 5 would cut a peer-to-peer migration.
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
  # A bridge takes its lowest port's MAC unless it is pinned: it would change with each guest that arrives.
  if [ "$n" = 0 ]; then cat > "$D/etc/rc" <<S
ip link add lab type bridge; ip link set lab address 02:4d:4c:00:00:00; ip link set lab up; echo ok > /run/ready
S
  else cat > "$D/etc/rc" <<S
while [ ! -e /sys/class/net/veth0 ]; do sleep 0.05; done
ip link add br0 type bridge; ip link set br0 address $(printf '02:4d:4c:00:00:%02x' "$n")
brctl addif br0 veth0; ip link set veth0 up; ip addr add $ip/16 dev br0; ip link set br0 up
/usr/sbin/sshd; libvirtd -d
S
  fi
  # pid 1 of the host reaps orphans, QEMU among them.
  cat > "$D/etc/init" <<S
hostname h$n; ip link set lo up; . /etc/rc
trap : CHLD; while :; do sleep 86400 & s=\$!; while kill -0 \$s 2>/dev/null; do wait \$s; done; done
S
  write_enter "$n"
}

# The way into a host: root read-only, its own /etc and /var, a /dev of seven nodes (no /dev/kvm unless asked for: libvirt
# would probe it at every start), then pivot_root, so that nothing of this machine's files is left in sight.
write_enter() { # n
  local n=$1 D=$LAB/h$1
  cat > "$D/enter" <<S
set -e; read -r pid _ < /proc/self/stat; cd "$D/mnt"
mount --rbind "$ROOT" .; cd "$D/mnt"; mount -o remount,bind,ro .
mount --bind ../etc etc; mount --bind ../var var; mount --bind "$IMG" img
mount -t tmpfs -o mode=700 home root; mount -t tmpfs -o mode=755 run run; mount -t tmpfs tmp tmp
mount -t proc proc proc; mount -t sysfs sys sys; mount -t tmpfs -o mode=755 dev dev
mkdir run/sshd run/lock dev/net dev/pts dev/shm; mkdir -m 700 root/.ssh
ln -s /proc/self/fd dev/fd; ln -s pts/ptmx dev/ptmx; ln -sfn /run var/run
mount -t devpts -o newinstance,ptmxmode=666 pts dev/pts
mknod -m 666 dev/null c 1 3; mknod -m 666 dev/zero c 1 5; mknod -m 666 dev/random c 1 8; mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0; mknod -m 666 dev/net/tun c 10 200
[ "$TYPE" != kvm ] || mknod -m 666 dev/kvm c 10 232
if [ $n = 0 ]; then mkdir run/lab; mount --bind "$LAB" run/lab
else
  cp "$LAB/ssh/id_ed25519" "$LAB/ssh/authorized_keys" "$LAB/known_hosts" root/.ssh/
  printf 'StrictHostKeyChecking yes\nLogLevel ERROR\n' > root/.ssh/config; chmod 600 root/.ssh/*
  mount -o remount,bind,ro img; mkdir run/guest; mount --bind "$LAB/guest" run/guest
fi
echo "\$pid" > ../pid.new; mv ../pid.new ../pid
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$ROOT/bin/busybox" sh -c 'pivot_root . . && umount -l . && cd / && exec /bin/sh /etc/init'
S
}

start_host() { # n: its namespaces; hosts live inside host 0's pid namespace, so one death ends them all
  local n=$1 D=$LAB/h$1 in=''
  write_host "$n"
  [ "$n" = 0 ] || in="nsenter -t $(host_pid 0) -p"
  # The shell's descriptors stay with the shell: fd 9 is the lock on root and images.
  setsid $in unshare -m -u -i -n -p --kill-child --fork bash "$D/enter" < /dev/null > "$D/init.log" 2>&1 9>&- & disown
  until_ok 100 host_pid "$n" || { cat "$D/init.log" >&2; return 1; }
  if [ "$n" = 0 ]; then until_ok 100 on 0 test -e /run/ready; return; fi
  on 0 sh -c "ip link add v$n type veth && brctl addif lab v$n && ip link set v$n up"
  nsenter -t "$(host_pid 0)" -n "$ROOT/bin/busybox" ip link set veth0 netns "$(host_pid "$n")"
}
