"""A process that sweeps a store until it is killed: `python -m … FOLDER DAYS PEN`."""

import sys
from pathlib import Path

from sync.seal import SigningKey
from tests.support.privacy_room import privacy_room


def main(folder: str, days: str, pen: str) -> None:
    """Say so after every person and go on when told to, or at the end of input; say the end too."""

    def gone(_subject: str) -> None:
        print("one", flush=True)
        sys.stdin.readline()

    desk = privacy_room(Path(folder), reopen=True)
    desk.pen = SigningKey.from_bytes(bytes.fromhex(pen))
    desk.times.pass_(float(days))
    desk.hear_platform()
    desk.sweep(told=gone)
    print("swept", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
