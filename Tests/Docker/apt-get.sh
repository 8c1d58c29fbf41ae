#!/bin/sh
# Stands for apt-get: notes what it was asked for, without its options, and what is installed then.
command=
for argument; do
    case $argument in
    -o | DPkg::*) ;;
    -*) ;;
    *) command="$command $argument" ;;
    esac
done
set -- $command
echo "$*" >>/var/log/apt-get.log
echo "apt-get $*"
[ "$1" = install ] || exit 0
shift
for name; do echo "$name" >>/var/lib/installed-packages; done
