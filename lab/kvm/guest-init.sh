#!/bin/sh
# pid 1 of a lab guest: drivers, address from the kernel command line, SSH server. Everything else is brought by drover's agents.
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; mkdir -p /dev/pts; mount -t devpts pts /dev/pts
mount -t tmpfs -o mode=755 run /run; mount -t tmpfs tmp /tmp
for module in failover net_failover virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_net; do insmod /lib/$module.ko; done
for word in $(cat /proc/cmdline); do case $word in addr=*) address=${word#*=};; host=*) hostname "${word#*=}";; esac; done
ip link set lo up; n=0; while [ ! -e /sys/class/net/eth0 ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
ip addr add "$address" dev eth0; ip link set eth0 up
dropbear -s -r /etc/hostkey -P /run/dropbear.pid
echo "GUEST-UP $(cut -d' ' -f1 /proc/uptime)" > /dev/console
while :; do sleep 3600; done
