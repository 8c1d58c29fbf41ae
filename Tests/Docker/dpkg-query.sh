#!/bin/sh
# Stands for dpkg-query -W -f FORMAT NAME: knows what the stand-in for apt-get has installed.
for name; do :; done
grep -qxF "$name" /var/lib/installed-packages 2>/dev/null || exit 1
printf installed
