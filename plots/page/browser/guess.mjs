// Predict first: hides what was measured until the reader has guessed, then compares.

import { formula_of, predicted_end } from "./formula.mjs";
import { server_places } from "./predict.mjs";
import { choice, count, element, measured, overhead, planned, table } from "./words.mjs";

const CLOSE = 0.05; // a guess this near, as a share, is right
const is_close = (a, b) => Math.abs(a - b) <= CLOSE * Math.max(a, b);

// What the records say happened, and why that takes as long as it does.
function what_happened(run, workload, server) {
  const { max_in_flight, max_computing } = run.structure,
    { tasks } = workload;
  if (tasks === 1) return "there was one task, with nothing to overlap with";
  if (max_in_flight <= 1) return "one task was under way at a time, so every wait counts in full";
  const at_server = server_places(server, workload);
  if (at_server < Math.min(max_in_flight, tasks)) {
    const places = count(at_server, "connection");
    return `the server let no more than ${places} wait at once, so the others waited for a place`;
  }
  if (max_in_flight < tasks) return `no more than ${max_in_flight} tasks were under way at a time`;
  if (workload.compute_s === 0) return "all tasks waited at the same time";
  if (max_computing <= 1)
    return "all tasks waited at the same time, but no two computed at once, so computing adds up";
  if (max_computing < tasks)
    return `all tasks waited at the same time, and up to ${max_computing} computed at once`;
  return "all tasks waited and computed at the same time, so all take as long as one";
}

// What models of such facts take for granted.
const IDEAS = [
  [{ under_way: "one", computing: "one" }, "nothing overlaps"],
  [{ under_way: "all", computing: "one" }, "all waiting overlaps and no two compute at once"],
  [{ under_way: "all", computing: "all" }, "everything overlaps"],
  [
    { under_way: "all", computing: "T" },
    "all waiting overlaps and the threads share the computing",
  ],
  [
    { under_way: "T", computing: "T" },
    "each thread serves one task at a time, waits included",
  ],
];

// The idea that leads to such a guess, if one of them does.
function idea_behind(guess, workload) {
  if (workload.uneven !== 1) return ""; // no formula holds
  const found = IDEAS.find(([facts]) => is_close(guess, predicted_end(facts, workload)));
  if (!found) return "";
  const [facts, idea] = found;
  return `${formula_of(facts, workload)} = ${planned(predicted_end(facts, workload))}: ${idea}`;
}

// A sentence or two on what explains the gap between guess and measurement.
export function explain(guess, run, workload, server = null) {
  if (run.status !== "ok")
    return `Nothing was measured: ${run.status}${run.message && `: ${run.message}`}.`;
  const happened = what_happened(run, workload, server),
    gap = guess - run.makespan_s;
  const late = is_close(run.makespan_s, run.predicted_s)
    ? ""
    : ` ${overhead(run.overhead_s)} of it is overhead, which no formula holds.`;
  if (is_close(guess, run.makespan_s)) return `Right: ${happened}.${late}`;
  const direction = `${measured(Math.abs(gap))} too ${gap > 0 ? "long" : "short"}`;
  const idea = idea_behind(guess, workload);
  const why = idea ? `Your guess is that of ${idea}. But here ${happened}.` : `Here ${happened}.`;
  return `${direction}. ${why}${late}`;
}

export class Guess {
  constructor(data, host, box) {
    this.data = data;
    this.host = host;
    this.box = box;
    box.addEventListener("change", () => this.toggle());
    this.asked = data.workloads[data.first];
    this.toggle();
    addEventListener("hashchange", () => this.start());
    this.start();
  }

  // A link to #guess starts with guessing.
  start() {
    if (location.hash !== "#guess") return;
    this.box.checked = true;
    this.toggle();
    this.box.closest("section").scrollIntoView();
    this.host.querySelector("input").focus({ preventScroll: true });
  }

  toggle() {
    document.body.classList.toggle("guessing", this.box.checked);
    this.host.replaceChildren(...(this.box.checked ? this.form() : []));
  }

  form() {
    const { workloads, models } = this.data;
    const chooser =
      workloads.length < 2
        ? []
        : [
            choice(
              "Workload",
              workloads.map((w, i) => [String(i), w.label]),
              String(workloads.indexOf(this.asked)),
              (i) => {
                this.asked = workloads[i];
                this.toggle();
              },
            ),
          ];
    this.inputs = this.asked.groups.map(() =>
      element("input", {
        type: "number",
        min: 0,
        step: "any",
        inputmode: "decimal",
        autocomplete: "off",
      }),
    );
    this.error = element("p", { class: "error", role: "alert", id: "guess-error" });
    const lines = this.asked.groups.map((group, i) => {
      const model = models.find(({ name }) => name === group.model);
      return element(
        "div",
        { class: "guess" },
        element("label", {}, model.title, " ", this.inputs[i], " seconds"),
      );
    });
    const form = element(
      "form",
      { novalidate: true, onsubmit: (event) => this.submit(event) },
      element("p", {}, `The workload: ${this.asked.label}.`),
      ...lines,
      this.error,
      element("button", { type: "submit" }, "Show what was measured"),
    );
    return [...chooser, form];
  }

  submit(event) {
    event.preventDefault();
    const missing = this.inputs.filter((input) => {
      const wrong = input.value === "" || !(Number(input.value) >= 0);
      input.setAttribute("aria-invalid", String(wrong));
      if (wrong) input.setAttribute("aria-describedby", "guess-error");
      return wrong;
    });
    this.error.textContent = missing.length
      ? "Each model needs a guess: a number of seconds, 0 or more."
      : "";
    if (missing.length) missing[0].focus();
    else this.reveal(this.inputs.map((input) => Number(input.value)));
  }

  reveal(guesses) {
    document.body.classList.remove("guessing");
    const rows = this.asked.groups.map((group, i) => {
      const run = group.runs.find(({ shown }) => shown);
      const model = this.data.models.find(({ name }) => name === group.model);
      return [
        model.title,
        planned(guesses[i]),
        planned(run.predicted_s),
        run.status === "ok" ? measured(run.makespan_s) : run.status,
        explain(guesses[i], run, this.asked.workload, this.asked.server),
      ];
    });
    const head = ["model", "your guess", "predicted", "measured", "what explains the gap"];
    const again = element(
      "button",
      { type: "button", onclick: () => this.toggle() },
      "Guess again",
    );
    const verdict = table("Guess, prediction and measurement", head, rows);
    this.host.replaceChildren(
      element("p", { role: "status" }, "Here is what was measured."),
      verdict,
      again,
    );
    verdict.focus();
  }
}
