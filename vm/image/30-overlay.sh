#!/bin/sh
# Lays Berth's own files over the packages'.
set -eu
rm -rf "$ROOT/etc/runit" "$ROOT/etc/service" "$ROOT/etc/sv" "$ROOT/etc/ssh/sshd_config.d"
cp -R "$RECIPE/rootfs/." "$ROOT/"
find "$ROOT/usr/lib/berth" "$ROOT/etc/runit" "$ROOT/etc/service" "$ROOT/etc/acpi" -type f -exec chmod 755 {} +
ln -sfn /run/runit.stopit "$ROOT/etc/runit/stopit"
ln -sfn /run/runit.reboot "$ROOT/etc/runit/reboot"
for name in poweroff halt shutdown reboot; do
  ln -sfn /usr/lib/berth/poweroff "$ROOT/usr/sbin/$name"
done
# Each service logs to /var/log/berth/<name>; runsv keeps its state on the writable /run.
for service in "$ROOT"/etc/service/*; do
  name=${service##*/}
  mkdir -p "$service/log"
  printf '#!/usr/bin/busybox sh\nexec /usr/lib/berth/log %s\n' "$name" >"$service/log/run"
  chmod 755 "$service/log/run"
  ln -sfn "/run/runit/$name" "$service/supervise"
  ln -sfn "/run/runit/$name.log" "$service/log/supervise"
done
