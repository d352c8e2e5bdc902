"""The emulator's process: checks the pinned version, puts our plug-ins in place, serves until it is told to stop.

It ends, with all that it started, when the launcher does: the launcher holds the other end of its standard input.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from ministack.app import main as serve

from local_aws.plugins.installing import install_all


def main() -> None:
    """Serve. Ends with one line where the emulator is another version, or its inner names changed."""
    install_all()
    threading.Thread(target=_end_with_the_launcher, name="launcher", daemon=True).start()
    serve()


def _end_with_the_launcher() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpgrp(), signal.SIGTERM)


if __name__ == "__main__":
    main()
