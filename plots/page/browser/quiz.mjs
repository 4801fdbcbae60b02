// The quiz: workloads and models drawn from a seed; the reader says when the last task ends.

import { formula_of, predicted_end } from "./formula.mjs";
import { easy_workload, pick, random_from } from "./random.mjs";
import { count, element, planned } from "./words.mjs";

const SEEDS = 1e6;

// What one can answer: the ends of all models, so that each is somebody's.
export function answers(models, workload) {
  const ends = models.map(({ facts }) => predicted_end(facts, workload));
  return [...new Set(ends)].sort((a, b) => a - b);
}

export function describe(w) {
  return (
    `${count(w.tasks, "task")}, ${count(w.threads, "thread")}; connect ${planned(w.connect_s)}, ` +
    `response ${planned(w.response_s)}, compute ${planned(w.compute_s)}`
  );
}

export class Quiz {
  constructor(models, host) {
    this.models = models.filter(({ facts }) => facts);
    this.host = host;
    this.seed = element("input", {
      type: "number",
      min: 0,
      max: SEEDS,
      value: Math.floor(Math.random() * SEEDS),
    });
    const start = element("button", { type: "button", onclick: () => this.start() }, "Start the quiz");
    this.body = element("div", { class: "quiz" });
    const seed = element("label", { class: "field" }, element("span", {}, "Seed"), this.seed);
    host.append(element("div", { class: "controls" }, start, seed), this.body);
    start.disabled = this.models.length === 0;
  }

  // The same seed asks the same questions.
  start() {
    this.random = random_from(Number(this.seed.value));
    this.right = this.asked = 0;
    this.ask();
  }

  ask() {
    this.workload = easy_workload(this.random);
    this.model = pick(this.random, this.models);
    const buttons = answers(this.models, this.workload).map((end) =>
      element("button", { type: "button", onclick: () => this.answer(end) }, planned(end)),
    );
    this.said = element("p", { role: "status" });
    this.body.replaceChildren(
      element("p", {}, element("strong", {}, `${describe(this.workload)}.`)),
      element("p", {}, `${this.model.title}: when does the last task end?`),
      element("div", { class: "controls" }, ...buttons),
      this.said,
    );
    buttons[0].focus();
  }

  answer(end) {
    const { facts, shows } = this.model;
    const true_end = predicted_end(facts, this.workload);
    this.asked += 1;
    this.right += end === true_end;
    const verdict = end === true_end ? "Right" : `No, not ${planned(end)}`;
    this.said.textContent =
      `${verdict}: ${formula_of(facts, this.workload)} = ${planned(true_end)}. ${shows} ` +
      `Score: ${this.right} of ${this.asked}.`;
    for (const button of this.body.querySelectorAll("button")) button.disabled = true;
    const next = element("button", { type: "button", onclick: () => this.ask() }, "Next question");
    this.body.append(next);
    next.focus();
  }
}
