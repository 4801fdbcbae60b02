#!/usr/bin/env python3
"""A client for waitbench on asyncio: one thread, all tasks wait at once, and compute in turn.

    waitbench --client asyncio_client=docs/bring_your_own/client.py,all,one,frees
"""

import argparse
import asyncio
import json
import re
import threading
import time

steps = []


def seconds(nanoseconds):
    return int(nanoseconds.removesuffix("ns")) / 1e9


def record(task, step):
    steps.append(f"{task},{step},{time.monotonic_ns()},{threading.get_native_id()}")


async def run_task(task, options):
    record(task, "started")
    await asyncio.sleep(seconds(options.connect))
    reader, writer = await asyncio.open_connection(*options.server.split(":"))
    label = f"task{task}".encode()
    writer.write(label)
    record(task, "written")
    if await reader.readexactly(len(label)) != label:
        raise RuntimeError(f"task {task}: the echo is not what was sent")
    record(task, "read")
    writer.close()
    # Computing keeps the thread: it sleeps on it, or burns CPU time.
    clock = time.monotonic if options.compute_kind == "hold" else time.thread_time
    end = clock() + seconds(options.compute)
    while (left := end - clock()) > 0:
        if clock is time.monotonic:
            time.sleep(left)
    record(task, "finished")


async def main():
    parser = argparse.ArgumentParser()
    for name in "server tasks threads connect compute compute-kind events report".split():
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    await asyncio.gather(*(run_task(1 + i, options) for i in range(int(options.tasks))))
    peak = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())
    count = {"started": int(options.tasks), "finished": int(options.tasks)}
    report = {"ending": "ok", "message": "", "peak_rss_bytes": 1024 * int(peak[1])}
    json.dump(report | count, open(options.report, "w"))
    open(options.events, "w").write("\n".join(["task,step,ns,thread", *steps, ""]))


asyncio.run(main())
