#!/bin/sh
# The read-only root. Times and owners are fixed, so the same packages give the same bytes.
set -eu
mksquashfs "$ROOT" "$OUT/rootfs" -quiet -no-progress -noappend -all-root -all-time 0 -mkfs-time 0 \
  -no-xattrs -comp zstd -Xcompression-level 6 -b 131072
