#!/bin/sh
# A static busybox, one script and the modules that reach the root.
set -eu
release=$(cat "$WORK/kernel-release")
tree=$ROOT/usr/lib/modules/$release
stage=$WORK/initrd.stage
mkdir -p "$stage/bin" "$stage/modules" "$stage/dev" "$stage/proc" "$stage/sys" "$stage/run" "$stage/root"
cp "$ROOT/usr/bin/busybox" "$stage/bin/busybox"
cp "$RECIPE/initramfs/init" "$stage/init"
chmod 755 "$stage/init"
for name in $(sed '/^#/d' "$RECIPE/initramfs/modules.txt"); do
  # --show-depends lists what to load, in order; "builtin" lines need nothing.
  modprobe -d "$ROOT" -S "$release" --show-depends "$name" | sed -n 's/^insmod //p'
done | awk '!seen[$1]++ { print $1 }' | while read -r file; do
  cp "$file" "$stage/modules/"
  echo "${file##*/}"
done >"$stage/modules/order"
cd "$stage"
find . -exec touch -h -d @0 {} +
find . | LC_ALL=C sort | cpio --quiet -o -H newc --reproducible -R 0:0 | zstd -q -19 -T1 >"$OUT/initrd"
cp "$WORK/kernel" "$OUT/kernel"
