// Lays a second results.json over this page's runs: behind them on the lanes, and as a table of
// differences. The file is read here and goes nowhere.

import { STAGES, element, overhead, table, three_digits } from "./words.mjs";

const SCHEMA = 2;
const ENOUGH = 9; // runs per side, from which on samples that lie apart show a difference
const SAME = [
  "tasks",
  "threads",
  "connect_s",
  "response_s",
  "compute_s",
  "compute_kind",
  "uneven",
  "clients",
];

// The runs of a results.json that are ok and did the same work. Throws where it is none.
export function comparable(text, workload) {
  const { schema, runs } = JSON.parse(text);
  if (schema !== SCHEMA || !Array.isArray(runs)) throw new Error(`no results.json of schema ${SCHEMA}`);
  return runs.filter(
    (run) =>
      run.status === "ok" &&
      Number.isFinite(run.makespan_s) &&
      run.server_model === workload.server_model &&
      (run.arrivals?.rate_per_s ?? 0) === workload.arrival_rate &&
      SAME.every((key) => (run.workload[key] ?? 1) === workload[key]),
  );
}

// The stretches of a run, shaped as those of the page.
export function stretches_of({ stages }) {
  if (!stages) return [];
  const kinds = Object.keys(STAGES),
    threads = new Map();
  return stages.task.map((task, i) => {
    const thread = stages.thread[i];
    if (thread !== null && !threads.has(thread)) threads.set(thread, threads.size + 1);
    const kind = kinds.indexOf(stages.stage[i]);
    return [task, kind, stages.begin_ns[i], stages.end_ns[i], threads.get(thread) ?? 0];
  });
}

// The lower median, as on the page.
const median_run = (runs) =>
  [...runs].sort((a, b) => a.makespan_s - b.makespan_s)[Math.floor((runs.length - 1) / 2)];

// Whether two sets of samples differ, in words: not before there are enough of them.
export function verdict(ours, theirs) {
  const apart = Math.max(...ours) < Math.min(...theirs) || Math.max(...theirs) < Math.min(...ours);
  if (!apart) return "ranges overlap: no difference is shown";
  const fewest = Math.min(ours.length, theirs.length);
  return fewest >= ENOUGH ? "apart" : `apart, but of ${fewest} run${fewest === 1 ? "" : "s"}`;
}

export class SecondRun {
  // `host` takes the file chooser and the table.
  constructor(measured, host) {
    this.measured = measured;
    this.chooser = element("input", {
      type: "file",
      accept: ".json,application/json",
      onchange: () => this.chooser.files[0] && this.read(this.chooser.files[0]),
    });
    this.said = element("p", { role: "status" });
    this.outcome = element("div", {});
    const words = "Lay another results.json over this run (or drop it on the page)";
    host.append(
      element("label", { class: "field" }, element("span", {}, words), this.chooser),
      this.said,
      this.outcome,
    );
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (file) this.read(file);
    });
  }

  async read(file) {
    this.outcome.replaceChildren();
    try {
      const runs = comparable(await file.text(), this.measured.workload.workload);
      if (!runs.length) throw new Error("no run of this workload that is ok");
      this.lay_over(file.name, runs);
    } catch (error) {
      this.said.textContent = `${file.name}: ${error.message}`;
      this.said.className = "error";
    }
  }

  lay_over(name, runs) {
    const by_model = new Map();
    for (const run of runs) by_model.set(run.model, [...(by_model.get(run.model) ?? []), run]);
    const { measured } = this;
    const of_workload = measured.workload;
    measured.overlay = (group) => {
      const theirs = measured.workload === of_workload ? by_model.get(group.model) : null;
      if (!theirs) return null;
      const run = median_run(theirs);
      return { stretches: run.stages?.task.length ? stretches_of(run) : [], marks: run.makespan_s };
    };
    measured.timeline.behind = name;
    measured.switch("ghost", true);
    measured.show();
    this.said.className = "";
    this.said.textContent = `${name}: its runs lie behind those of this page.`;
    this.outcome.replaceChildren(this.differences(by_model));
  }

  differences(by_model) {
    const rows = this.measured.workload.groups.map((group) => {
      const ours = group.runs.filter(({ status }) => status === "ok").map((run) => run.makespan_s);
      const theirs = (by_model.get(group.model) ?? []).map((run) => run.makespan_s);
      const title = this.measured.title_of(group);
      if (!ours.length || !theirs.length) return [title, "", "", "", "only on one side"];
      const shown = group.runs.find(({ shown }) => shown).makespan_s;
      const other = median_run(by_model.get(group.model)).makespan_s;
      const difference = overhead(other - shown);
      return [title, three_digits(shown), three_digits(other), difference, verdict(ours, theirs)];
    });
    const head = ["model", "this page", "the other", "difference", "samples"];
    return table("The other run against this one, medians", head, rows);
  }
}
