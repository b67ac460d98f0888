#!/bin/sh
# Debian as it installs itself, with systemd and docker.io, for the kernel and modules of the guest
# image in IMAGE. Maintainer scripts run, so this wants root and the host's own architecture.
# Left out of what a cloud image has, each of which would only slow it down: cloud-init, apparmor,
# initramfs-tools (the initrd is the guest image's, with another last step), and bootloader.
set -eu
mmdebstrap --quiet --variant=minbase --architectures="$ARCH" --components=main \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  --aptopt='Acquire::Check-Valid-Until "false"' \
  --aptopt='Acquire::Languages "none"' \
  --aptopt='APT::Install-Recommends "false"' \
  --include=systemd-sysv,systemd-resolved,systemd-timesyncd,libpam-systemd,dbus,udev,kmod \
  --include=iproute2,iptables,ca-certificates,openssh-server,docker.io \
  "$SUITE" "$ROOT"
unsquashfs -quiet -no-progress -force -dest "$ROOT" "$IMAGE/rootfs" usr/lib/modules >/dev/null

echo stock >"$ROOT/etc/hostname"
echo 'LABEL=stock / ext4 defaults 0 0' >"$ROOT/etc/fstab"
printf '[Match]\nName=en* eth*\n\n[Network]\nDHCP=yes\n' >"$ROOT/etc/systemd/network/80-dhcp.network"
systemctl --quiet --root="$ROOT" enable systemd-networkd systemd-networkd-wait-online
install -d -m 700 "$ROOT/root/.ssh"
install -m 600 "$AUTHORIZED_KEYS" "$ROOT/root/.ssh/authorized_keys"
cp "$ROOT/etc/ssh/ssh_host_ed25519_key.pub" "$OUT/host_key.pub"
rm -rf "$ROOT"/var/cache/apt/* "$ROOT"/var/lib/apt/lists/*
truncate -s 8G "$OUT/disk"
mkfs.ext4 -q -F -L stock -d "$ROOT" "$OUT/disk"

mkdir "$WORK/initrd"
cd "$WORK/initrd"
zstd -q -d -c "$IMAGE/initrd" | cpio --quiet -i -d
cat >init <<'END'
#!/bin/busybox sh
bb=/bin/busybox
$bb mount -t devtmpfs dev /dev
$bb mount -t proc proc /proc
$bb mount -t sysfs sys /sys
while read -r module; do
  $bb insmod "/modules/$module"
done </modules/order
for disk in /sys/block/vd*; do
  [ "$($bb cat "$disk/serial")" = berth-data ] && root=/dev/${disk##*/}
done
$bb mount -t ext4 "$root" /root
for folder in dev proc sys; do
  $bb mount --move "/$folder" "/root/$folder"
done
exec $bb switch_root /root /sbin/init
END
find . | cpio --quiet -o -H newc -R 0:0 | zstd -q -3 >"$OUT/initrd"
