// What if: the reader sets a workload, and sees what is predicted of each model for it.

import { formula_of, predicted_end } from "./formula.mjs";
import { simulate, stages_of } from "./predict.mjs";
import { TimeLine, words_inside } from "./timeline.mjs";
import { element, planned, table } from "./words.mjs";

const ROWS_DRAWN = 200,
  TASKS_DRAWN = 10000,
  BINS = 300;

// Key in the workload, words, least, most, whether only whole numbers count.
const FIELDS = [
  ["tasks", "Tasks (N)", 1, 1e7, true],
  ["threads", "Threads (T)", 1, 1e4, true],
  ["connect_s", "Connect (c), seconds", 0, 1e6, false],
  ["response_s", "Response (r), seconds", 0, 1e6, false],
  ["compute_s", "Compute (k), seconds", 0, 1e6, false],
  ["cores", "Cores (for burn)", 1, 1e4, true],
];

// What the simulation predicts, as rows of stretches that are shaped as the page's other runs are.
export function predicted_view(facts, workload) {
  const rows = [],
    stretches = [];
  simulate(facts, workload).forEach((task, i) => {
    rows.push(`task ${i + 1}`);
    for (const stage of stages_of(task)) stretches.push([i, i + 1, ...stage]);
  });
  return { rows, stretches };
}

// Rows summed up: the mean number in each stage, in each of `bins` equal parts of 0 to `end_s`.
export function counts_of(view, end_s, bins, counted) {
  const counts = [0, 1, 2, 3].map(() => new Array(bins + 1).fill(0));
  const changes = counts.map(() => new Array(bins + 1).fill(0)); // of how many fill whole bins
  const wide = (end_s * 1e9) / bins;
  for (const [, , kind, begin, end] of view.stretches) {
    const [from, to] = [Math.min(bins, begin / wide), Math.min(bins, end / wide)];
    const [first, last] = [Math.floor(from), Math.floor(to)];
    counts[kind][first] += first === last ? to - from : first + 1 - from;
    if (first === last) continue;
    counts[kind][last] += to - last;
    changes[kind][first + 1] += 1;
    changes[kind][last] -= 1;
  }
  counts.forEach((column, kind) => {
    let level = 0;
    for (let i = 0; i < bins; ++i) {
      level += changes[kind][i];
      column[i] += level;
    }
    column.pop();
  });
  return { counted, total: view.rows.length, counts };
}

export class WhatIf {
  constructor(data, form, outcome, host) {
    this.models = data.models;
    this.outcome = outcome;
    this.inputs = {};
    const start = data.workloads[0].workload;
    for (const [key, words, least, most, whole] of FIELDS) {
      const value = Math.min(most, Math.max(least, start[key]));
      this.inputs[key] = element("input", {
        type: "number",
        min: least,
        max: most,
        step: whole ? 1 : "any",
        value,
        name: key,
      });
      form.append(
        element("label", { class: "field" }, element("span", {}, words), this.inputs[key]),
      );
    }
    this.kind = element(
      "select",
      { name: "compute_kind" },
      element("option", { value: "hold" }, "hold: a thread, but no core"),
      element("option", { value: "burn" }, "burn: a core as well"),
    );
    this.kind.value = start.compute_kind;
    form.append(
      element("label", { class: "field" }, element("span", {}, "Computing takes"), this.kind),
    );
    this.error = element("p", { class: "error", role: "alert" });
    form.append(this.error);
    form.addEventListener("input", () => this.update());
    form.addEventListener("submit", (event) => event.preventDefault());
    const controls = element("div", { class: "controls" });
    host.append(controls);
    this.timeline = new TimeLine(host, controls, "whatif", "Predicted time lines");
    this.in_sight = false; // thousands of tasks are not drawn before anybody looks
    new IntersectionObserver((seen, observer) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      this.in_sight = true;
      this.update();
    }).observe(host.parentElement);
    this.update();
  }

  // The workload that the fields hold, or null, with the first wrong field named.
  read() {
    const workload = { compute_kind: this.kind.value };
    this.error.textContent = "";
    for (const [key, words, least, most, whole] of FIELDS) {
      const input = this.inputs[key],
        value = Number(input.value);
      const wrong =
        input.value === "" ||
        !(value >= least && value <= most) ||
        (whole && !Number.isInteger(value));
      input.setAttribute("aria-invalid", String(wrong));
      if (wrong && !this.error.textContent) {
        this.error.textContent =
          `${words}: ${whole ? "a whole number" : "a number"} from ` +
          `${least.toLocaleString("en-US")} to ${most.toLocaleString("en-US")}.`;
      }
      workload[key] = value;
    }
    return this.error.textContent ? null : workload;
  }

  update() {
    const workload = this.read();
    if (!workload) return;
    const head = ["model", "formula", "predicted"];
    const rows = this.models.map(({ title, facts }) =>
      facts
        ? [title, formula_of(facts, workload), planned(predicted_end(facts, workload))]
        : [title, "none on record", "unknown: the model's facts are not on record"],
    );
    const notes =
      workload.tasks <= TASKS_DRAWN
        ? []
        : [
            element(
              "p",
              { class: "note" },
              "So many tasks are not drawn; the predictions hold all the same.",
            ),
          ];
    this.outcome.replaceChildren(table("Predictions for this workload", head, rows), ...notes);
    if (this.in_sight) this.timeline.show(notes.length ? [] : this.panels(workload));
  }

  panels(workload) {
    return this.models
      .filter(({ facts }) => facts)
      .map(({ title, facts }) => {
        const end_s = predicted_end(facts, workload),
          view = predicted_view(facts, workload);
        return {
          title,
          note: `${planned(end_s)}: ${formula_of(facts, workload)}`,
          wrong: false,
          predicted_s: end_s,
          end_s,
          thread_ids: [],
          inside: (stretch) => words_inside(stretch, "tasks"),
          view: workload.tasks > ROWS_DRAWN ? counts_of(view, end_s, BINS, "tasks") : view,
        };
      });
  }
}
