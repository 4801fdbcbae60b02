"""Writes summary.md: what was run, on what machine, and one row per model."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Sequence

from plots.charts import catalogue
from plots.page import advice, sweep_tables
from plots.read import disturbances, findings, rate_sweep, run_costs, samples
from plots.read.results import ModelRuns, Results
from plots.read.run import AS_PREDICTED, Workload
from plots.read.words import clean, listed, measured, overhead, planned, span

HEAD = ("model", "predicted", "measured", "overhead", "threads that ran a step", "most in flight", "structure")
REPETITIONS_HEAD = ("model", "runs", *(cost.words for cost in run_costs.COSTS))
ON_MEDIANS = (
    "Measured is the median run (of an even number, the lower one), and overhead is that run's."
    " Brackets hold the least and the most."
)
_ON_COSTS = (
    "What runs cost: median ± median absolute deviation. Brackets hold the 95 % interval of the"
    " median (bootstrap)."
)
_WORDS = ("structure", "kernel", "ended")  # heads of columns that hold no figures
_NO_INTERVALS = "Intervals are left out: they need SciPy (the package python3-scipy)."


def write(results: Results) -> str:
    """The whole text, all workloads of the file in it."""
    machine = "; ".join(map(_escape, machine_facts(results))) or "not on record"
    parts = ["# waitbench: summary", f"Machine: {machine}."]
    steadier = advice.of(results)
    if steadier:
        parts += ["To have steadier figures:", _list(steadier)]
    for sweep in rate_sweep.sweeps_of(results):
        parts += [
            f"## {_escape(rate_sweep.finding(sweep))}",
            f"Workload: {describe(sweep.workload)}.",
            table(rate_sweep.HEAD, rate_sweep.rows(sweep)),
            *rate_sweep.notes(sweep),
        ]
    for workload in results.workloads():
        groups = results.by_model(workload)
        parts += [
            f"## {_escape(findings.of_makespans(groups))}",
            f"Workload: {describe(workload)}.",
            table(HEAD, map(cells, groups)),
        ]
        disturbed = disturbances.notes(groups)
        if disturbed:
            parts.append(_list(disturbed))
        if any(len(group.ok_runs) > 1 for group in groups):
            rows, notes = repetitions(groups)
            parts += [ON_MEDIANS, table(REPETITIONS_HEAD, rows), *notes]
        bad = bad_runs(groups)
        if bad:
            parts += ["Runs that did not succeed, and are in no figure above:", _list(bad)]
    for chart in catalogue.of_sizes(results):
        swept = sweep_tables.table_of(chart, results)
        parts += [f"## {_escape(swept.finding)}", table(swept.head, swept.rows)]
    return "\n\n".join(parts) + "\n"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_escape(line)}" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, of plain texts. Figures stand at the right of their columns."""
    rule = ["---" if i == 0 or word in _WORDS else "--:" for i, word in enumerate(head)]
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(rule)}|"]
    return "\n".join(lines + [f"| {' | '.join(map(_escape, row))} |" for row in rows])


def _escape(text: str) -> str:
    """Text that Markdown and HTML leave as it is, also in a table's cell."""
    out = clean(text)
    for character in "\\|`*_<>$#~":
        out = out.replace(character, "\\" + character)
    return out.replace("](", "]\\(").replace("&", "&amp;")


def describe(workload: Workload) -> str:
    """The workload in one line."""
    a_compute = "a held thread" if workload.compute_kind == "hold" else "a busy core"
    compute = f"({workload.compute_kind}: {a_compute}){workload.unevenly}"
    split = f" split over {workload.clients} clients" if workload.clients > 1 else ""
    rate = f"{workload.arrival_rate:g} per second" if workload.arrival_rate else "several rates"
    arriving = f" arriving {workload.pattern} at {rate}" if workload.arrivals else ""
    tasks = f"{_count(workload.tasks, 'task')}{split}{arriving}"
    server = f"; server {clean(workload.unusual_server)}" if workload.unusual_server else ""
    return (
        f"{tasks}, {_count(workload.threads, 'worker thread')}; connect "
        f"{planned(workload.connect_s)}, response {planned(workload.response_s)}, compute "
        f"{planned(workload.compute_s)} {compute}{server}"
    )


def machine_facts(results: Results) -> list[str]:
    """What is on record of machine and suite, as it stands there."""
    known, suite = results.environment, results.suite
    memory = known.get("memory_bytes")
    said = [
        _known(known.get("cpu")),
        _count(known["cores"], "core") if type(known.get("cores")) is int else "",
        f"{memory / 2**30:.1f} GiB" if type(memory) in (int, float) and memory > 0 else "",
        _known(known.get("kernel")),
        _known(known.get("compiler")),
        _known(known.get("build_type")),
        _known(known.get("date")),
        " ".join(filter(None, (_known(suite.get(key)) for key in ("name", "version", "commit")))),
    ]
    return list(filter(None, said))


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _known(value: Any) -> str:
    return value if isinstance(value, str) else ""


def cells(group: ModelRuns) -> list[str]:
    """A model's row below HEAD."""
    run = group.shown
    row = [group.model.title, planned(run.predicted_s)]
    if not group.ok_runs:
        return row + [run.status, "", "", "", run.message]
    several = len(group.counted_runs) > 1
    spread = f" [{span(group.makespans, measured)}]" if several else ""
    structures = sorted({r.structure.verdict for r in group.ok_runs})
    verdict = "; ".join(structures)
    if len(structures) > 1 and AS_PREDICTED in structures:
        rest = [s for s in structures if s != AS_PREDICTED]
        verdict = f"{AS_PREDICTED}, but not always: {'; '.join(rest)}"
    return row + [
        measured(group.makespan) + spread,
        disturbances.marked(overhead(run.overhead_s), group),
        _counts([r.structure.threads for r in group.ok_runs]),
        _counts([r.structure.max_in_flight for r in group.ok_runs]),
        verdict,
    ]


def repetitions(groups: list[ModelRuns]) -> tuple[list[list[str]], list[str]]:
    """What repeated runs cost: rows below REPETITIONS_HEAD, and sentences on what they hold."""
    repeated = [group for group in groups if len(group.ok_runs) > 1]
    try:
        return [_repeated(group, samples.interval) for group in repeated], [_ON_COSTS]
    except samples.ScipyMissing:
        rows = [_repeated(group, lambda _: None) for group in repeated]
        return rows, [_ON_COSTS, _NO_INTERVALS]


def _repeated(group: ModelRuns, interval: Callable[[list[float]], Any]) -> list[str]:
    counted, apart = len(group.counted_runs), len(group.ok_runs) - len(group.counted_runs)
    row = [group.model.title, f"{counted:,}" + (f" of {counted + apart:,}" if apart else "")]
    for cost in run_costs.COSTS:
        values = [value for run in group.counted_runs if (value := cost.of(run)) is not None]
        row.append(_spread(values, cost.unit, interval(values)) if values else "")
    return row


def _spread(values: list[float], unit: str, interval: Any) -> str:
    factor, unit, digits = (2**20, "MiB", 2) if unit == run_costs.BYTES else (1e-3, "ms", 1)
    middle, spread = samples.median(values) / factor, samples.mad(values) / factor
    text = f"{middle:,.{digits}f} ± {spread:,.{digits}f} {unit}"
    if interval is None:
        return text
    low, high = (f"{end / factor:,.{digits}f}" for end in interval)
    return f"{text} [{low} to {high}]"


def _counts(counts: list[int]) -> str:
    least, most = min(counts), max(counts)
    return f"{least:,}" if least == most else f"{least:,}-{most:,}"


def bad_runs(groups: list[ModelRuns]) -> list[str]:
    """A line for each reason for which runs of a model did not succeed."""
    lines = []
    for group in groups:
        runs_of: dict[str, list[int]] = {}
        for run in group.bad_runs:
            reason = f"{run.status}: {run.message or 'no reason on record'}"
            runs_of.setdefault(reason, []).append(run.repetition)
        for reason, numbers in runs_of.items():
            noun = "run" if len(numbers) == 1 else "runs"
            which = listed([str(number) for number in numbers])
            lines.append(f"{group.model.title}, {noun} {which}: {reason}")
    return lines
