#!/bin/sh
# The host's tests use the very clients that the guest has, and a busybox to build images from.
set -eu
mkdir -p "$TOOLS/cli-plugins"
cp "$ROOT/usr/bin/docker" "$ROOT/usr/bin/busybox" "$TOOLS/"
cp "$ROOT/usr/libexec/docker/cli-plugins/docker-compose" \
  "$ROOT/usr/libexec/docker/cli-plugins/docker-buildx" "$TOOLS/cli-plugins/"

# A registry to push to and pull from: the root of a container, with the one library it is linked to.
dpkg-deb -x "$WORK"/docker-registry_*.deb "$WORK/registry"
install -D "$WORK/registry/usr/bin/docker-registry" "$TOOLS/registry/usr/bin/docker-registry"
cd "$ROOT"
for file in lib/ld-linux-*.so.* lib64/ld-linux-*.so.* lib/*-linux-gnu/libc.so.6; do
  [ ! -e "$file" ] || install -D "$file" "$TOOLS/registry/$file"
done
