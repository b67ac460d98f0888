#!/bin/sh
# Fetches and unpacks the packages. Only `extract`: no maintainer script runs, so any architecture
# can be built on any host. apt checks the archive's signature; only the date of the index is left
# unchecked, since a mirror of the testing suite may lag behind it. The registry is for the host's
# tests: the same apt fetches it, and the guest never sees it.
set -eu
include=$(sed -e '/^#/d' -e '/^$/d' -e "s/^linux\$/linux-image-$ARCH/" "$RECIPE/packages.txt" | paste -sd,)
mkdir -p "$ROOT"
mmdebstrap --quiet --variant=extract --architectures="$ARCH" --components=main \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  --aptopt='Acquire::Check-Valid-Until "false"' \
  --aptopt='Acquire::Languages "none"' \
  --aptopt='APT::Install-Recommends "false"' \
  --skip=cleanup/apt --include="$include" \
  --extract-hook='cd "$WORK" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq -o APT::Sandbox::User=root download docker-registry' \
  "$SUITE" - |
  tar -x -C "$ROOT" --no-same-owner --exclude='./dev/*'

# What went in, for the manifest: name, version and sha256 of every package file.
cd "$ROOT/var/cache/apt/archives"
for deb in *.deb; do
  printf '%s %s\n' "$(dpkg-deb --show --showformat='${Package} ${Version}' "$deb")" \
    "$(sha256sum <"$deb" | cut -d' ' -f1)"
done | LC_ALL=C sort >"$WORK/packages.list"
