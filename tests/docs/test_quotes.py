"""`docs/check_quotes.py`: the real docs are well, and what is not well is named by file and line."""

import contextlib
import importlib.util
import io
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "docs/lessons").glob("[0-9]*.md"))
PARTS = ["Predict", "Run", "Look", "What it means", "Exercise"]

SOURCE = """\
#include <vector>

  int twice(int n) {
    return 2 * n;
  }
int thrice(int n) { return 3 * n; }
"""
MARKER = '<!-- quote: code.cpp from "int twice" to "}" -->'
QUOTED = "int twice(int n) {\n  return 2 * n;\n}\n"


def quote(marker=MARKER, code=QUOTED):
    return f"{marker}\n```cpp\n{code}```\n"


def write_docs(folder, page, name="docs/page.md"):
    """A repository of one source file and one page."""
    (folder / "code.cpp").write_text(SOURCE)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page)
    return path


def check_by_command(folder, *options):
    """The checker in a process of its own, as a user would run it."""
    return subprocess.run(
        [sys.executable, ROOT / "docs/check_quotes.py", "--root", folder, *options],
        capture_output=True,
        text=True,
        timeout=60,
    )


def _checker():
    """docs/check_quotes.py as a module: docs/ is no package."""
    spec = importlib.util.spec_from_file_location("check_quotes", ROOT / "docs/check_quotes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECKER = _checker()


def check(folder, *options):
    """The checker in this process: its exit code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = CHECKER.main(["--root", str(folder), *options])
        except SystemExit as end:
            code = end.code
    return subprocess.CompletedProcess(options, code, out.getvalue(), err.getvalue())


def complaints(folder, page, name="docs/page.md"):
    """What is said of a page; the exit code must go with it."""
    write_docs(folder, page, name)
    done = check(folder)
    assert done.stdout == ""
    assert done.returncode == (1 if done.stderr else 0)
    return done.stderr.splitlines()


def test_the_docs_are_well():
    done = check_by_command(ROOT)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.name)
def test_every_lesson_has_the_same_parts_and_folds_its_answers(lesson):
    text = lesson.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert text.count("<details>") == text.count("</details>") == 2


def test_every_lesson_is_in_the_index():
    index = (ROOT / "docs/lessons/README.md").read_text()
    assert LESSONS
    assert re.findall(r"\]\(([0-9][^)]*)\)", index) == [lesson.name for lesson in LESSONS]


# --- Quotes --------------------------------------------------------------------------------------


def test_a_quote_without_its_indentation_is_well(tmp_path):
    assert complaints(tmp_path, "# Page\n\n" + quote()) == []


def test_without_an_end_one_line_is_quoted(tmp_path):
    marker = '<!-- quote: code.cpp from "thrice" -->'
    assert complaints(tmp_path, quote(marker, "int thrice(int n) { return 3 * n; }\n")) == []


def test_the_end_is_looked_for_after_the_first_line(tmp_path):
    assert complaints(tmp_path, quote(MARKER.replace('"}"', '"[{}]"'))) == []


@pytest.mark.parametrize(
    "code, line, here, there",
    [
        (QUOTED.replace("2", "3"), 4, '"  return 3 * n;"', 'line 4 of code.cpp "  return 2 * n;"'),
        (QUOTED + "more\n", 6, '"more"', "line 6 of code.cpp nothing"),
        ("int twice(int n) {\n", 4, "nothing", 'line 4 of code.cpp "  return 2 * n;"'),
        ("", 3, "nothing", 'line 3 of code.cpp "int twice(int n) {"'),
    ],
    ids=["changed", "longer", "shorter", "empty"],
)
def test_a_difference_is_told_by_page_line_and_file(tmp_path, code, line, here, there):
    assert complaints(tmp_path, quote(code=code)) == [
        f"docs/page.md:{line}: quote: here is {here}, in {there}"
    ]


@pytest.mark.parametrize(
    "marker, said",
    [
        (MARKER.replace("code", "gone"), "gone.cpp: No such file or directory"),
        (MARKER.replace("twice", "once"), 'code.cpp: no line fits "int once"'),
        (MARKER.replace("int twice", "return"), 'code.cpp: 2 lines fit "return"'),
        (MARKER.replace('"}"', '"#"'), 'code.cpp: no line after line 3 fits "#"'),
        (MARKER.replace('"}"', '"("'), '"(" is no regular expression: missing ), unterminated'),
        (MARKER.replace("from", "form"), "expected <!-- quote: FILE from"),
    ],
    ids=["no file", "no first line", "two first lines", "no last line", "no pattern", "no marker"],
)
def test_a_bad_marker_is_named(tmp_path, marker, said):
    (line,) = complaints(tmp_path, "# Page\n" + quote(marker))
    assert line.startswith(f"docs/page.md:2: quote: {said}")


@pytest.mark.parametrize("below", ["", "text\n", "\n```cpp\nint n;\n```\n", "```cpp\nint n;\n"])
def test_a_marker_without_a_block_is_named(tmp_path, below):
    said = ["docs/page.md:1: quote: no whole fenced block in the next line"]
    assert complaints(tmp_path, f"{MARKER}\n{below}") == said


def test_cpp_in_a_lesson_must_be_quoted_elsewhere_not(tmp_path):
    page = "```sh\nmake\n```\n```cpp\nint n;\n```\n"
    assert complaints(tmp_path, page) == []
    name = "docs/lessons/01.md"
    assert complaints(tmp_path, page, name) == [f"{name}:4: C++ that is not quoted from a file"]


def test_a_marker_shown_in_a_block_is_no_marker(tmp_path):
    assert complaints(tmp_path, f"```\n{MARKER.replace('code', 'gone')}\n```\n") == []


def test_write_mends_quotes_and_nothing_else(tmp_path):
    before, between, after = "# Page\n\n", "\nbetween\n\n", "\nafter\n"
    stale = before + quote(code="old\n") + between + quote(code=QUOTED * 2) + after
    page = write_docs(tmp_path, stale)
    done = check_by_command(tmp_path, "--write")
    assert (done.returncode, done.stderr) == (0, "")
    assert page.read_text() == before + quote() + between + quote() + after
    assert check(tmp_path).returncode == 0


def test_write_leaves_what_it_cannot_mend_and_says_where_it_is_now(tmp_path):
    bad = quote(MARKER.replace("code", "gone"), "kept\n")
    page = write_docs(tmp_path, quote(code="") + bad)
    done = check(tmp_path, "--write")
    assert done.returncode == 1
    assert done.stderr == "docs/page.md:7: quote: gone.cpp: No such file or directory\n"
    assert page.read_text() == quote() + bad


# --- Links ---------------------------------------------------------------------------------------


def test_links_to_files_folders_headings_and_elsewhere_are_well(tmp_path):
    page = """\
# A page, with `code`: [twice](x) and so on

## Again
## Again

[file](../code.cpp) [folder](..) [heading](#again-1) ![picture](../code.cpp)
[first](page.md#a-page-with-code-twice-and-so-on) [elsewhere](https://example.org/no#where)
<img src="../code.cpp"> `[no](link)`

```
[no](link), and no heading:
# Hidden
```
"""
    assert complaints(tmp_path, page.replace("](x)", "](../code.cpp)")) == []


@pytest.mark.parametrize(
    "link, said",
    [
        ("[gone](gone.md)", "there is no gone.md"),
        ("[`gone`](gone.md#heading)", "there is no gone.md#heading"),
        ('<img src="gone.svg">', "there is no gone.svg"),
        ('<source srcset="gone.svg">', "there is no gone.svg"),
        ("[here](#hidden)", "no heading of this page makes #hidden"),
        ("[there](page.md#gone)", "no heading of page.md makes #gone"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(tmp_path, link, said):
    page = f"# Page\n\n```\n# Hidden\n```\nSee {link}.\n"
    assert complaints(tmp_path, page) == [f"docs/page.md:6: link: {said}"]


def test_complaints_are_in_the_order_of_pages_and_lines(tmp_path):
    write_docs(tmp_path, "[gone](gone.md)\n", "docs/other.md")
    said = complaints(tmp_path, "[gone](gone.md)\n" + quote(code=""))
    places = [line.split(": ")[0] for line in said]
    assert places == ["docs/other.md:1", "docs/page.md:1", "docs/page.md:4"]


def test_the_readme_is_looked_at_too(tmp_path):
    said = ["README.md:1: link: there is no gone.md"]
    assert complaints(tmp_path, "[gone](gone.md)\n", "README.md") == said


# --- The command line ----------------------------------------------------------------------------


def test_wrong_usage_is_one_line(tmp_path):
    for options, said in (
        (["--mend"], "unrecognized arguments: --mend"),
        ([], f"--root: '{tmp_path}' has neither README.md nor pages in docs/"),
    ):
        done = check(tmp_path, *options)
        assert (done.returncode, done.stderr) == (2, f"check_quotes.py: {said}\n")


def test_a_page_that_cannot_be_read_is_one_line(tmp_path):
    write_docs(tmp_path, "").write_bytes(b"\xff")
    done = check_by_command(tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("docs/page.md: 'utf-8' codec can't decode")
