"""The folders of the C++ code: who may include whom, and how many files a folder holds."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

WORKLOAD = "task/workload.hpp"
RECORDS = ["bench/records", "bench/models", "record", "support", WORKLOAD]

# What the files of a folder may include besides their own folder: other folders, or single headers. Of
# nested folders the innermost counts.
MAY_INCLUDE = {
    "support": [],
    "record": ["support"],
    "task": ["record", "support"],
    "clients": ["task", "record", "support"],
    "server": ["task", "record", "support"],
    "bench/models": ["support", WORKLOAD],
    "bench/records": ["bench/models", "record", "support", WORKLOAD],
    "bench/run": RECORDS,
    "bench/show": RECORDS,
    "bench/write": RECORDS,
    "bench/costs": [*RECORDS, "bench/run", "task", "server"],
    "bench": [*RECORDS, "bench/run", "bench/show", "bench/write", "task/workload_options.hpp"],
    "pitfalls": [
        *("record", "support"),
        *("task/asio_types.hpp", "task/compute.hpp", "task/loops/uring.hpp", "task/workers.hpp"),
    ],
    "exercises": ["task", "record", "support"],
    "exercises/judge": [*RECORDS, "bench/run", "bench/show"],
}
LISTS = ("clients", "pitfalls", "tests")  # their listing is a table of contents
UNITS_AT_MOST = 15  # a header and its source are one

INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def room_of(path):
    """The innermost folder of MAY_INCLUDE that the path is in; None for tests."""
    inside = [room for room in MAY_INCLUDE if path.startswith(room + "/")]
    return max(inside, key=len, default=None)


def sources():
    listed = subprocess.check_output(["git", "ls-files", "*.cpp", "*.hpp"], cwd=ROOT, text=True)
    return [path for path in listed.split() if (ROOT / path).exists()]


def wrong_includes(path, text):
    """The includes in a file's text that its folder may not have, a sentence each."""
    room = room_of(path)
    allowed = [room, *MAY_INCLUDE[room]]
    return [
        f"{path} includes {header}, but {room}/ may include only {', '.join(allowed)}"
        for header in INCLUDE.findall(text)
        if not any(header == one or room_of(header) == one for one in allowed)
    ]


def test_includes_go_one_way():
    wrong = []
    for path in sources():
        if room_of(path):
            wrong += wrong_includes(path, (ROOT / path).read_text())
    assert not wrong, "\n" + "\n".join(wrong)


def test_an_include_against_the_direction_is_named():
    text = '#include <vector>\n\n#include "bench/records/run.hpp"\n#include "record/event.hpp"\n'
    (sentence,) = wrong_includes("task/coroutine.cpp", text)
    assert sentence.startswith("task/coroutine.cpp includes bench/records/run.hpp, but task/ may")


def test_no_folder_holds_more_than_a_reader_takes_in():
    units = {}
    for path in sources():
        folder, _, name = path.rpartition("/")
        units.setdefault(folder, set()).add(name.rsplit(".", 1)[0])
    crowded = {folder: len(names) for folder, names in units.items() if len(names) > UNITS_AT_MOST}
    assert not [folder for folder in crowded if folder not in LISTS], crowded
