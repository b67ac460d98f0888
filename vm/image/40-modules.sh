#!/bin/sh
# Keeps the modules that modules.txt names and what they depend on, unpacked: the root image packs
# them better, and an emulated CPU would spend seconds on xz at every boot.
set -eu
release=$(ls "$ROOT/usr/lib/modules")
tree=$ROOT/usr/lib/modules/$release
echo "$release" >"$WORK/kernel-release"
mv "$tree/vmlinuz" "$WORK/kernel" 2>/dev/null || mv "$ROOT/boot/vmlinuz-$release" "$WORK/kernel"

cd "$tree"
depmod -b "$ROOT" "$release"
# modules.dep: "path: dependency dependency…", all of a module's dependencies in one line.
sed '/^#/d;/^$/d' "$RECIPE/modules.txt" | awk '
  NR == FNR { if ($0 ~ /\/$/) folder["kernel/" $0] = 1; else { gsub("-", "_"); name[$0] = 1 }; next }
  { path = $1; sub(":$", "", path); base = path; sub(".*/", "", base); sub("[.]ko.*", "", base); gsub("-", "_", base)
    keep = base in name
    for (prefix in folder) if (index(path, prefix) == 1) keep = 1
    if (keep) { print path; for (i = 2; i <= NF; i++) print $i } }
' - modules.dep | LC_ALL=C sort -u >"$WORK/modules.keep"
find kernel -name '*.ko*' | LC_ALL=C sort >"$WORK/modules.all"
LC_ALL=C comm -13 "$WORK/modules.keep" "$WORK/modules.all" | xargs -r rm
find kernel -name '*.ko.xz' | xargs -r -P2 -n32 xz -d
find kernel -type d -empty -delete
rm -f System.map config
depmod -b "$ROOT" "$release"
