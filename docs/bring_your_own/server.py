#!/usr/bin/env python3
"""A server for waitbench on asyncio: one thread, and a task for each connection.

    waitbench --own-server asyncio_server=docs/bring_your_own/server.py,all
"""

import argparse
import asyncio
import json
import re
import signal
import threading
import time

accepted, rows = 0, []


def note(step):
    return f"{step},{time.monotonic_ns()},{threading.get_native_id()}"


async def serve(reader, writer, delay):
    global accepted
    accepted += 1
    steps = [note("accepted")]  # the delay counts from here
    await asyncio.sleep(delay)
    label = b""
    while received := await reader.read(1024):
        if not label:  # the first bytes are the task's label, and their echo is on record
            label = received
            steps.append(note("echoed"))
        writer.write(received)
        await writer.drain()
    writer.close()
    steps.append(note("closed"))
    task = re.fullmatch(rb"task([1-9]\d*)", label)
    rows.extend(f"{int(task[1]) if task else 0},{step}" for step in steps if label)


async def run(options):
    delay = int(options.response.removesuffix("ns")) / 1e9
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    handler = lambda reader, writer: serve(reader, writer, delay)
    server = await asyncio.start_server(handler, options.host, options.port, backlog=4096)
    print("listening on %s:%d" % server.sockets[0].getsockname(), flush=True)
    await end.wait()


parser = argparse.ArgumentParser()
for name in "host port response threads events report".split():
    parser.add_argument(f"--{name}", required=True)
options = parser.parse_args()
asyncio.run(run(options))
peak = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())
report = {"ending": "ok", "message": "", "started": accepted, "finished": accepted}
json.dump(report | {"peak_rss_bytes": 1024 * int(peak[1])}, open(options.report, "w"))
open(options.events, "w").write("\n".join(["task,step,ns,thread", *rows, ""]))
