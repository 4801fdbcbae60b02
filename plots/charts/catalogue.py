"""Says which charts a results file gives, by their names, and makes the files of each."""

from __future__ import annotations

import functools
import re
from typing import Callable, Optional

from plots.charts import (
    comparison,
    crossover,
    ladder,
    latency_rate,
    scale,
    servers,
    style,
    svg,
    threads,
    timeline,
    workers,
)
from plots.charts.style import Chart
from plots.read import rate_sweep, size_sweep
from plots.read.primitive_prices import Prices
from plots.read.results import Results
from plots.read.run import Workload

FIGURES_AT_MOST = 3  # workloads that get charts of their own

Charts = dict[str, Callable[[], Chart]]  # name -> what draws it


def chosen_workloads(results: Results) -> tuple[list[Workload], list[Workload]]:
    """Those to draw, and those to leave out: of a long sweep the least, the middle and the most,
    of those whose events were kept."""
    workloads = results.workloads()
    kept = {run.workload for run in results.runs if run.has_stages}
    known = [workload for workload in workloads if workload in kept] or workloads[:1]
    drawn = known
    if len(known) > FIGURES_AT_MOST:
        drawn = [known[0], known[len(known) // 2], known[-1]]
    return drawn, [workload for workload in workloads if workload not in drawn]


def charts_of(results: Results, workloads: list[Workload], prices: Optional[Prices]) -> Charts:
    """All charts, in the order of the files. `workloads` are those that get time lines."""
    charts: Charts = {}
    for workload, suffix in zip(workloads, file_suffixes(workloads)):
        for chart in (timeline, threads, comparison):
            name = chart.__name__.rpartition(".")[2] + suffix
            charts[name] = functools.partial(chart.draw, results, workload)
    grid = servers.of_results(results)
    if grid:
        charts["servers"] = functools.partial(servers.draw, grid)
    charts |= of_sizes(results)
    for name, sweep in of_rates(results):
        if sweep.has_several_rates():
            charts[name] = functools.partial(latency_rate.draw, sweep)
    if prices:
        charts["ladder"] = functools.partial(ladder.draw, prices)
    return charts


def of_sizes(results: Results) -> Charts:
    """The charts of sweeps over numbers of tasks, of connections to servers, or of threads."""
    charts: Charts = {}
    over_tasks, over_threads = size_sweep.of_tasks(results), size_sweep.of_threads(results)
    over_connections = size_sweep.of_connections(results)
    if over_connections:
        for name in scale.charts_of(over_connections):
            charts[name] = functools.partial(scale.draw, name, over_connections)
    # One client that runs against several servers is there to tell the servers apart.
    if over_tasks and not (over_connections and len(over_tasks.curves) == 1):
        for name in scale.charts_of(over_tasks):
            charts[name] = functools.partial(scale.draw, name, over_tasks)
        if crossover.sides(over_tasks):
            charts["crossover"] = functools.partial(crossover.draw, over_tasks)
    if over_threads:
        charts["workers"] = functools.partial(workers.draw, over_threads)
    return charts


def of_rates(results: Results) -> list[tuple[str, rate_sweep.Sweep]]:
    """The sweeps over arrival rates by the names of their charts; of many, the first few."""
    sweeps = rate_sweep.sweeps_of(results)[:FIGURES_AT_MOST]
    suffixes = file_suffixes([sweep.workload for sweep in sweeps])
    return [(f"latency-rate{suffix}", sweep) for sweep, suffix in zip(sweeps, suffixes)]


def file_suffixes(workloads: list[Workload]) -> list[str]:
    """What tells the charts of one workload from those of another: none for the first."""
    suffixes = [""]
    for workload in workloads[1:]:
        plain = f"-{workload.tasks}-tasks"
        if workload.arrival_rate:
            plain += f"-at-{workload.arrival_rate:g}".replace("+", "")
        if workload.server_model != workloads[0].server_model:
            plain += "-server-" + re.sub(r"[^A-Za-z0-9_]", "_", workload.server_model)
        same = sum(suffix.startswith(plain) for suffix in suffixes)
        suffixes.append(plain + (f"-{same + 1}" if same else ""))
    return suffixes


def files_of(name: str, draw: Callable[[], Chart]) -> dict[str, bytes]:
    """The chart's files by their names."""
    with style.drawing():
        chart = draw()
        return {
            f"charts/{name}.svg": svg.of_chart(chart, name),
            f"charts/{name}.png": style.png(chart),
        }
