#!/usr/bin/env python3
"""Runs a program on a terminal of its own and answers when it asks for a password.

Usage: password_prompt.py ANSWER COMMAND...

ANSWER is typed after "Password for user" or "Enter PEM pass phrase:"; ^C and ^D stand for the keys. Prints a JSON object: the exit status, the
program's output, whether it asked, and whether the terminal showed what was typed while it asked and afterwards.
"""

import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time

answer, command = sys.argv[1], sys.argv[2:]
typed = {"^C": b"\x03", "^D": b"\x04"}.get(answer, answer.encode() + b"\n")

# Our own hold on the terminal's far end keeps its settings after the program has gone.
near, far = pty.openpty()


def shows_typing():
    return bool(termios.tcgetattr(far)[3] & termios.ECHO)


child = subprocess.Popen(
    command,
    stdin=far,
    stdout=far,
    stderr=far,
    start_new_session=True,
    preexec_fn=lambda: fcntl.ioctl(far, termios.TIOCSCTTY, 0),
)
output, asked, shown_while_asking = b"", False, None
deadline = time.monotonic() + 120
while time.monotonic() < deadline:
    ready, _, _ = select.select([near], [], [], 0.1)
    if ready:
        output += os.read(near, 65536)
        if not asked and (b"Password for user" in output or b"Enter PEM pass phrase:" in output):
            asked, shown_while_asking = True, shows_typing()
            os.write(near, typed)
    elif child.poll() is not None:
        break
else:
    child.kill()
print(
    json.dumps(
        {
            "status": child.wait(),
            "output": output.decode(errors="replace"),
            "asked": asked,
            "shown_while_asking": shown_while_asking,
            "shown_afterwards": shows_typing(),
        }
    )
)
