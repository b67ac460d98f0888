#!/bin/sh
# The host's tests use the very clients that the guest has, and a busybox to build images from.
set -eu
mkdir -p "$TOOLS/cli-plugins"
cp "$ROOT/usr/bin/docker" "$ROOT/usr/bin/busybox" "$TOOLS/"
cp "$ROOT/usr/libexec/docker/cli-plugins/docker-compose" \
  "$ROOT/usr/libexec/docker/cli-plugins/docker-buildx" "$TOOLS/cli-plugins/"
