#!/usr/bin/env python3
"""Compression by the libraries that everyone else uses, beside ours: compression.py record|check FOLDER

`record` writes FOLDER/NAME.plain and what python-lz4 and python-snappy make of it; the tests decompress that.
`check` decompresses FOLDER/NAME.ours.lz4 and .ours.snappy, which the tests recorded from our compressors, and compares
every byte. Exit status: 0 equal, 1 different.
"""

import pathlib
import random
import sys

import lz4.block
import snappy


def plains():
    """Bytes that reach every form of literal and copy."""
    choice = random.Random(42)
    noise = bytes(choice.randrange(256) for _ in range(70_000))
    yield "empty", b""
    yield "one", b"x"
    yield "below-a-match", b"abcabcabcabc"
    yield "zeros", bytes(70_000)
    yield "period-3", b"abc" * 2_000
    yield "period-7", b"\x00\x00\x00\x07abc" * 900
    yield "noise", noise[:3_000]
    yield "literal-lengths", b"".join(noise[at:at + size] + b"ABCDEFGH" * 3 for at, size in
                                      [(0, 14), (100, 15), (200, 60), (300, 61), (500, 269), (900, 270), (1500, 1000)])
    words = "select insert update delete from where and primary key text bigint uuid null".split()
    yield "words", " ".join(choice.choice(words) for _ in range(6_000)).encode()
    # A match that lies further back than 16 bits can say, and one that just does not.
    yield "far", noise[:300] + noise[300:400] * 660 + noise[:300]
    yield "near", noise[:200] + noise[200:300] * 650 + noise[:200]


def record(folder):
    for name, plain in plains():
        (folder / f"{name}.plain").write_bytes(plain)
        (folder / f"{name}.lz4").write_bytes(lz4.block.compress(plain, store_size=False))
        (folder / f"{name}.high.lz4").write_bytes(
            lz4.block.compress(plain, mode="high_compression", compression=12, store_size=False))
        (folder / f"{name}.snappy").write_bytes(bytes(snappy.compress(plain)))


def check(folder):
    count = 0
    for file in sorted(folder.glob("*.plain")):
        plain = file.read_bytes()
        block = file.with_suffix(".ours.lz4").read_bytes()
        if lz4.block.decompress(block, uncompressed_size=len(plain)) != plain:
            sys.exit(f"{file.stem}: python-lz4 reads other bytes than were compressed")
        if bytes(snappy.decompress(file.with_suffix(".ours.snappy").read_bytes())) != plain:
            sys.exit(f"{file.stem}: python-snappy reads other bytes than were compressed")
        count += 1
    if count < 10:
        sys.exit(f"{folder} holds {count} samples")
    print(f"{count} samples: python-lz4 and python-snappy read what was compressed")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("record", "check"):
        sys.exit(__doc__)
    {"record": record, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
