"""Makes the runs of sweeps: without events, and with costs that are given."""

import synthetic

MIB = 2**20


def run_of(model, tasks=1, threads=4, overhead=0.002, rss=2 * MIB, cpu=0.003, switches=10, **more):
    """A run without events whose costs are given."""
    work = synthetic.workload(tasks, threads, 0.2, 1.0, 0.0) | more
    made = synthetic.bad_run(model, "ok", "", work)
    made["makespan_s"], made["overhead_s"] = made["predicted_s"] + overhead, overhead
    made["structure"] = {
        "threads": 1,
        "max_in_flight": tasks,
        "max_computing": 1,
        "thread_hops": 0,
        "verdict": "as predicted",
    }
    made["client"] = {
        "user_s": cpu / 2,
        "system_s": cpu / 2,
        "peak_rss_bytes": rss,
        "peak_threads": threads,
        "voluntary_switches": switches,
        "involuntary_switches": 0,
    }
    made["events"] = made["server_events"] = made["stages"] = None
    return made


def refused(model, tasks, reached, by="preflight", **more):
    work = synthetic.workload(tasks, 4, 0.2, 1.0, 0.0) | more
    made = synthetic.bad_run(model, "refused", f"{by}: no room for {tasks}", work)
    made["refusal"] = {"by": by, "tasks": reached}
    return made


def linear(model, sizes, each_us, each_kib=1.0):
    """Runs whose overhead, memory, CPU time and switches are so much a task beyond those of one."""
    return [
        run_of(
            model,
            n,
            overhead=0.002 + (n - 1) * each_us * 1e-6,
            rss=2 * MIB + int((n - 1) * each_kib * 1024),
            cpu=0.003 + (n - 1) * 20e-6,
            switches=10 + 2 * (n - 1),
        )
        for n in sizes
    ]


def twice(runs):
    return [run | {"repetition": i} for run in runs for i in range(2)]


def both_at(sizes, threads_us=50):
    """Two runs each of a thread per task, whose tasks cost so much overhead, and of async."""
    return twice(linear("thread_per_task", sizes, threads_us) + linear("async_multi_thread", sizes, 50))
