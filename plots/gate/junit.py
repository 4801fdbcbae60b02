"""Writes junit.xml, which Jenkins, GitLab and GitHub read: one case per model and check."""

from __future__ import annotations

import dataclasses
from typing import Iterable, Optional
from xml.etree import ElementTree

from plots.read.results import ModelRuns, Results
from plots.read.run import AS_PREDICTED, Workload
from plots.read.words import clean, overhead

EARLY_S, EARLY_SHARE = 0.001, 0.01  # ending earlier than predicted by less than this is rounding


@dataclasses.dataclass
class Case:
    """One check. `failure` says what is wrong, naming the model; `skipped` why it was not made."""

    model: str
    check: str
    seconds: float = 0.0
    failure: Optional[str] = None
    skipped: Optional[str] = None


def of_runs(results: Results) -> list[Case]:
    """What every model must keep to, whatever the baseline: three checks per model and workload."""
    return [
        case
        for workload in results.workloads()
        for group in results.by_model(workload)
        for case in _of_group(group, workload)
    ]


def named(workload: Optional[Workload], check: str) -> str:
    """The name of a check: `3 tasks: overhead`, `200 tasks at 40/s: overhead`."""
    if workload is None:
        return check
    rate = f" at {workload.arrival_rate:g}/s" if workload.arrivals else ""
    server = f" with server {workload.unusual_server}" if workload.unusual_server else ""
    return f"{workload.tasks:,} task{'' if workload.tasks == 1 else 's'}{rate}{server}: {check}"


def write(cases: Iterable[Case]) -> bytes:
    """The whole file, in UTF-8."""
    cases = list(cases)
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.failure is not None for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.skipped is not None for case in cases)),
    }
    root = ElementTree.Element("testsuites", name="waitbench", **counts)
    suite = ElementTree.SubElement(root, "testsuite", name="waitbench", **counts)
    for case in cases:
        element = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"waitbench.{clean(case.model)}",
            name=clean(case.check),
            time=f"{case.seconds:.3f}",
        )
        for kind, text in (("failure", case.failure), ("skipped", case.skipped)):
            if text is not None:
                ElementTree.SubElement(element, kind, message=clean(text)).text = clean(text)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _of_group(group: ModelRuns, workload: Workload) -> Iterable[Case]:
    name, took = group.model.name, sum(run.makespan_s for run in group.ok_runs)
    bad = [f"run {run.repetition}: {run.status}: {run.message}" for run in group.bad_runs]
    deviating = sorted({r.structure.verdict for r in group.ok_runs} - {AS_PREDICTED})
    early = [
        run.overhead_s
        for run in group.ok_runs
        if run.overhead_s < -max(EARLY_S, EARLY_SHARE * run.predicted_s)
    ]
    nothing = None if group.ok_runs else "no run is ok"
    yield Case(name, named(workload, "every run is ok"), took, _failed(name, bad))
    yield Case(
        name,
        named(workload, "structure as predicted"),
        failure=_failed(name, deviating),
        skipped=nothing,
    )
    yield Case(
        name,
        named(workload, "not earlier than predicted"),
        failure=_failed(name, [overhead(min(early))] if early else []),
        skipped=nothing,
    )


def _failed(model: str, reasons: list[str]) -> Optional[str]:
    return f"{model}: {'; '.join(reasons)}" if reasons else None
