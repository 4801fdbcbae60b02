"""Stands for a client or a server: runs the real one, then changes the records that it left.

liar.py SEEDS PROGRAM ARGUMENT...: SEEDS is a file that holds the next seed, one for each lie.
"""

import json
import pathlib
import random
import signal
import subprocess
import sys

ODD_NUMBERS = ["0", "-1", "-5", "1", "2", "99", "2147483648", "9223372036854775807", "1e300", "nan"]
ODD_WORDS = ["", "danced", "started", "finished", "echoed", "due", "\x1b[2J", "\x00", "ü", "1,1"]


def next_seed(seeds):
    seed = int(seeds.read_text())
    seeds.write_text(str(seed + 1))
    return seed


def lie_in_csv(text, dice):
    lines = text.splitlines(keepends=True)
    rows = range(1, len(lines))
    lie = dice.randrange(11)
    if lie == 0 or len(lines) < 3:
        return text[: dice.randrange(len(text) + 1)]
    row, other = dice.choice(rows), dice.choice(rows)
    if lie == 1:
        del lines[row]
    elif lie == 2:
        lines.insert(other, lines[row])
    elif lie == 3:
        lines[row], lines[other] = lines[other], lines[row]
    elif lie == 4:
        lines[0] = "task,step,ns\n"
    elif lie == 5:
        at = dice.randrange(len(text))
        return text[:at] + chr(dice.randrange(256)) + text[at + 1 :]
    else:
        fields = lines[row].rstrip("\n").split(",")
        column = dice.randrange(4)
        if lie == 6:
            fields[column] = dice.choice(ODD_NUMBERS)
        elif lie == 7:
            fields[column] = dice.choice(ODD_WORDS)
        elif lie == 8:
            fields[column] = lines[other].rstrip("\n").split(",")[column]
        else:  # most lies of a clock are of this kind
            fields[2] = str(int(fields[2]) + dice.choice([-1, 1]) * 10 ** dice.randrange(19))
        lines[row] = ",".join(fields) + "\n"
    return "".join(lines)


def lie_in_report(text, dice):
    if dice.randrange(4) == 0:
        return text[: dice.randrange(len(text) + 1)]
    report = json.loads(text)
    key = dice.choice(sorted(report))
    report[key] = dice.choice(
        [-5, 0, 1, 10**30, 1.5, float("nan"), None, "", "refused", [], True]
    )
    return json.dumps(report)


def lie(argument, dice):
    path = pathlib.Path(argument)
    change = lie_in_report if path.suffix == ".json" else lie_in_csv
    path.write_bytes(change(path.read_text(), dice).encode("utf-8", "surrogateescape"))


def main(seeds, *command):
    child = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    status = child.wait()
    dice = random.Random(next_seed(pathlib.Path(seeds)))
    if dice.randrange(2):  # every other one tells the truth
        lie(command[command.index(dice.choice(["--events", "--report"])) + 1], dice)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
