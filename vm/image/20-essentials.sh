#!/bin/sh
# Makes what the maintainer scripts would have made.
set -eu
cd "$ROOT"
for folder in bin sbin lib lib64; do
  [ -L "$folder" ] || { [ -d "$folder" ] && cp -a "$folder/." "usr/$folder/" && rm -r "$folder"; } || :
  [ -d "usr/$folder" ] && ln -sfn "usr/$folder" "$folder"
done
mkdir -p dev proc sys run tmp root data lower etc/docker var/lib/docker var/lib/containerd var/log var/tmp
rm -rf var/run && ln -s /run var/run
chmod 1777 tmp var/tmp
chmod 700 root

cp usr/share/base-passwd/passwd.master etc/passwd
cp usr/share/base-passwd/group.master etc/group
sed -i -e 's#^\(root:.*\):/bin/bash$#\1:/bin/sh#' etc/passwd
echo 'sshd:*:100:65534::/run/sshd:/usr/sbin/nologin' >>etc/passwd
echo 'docker:*:101:' >>etc/group

# Commands that Debian picks at installation time.
for name in iptables ip6tables; do
  for suffix in '' -save -restore; do
    ln -sfn "$name-nft$suffix" "usr/sbin/$name$suffix"
  done
done
ln -sfn mawk usr/bin/awk
# dash starts faster than bash, and does not put busybox's own applets before the commands in PATH.
ln -sfn dash usr/bin/sh

# busybox stands in for every command that no package brought.
for applet in $(cat "$RECIPE/busybox.txt"); do
  [ -e "usr/bin/$applet" ] || [ -e "usr/sbin/$applet" ] || [ -L "usr/bin/$applet" ] || ln -s busybox "usr/bin/$applet"
done

mkdir -p etc/ssl/certs
find usr/share/ca-certificates -name '*.crt' | LC_ALL=C sort | xargs cat >etc/ssl/certs/ca-certificates.crt
