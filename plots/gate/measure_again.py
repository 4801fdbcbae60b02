"""`python3 -m plots.gate.measure_again BASELINE CURRENT -- PRIMITIVES -- HARNESS`: a second opinion.

Compares two folders of results as plots.gate does. What looks worse is measured once more, on
its own, and counts only if it looks worse again. PRIMITIVES and HARNESS are the commands that
measured CURRENT, each with its options; what to measure and where to is added to them.

The report goes to standard output, into CURRENT/gate.md, and before CURRENT/summary.md; gate.json
and junit.xml beside it are for programs. The second run lies in CURRENT/again.

Exit codes are those of plots.gate; 1 also if the second run failed, or left out what it was to
measure: then the report is that of the first comparison.
"""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import signal
import subprocess
from typing import Optional, Sequence

from plots.command import FAILED, FINE, UNUSABLE, failed, run, say
from plots.gate import __main__ as gate
from plots.gate import report as gate_report
from plots.gate import sides
from plots.gate.decisions import REGRESSED, TOO_FEW
from plots.read import benchmark_rows, files, results_file
from plots.read.checked_json import ResultsError
from plots.read.words import clean

Command = Sequence[str]


class SecondRunFailed(Exception):
    """What looked worse could not be measured again. The text says why, in one line."""


def main(arguments: Sequence[str]) -> int:
    """Compares, measures again what looks worse, and returns the exit code."""
    try:
        folders, rest = _split(arguments)
        primitives, harness = _split(rest)
        baseline, current = folders
    except ValueError:
        return _failed("usage: BASELINE CURRENT -- PRIMITIVES -- HARNESS", UNUSABLE)
    folder = pathlib.Path(current)
    try:
        code = _decide(baseline, folder, primitives, harness)
        _tell(folder)
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror or error}", FAILED)
    return code


def _split(arguments: Sequence[str]) -> tuple[Command, Command]:
    """What stands before the first `--`, and what stands after it."""
    at = list(arguments).index("--")
    return arguments[:at], arguments[at + 1 :]


def _decide(baseline: str, current: pathlib.Path, primitives: Command, harness: Command) -> int:
    first, again = str(current / "gate.json"), current / "again"
    second = str(again / "gate.json")
    _say(f"comparing with {baseline}")
    code = _compare(current, baseline, str(current), "--json", first)
    if code != gate.REGRESSION:
        return code
    try:
        _measure(first, again, primitives, harness)
        code = _compare(current, baseline, str(again), "--again", first, "--json", second)
        if code not in (FINE, gate.REGRESSION):
            return code
        _check_judged(first, second)
    except SecondRunFailed as error:
        _compare(current, baseline, str(current), "--json", first)
        return _failed(f"the second run, in {again}: {error}", FAILED)
    return _compare(current, baseline, str(current), "--confirmed-by", second, "--json", first)


def _compare(current: pathlib.Path, *arguments: str) -> int:
    """Runs plots.gate; its report becomes gate.md, or there is none."""
    report = io.StringIO()
    with contextlib.redirect_stdout(report):
        code = gate.main([*arguments, "--junit", str(current / "junit.xml")])
    files.write_whole(str(current / "gate.md"), report.getvalue().encode("utf-8"))
    return code


# --- The second run ----------------------------------------------------------------------------


def _measure(first: str, again: pathlib.Path, primitives: Command, harness: Command) -> None:
    """Measures what the first comparison wants to see again. Raises SecondRunFailed."""
    rerun = files.read_json(first, SecondRunFailed)["rerun"]
    again.mkdir(exist_ok=True)
    rows_path = again / benchmark_rows.FILE_NAME
    for earlier in (again / results_file.FILE_NAME, rows_path):
        earlier.unlink(missing_ok=True)
    worse = ", ".join(rerun["models"] + rerun["primitives"])
    _say(f"measuring once more what looks worse: {worse}")
    if rerun["run"]:
        status = _run([*harness, "--models", ",".join(rerun["run"]), "--results", str(again)])
        if status not in (FINE, FAILED):
            raise SecondRunFailed(f"the harness ended with status {status}")
        if status == FAILED:
            _say("the harness ended with status 1; what it has measured is compared")
    if rerun["primitives"]:
        wanted = f"--benchmark_filter={rerun['primitives_filter']}"
        status = _run([*primitives, wanted, f"--benchmark_out={rows_path}"], stdout=2)
        if status != 0:
            raise SecondRunFailed(f"the primitives ended with status {status}")
    _check_all_there(first, again)


def _check_all_there(first: str, again: pathlib.Path) -> None:
    """A command may end well without having measured what it was to measure."""
    try:
        side = sides.load_side([str(again)])
        left_out = {
            model
            for model, workload, _ in gate_report.regressed_in(first)
            if model not in side.rows and (model, workload) not in side.runs
        }
    except ResultsError as error:
        raise SecondRunFailed(str(error)) from error
    if left_out:
        raise SecondRunFailed(f"it left out {', '.join(sorted(left_out))}")


def _check_judged(first: str, second: str) -> None:
    """Too few runs can't show anything again, unless that is what they show: runs that fail."""
    before, now = _verdicts(first), _verdicts(second)
    failing = {model for (model, _, name), v in now.items() if name == "runs" and v == REGRESSED}
    worse = [key for key, verdict in before.items() if verdict == REGRESSED]
    unseen = {key[0] for key in worse if now.get(key, TOO_FEW) == TOO_FEW} - failing
    if unseen:
        raise SecondRunFailed(f"too few samples of {', '.join(sorted(unseen))}")


def _verdicts(path: str) -> dict[tuple[str, str, str], str]:
    """By model or row, workload, and cost or trait: what a gate.json says."""
    document = files.read_json(path, SecondRunFailed)
    return {
        (one["model"], str(one["workload"]), one.get("trait") or one["cost"]): one["verdict"]
        for one in [*document["structure"], *document["costs"]]
    }


def _run(command: Command, stdout: Optional[int] = None) -> int:
    """Its exit status. A signal reaches the whole process group: the command cleans up first."""
    received: list[int] = []
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(each, lambda number, _: received.append(number)) for each in ending]
    try:
        status = subprocess.call(command, stdout=stdout)
    except OSError as error:
        raise SecondRunFailed(f"{command[0]}: {error.strerror or error}") from error
    finally:
        for each, handler in zip(ending, before):
            signal.signal(each, handler)
    if received:
        signal.signal(received[0], signal.SIG_DFL)
        os.kill(os.getpid(), received[0])
    return status


# --- What is told ------------------------------------------------------------------------------


def _tell(current: pathlib.Path) -> None:
    report = (current / "gate.md").read_bytes()
    summary = current / "summary.md"
    if report and summary.exists():
        files.write_whole(str(summary), report + b"\n" + summary.read_bytes())
    print(report.decode("utf-8"), end="")


def _say(what: str) -> None:
    say(f"==> {clean(what)}")


def _failed(message: str, code: int) -> int:
    return failed(f"plots.gate.measure_again: {message}", code)


if __name__ == "__main__":
    run(main)
