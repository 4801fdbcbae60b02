"""Draws what a task costs a model as there are more tasks, what a connection costs a server, and where
each of them ends: a chart per cost."""

from __future__ import annotations

import dataclasses
from typing import Callable, Iterable, Optional

from plots.charts import curves
from plots.charts.curves import Line, Scales
from plots.charts.style import Chart
from plots.read import run_costs, samples, size_sweep
from plots.read.disturbances import TRIED_AGAIN
from plots.read.rate_sweep import tasks_per_second
from plots.read.results import IN_TURN, UNKNOWN
from plots.read.run import Run, Workload
from plots.read.size_sweep import CONNECTIONS, TASKS, Curve, RunsOf, Sweep
from plots.read.size_sweep import counted_runs, overflowed_runs
from plots.read.words import counted, listed, number, planned, quoted, sentence

GROWS = 2  # times, from one size to ten times as many: more than noise
NAMED_AT_MOST = 3  # models, in a title


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a chart shows per task or connection, `in_all` of all of them together: `words` for it,
    and the unit of its axis. `axis` is that of the sweeps that have the chart."""

    words: str
    unit: str
    unit_in_si: float
    of: Callable[[Run], Optional[float]]
    axis: str = TASKS
    in_all: bool = False


OVERHEAD, CPU, SERVING = "scale-overhead", "scale-cpu", "connections-threads"
COSTS = {  # by the name of the chart
    OVERHEAD: Cost("overhead", "µs", 1e-6, size_sweep.overhead_s),
    "scale-memory": Cost("memory", "KiB", 1024, run_costs.memory_bytes),
    CPU: Cost("CPU time", "µs", 1e-6, run_costs.cpu_s),
    "scale-switches": Cost("context switches", "", 1, run_costs.switches),
    "connections-overhead": Cost("overhead", "µs", 1e-6, size_sweep.overhead_s, CONNECTIONS),
    "connections-memory": Cost("memory", "KiB", 1024, run_costs.server_memory_bytes, CONNECTIONS),
    "connections-cpu": Cost("CPU time", "µs", 1e-6, run_costs.server_cpu_s, CONNECTIONS),
    SERVING: Cost("threads that serve", "", 1, size_sweep.serving_threads, CONNECTIONS, True),
}
ONE = {TASKS: "task", CONNECTIONS: "connection"}  # of what the sizes count
WHO = {TASKS: "model", CONNECTIONS: "server"}  # has a curve
COLUMNS = {TASKS: 4, CONNECTIONS: 3}  # panels side by side: there is room for what they say
OF_SERVERS = {IN_TURN: "One connection at a time", UNKNOWN: "Other servers"}  # families


def charts_of(swept: Sweep) -> list[str]:
    """The names of the charts: of the costs on record. Where tasks arrive one by one none is late
    by another, and the overhead is that of one task."""
    return [
        name
        for name, cost in COSTS.items()
        if cost.axis == swept.axis
        and any(curve.values(cost.of) for curve in swept.curves)
        and not (cost.of is size_sweep.overhead_s and swept.workload.arrivals)
    ]


def draw(name: str, swept: Sweep) -> Chart:
    """One of the charts."""
    cost = COSTS[name]
    notes, numbers = _notes(swept)
    lines = {curve.model.name: _line(curve, cost, numbers) for curve in swept.curves}
    said, told = finding(name, swept)
    says = f"{words_per_one(cost)}{cost.unit and ', ' + cost.unit}: lower is better"
    models = [curve.model for curve in swept.curves]
    panels = curves.panels_of(models, lines, sentence(says), told)
    if swept.axis == CONNECTIONS:
        panels = [dataclasses.replace(p, title=OF_SERVERS.get(p.title, p.title)) for p in panels]
    if notes:
        notes = ["A cross ends a curve; the number above it names the reason.", *notes]
    if has_hollow_marks(cost):
        notes += on_hollow_marks(swept.curves, swept.axis)
    if name == CPU:
        notes += [
            f"{quoted(model.title)} uses a core from start to end, however few tasks there are."
            for model in models
            if model.spins
        ]
    notes = [f"{sentence(words_of(swept.workload))}{_against(swept)}.", *notes]
    scales = Scales(sizes_of(cost, swept), swept.axis)
    text = description(cost, swept)
    return curves.draw(name, said, text, panels, scales, notes, COLUMNS[swept.axis])


def words_per_one(cost: Cost) -> str:
    """The figure that the chart shows."""
    return cost.words if cost.in_all else f"{cost.words} per {ONE[cost.axis]}"


def sizes_of(cost: Cost, swept: Sweep) -> list[int]:
    """Those that the chart shows: growth begins with the second."""
    return swept.sizes if cost.in_all else swept.sizes[1:]


def has_hollow_marks(cost: Cost) -> bool:
    """Whether a full listen queue changes the figure. A server holds fewer connections at once where
    some of them come a second later."""
    return cost.of is size_sweep.overhead_s or cost.axis == CONNECTIONS and not cost.in_all


def figures(curve: Curve, cost: Cost, runs_of: RunsOf = counted_runs) -> dict[int, float]:
    """Size -> what the chart shows of the curve."""
    return curve.values(cost.of, runs_of) if cost.in_all else curve.growth(cost.of, runs_of)


def _against(swept: Sweep) -> str:
    """Who holds the connections to the servers, and T of those."""
    if not swept.client:
        return ""
    threads = swept.workload.server_threads
    client = f"; client: {quoted(swept.client.title)}"
    return client + (f"; T = {threads} server threads" if threads else "")


def _line(curve: Curve, cost: Cost, numbers: dict[str, int]) -> Line:
    def points(runs_of: RunsOf) -> dict[float, float]:
        """What a logarithmic axis can show."""
        shown = figures(curve, cost, runs_of)
        return {n: value / cost.unit_in_si for n, value in shown.items() if value > 0}

    drawn, cross = points(counted_runs), None
    if curve.end and drawn:
        cross = min(max(curve.end.reached or curve.end.size, max(drawn)), curve.end.size)
    note = str(numbers.get(curve.model.name, ""))
    apart = points(overflowed_runs) if has_hollow_marks(cost) else {}
    return Line(curve.model.name, curve.model.title, drawn, cross, note, apart)


def _notes(swept: Sweep) -> tuple[list[str], dict[str, int]]:
    """One line per reason, numbered, and the number of each model that ended."""
    reasons: dict[str, list[Curve]] = {}
    for curve in swept.curves:
        if curve.end:
            reason = f"{curve.end.size:,} {swept.axis}: {curve.end.reason}"
            reasons.setdefault(reason, []).append(curve)
    notes, numbers = [], {}
    for number, (reason, ended) in enumerate(reasons.items(), 1):
        names = listed([quoted(curve.model.title) for curve in ended])
        notes.append(f"{number}: {names} at {reason}")
        numbers |= {curve.model.name: number for curve in ended}
    return notes, numbers


def on_hollow_marks(curves_of: Iterable[Curve], axis: str = TASKS) -> list[str]:
    """What hollow marks say, and where they are; nothing where there are none."""
    where: dict[int, list[str]] = {}
    for curve in curves_of:
        for size, group in curve.points.items():
            if group.overflowed_runs:
                runs = f"{len(group.overflowed_runs):,} of {len(group.ok_runs):,} runs"
                where.setdefault(size, []).append(f"{quoted(curve.model.title)} ({runs})")
    if not where:
        return []
    places = [f"{size:,} {axis}: {', '.join(names)}" for size, names in sorted(where.items())]
    return [
        f"Hollow marks: runs in which the listen queue overflowed; {TRIED_AGAIN}."
        f" {'; '.join(places)}."
    ]


# --- What it says ---------------------------------------------------------------------------------


def finding(name: str, swept: Sweep) -> tuple[str, list[str]]:
    """What the cost shows, in a sentence, and the names of the models told of: whose part grows
    with the number of tasks; if that is no difference, the dearest and the cheapest."""
    cost = COSTS[name]
    if cost.in_all:
        return _on_threads(swept, cost)
    tasks, one, model = swept.axis, ONE[swept.axis], WHO[swept.axis]
    known = {curve.model.name: growing(curve, cost.of) for curve in swept.curves}
    told = [curve.model for curve in swept.curves if known[curve.model.name] is not None]
    grow = [model for model in told if known[model.name]]
    names = [model.name for model in grow]
    if grow and len(grow) < len(told):
        who = listed([quoted(model.title) for model in grow])
        steady = len(told) - len(grow)
        are_all = len(told) == len(swept.curves)
        others = f"the other {steady}" if are_all else f"{steady} other"
        others += f" {model}s show no such growth"
        if steady == 1:
            others = "the other" if are_all else "one other"
            others += f" {model} shows no such growth"
        if len(grow) > NAMED_AT_MOST:
            who = f"{len(grow)} {model}s"
        return f"With more {tasks}, each one takes more {cost.words} in {who}; {others}", names
    if grow:
        every = f"every {model}" if len(grow) > 1 else quoted(grow[0].title)
        return f"With more {tasks}, each one takes more {cost.words} in {every}", names
    if len(told) == 1:
        who = quoted(told[0].title)
        return f"{who} is not shown to take more {cost.words} per {one} with more {tasks}", []
    return _extremes(swept, cost)


def growing(curve: Curve, figure: Callable[[Run], Optional[float]]) -> Optional[bool]:
    """Whether a task's part of the figure grows up to the last size; None: too little to tell, or it
    does in the middle, but the samples don't bear it. Sizes that show a full listen queue alone tell
    nothing."""
    points = {
        n: values
        for n, values in curve.growths(figure).items()
        if not curve.points[n].all_overflowed
    }
    if len(points) < 2:
        return None
    (before, least), (last, most) = sorted(points.items())[-2:]
    if samples.median(least) <= 0:
        return None
    factor = GROWS * max(1.0, last / before / 10)
    no_growth = [factor * value for value in least]
    if samples.differ(no_growth, most):
        return True
    return None if samples.median(most) > samples.median(no_growth) else False


def _extremes(swept: Sweep, cost: Cost) -> tuple[str, list[str]]:
    """How many times as much a task takes in the dearest model that the runs tell from the
    cheapest, with the most tasks that several models completed. A size at which full listen queues
    leave too few runs of one of them tells nothing, where they change the figure."""
    tasks, one = swept.axis, ONE[swept.axis]
    titles = {curve.model.name: quoted(curve.model.title) for curve in swept.curves}
    growths = {
        curve.model.name: curve.growths(cost.of)
        for curve in swept.curves
        if not (cost is COSTS[CPU] and curve.model.spins)
    }
    for size in sorted(swept.sizes, reverse=True):
        known = {name: growth[size] for name, growth in growths.items() if size in growth}
        medians = {name: value for name in known if (value := samples.median(known[name])) > 0}
        if len(medians) < 2 or has_hollow_marks(cost) and _has_few(swept, size):
            continue
        least, *others = sorted(medians, key=medians.get)
        dearer = [name for name in others if samples.differ(known[least], known[name])]
        if not dearer:
            return f"With {size:,} {tasks}, no difference in {cost.words} per {one} is shown", []
        most = dearer[-1]
        return (
            f"With {size:,} {tasks}, {titles[most]} takes {_times(medians[most] / medians[least])}"
            f" the {cost.words} per {one} of {titles[least]}"
        ), [most, least]
    return f"No {WHO[tasks]} ran at enough sizes to tell what a {one} costs", []


def _has_few(swept: Sweep, size: int) -> bool:
    """Whether full listen queues leave somebody less than two runs."""
    groups = [curve.points[size] for curve in swept.curves if size in curve.points]
    return any(g.overflowed_runs and len(g.ok_runs) - len(g.overflowed_runs) < 2 for g in groups)


def _on_threads(swept: Sweep, cost: Cost) -> tuple[str, list[str]]:
    """Who has a thread for each connection, in every run, and how many the others have at most."""
    known = {c.model.name: values for c in swept.curves if (values := c.samples(cost.of))}
    each = [name for name, of in known.items() if max(of) > 1 and set(of[max(of)]) == {max(of)}]
    others = [max(map(max, of.values())) for name, of in known.items() if name not in each]
    most = counted(round(max(others, default=0)), "thread")
    if not each:
        size = f"{max(swept.sizes):,} connections"
        return f"With up to {size}, no server serves with more than {most}", []
    who = listed([quoted(c.model.title) for c in swept.curves if c.model.name in each])
    if len(each) > NAMED_AT_MOST:
        who = f"{len(each)} servers"
    said = f"{who} {'has' if len(each) == 1 else 'have'} a thread for each connection"
    if len(others) == 1:
        said += f"; the other server serves with no more than {most}"
    elif others:
        said += f"; the other {number(len(others))} servers serve with no more than {most}"
    return said, each


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio >= 9.5 else f"{ratio:.1f} times"


def description(cost: Cost, swept: Sweep) -> str:
    """What a screen reader says: the workload, who is there, and who ended."""
    names = listed([quoted(curve.model.title) for curve in swept.curves])
    ended = [
        f"{quoted(c.model.title)} at {c.end.size:,} {swept.axis}: {c.end.reason}"
        for c in swept.curves
        if c.end
    ]
    text = (
        f"Curves of {words_per_one(cost)} against the number of {swept.axis},"
        f" {words_of(swept.workload)}: {names}."
    )
    return text + (f" Ended: {'; '.join(ended)}." if ended else "")


def words_of(workload: Workload) -> str:
    """The stages in words, and how the tasks come if not all at once."""
    text = (
        f"connect {planned(workload.connect_s)}, response {planned(workload.response_s)}, "
        f"compute {planned(workload.compute_s)}{workload.unevenly}"
    )
    if not workload.arrivals:
        return text
    rate = tasks_per_second(workload.arrival_rate)
    return f"{text}; tasks arrive {workload.pattern}, {rate} per second"
