#!/bin/sh
# Removes what an appliance never opens.
set -eu
cd "$ROOT"
rm -rf boot/* usr/share/doc usr/share/man usr/share/info usr/share/locale usr/share/lintian \
  usr/share/bash-completion usr/share/zsh usr/share/fish usr/share/bug usr/share/perl usr/share/perl5 \
  usr/share/initramfs-tools usr/share/doc-base usr/share/pixmaps usr/share/common-licenses \
  usr/share/debconf usr/share/glib-2.0 usr/share/insserv usr/share/apport usr/share/cruft usr/share/pam \
  usr/share/ca-certificates usr/libexec/cruft usr/lib/dracut usr/lib/udev usr/lib/systemd \
  usr/lib/tmpfiles.d usr/lib/sysusers.d usr/lib/kernel usr/lib/cni usr/lib/locale \
  etc/init.d etc/rc?.d etc/cron* etc/dracut* etc/udev etc/perl etc/pam.d etc/dpkg etc/apt etc/ufw \
  var/lib/apt var/lib/dpkg var/cache var/log/*
# perl comes with adduser, dracut and udev with the kernel: none of them ever runs here.
rm -rf usr/lib/*/perl* usr/lib/*/libperl* usr/lib/*/gconv usr/lib/*/systemd usr/lib/*/libsystemd-shared* \
  usr/lib/*/audit usr/lib/*/ossl-modules usr/lib/*/engines-3 usr/lib/*/security
rm -f usr/bin/perl* usr/bin/dracut* usr/bin/lsinitrd usr/bin/udevadm usr/bin/systemd-* usr/bin/3cpio \
  usr/bin/corelist usr/bin/cpan* usr/bin/openssl usr/bin/localedef usr/bin/prove usr/bin/pod* usr/bin/ptar* \
  usr/bin/startpar usr/sbin/insserv usr/sbin/zic usr/sbin/debugfs
# Fault-injection builds that are there for containerd's own tests.
rm -rf usr/lib/containerd
rm -f usr/sbin/recvtty usr/sbin/seccompagent usr/sbin/sd-helper usr/sbin/fs-idmap usr/sbin/remap-rootfs usr/sbin/pidfd-kill
# A script that lost its interpreter would only mislead.
grep -rlI '^#!.*perl' usr/bin usr/sbin 2>/dev/null | xargs -r rm -f
