"""Makes results.json as the harness would write it, without running anything.

The events follow from the models' formulas, with a jitter of less than a millisecond that is the
same in every process. All times here are in seconds.
"""

from __future__ import annotations

import heapq
import json
import pathlib
import random

HOP = 0.0003  # what a step takes beyond its stage

MODELS = {
    "sequential": ("Sequential", "N(c+r+k)", True, 42.008389),
    "async_serial": ("Async, one task after the other", "N(c+r+k)", False, 42.009350),
    "async_single_thread": ("Async on one thread", "c+r+Nk", False, 22.004094),
    "async_multi_thread": ("Async on several threads", "c+r+ceil(N/T)k", False, 14.003698),
    "thread_per_task": ("Thread per task", "c+r+k", True, 14.002590),
}

FACTS = {
    "sequential": ("one", "one", "holds its thread"),
    "async_serial": ("one", "one", "gives its thread back"),
    "async_single_thread": ("all", "one", "gives its thread back"),
    "async_multi_thread": ("all", "T", "gives its thread back"),
    "thread_per_task": ("all", "all", "holds its thread"),
}


SERVER_FACTS = {
    "coroutines": ("all", "one", "gives its thread back"),
    "iterative": ("one", "one", "holds its thread"),
    "thread_per_connection": ("all", "all", "holds its thread"),
    "thread_pool": ("T", "T", "holds its thread"),
    "shared_loop": ("all", "T", "gives its thread back"),
    "epoll": ("all", "one", "gives its thread back"),
}


def server_table():
    """The "servers" object of the file."""
    keys = ("under_way", "computing", "wait")
    return {
        name: {
            "title": f"Title of {name}",
            "shows": f"What {name} shows.",
            "facts": dict(zip(keys, facts), work="shared"),
        }
        for name, facts in SERVER_FACTS.items()
    }


def model_table(names=MODELS):
    """The "models" object of the file."""
    return {
        name: {
            "title": MODELS[name][0],
            "shows": f"What {name} shows.",
            "formula": MODELS[name][1],
            "facts": dict(zip(("under_way", "computing", "wait"), FACTS[name]), work="shared"),
            "holds_thread_while_waiting": MODELS[name][2],
            "published_s": MODELS[name][3],
        }
        for name in names
    }


def workload(tasks=3, threads=4, connect=2.0, response=8.0, compute=4.0):
    return {
        "tasks": tasks,
        "threads": threads,
        "connect_s": connect,
        "response_s": response,
        "compute_s": compute,
        "compute_kind": "hold",
        "uneven": 1.0,
        "cores": 2,
    }


def predicted(model, work):
    """The model's formula."""
    n, t = work["tasks"], work["threads"]
    c, r, k = work["connect_s"], work["response_s"], work["compute_s"]
    if model in ("sequential", "async_serial"):
        return n * (c + r + k)
    if model == "async_single_thread":
        return c + r + n * k
    if model == "async_multi_thread":
        return c + r + -(-n // t) * k
    return c + r + k


def steps(model, work, rng):
    """Rows of task, started, written, echoed, read, finished, waiting and computing thread."""
    c, r, k = work["connect_s"], work["response_s"], work["compute_s"]

    def jitter():
        return HOP * (1 + rng.random())

    in_turn = model in ("sequential", "async_serial")
    at_once = model == "thread_per_task"
    workers = [(0.0, 4711 + i) for i in range(work["threads"] if "multi" in model else 1)]
    heapq.heapify(workers)
    now = 0.0
    for task in range(1, work["tasks"] + 1):
        started = (now if in_turn else task * 1e-6) + 1e-6
        written = started + c + jitter()
        echoed = written + r + jitter() / 4
        if at_once:
            read, thread = echoed + jitter(), 4711 + task
        elif in_turn:
            read, thread = echoed + jitter(), 4711
        else:
            free, thread = heapq.heappop(workers)
            read = max(echoed, free) + jitter() / 2
        finished = read + k + jitter() / 10
        if not in_turn and not at_once:
            heapq.heappush(workers, (finished, thread))
        now = finished
        waits_on = thread if at_once or in_turn else 4711
        yield task, started, written, echoed, read, finished, waits_on, thread


def run(model, work=None, repetition=0, seed=0):
    """A run that is ok."""
    work = work or workload()
    rng = random.Random(f"{model} {work['tasks']} {repetition} {seed}")
    events = {"task": [], "step": [], "ns": [], "thread": []}
    echoes = {"task": [], "step": [], "ns": [], "thread": []}
    stages = {"task": [], "stage": [], "begin_ns": [], "end_ns": [], "thread": []}
    spans, computing, threads, end = [], [], set(), 0.0
    for task, started, written, echoed, read, finished, waits_on, thread in steps(model, work, rng):
        for step, at, on in (
            ("started", started, waits_on),
            ("written", written, waits_on),
            ("read", read, thread),
            ("finished", finished, thread),
        ):
            _append(events, task, step, at, on)
        _append(echoes, task, "accepted", written, 900)
        _append(echoes, task, "echoed", echoed, 900)
        for stage, begin, end, on in (
            ("connect", started, written, waits_on),
            ("response", written, echoed, waits_on),
            ("ready", echoed, read, None),
            ("compute", read, finished, thread),
        ):
            _append(stages, task, stage, begin, end, on)
        spans.append((started, finished))
        computing.append((read, finished))
        threads |= {waits_on, thread}
        end = max(end, finished)
    promise = predicted(model, work)
    return {
        "model": model,
        "server_model": "coroutines",
        "repetition": repetition + 1,  # there from 1, here from 0, as range() does
        "status": "ok",
        "message": "",
        "workload": dict(work),
        "predicted_s": promise,
        "makespan_s": end,
        "overhead_s": end - promise,
        "structure": {
            "threads": len(threads),
            "max_in_flight": _most(spans),
            "max_computing": _most(computing),
            "thread_hops": 0,
            "verdict": "as predicted",
        },
        "client": {"user_s": 0.01, "system_s": 0.01, "peak_rss_bytes": 4000000, "peak_threads": 1},
        "server": {"user_s": 0.01, "system_s": 0.01, "peak_rss_bytes": 4000000, "peak_threads": 1},
        "cpu": _cpu(end),
        "events": events,
        "server_events": echoes,
        "stages": stages,
        "predicted_stages": {
            key: [None] * len(column) if key == "thread" else list(column)
            for key, column in stages.items()
        },
    }


def _cpu(end):
    """Half a core throughout."""
    at = [round(end * 1e9 * i / 20) for i in range(21)]
    return {"ns": at, "used_ns": [ns // 2 for ns in at]}


def with_kernel(run, **counts):
    """The run, with what the kernel counted while it lasted: nothing but the counts given."""
    names = ("listen_overflows", "listen_drops", "tcp_timeouts", "retransmitted_segments")
    return run | {"kernel": dict.fromkeys(names, 0) | {"steal_s": 0.0} | counts}


def overflowed(run, late=1.0):
    """The run, with a full listen queue: it ends so many seconds later."""
    later = {key: run[key] + late for key in ("makespan_s", "overhead_s")}
    return with_kernel(run | later, listen_overflows=378, listen_drops=378)


def bad_run(model, status="failed", message="task 2: connection reset", work=None, repetition=0):
    """A run that is not ok, with nothing on record."""
    work = work or workload()
    nothing = {"task": [], "step": [], "ns": [], "thread": []}
    return {
        "model": model,
        "server_model": "coroutines",
        "repetition": repetition + 1,  # there from 1, here from 0, as range() does
        "status": status,
        "message": message,
        "workload": dict(work),
        "predicted_s": predicted(model, work),
        "makespan_s": None,
        "overhead_s": None,
        "structure": None,
        "client": None,
        "server": None,
        "events": dict(nothing),
        "server_events": dict(nothing),
        "stages": {"task": [], "stage": [], "begin_ns": [], "end_ns": [], "thread": []},
    }


def document(runs=None, models=None):
    """A whole results.json: by default the five models at the original workload."""
    return {
        "schema": 2,
        "suite": {"name": "waitbench", "version": "0.1.0", "commit": "abc1234"},
        "environment": {
            "date": "2026-01-02T03:04:05Z",
            "host": "bench",
            "cpu": "Example CPU",
            "cores": 2,
            "memory_bytes": 8 * 2**30,
            "kernel": "Linux 6.1",
            "compiler": "g++ 12.2",
            "flags": "-O2",
            "build_type": "release",
            "libraries": {"asio": "1.22.1"},
            "load_average": [0, 0, 0],
        },
        "models": model_table() if models is None else models,
        "runs": [run(name) for name in MODELS] if runs is None else runs,
    }


def one_at_a_time():
    """Three tasks on one thread, and a server that accepts the next when it has closed the one before."""
    made = run("async_single_thread", workload(3, 1, 2.0, 8.0, 4.0))
    made["server_model"] = "iterative"
    accepts = made["stages"]["begin_ns"][made["stages"]["stage"].index("response")]
    columns = {"task": [], "step": [], "ns": [], "thread": []}
    for task in (1, 2, 3):
        for step, after in (("accepted", 0.0), ("echoed", 8.0), ("closed", 8.5)):
            _append(columns, task, step, accepts / 1e9 + (task - 1) * 8.5 + after, 900)
    made["server_events"] = columns
    content = document([made])
    content["servers"] = {
        "iterative": {
            "title": "One connection at a time",
            "shows": "One connection from accept to close.",
            "facts": {"under_way": "one", "computing": "one", "wait": "holds its thread", "work": "shared"},
        }
    }
    return content


def write(folder, content=None):
    """Writes results.json into `folder`, which it makes, and returns the folder."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(document() if content is None else content))
    return folder


def _append(columns, task, what, *times_and_thread):
    """A row; times in seconds become nanoseconds."""
    *times, thread = times_and_thread
    row = (task, what, *(round(at * 1e9) for at in times), thread)
    for column, value in zip(columns.values(), row):
        column.append(value)


def _most(spans):
    """The most spans open at once."""
    edges = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    level = most = 0
    for _, change in edges:
        level += change
        most = max(most, level)
    return most


def under_load(model, rate, work=None, repetition=0, p50=0.27, p99=0.3, saturation=50.0, late=False):
    """A run that is ok, of tasks that arrive evenly: latencies are those given, in seconds."""
    work = work or workload(1000, 4, 0.05, 0.2, 0.02)
    made = run(model, work, repetition)
    step = round(1e9 / rate)
    made["arrivals"] = {
        "rate_per_s": rate,
        "kind": "even",
        "seed": 7,
        "saturation_per_s": saturation,
        "due_ns": [step * i for i in range(1, work["tasks"] + 1)],
    }

    def distribution(middle, most):
        enough = work["tasks"] >= 1000
        return {
            "p50_s": middle,
            "p90_s": (middle + most) / 2,
            "p99_s": most,
            "p99_9_s": most if enough else None,
            "max_s": most,
        }

    made["latency"] = {
        "measured": distribution(p50, p99),
        "predicted": distribution(0.27, 0.28),
        "generator": {
            "lateness": distribution(0.0001, 0.002),
            "started_per_s": rate,
            "is_late": late,
        },
    }
    return made
