"""Makes the pages that the browser tests open: DIRECTORY/<case>/report.html beside results.json."""

from __future__ import annotations

import contextlib
import copy
import io
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "plots")]

import made_pitfalls  # noqa: E402
import price_rows  # noqa: E402
import synthetic  # noqa: E402
from plots.__main__ import main

MARKUP = "</script><img src=x onerror=alert(1)><b>&amp;"


def repeated():
    """Four runs of each model, and one that failed, on a workload of a tenth."""
    work = synthetic.workload(3, 4, 0.2, 0.8, 0.4)
    runs = [synthetic.run(model, work, i) for model in synthetic.MODELS for i in range(4)]
    runs.append(synthetic.bad_run("thread_per_task", "timeout", "no end in sight", work, 4))
    return synthetic.document(runs)


def with_markup():
    """A title and a message that would do harm if they were taken as HTML, and a model of which
    no facts are on record."""
    models = synthetic.model_table()
    models["sequential"]["title"] = MARKUP
    del models["async_serial"]["facts"]
    runs = [synthetic.run("sequential"), synthetic.run("async_serial")]
    runs.append(synthetic.bad_run("thread_per_task", "failed", MARKUP))
    unknown = copy.deepcopy(synthetic.run("async_single_thread"))
    unknown["model"] = MARKUP
    return synthetic.document(runs + [unknown], models)


def of_tasks(tasks, connect, response, compute):
    """The five models on one workload."""
    work = synthetic.workload(tasks, 4, connect, response, compute)
    return synthetic.document([synthetic.run(model, work) for model in synthetic.MODELS])


def fifteen(tasks):
    """The five models three times over."""
    models, runs = {}, []
    for i in range(15):
        base = list(synthetic.MODELS)[i % 5]
        models[f"m{i}"] = synthetic.model_table()[base]
        runs.append(synthetic.run(base, synthetic.workload(tasks)) | {"model": f"m{i}"})
    return synthetic.document(runs, models)


def sweep():
    """Two workloads."""
    works = [synthetic.workload(n, 4, 0.1, 0.3, 0.1) for n in (3, 60)]
    return synthetic.document([synthetic.run(m, w) for m in synthetic.MODELS for w in works])


def sizes():
    """The five models at three numbers of tasks."""
    works = [synthetic.workload(n, 4, 0.1, 0.3, 0.1) for n in (1, 3, 9)]
    return synthetic.document([synthetic.run(m, w) for m in synthetic.MODELS for w in works])


def served():
    """The five models against one connection at a time; the file describes several servers."""
    work = synthetic.workload() | {"server_threads": 2}
    runs = [synthetic.run(m, work) | {"server_model": "iterative"} for m in synthetic.MODELS]
    return synthetic.document(runs) | {"servers": synthetic.server_table()}


def timed_out():
    """Three of five models took too long: they are on record for as far as they got."""
    runs = [synthetic.run(model) for model in synthetic.MODELS]
    for run in runs[:3]:
        run |= {"status": "timeout", "message": "ended after 20 s", "structure": None}
        run |= {"makespan_s": None, "overhead_s": None, "client": None, "server": None}
        for column in run["stages"].values():
            del column[5:]
    return synthetic.document(runs)


def only_bad():
    """No run that is ok."""
    return synthetic.document(
        [
            synthetic.bad_run("sequential", "failed", "task 2: connection reset"),
            synthetic.bad_run("thread_per_task", "refused", "no more threads: 32,000 are running"),
        ]
    )


def pitfalls_of(name):
    """What goes into pitfalls.json, if anything: the case "markup" has some that would do harm."""
    if name == "pitfalls":
        return made_pitfalls.every_kind()
    if name == "markup":
        line = [made_pitfalls.stretch("blocked", MARKUP, 1, None, loop=MARKUP)]
        broken = made_pitfalls.side(line, MARKUP, **{MARKUP: 1})
        return [made_pitfalls.pitfall(MARKUP, broken, None, MARKUP, verdict=MARKUP)]
    return []


CASES = {
    "core": synthetic.document,
    "fifteen": lambda: fifteen(3),
    "fifteen_of_ten": lambda: fifteen(10),
    "one_task": lambda: of_tasks(1, 2.0, 8.0, 4.0),
    "many_tasks": lambda: of_tasks(10_000, 0.2, 1.0, 0.0005),
    "two_hundred": lambda: of_tasks(200, 0.2, 1.0, 0.02),
    "only_bad": only_bad,
    "timed_out": timed_out,
    "markup": with_markup,
    "repeated": repeated,
    "sweep": sweep,
    "sizes": sizes,
    "one_at_a_time": synthetic.one_at_a_time,
    "served": served,
    "pitfalls": lambda: of_tasks(2, 0.2, 0.8, 0.4),
}

if __name__ == "__main__":
    directory, *chosen = sys.argv[1:]
    for name in chosen or CASES:
        folder = synthetic.write(pathlib.Path(directory) / name, CASES[name]())
        if name == "core":
            price_rows.write_prices(folder)
        if pitfalls := pitfalls_of(name):
            made_pitfalls.write(folder, made_pitfalls.document(pitfalls))
        with contextlib.redirect_stdout(io.StringIO()):
            code = main([str(folder)])
        if code:
            sys.exit(code)
