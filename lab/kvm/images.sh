#!/usr/bin/env bash
# Makes the guests' kernel and initrd (without keys: those are each lab's own) in IMG with the root's own tools, inside
# host 0: images.sh HERE ROOT IMG SUITE PID. initrd.cpio appears last: who sees it sees everything.
set -euo pipefail
here=$1 root=$2 img=$3 suite=$4 seat=$5
on() { nsenter -t "$seat" -m -u -i -n -p -- /bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
case $suite in bookworm) unpack=lz4 magic='\x02\x21\x4c\x18';; *) unpack=zstd magic='\x28\xb5\x2f\xfd';; esac
tree=$img/tree
rm -rf "$tree"
mkdir -p "$tree"/{bin,lib,lib64,etc,proc,sys,dev,run,tmp,root}
kernel=$(ls "$root"/kernel/boot/vmlinuz-*)
# Uncompressed, the kernel starts without the guest's own decompression, which emulation makes slow.
for offset in $(LC_ALL=C grep -aboP "$magic" "$kernel" | cut -d: -f1); do
  tail -c "+$((offset + 1))" "$kernel" | on $unpack -dcq > "$img/vmlinux" 2>/dev/null || true
  [ "$(head -c4 "$img/vmlinux" | tail -c3)" != ELF ] || break
done
[ "$(head -c4 "$img/vmlinux" | tail -c3)" = ELF ] || cp "$kernel" "$img/vmlinux"
cp "$root/bin/busybox" "$root/usr/sbin/dropbear" "$tree/bin/"
for applet in $("$tree/bin/busybox" --list); do [ -e "$tree/bin/$applet" ] || ln -s busybox "$tree/bin/$applet"; done
find "$root/kernel" -name '*.ko*' -exec cp {} "$tree/lib/" \;
# The root's links are absolute: copied from outside they would bring this machine's own files.
on sh -e <<'S'
cd /img/tree; for f in lib/*.ko.xz; do [ ! -e "$f" ] || unxz "$f"; done
cp -L $(/lib64/ld-linux-x86-64.so.2 --list /usr/sbin/dropbear | grep -o '/lib/[^ ]*') lib/; cp -L /lib64/ld-linux-x86-64.so.2 lib64/
S
chmod 700 "$tree/root"
echo 'root:*:0:0:root:/root:/bin/sh' > "$tree/etc/passwd"
echo /bin/sh > "$tree/etc/shells"
install -m 755 "$here/guest-init.sh" "$tree/init"
on sh -c 'cd /img/tree && find . | cpio -o -H newc -R 0:0 > ../initrd.part 2>/dev/null'
rm -rf "$tree"
mv "$img/initrd.part" "$img/initrd.cpio"
