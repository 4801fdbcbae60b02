// Projector mode: one model per slide, in type that the last row can read. First the guess, with how
// many voted for what; then what was measured; then why.

import { formula_of, has_closed_form } from "./formula.mjs";
import { Lanes } from "./lanes.mjs";
import { element, overhead, planned, three_digits } from "./words.mjs";

const GUESS = 0,
  REVEAL = 1,
  WHY = 2,
  PER_MODEL = 3;
const LARGER = 1.8; // than on the page

// The predicted ends of all models: what one can vote for.
export function choices(groups) {
  const ends = groups.map(({ runs }) => runs[0].predicted_s).filter((end) => end !== null);
  return [...new Set(ends)].sort((a, b) => b - a);
}

export class Slides {
  // `measured` knows the workload and its runs; `dialog` is where the slides are shown.
  constructor(measured, dialog) {
    this.measured = measured;
    this.dialog = dialog;
    this.votes = new Map(); // by workload, model and choice
    this.at = 0;
    dialog.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, select, textarea");
      const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
      if (event.key.toLowerCase() === "p" && plain && !typing && !dialog.open) this.open();
    });
  }

  open() {
    this.at = 0;
    this.dialog.showModal();
    this.draw();
  }

  key(event) {
    const typing = event.target.matches("input");
    const by = {
      ArrowRight: typing ? 0 : 1,
      ArrowLeft: typing ? 0 : -1,
      PageDown: 1,
      PageUp: -1,
      Enter: typing ? 1 : 0,
    }[event.key];
    if (!by) return;
    event.preventDefault();
    this.go(by);
  }

  go(by) {
    const most = this.measured.workload.groups.length * PER_MODEL - 1;
    this.at = Math.min(most, Math.max(0, this.at + by));
    this.draw();
  }

  draw() {
    const { groups, label } = this.measured.workload;
    const group = groups[Math.floor(this.at / PER_MODEL)],
      step = this.at % PER_MODEL;
    const model = this.measured.model_of(group);
    const heading = element("h2", { tabindex: -1 }, model.title);
    const parts = [heading, element("p", {}, model.shows), element("p", { class: "label" }, label)];
    parts.push(this.ballot(group, step));
    this.dialog.replaceChildren(this.buttons(), ...parts);
    if (step >= REVEAL) this.reveal(group, model);
    if (step === WHY) this.dialog.append(this.why(group, model));
    heading.focus();
  }

  buttons() {
    const button = (words, act) => element("button", { type: "button", onclick: act }, words);
    const slide = `${Math.floor(this.at / PER_MODEL) + 1} of ${this.measured.workload.groups.length}`;
    return element(
      "div",
      { class: "controls" },
      button("Back", () => this.go(-1)),
      button("Next", () => this.go(1)),
      button("End", () => this.dialog.close()),
      element("span", { class: "label" }, `${slide}. Arrow keys: guess, reveal, why`),
    );
  }

  // Who voted for what; once revealed, which is right.
  ballot(group, step) {
    const { groups } = this.measured.workload;
    const right = group.runs[0].predicted_s;
    const rows = choices(groups).map((end) => {
      const key = `${this.measured.index} ${group.model} ${end}`;
      const votes = element("input", {
        type: "number",
        min: 0,
        value: this.votes.get(key) ?? "",
        "aria-label": `Votes for ${planned(end)}`,
        oninput: (event) => {
          this.votes.set(key, event.target.value);
          bar.value = Number(event.target.value);
        },
      });
      const bar = element("meter", { min: 0, max: 40, "aria-label": "votes" });
      bar.value = Number(votes.value);
      const is_right = step >= REVEAL && end === right;
      return element(
        "li",
        { class: is_right ? "right" : null },
        element("span", {}, planned(end) + (is_right ? " ✓" : "")),
        votes,
        bar,
      );
    });
    return element("ul", { class: "ballot", role: "list" }, ...rows);
  }

  reveal(group, model) {
    const run = this.measured.run_of(group);
    const said =
      run.status === "ok"
        ? `Measured: ${three_digits(run.makespan_s)}. Predicted: ${planned(run.predicted_s)}.`
        : `${run.status}: ${run.message}`;
    this.dialog.append(element("p", { class: "said", role: "status" }, said));
    const lanes = new Lanes(this.dialog, "slide");
    lanes.larger = LARGER;
    lanes.titles = false;
    const ghost = this.measured.ghost_of(group);
    lanes.show([{ title: model.title, holds: model.holds, run, ghost }]);
  }

  why(group, model) {
    const run = this.measured.run_of(group);
    const { workload, server } = this.measured.workload;
    const { facts } = model;
    const is_told = facts && !workload.arrivals && has_closed_form(facts, workload, server);
    const formula = is_told ? `${formula_of(facts, workload, server)}: ` : "";
    const late = run.status === "ok" ? ` Overhead: ${overhead(run.overhead_s)}.` : "";
    return element("p", { class: "said" }, `Why: ${formula}${run.finding}.${late}`);
  }
}
