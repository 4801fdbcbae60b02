// What if: the reader sets a workload and a server, and sees what is predicted of each model.

import { SIMULATED_AT_MOST, formula_of, predicted_end } from "./formula.mjs";
import { simulate, stages_of } from "./predict.mjs";
import { TimeLine } from "./timeline.mjs";
import { counts_of } from "./views.mjs";
import { choice, count, element, planned, table } from "./words.mjs";

const ROWS_DRAWN = 200,
  BINS = 300;

const MANY = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 75, 100, 200, 500, 1000, 5000, 10000];
const FEW = [1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 64];
const TIMES = [1, 1.5, 2, 3, 4, 5, 10];
const SECONDS = [
  0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20,
];

// Key in the workload, words, least, most, whether only whole numbers count, stops of the slider.
const FIELDS = [
  ["tasks", "Tasks (N)", 1, 1e7, true, MANY],
  ["threads", "Threads (T)", 1, 1e4, true, FEW],
  ["connect_s", "Connect (c), seconds", 0, 1e6, false, SECONDS],
  ["response_s", "Response (r), seconds", 0, 1e6, false, SECONDS],
  ["compute_s", "Compute (k), seconds", 0, 1e6, false, SECONDS],
  ["uneven", "Uneven (F): every second task, F times k", 1, 1000, false, TIMES],
  ["cores", "Cores (for burn)", 1, 1e4, true, FEW],
  ["server_threads", "Server threads", 1, 1000, true, FEW],
];

// Of a file that tells no facts of servers.
const FOR_ALL = { name: "", title: "one that lets all connections wait at once", facts: null };

// What the simulation predicts, as a run that is shaped as the page's other runs are.
export function predicted_run(facts, workload, server = null) {
  const predicted_s = predicted_end(facts, workload, server);
  const run = { tasks: workload.tasks, end_s: predicted_s, predicted_s, thread_ids: [] };
  const stretches = simulate(facts, workload, server).flatMap((task, i) =>
    stages_of(task).map((stage) => [i + 1, ...stage]),
  );
  if (workload.tasks <= ROWS_DRAWN) return { ...run, stretches };
  const tasks = counts_of(stretches, predicted_s, BINS, workload.tasks);
  return { ...run, counts: { tasks } };
}

// What this machine has on record of a model: what a task costs, and how many are too many.
export function on_record(costs) {
  if (!costs) return "";
  const said = [];
  if (costs.memory_bytes !== undefined)
    said.push(`${(costs.memory_bytes / 1024).toFixed(2)} KiB per task`);
  if (costs.cpu_s !== undefined) said.push(`${(costs.cpu_s * 1e6).toFixed(1)} µs CPU per task`);
  if (costs.refused) {
    const [asked, reached] = costs.refused;
    said.push(`${count(asked, "task")} refused, room for ${count(reached, "task")}`);
  }
  return said.join("; ");
}

export class WhatIf {
  constructor(data, form, outcome, host) {
    this.models = data.models;
    this.costs = data.costs;
    this.outcome = outcome;
    this.inputs = {};
    this.sliders = {};
    const start = data.workloads[data.first].workload;
    for (const field of FIELDS) form.append(this.field(field, start));
    this.kind = element(
      "select",
      { name: "compute_kind" },
      element("option", { value: "hold" }, "hold: a thread, but no core"),
      element("option", { value: "burn" }, "burn: a core as well"),
    );
    this.kind.value = start.compute_kind;
    form.append(
      element("label", { class: "field" }, element("span", {}, "Computing takes"), this.kind),
      this.servers(data.servers, start.server_model),
    );
    this.error = element("p", { class: "error", role: "alert" });
    form.append(this.error);
    form.addEventListener("input", (event) => this.update(event.target));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.timeline = new TimeLine(host, "whatif", "Predicted time lines");
    this.in_sight = false; // thousands of tasks are not drawn before anybody looks
    new IntersectionObserver((seen, observer) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      this.in_sight = true;
      this.update();
    }).observe(host.parentElement);
    this.update();
  }

  // A choice of those whose facts are on record.
  servers(all, model) {
    const known = all.filter(({ facts }) => facts);
    const offered = known.length ? known : [FOR_ALL];
    this.server = (offered.find(({ name }) => name === model) ?? offered[0]).facts;
    const options = offered.map(({ name, title }) => [name, title]);
    return choice("Server", options, model, (chosen) => {
      this.server = offered.find(({ name }) => name === chosen).facts;
      this.update();
    });
  }

  // A number, and a slider for it.
  field([key, words, least, most, whole, stops], start) {
    const value = Math.min(most, Math.max(least, start[key]));
    const [min, max, step] = [least, most, whole ? 1 : "any"];
    this.inputs[key] = element("input", { type: "number", min, max, step, value, name: key });
    this.sliders[key] = element("input", {
      type: "range",
      min: 0,
      max: stops.length - 1,
      "aria-label": `Slide ${words.split(" ")[0].toLowerCase()}`,
      oninput: () => {
        this.inputs[key].value = stops[this.sliders[key].value];
      },
    });
    const label = element("label", {}, element("span", {}, words), this.inputs[key]);
    return element("div", { class: "slid" }, label, this.sliders[key]);
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

  // Each slider stands where its number is, unless it is the one that is moved.
  slide(workload, moved) {
    for (const [key, , , , , stops] of FIELDS) {
      const slider = this.sliders[key];
      const beyond = stops.findIndex((stop) => stop >= workload[key]);
      if (slider !== moved) slider.value = beyond < 0 ? stops.length - 1 : beyond;
      slider.setAttribute("aria-valuetext", String(workload[key]));
    }
  }

  update(moved = null) {
    const workload = this.read();
    if (!workload) return;
    this.slide(workload, moved);
    const too_many = workload.tasks > SIMULATED_AT_MOST;
    const note = "So many tasks are not drawn; the formulas hold all the same.";
    this.outcome.replaceChildren(
      this.predictions(workload),
      ...(too_many ? [element("p", { class: "note" }, note)] : []),
    );
    if (this.in_sight) this.timeline.show(too_many ? [] : this.lanes(workload));
  }

  predictions(workload) {
    const knows_costs = this.models.some(({ name }) => on_record(this.costs[name]));
    const head = ["model", "formula", "predicted", "on record of this machine"];
    const rows = this.models.map(({ name, title, facts }) => [
      title,
      facts ? formula_of(facts, workload, this.server) : "none on record",
      facts ? this.end(facts, workload) : "unknown: the model's facts are not on record",
      on_record(this.costs[name]),
    ]);
    const columns = knows_costs ? 4 : 3;
    return table(
      "Predictions for this workload",
      head.slice(0, columns),
      rows.map((row) => row.slice(0, columns)),
    );
  }

  end(facts, workload) {
    const end = predicted_end(facts, workload, this.server);
    if (end !== null) return planned(end);
    return `unknown: this page simulates up to ${count(SIMULATED_AT_MOST, "task")}`;
  }

  lanes(workload) {
    return this.models
      .filter(({ facts }) => facts)
      .map(({ title, facts, holds }) => ({
        title,
        holds,
        run: predicted_run(facts, workload, this.server),
      }));
  }
}
