"""A made-up pitfalls.json: every kind of stretch, a halt, overlaps, and more rows than are drawn.

Times are in milliseconds here.
"""

import json

PROCESS = 4700
LOOP = "the loop"


def stretch(kind, what, begin, end=None, thread=1, loop="", process=PROCESS):
    """`end` None: it never ended. The first thread of a process has its number."""
    return {
        "kind": kind,
        "what": what,
        "loop": loop,
        "process": process,
        "thread": process + thread - 1,
        "from_ns": round(begin * 1e6),
        "to_ns": None if end is None else round(end * 1e6),
    }


def event(what, at, thread=1, process=PROCESS):
    return stretch("event", what, at, at, thread, process=process)


def side(time_line, happened="it happened", halts=(), **measures):
    """Measures: a whole number is a count, any other milliseconds."""
    return {
        "ending": "finished",
        "message": "",
        "took_ns": 320_000_000,
        "symptom": True,
        "happened": happened,
        "measures": [
            {"name": name, "value": value, "unit": "" if isinstance(value, int) else "ms"}
            for name, value in measures.items()
        ],
        "halts": list(halts),
        "time_line": time_line,
    }


def failed(message):
    return side([], "") | {"ending": "failed", "message": message}


def pitfall(name, broken, fixed, measure="", /, **more):
    return {
        "name": name,
        "title": f"The title of {name}",
        "expected": f"what one expects of {name}",
        "symptom": f"what goes wrong in {name}",
        "why": f"why {name} goes wrong",
        "cure": f"the cure of {name}",
        "measure": measure,
        "better": "less",
        "verdict": "",
        "as_told": not more.get("verdict"),
        "broken": broken,
        "fixed": fixed,
    } | more


def blocked_loop():
    broken = side(
        [
            stretch("holding", "computing", 1, 301),  # in no order, as in the file
            stretch("running", "", 0.5, 302, loop=LOOP),
            event("heartbeat", 301),
            stretch("pending", "timeout", 1, 301),
            event("heartbeat", 0.8),
        ],
        "no heartbeat came",
        heartbeats_missed=30,
        timeout_late=250.4,
    )
    fixed = side(
        [stretch("running", "", 0.5, 302, loop=LOOP), stretch("holding", "computing", 1, 301, 2)]
        + [event("heartbeat", 10 * i) for i in range(1, 31)]
        + [stretch("pending", "timeout", 1, 51)],
        "30 heartbeats came",
        heartbeats_missed=0,
        timeout_late=0.075,
    )
    return pitfall("blocked_loop", broken, fixed, "heartbeats_missed")


def halting():
    """An attempt in a process of its own that was ended at 220 ms, and one that went well."""
    child = PROCESS + 10
    halt = {
        "process": child,
        "thread": child,
        "holds": LOOP,
        "awaits": "fetched",
        "loop": LOOP,
        "served_by": [child, child + 1],
    }
    broken = side(
        [
            stretch("holding", "one thread", 0, 220),
            stretch("running", "", 1, None, loop=LOOP, process=child),
            stretch("running", "", 1, None, 2, loop=LOOP, process=child),
            stretch("blocked", "fetched", 2, None, loop=LOOP, process=child),
            stretch("holding", "two threads", 220, 300),
        ],
        "0 of 1 task done",
        [halt],
        tasks_halted=1,
    )
    return pitfall("halting", broken, side([event("done", 9)], tasks_halted=0), "tasks_halted")


def crowded():
    """1,000 moments in 2 ms, reads that overlap, and more threads than there are rows."""
    moments = [event("saved", i / 500) for i in range(1000)]
    reads = [stretch("pending", "read", i, 50 + i) for i in range(4)]
    jobs = [stretch("holding", "job", 1, 100 + i, 2 + i) for i in range(40)]
    return pitfall("crowded", side(moments + reads + jobs, jobs=40), side([], jobs=2), "jobs")


def every_kind():
    """The pitfalls of the file by default; the last two did not go as told, or not at all."""
    return [
        blocked_loop(),
        halting(),
        crowded(),
        pitfall(
            "failing",
            failed("no more threads"),
            side([event("saved", 2)], saved=1),
            "saved",
            verdict="the broken side failed: no more threads",
        ),
        pitfall("one_side", side([event("saved", 2)], saved=1), None, "saved"),
    ]


def document(pitfalls=None):
    return {"schema": 1, "pitfalls": every_kind() if pitfalls is None else pitfalls}


def write(folder, content=None):
    """pitfalls.json in `folder`."""
    (folder / "pitfalls.json").write_text(json.dumps(document() if content is None else content))
    return folder
