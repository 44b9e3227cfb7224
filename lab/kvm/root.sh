#!/usr/bin/env bash
# Fetches and unpacks the packages that lab hosts run from: root.sh ROOT SUITE. Installs nothing; ROOT appears complete or not at all.
set -euo pipefail
root=$1 suite=$2 work=$1.part
virt="libvirt-daemon libvirt-daemon-common libvirt-daemon-driver-qemu libvirt-clients libvirt-common libvirt0 qemu-system-x86 qemu-system-data seabios"
packages="openssh-server openssh-client busybox-static dropbear-bin coreutils libattr1
 libacl1 libapparmor1 libaudit1 libblkid1 libbpf1 libbrotli1 libbsd0 libc6 libcap-ng0 libcap2 libcom-err2 libcrypt1 libdaxctl1
 libfdt1 libffi8 libgcc-s1 libgmp10 libgssapi-krb5-2 libibverbs1 libidn2-0 libjpeg62-turbo libjson-c5 libk5crypto3 libkeyutils1
 libkmod2 libkrb5-3 libkrb5support0 liblz4-1 liblzma5 libmd0 libmount1 libndctl6 libnghttp2-14 libnl-3-200 libnl-route-3-200
 libnuma1 libp11-kit0 libpam0g libpcre2-8-0 libpixman-1-0 libpmem1 librtmp1 libsasl2-2 libseccomp2 libselinux1 libslirp0 libssh-4
 libtasn1-6 libtinfo6 libtomcrypt1 libtommath1 libudev1 liburing2 libuuid1 libwrap0 libxml2 libzstd1 zlib1g"
case $suite in # the libraries that these programs load differ by release; bookworm's own QEMU 7.2 corrupts emulated guests in live migration
  bookworm) from=$suite-backports
    packages+=" lz4 libaio1 libcapstone4 libcurl3-gnutls libelf1 libfuse3-3 libgcrypt20 libglib2.0-0 libgnutls30 libgpg-error0 libhogweed6 libicu72
    libldap-2.5-0 libnettle8 libnsl2 libpng16-16 libpsl5 librdmacm1 libreadline8 libssh2-1 libssl3 libstdc++6 libsystemd0 libtirpc3
    libunistring2 libvdeplug2";;
  trixie) from=$suite
    packages+=" zstd libaio1t64 libatomic1 libcapstone5 libcurl3t64-gnutls libelf1t64 libfuse3-4 libglib2.0-0t64 libgnutls30t64 libhogweed6t64
    libldap2 libnettle8t64 libnghttp3-9 libngtcp2-16 libngtcp2-crypto-gnutls8 libpng16-16t64 libpsl5t64 librdmacm1t64 libreadline8t64
    libsqlite3-0 libssh2-1t64 libssl3t64 libtirpc3t64 libunistring5 libvdeplug2t64 libwtmpdb0 libxxhash0";;
  *) echo "no packages are known for suite $suite: use bookworm or trixie" >&2; exit 2;;
esac
release=$(. /etc/os-release; echo "$VERSION_CODENAME")
uri=$(apt-get indextargets --no-release-info --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | awk -v s="$release" '$1==s{print $2; exit}')
[ -n "$uri" ] || { echo "apt knows no archive for $release: check /etc/apt/sources.list" >&2; exit 3; }
apt=$work/apt; rm -rf "$work"; mkdir -p "$apt"/{state/lists/partial,cache/archives/partial,deb}; : > "$apt/status"
printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' "$uri" "$suite $from" > "$apt/lab.sources"
cat > "$apt/apt.conf" <<C
Dir::State "$apt/state"; Dir::State::status "$apt/status"; Dir::Cache "$apt/cache"; Dir::Etc::sourcelist "$apt/lab.sources";
Dir::Etc::sourceparts "/dev/null"; Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none"; APT::Sandbox::User "root"; Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
#clear APT::Update::Post-Invoke; #clear APT::Update::Post-Invoke-Success;
C
apt-get -qq -c "$apt/apt.conf" update
kernel=$(apt-cache -c "$apt/apt.conf" depends "linux-image-cloud-amd64/$suite" | awk '/Depends: linux-image/{print $2; exit}')
# shellcheck disable=SC2046,SC2086
(cd "$apt/deb" && apt-get -qq -c "$apt/apt.conf" download $packages "$kernel" $(printf "%s/$from " $virt))
mkdir -p "$work"/{proc,sys,dev,run,tmp,etc,var,root,img,usr/{bin,sbin,lib,lib64}}
for link in bin sbin lib lib64; do ln -s "usr/$link" "$work/$link"; done
for deb in "$apt"/deb/*.deb; do case $deb in
  */linux-image*) mkdir -p "$work/kernel"
    dpkg-deb --fsys-tarfile "$deb" | tar -xC "$work/kernel" --wildcards './boot/vmlinuz-*' '*/virtio/virtio*.ko*' '*failover.ko*' '*/virtio_net.ko*';;
  *) dpkg-deb --fsys-tarfile "$deb" | tar -xC "$work" --keep-directory-symlink --exclude=./usr/share/{doc,man,locale,lintian,bug,augeas,icons} \
      --exclude=./{etc,var} --exclude='./*/systemd' --exclude='*/gconv' --exclude='*/qemu-system-i386' --exclude='*-microvm' \
      --exclude='*/share/qemu/*'{sparc,ppc,slof,skiboot,hppa,palcode,s390,u-boot,opensbi,npcm,edk2}'*';;
esac; done
for applet in $("$work/bin/busybox" --list); do
  [ -e "$work/usr/bin/$applet" ] || [ -e "$work/usr/sbin/$applet" ] || ln -s busybox "$work/usr/bin/$applet"
done
rm -rf "$apt"; mv "$work" "$root"
