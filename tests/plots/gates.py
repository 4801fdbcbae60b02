"""Two sides for the gate, as repeated runs of one build would leave them, with known differences.

The noise is shaped after real runs at a hundredth of the original times: overhead is a few
milliseconds with a tail to the right, and one run in twenty is a stray; other load adds delays, the
more the longer a model's chain of waits; CPU time hardly minds; memory comes in pages and minds
nothing.
"""

import functools
import json
import pathlib
import random
import subprocess
import sys

import synthetic
from plots.gate import verdict
from plots.gate.sides import load_side

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = synthetic.workload(3, 4, 0.02, 0.08, 0.04)
CHAIN = {"sequential": 3, "async_serial": 3, "async_single_thread": 1.6}  # the others: 1
THREADS = {"async_multi_thread": (5, (3, 4)), "thread_per_task": (4, (3,))}  # peak, seen at steps
PAGE = 4096


@functools.cache
def _run(model):
    """A run whose events were not kept: what a gate compares does not need them."""
    return synthetic.run(model, WORK) | {"events": None, "server_events": None, "stages": None}


def repetition(model, number, rng, load=0.0, delay_s=0.0, cpu_s=0.0, held=0, threads=0, speed=1.0):
    """A run; `load` is how many spinning processes compete, the rest is added to what it costs."""
    run = _run(model) | {"repetition": number + 1, "workload": dict(WORK)}
    delay = rng.gammavariate(4, 0.0004) + (rng.random() < 0.05) * rng.uniform(0.002, 0.009)
    if load:
        chain = CHAIN.get(model, 1)
        delay += chain * load * rng.gammavariate(1.5, 0.003)
    run["overhead_s"] = (0.003 + delay) * speed + delay_s
    run["makespan_s"] = run["predicted_s"] + run["overhead_s"]
    peak, seen = THREADS.get(model, (1, (1,)))
    ran_a_step = max(1, rng.choice(seen) - threads)
    run["structure"] = run["structure"] | {"threads": ran_a_step}
    for process in ("client", "server"):
        spent = max(0.001, rng.gauss(0.0038 - 0.0003 * load, 0.0003)) * speed
        run[process] = {
            "user_s": spent,
            "system_s": cpu_s if process == "client" else 0.0,
            "peak_rss_bytes": (1060 + rng.randrange(-6, 7)) * PAGE,
            "peak_threads": 1,
        }
    run["client"]["peak_rss_bytes"] += held
    run["client"]["peak_threads"] = peak - threads
    return run


def side(seed, count=11, load=0.0, changed=(), speed=1.0, models=tuple(synthetic.MODELS), **change):
    """A whole results.json, its runs in random order; `change` falls on the `changed` models."""
    rng = random.Random(seed)
    runs = [
        repetition(m, i, rng, load, speed=speed, **(change if m in changed else {}))
        for i in range(count)
        for m in models
    ]
    rng.shuffle(runs)
    return synthetic.document(runs)


def written(folder, name, document):
    """The path of the side, for the gate."""
    return str(synthetic.write(pathlib.Path(folder) / name, document))


def decided(folder, baseline, current, **options):
    """What the gate decides on two documents."""
    sides = (written(folder, "baseline", baseline), written(folder, "current", current))
    across = options.get("across", False)
    return verdict.decide(*(load_side([path], across) for path in sides), **options)


def regressed(folder, baseline, current, **options):
    """What regressed, as pairs of model and cost or trait."""
    found = decided(folder, baseline, current, **options).regressed
    return [(decision.key[0], decision.key[2]) for decision in found]


def run_gate(*arguments, module="plots.gate"):
    """Runs the command in a process of its own, as a user would."""
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def primitives(rows, count=11, seed=0, **counters):
    """primitives.json of rows `name: (real ns, cpu ns)`, with a little noise."""
    rng = random.Random(seed)
    entries = []
    for name, (real, cpu) in rows.items():
        for i in range(count):
            noise = 1 + abs(rng.gauss(0, 0.02))
            entries.append(
                {
                    "name": name,
                    "run_name": name,
                    "run_type": "iteration",
                    "repetition_index": i,
                    "real_time": real * noise,
                    "cpu_time": cpu * noise,
                    "time_unit": "ns",
                    **{key: value * noise for key, value in counters.items()},
                }
            )
        entries.append({**entries[-1], "name": f"{name}_mean", "run_type": "aggregate"})
    return json.dumps({"context": {}, "benchmarks": entries})
