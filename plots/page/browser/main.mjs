// Brings the page to life: reads the data, and puts the measured runs on the interactive time line.

import { Guess } from "./guess.mjs";
import { Replay } from "./replay.mjs";
import { TimeLine, words_inside } from "./timeline.mjs";
import { WhatIf } from "./whatif.mjs";
import { STAGES, choice, count, element, measured, overhead, planned } from "./words.mjs";

const by_id = (id) => document.getElementById(id);

function note_of(run) {
  if (run.status !== "ok") return `${run.status}: ${run.message || "no reason on record"}`;
  return (
    `${measured(run.makespan_s)} (${overhead(run.overhead_s)}), predicted ` +
    `${planned(run.predicted_s)}. ${run.finding}.`
  );
}

class MeasuredRuns {
  constructor(data, controls, host) {
    this.data = data;
    this.workload = data.workloads[0];
    this.by = "tasks";
    if (data.workloads.length > 1) {
      const options = data.workloads.map((w, i) => [String(i), w.label]);
      controls.append(choice("Workload", options, "0", (i) => this.choose(data.workloads[i])));
    }
    controls.append(this.rows_by());
    this.runs = element("div", { class: "controls" });
    controls.after(this.runs);
    this.timeline = new TimeLine(host, controls, "measured", "Measured time lines");
    this.replay = new Replay(this.timeline.picture, controls);
    this.choose(this.workload);
  }

  rows_by() {
    const buttons = ["tasks", "threads"].map((by) =>
      element(
        "button",
        {
          type: "button",
          "aria-pressed": String(by === this.by),
          onclick: () => {
            this.by = by;
            buttons.forEach((button, i) =>
              button.setAttribute("aria-pressed", String(["tasks", "threads"][i] === by)),
            );
            this.show();
          },
        },
        by,
      ),
    );
    return element("fieldset", {}, element("legend", {}, "Rows are"), ...buttons);
  }

  title(group) {
    return this.data.models.find(({ name }) => name === group.model).title;
  }

  choose(workload) {
    this.workload = workload;
    this.chosen = workload.groups.map((group) => group.runs.find(({ shown }) => shown));
    this.runs.replaceChildren();
    workload.groups.forEach((group, i) => {
      if (group.runs.length < 2) return;
      const options = group.runs.map((run) => [String(run.repetition), this.words_of(run, group)]);
      const pick = (repetition) => {
        this.chosen[i] = group.runs.find((run) => String(run.repetition) === repetition);
        this.show();
      };
      this.runs.append(choice(this.title(group), options, String(this.chosen[i].repetition), pick));
    });
    const left_out = workload.groups.reduce((sum, group) => sum + group.left_out, 0);
    if (left_out) {
      this.runs.append(
        element(
          "p",
          { class: "note" },
          `${count(left_out, "run")} more: left out of this page, and in results.json.`,
        ),
      );
    }
    this.show();
  }

  words_of(run, group) {
    const ok = group.runs.filter(({ status }) => status === "ok").length;
    const which = run.shown && ok > 1 ? ", the median" : "";
    return (
      `run ${run.repetition + 1}: ` +
      (run.status === "ok" ? measured(run.makespan_s) : run.status) +
      which
    );
  }

  show() {
    const { workload, by } = this;
    this.timeline.show(
      workload.groups.map((group, i) => {
        const run = this.chosen[i];
        return {
          title: this.title(group),
          note: note_of(run),
          wrong: run.status !== "ok",
          predicted_s: run.predicted_s,
          end_s: run.end_s,
          view: run[by],
          thread_ids: run.thread_ids,
          inside: (stretch) => words_inside(stretch, by),
        };
      }),
    );
    this.replay.reset();
  }
}

if (typeof document !== "undefined") {
  const data = JSON.parse(by_id("data").textContent);
  Object.assign(STAGES, data.stages);
  for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
  for (const part of document.querySelectorAll(".unscripted")) part.hidden = true;
  new MeasuredRuns(data, by_id("timeline-controls"), by_id("timeline-picture"));
  new WhatIf(data, by_id("whatif-form"), by_id("whatif-table"), by_id("whatif-picture"));
  new Guess(data, by_id("guesses"), by_id("guessing"));
}
