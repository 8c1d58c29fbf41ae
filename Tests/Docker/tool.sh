#!/bin/sh
# Stands for the tools of a build: says how it was called, and leaves what the tool would have left.
name=${0##*/}
case $name in
nproc)
    echo 2
    exit
    ;;
rustc)
    [ -e /tmp/rust-installed ] && echo "rustc 1.90.0 (stand-in)"
    exit
    ;;
esac
echo "$name $* (proxy $https_proxy)"
case $name in
curl)
    touch /tmp/rust-installed
    echo : >/tmp/rustup-init.sh
    ;;
cmake)
    case $* in
    -S*)
        mkdir -p "$4"
        touch "$4/CMakeCache.txt"
        ;;
    --install*) touch /usr/local/lib/libscylladb.so ;;
    esac
    ;;
make)
    if [ -e /tmp/make-fails ]; then
        echo "make: no luck today" >&2
        exit 2
    fi
    touch /usr/local/src/pgscylla/scylla_fdw/scylla_fdw.so
    ;;
esac
