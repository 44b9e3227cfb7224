# The guests of a lab and all its keys: sourced by lab.sh.
guest_ip() { echo "$NET.1.$1"; }

# Keys are this lab's alone and go with it: one for logging in, one a host, one for all guests (they boot the same initrd).
make_keys() {
  local n
  mkdir -p "$LAB/guest" "$LAB"/keys/{etc,root/.ssh}
  chmod 700 "$LAB/ssh" "$LAB/guest" "$LAB/keys"
  for n in $(seq "$HOSTS"); do mkdir -p "$LAB/h$n/etc/ssh"; done
  on 0 sh -e <<S
cd /run/lab; umask 077
ssh-keygen -q -t ed25519 -N '' -C drover-lab -f ssh/id_ed25519
for n in \$(seq $HOSTS); do ssh-keygen -q -t ed25519 -N '' -C "h\$n" -f "h\$n/etc/ssh/hostkey"; done
dropbearkey -t ed25519 -f keys/etc/hostkey 2>/dev/null | grep '^ssh-ed25519' | cut -d' ' -f1,2 > ssh/guest.pub
cp ssh/id_ed25519.pub ssh/authorized_keys; cp ssh/authorized_keys keys/root/.ssh/
chmod 755 keys/etc; chmod 700 keys/root keys/root/.ssh
# The kernel unpacks one archive after the other: the images' own, then this lab's keys.
(cd keys && find . -mindepth 1 | cpio -o -H newc -R 0:0 2>/dev/null) > guest/keys.cpio
cat /img/initrd.cpio guest/keys.cpio > guest/initrd.cpio
S
  rm -rf "$LAB/keys" "$LAB/guest/keys.cpio"
  {
    for n in $(seq "$HOSTS"); do echo "h$n,$(host_ip "$n") $(cut -d' ' -f1,2 "$LAB/h$n/etc/ssh/hostkey.pub")"; done
    for n in $(seq "$VMS"); do echo "g$n,$(guest_ip "$n") $(cat "$LAB/ssh/guest.pub")"; done
  } > "$LAB/known_hosts"
}

guest_xml() { # m
  cat <<X
<domain type='$TYPE'><name>g$1</name><uuid>$(printf '4d4c4142-0000-4000-9000-%012d' "$1")</uuid>
<memory unit='MiB'>$MEM</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type><kernel>/img/vmlinux</kernel><initrd>/run/guest/initrd.cpio</initrd>
<cmdline>console=ttyS0 quiet mitigations=off tsc=reliable no_timer_check panic=-1 addr=$(guest_ip "$1")/16 host=g$1</cmdline></os>
<features><acpi/>$([ "$TYPE" = kvm ] || echo "<tcg><tb-cache unit='MiB'>32</tb-cache></tcg>")</features>
<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>
<clock offset='utc'><timer name='hpet' present='no'/></clock><on_reboot>destroy</on_reboot>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='none'/>
<interface type='bridge'><mac address='$(printf '52:54:00:4d:%02x:%02x' $(($1 / 256)) $(($1 % 256)))'/><source bridge='br0'/><model type='virtio'/><driver name='qemu'/><rom enabled='no'/></interface>
<serial type='file'><source path='/var/log/libvirt/qemu/g$1.console' append='on'/></serial><memballoon model='none'/></devices></domain>
X
}

start_guest() { # n m: guest m on host n
  guest_xml "$2" > "$LAB/h$1/etc/g$2.xml"
  on "$1" virsh -q define "/etc/g$2.xml"
  on "$1" virsh -q start "g$2"
}
