"""Draws every client against every server as a grid: when each pair ended, and where measured and
predicted part."""

from __future__ import annotations

import dataclasses
from typing import Optional

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from plots.looks import LIGHT
from plots.charts.style import BODY, SMALL, WIDTH, Chart, Title, text_width, wrap
from plots.read.results import Model, ModelRuns, Results
from plots.read.run import AS_PREDICTED, Run, Workload
from plots.read.words import counted, listed, number, planned, seconds, sentence

ROW, HEAD, NOTES = 0.34, 0.62, 0.62  # heights in inches
MARGIN = 0.18
SLOWER = 1.02  # times as long: less is the same

LATE = 1.1  # times the prediction, and
LATE_S = 0.03  # so much beyond it: less is what a machine does to any run


@dataclasses.dataclass(frozen=True)
class Grid:
    """Clients are rows, servers columns, in the order of the file."""

    workload: Workload  # whichever the server
    clients: list[Model]
    servers: list[str]
    cells: dict[tuple[str, str], ModelRuns]  # by client and server

    def at(self, client: str, server: str) -> Optional[ModelRuns]:
        """None where this pair was not run."""
        return self.cells.get((client, server))

    def slowdown(self, server: str) -> list[float]:
        """How many times as long each client is predicted to take as against its best server."""
        factors = []
        for client in self.clients:
            ends = {name: _predicted(self.at(client.name, name)) for name in self.servers}
            best = min((end for end in ends.values() if end), default=0)
            if ends[server] and best:
                factors.append(ends[server] / best)
        return factors


def of_results(results: Results) -> Optional[Grid]:
    """The grid with the most servers, for one workload; None without two servers and two clients."""
    groups: dict[Workload, dict[tuple[str, str], list[Run]]] = {}
    for run in results.runs:
        alike = dataclasses.replace(run.workload, server_model="")
        by_pair = groups.setdefault(alike, {})
        by_pair.setdefault((run.model, run.workload.server_model), []).append(run)
    if not groups:
        return None
    workload, pairs = max(groups.items(), key=lambda group: len(group[1]))
    ran = {name for name, _ in pairs}
    clients = [model for name, model in results.models.items() if name in ran]
    servers = [name for name in results.servers if any(name == server for _, server in pairs)]
    if len(clients) < 2 or len(servers) < 2:
        return None
    cells = {pair: ModelRuns(results.models[pair[0]], runs) for pair, runs in pairs.items()}
    return Grid(workload, clients, servers, cells)


def deviates(group: ModelRuns) -> bool:
    """Whether the run that is shown ended well, and not as predicted."""
    run = group.shown
    if not run.ok:
        return False
    late = run.makespan_s > max(LATE * run.predicted_s, run.predicted_s + LATE_S)
    return late or run.structure.verdict != AS_PREDICTED


def _predicted(group: Optional[ModelRuns]) -> Optional[float]:
    return group.shown.predicted_s if group else None


def draw(grid: Grid) -> Chart:
    """One row per client, one column per server; the bars of all cells have one scale."""
    finding = finding_of(grid)
    title = Title("servers", finding)
    height = title.height + HEAD + ROW * len(grid.clients) + NOTES
    figure = Figure(figsize=(WIDTH, height))
    title.draw(figure)
    names = max(text_width(client.title, BODY) for client in grid.clients) / 72
    left = MARGIN + min(names, 3.2) + 0.2
    width = (WIDTH - left - MARGIN) / len(grid.servers)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.set_axis_off()
    top = height - title.height - HEAD
    longest = max(group.shown.end for group in grid.cells.values()) or 1.0
    for column, server in enumerate(grid.servers):
        middle = left + (column + 0.5) * width
        for i, line in enumerate(reversed(wrap(_words(server), (width - 0.1) * 72, SMALL, 2, "bold"))):
            y = top + 0.12 + 0.17 * i
            axes.text(middle, y, line, fontsize=SMALL, fontweight="bold", ha="center")
    for row, client in enumerate(grid.clients):
        y = top - (row + 1) * ROW
        name = wrap(client.title, (left - MARGIN - 0.1) * 72, BODY, 1)[0]
        axes.text(MARGIN, y + ROW / 2, name, fontsize=BODY, va="center")
        for column, server in enumerate(grid.servers):
            group = grid.at(client.name, server)
            if group:
                _cell(axes, left + column * width, y, width, group, longest)
    for i, note in enumerate(_notes(grid)):
        axes.text(MARGIN, NOTES - 0.25 - 0.2 * i, note, fontsize=SMALL, color=LIGHT.muted)
    return Chart(figure, finding, f"A grid of clients and servers. {finding}.")


def finding_of(grid: Grid) -> str:
    """Which servers keep clients longer than others do, and how much; the rest end alike."""
    factors = {name: max(grid.slowdown(name), default=1.0) for name in grid.servers}
    slow = [name for name in grid.servers if factors[name] >= SLOWER]
    slow.sort(key=lambda name: -factors[name])
    alike = len(factors) - len(slow)
    if slow:
        first, *more = [f"up to {factors[name]:.1f} times" for name in slow]
        parts = [f"{_words(slow[0])} keeps clients {first} as long"]
        said = listed(parts + [f"{_words(name)} {factor}" for name, factor in zip(slow[1:], more)])
        if alike > 1:
            said += f"; against the other {counted(alike, 'server')} they end alike"
    else:
        said = f"against all {counted(alike, 'server')} clients end alike"
    return sentence(said) + _deviations(grid)


def _words(server: str) -> str:
    return server.replace("_", " ")


def _deviations(grid: Grid) -> str:
    parted = sum(deviates(group) for group in grid.cells.values())
    bad = sum(not group.shown.ok for group in grid.cells.values())
    said = f"; {counted(parted, 'pair')} not as predicted" if parted else ""
    return said + (f"; {counted(bad, 'pair')} did not end well" if bad else "")


def _cell(axes, x: float, y: float, width: float, group: ModelRuns, longest: float) -> None:
    run = group.shown
    room = width - 0.16
    if run.ok:
        fill = LIGHT.fill["ready"] if deviates(group) else LIGHT.fill["response"]
        length = room * run.makespan_s / longest
        axes.add_patch(Rectangle((x + 0.08, y + 0.04), length, ROW - 0.08, fc=fill, ec="none"))
        words = seconds(group.makespan)
        if deviates(group):
            words += f" ≠ {planned(run.predicted_s)}"
    else:
        words = run.status
    if run.predicted_s is not None and run.predicted_s <= longest:
        at = x + 0.08 + room * run.predicted_s / longest
        for edge in (y + 0.01, y + ROW - 0.07):  # not through the words
            axes.plot([at, at], [edge, edge + 0.06], color=LIGHT.ink, linewidth=1.6)
    color = LIGHT.ink if run.ok else LIGHT.alarm
    axes.text(x + 0.13, y + ROW / 2, words, fontsize=SMALL, va="center", color=color)


def _notes(grid: Grid) -> list[str]:
    work = grid.workload
    return [
        f"{counted(work.tasks, 'task').capitalize()} each wait {planned(work.connect_s)}, wait"
        f" {planned(work.response_s)} for the answer and compute {planned(work.compute_s)}"
        f"{work.unevenly};"
        f" T = {work.threads} client threads, {work.server_threads} server threads.",
        "A bar is how long the pair took; shorter is better. The notches are where it was predicted"
        " to end; a bar in another colour missed that, or its threads and overlaps.",
    ]
