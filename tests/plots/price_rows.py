"""A made-up primitives.json."""

import json

import synthetic

CPU = {  # nanoseconds per iteration
    "call_a_function": 1.2,
    "record_an_event": 25.0,
    "spawn_and_join_a_coroutine": 200.0,
    "switch_between_coroutines_and_back": 64.0,
}
REAL = {
    "create_and_join_a_thread": 24_000.0,
    "hand_over_by_condition_variable/same_core": 8_000.0,
    "hand_over_by_condition_variable/two_cores": 40_000.0,
    "spawn_and_reap_a_process": 500_000.0,
}
THERE_AND_BACK = ("and_back", "condition_variable")
IDLE = {  # resident, taken from the system
    "memory_of_an_idle_thread": (8_600.0, 34_000.0),
    "memory_of_an_idle_coroutine_on_a_timer": (704.0, 700.0),
    "memory_of_an_idle_coroutine_on_a_socket": (880.0, 4_000.0),
}


def row(name, cpu, real, **more):
    entry = {
        "name": name,
        "run_name": name,
        "run_type": "iteration",
        "real_time": real,
        "cpu_time": cpu,
        "time_unit": "ns",
    }
    if any(part in name for part in THERE_AND_BACK):
        entry["hand_overs"] = 2.0
    return {**entry, **more}


def rows():
    """Rows that are busy took twice their CPU time, since other load had the machine."""
    entries = [row(name, cpu, 2 * cpu) for name, cpu in CPU.items()]
    entries += [row(f"{name}/real_time", real / 3, real) for name, real in REAL.items()]
    for name, (resident, available) in IDLE.items():
        held = {"resident_bytes_each": resident, "available_bytes_each": available}
        entries.append(row(f"{name}/real_time", 1e6, 1e9, **held))
    return entries


def write_prices(folder, entries=None):
    """primitives.json in `folder`."""
    content = {"context": {}, "benchmarks": rows() if entries is None else entries}
    (folder / "primitives.json").write_text(json.dumps(content))


def write(folder, entries=None):
    """primitives.json in `folder`, beside the results of a run."""
    synthetic.write(folder, synthetic.document([synthetic.run("sequential")]))
    write_prices(folder, entries)
    return folder
