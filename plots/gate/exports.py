"""`python3 -m plots.gate.exports RESULTS` writes the same figures in the formats of other trackers.

Beside results.json it writes customSmallerIsBetter.json (github-action-benchmark), bmf.json
(Bencher) and junit.xml. Values are medians of the runs that are ok, with the 95 % interval of the
median where there are three runs or more. A benchmark is called `MODEL/TASKS`, as in
benchmark.json; rows of primitives.json keep their names.

Exit codes: 0 fine; 1 a file could not be written, or SciPy is missing; 2 usage, or a file that
can't be used.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
from typing import Any, Iterable, Sequence

from plots.command import FAILED, FINE, UNUSABLE, CommandFailed, Parser, failed, run, write
from plots.gate import junit
from plots.read import benchmark_rows, results_file, run_costs, samples
from plots.read.checked_json import ResultsError
from plots.read.results import Results
from plots.read.run import Workload
from plots.read.words import counted

# Trackers keep one unit per measure: times in nanoseconds, as in Bencher's own measure "latency".
MILLISECONDS, NANOSECONDS = 1e3, 1e9  # in a second


@dataclasses.dataclass
class Measure:
    """One cost of one benchmark: its samples in seconds or bytes."""

    benchmark: str
    measure: str  # as Bencher wants it: small letters and dashes
    unit: str
    values: list[float]


def main(arguments: Sequence[str]) -> int:
    """Writes the exports of what the arguments name, and returns the exit code."""
    parser = Parser(prog="plots.gate.exports", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument(
        "results", metavar="RESULTS", help="results.json, or the directory that holds it"
    )
    options = parser.parse_args(arguments)
    try:
        results = results_file.load(options.results)
        beside = benchmark_rows.beside(results.path)
        rows = benchmark_rows.load(beside) if os.path.exists(beside) else {}
        measures = [*of_runs(results), *of_rows(rows)]
        contents = {
            "customSmallerIsBetter.json": _dumped(smaller_is_better(measures)),
            "bmf.json": _dumped(bencher(measures)),
            "junit.xml": junit.write(junit.of_runs(results)),
        }
    except ResultsError as error:
        return failed(error, UNUSABLE)
    except samples.ScipyMissing as error:
        return failed(f"plots.gate.exports: {error}", FAILED)
    try:
        for name, content in contents.items():
            path = os.path.join(os.path.dirname(results.path), name)
            write(path, content)
            print(path)
    except CommandFailed as error:
        return failed(error, FAILED)
    return FINE


def of_runs(results: Results) -> Iterable[Measure]:
    """Every cost of every model that has an ok run, and its makespan as `latency`."""
    for workload, suffix in _suffixes(results.workloads()):
        for group in results.by_model(workload):
            name = f"{group.model.name}/{workload.tasks}{suffix}"
            if group.ok_runs:
                yield Measure(name, "latency", run_costs.SECONDS, group.makespans)
            for cost in run_costs.COSTS:
                values = [v for run in group.counted_runs if (v := cost.of(run)) is not None]
                if values:
                    yield Measure(name, cost.key.replace("_", "-"), cost.unit, values)


def of_rows(rows: dict[str, benchmark_rows.Row]) -> Iterable[Measure]:
    """Time and CPU time of every row of primitives, or the bytes that it counts."""
    for row in rows.values():
        if row.resident:
            yield Measure(row.name, "bytes-each", run_costs.BYTES, row.resident)
        elif row.real_s:
            yield Measure(row.name, "latency", run_costs.SECONDS, row.real_s)
            yield Measure(row.name, "cpu", run_costs.SECONDS, row.cpu_s)


def smaller_is_better(measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """github-action-benchmark's format: a list of entries with name, unit and value."""
    return [
        {
            "name": f"{one.benchmark} {one.measure}",
            "unit": "ms" if one.unit == run_costs.SECONDS else "bytes",
            "value": _exported(samples.median(one.values), one.unit, MILLISECONDS),
            "range": f"± {_exported(samples.mad(one.values), one.unit, MILLISECONDS):.9g}",
            "extra": f"median of {counted(len(one.values), 'run')}, ± median absolute deviation",
        }
        for one in measures
    ]


def bencher(measures: Iterable[Measure]) -> dict[str, dict[str, dict[str, float]]]:
    """Bencher Metric Format: benchmark, measure, then value with its lower and upper end.

    Bencher itself counts latencies in nanoseconds.
    """
    metrics: dict[str, dict[str, dict[str, float]]] = {}
    for one in measures:
        metric = {"value": _exported(samples.median(one.values), one.unit, NANOSECONDS)}
        interval = samples.interval(one.values)
        if interval is not None:
            metric["lower_value"], metric["upper_value"] = (
                _exported(end, one.unit, NANOSECONDS) for end in interval
            )
        metrics.setdefault(one.benchmark, {})[one.measure] = metric
    return metrics


def _exported(value: float, unit: str, per_second: float) -> float:
    """Down to a picosecond."""
    if unit != run_costs.SECONDS:
        return round(value, 3)
    return round(value * per_second, 12 - round(math.log10(per_second)))


def _suffixes(workloads: list[Workload]) -> Iterable[tuple[Workload, str]]:
    """Tells workloads of as many tasks apart by rate, server and stages; else the name is short."""
    for workload in workloads:
        rate = f"/{workload.arrival_rate:g}" if workload.arrivals else ""
        rate += f"/{workload.unusual_server}" if workload.unusual_server else ""
        alike = [
            other
            for other in workloads
            if (other.tasks, other.arrival_rate, other.server_model)
            == (workload.tasks, workload.arrival_rate, workload.server_model)
        ]
        stages = (workload.connect_s, workload.response_s, workload.compute_s)
        text = "-".join(f"{stage:g}" for stage in stages)
        uneven = f"/uneven{workload.uneven:g}" if workload.uneven != 1 else ""
        whole = f"/{text}/{workload.compute_kind}/{workload.threads}{uneven}"
        suffix = whole if len(alike) > 1 else ""
        yield workload, rate + suffix


def _dumped(document: Any) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


if __name__ == "__main__":
    run(main)
