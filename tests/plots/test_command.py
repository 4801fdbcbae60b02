"""What every Python command does when a standard stream takes nothing: an exit code and one line."""

import os
import subprocess
import sys

import gates
import pytest
import sweeps
import synthetic

DOCS = str(gates.ROOT / "docs" / "check_quotes.py")

# How each command is called, and its exit code where nothing is wrong with the streams. Those that
# only give help here would write into the docs, or have nothing to print.
CALLS = {
    "plots": (["-m", "plots", "ONE"], 0),
    "plots.gate": (["-m", "plots.gate", "SIDE", "AGAIN"], 0),
    "plots.gate of other machines": (["-m", "plots.gate", "SIDE", "ELSEWHERE"], 4),
    "plots.gate.exports": (["-m", "plots.gate.exports", "ONE"], 0),
    "plots.gate.measure_again": (
        ["-m", "plots.gate.measure_again", "SIDE", "AGAIN", "--", "false", "--", "false"],
        0,
    ),
    "plots.crossovers": (["-m", "plots.crossovers", "SWEEP"], 0),
    "plots.docs": (["-m", "plots.docs", "--help"], 0),
    "check_quotes": ([DOCS, "--help"], 0),
}
WRONG_CALLS = {
    "plots": ["-m", "plots", "/nowhere"],
    "plots.gate": ["-m", "plots.gate", "SIDE"],
    "plots.gate.exports": ["-m", "plots.gate.exports"],
    "plots.gate.measure_again": ["-m", "plots.gate.measure_again", "SIDE"],
    "plots.crossovers": ["-m", "plots.crossovers", "/nowhere"],
    "plots.docs": ["-m", "plots.docs", "--fast"],
    "check_quotes": [DOCS, "--root", "/nowhere"],
}


@pytest.fixture(scope="module", name="folders")
def _folders(tmp_path_factory):
    """Name in CALLS -> a folder of results; too few runs to need SciPy."""
    folder = tmp_path_factory.mktemp("results")
    elsewhere = gates.side(3, 1)
    elsewhere["environment"]["cpu"] = "Another CPU"
    documents = {
        "ONE": synthetic.document([synthetic.run("sequential")]),
        "SIDE": gates.side(1, 1),
        "AGAIN": gates.side(2, 1),
        "ELSEWHERE": elsewhere,
        "SWEEP": synthetic.document(sweeps.both_at((1, 10, 100))),
    }
    return {name: gates.written(folder, name, document) for name, document in documents.items()}


def ended(folders, call, redirection="", **streams):
    """The finished command. `redirection` is the shell's."""
    arguments = [folders.get(argument, argument) for argument in call]
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, *arguments],
        cwd=gates.ROOT,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams,
        text=True,
        timeout=60,
        check=False,
    )


def without_reader():
    """The end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "redirection, reason",
    [(">&-", "it is closed"), (">/dev/full", "No space left on device"), ("", "Broken pipe")],
    ids=["closed", "full", "broken pipe"],
)
def test_a_standard_output_that_takes_nothing_is_told_in_a_line(folders, name, redirection, reason):
    call, code = CALLS[name]
    writer = without_reader()
    done = ended(folders, call, redirection, stdout=writer)
    os.close(writer)
    assert done.returncode == (code or 1)
    *before, last = done.stderr.splitlines()
    assert last == f"standard output can't be written: {reason}"
    assert all(line.startswith(("==> ", "not comparable: ")) for line in before)


@pytest.mark.parametrize("name", WRONG_CALLS)
@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"], ids=["closed", "full"])
def test_a_standard_error_that_takes_nothing_changes_no_exit_code(folders, name, redirection):
    done = ended(folders, WRONG_CALLS[name], redirection)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_progress_that_standard_error_does_not_take_stops_no_work(folders):
    call, code = CALLS["plots.gate.measure_again"]
    for redirection in ("2>&-", "2>/dev/full"):
        done = ended(folders, call, redirection)
        assert done.returncode == code
        assert done.stdout.startswith("# Gate: no regression")


def test_files_are_written_though_standard_output_takes_nothing(folders, tmp_path):
    folder = synthetic.write(tmp_path, synthetic.document([synthetic.run("sequential")]))
    assert ended(folders, ["-m", "plots.gate.exports", str(folder)], ">/dev/full").returncode == 1
    assert (folder / "junit.xml").exists()


def test_every_command_ends_by_the_one_rule():
    texts = [path.read_text() for path in (gates.ROOT / "plots").rglob("*.py")]
    commands = [text for text in texts if 'if __name__ == "__main__":' in text]
    assert len(commands) == len(WRONG_CALLS) - 1  # check_quotes is in docs/
    assert all(text.endswith('if __name__ == "__main__":\n    run(main)\n') for text in commands)
