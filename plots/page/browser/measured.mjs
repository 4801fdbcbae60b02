// Puts the measured runs on the lanes: which workload, which repetition, which view, and what is
// shown beside them.

import { Replay } from "./replay.mjs";
import { TimeLine } from "./timeline.mjs";
import { by_rank } from "./views.mjs";
import { choice, count, element, overhead, planned, three_digits } from "./words.mjs";

const SWITCHES = [
  ["ghost", "Prediction"],
  ["server", "Server's rows"],
  ["cpu", "CPU"],
];

export class MeasuredRuns {
  // `parts`: the elements for finding, status, controls and host.
  constructor(data, parts) {
    this.data = data;
    this.parts = parts;
    this.repetition = 0; // the medians; or the number of a repetition
    this.overlay = null; // ghosts by model, of another file
    this.timeline = new TimeLine(parts.host, "measured", "Measured time lines");
    const { picture, below } = this.timeline;
    this.replay = new Replay(picture, parts.controls, below);
    this.views = this.buttons("Rows are", ["tasks", "threads"], (by) => this.view(by));
    parts.controls.append(this.views);
    this.runs = element("span", {});
    parts.controls.append(this.runs);
    if (data.workloads.length > 1) {
      const options = data.workloads.map((w, i) => [String(i), w.label]);
      this.chooser = choice("Workload", options, String(data.first), (i) => this.choose(Number(i)));
      parts.controls.append(this.chooser);
    }
    below.prepend(this.switches());
    picture.on_look = () => this.changed();
    this.choose(data.first);
  }

  buttons(words, names, act) {
    return element(
      "fieldset",
      {},
      element("legend", {}, words),
      ...names.map((name) =>
        element("button", { type: "button", "data-name": name, onclick: () => act(name) }, name),
      ),
    );
  }

  switches() {
    const { shows } = this.timeline.picture;
    this.boxes = SWITCHES.map(([what, words]) =>
      element(
        "label",
        { class: "switch" },
        element("input", {
          type: "checkbox",
          name: what,
          checked: shows[what],
          onchange: (event) => this.switch(what, event.target.checked),
        }),
        ` ${words}`,
      ),
    );
    return element("fieldset", {}, element("legend", {}, "Show"), ...this.boxes);
  }

  switch(what, on) {
    const { picture } = this.timeline;
    picture.shows[what] = on;
    for (const box of this.boxes)
      if (box.firstElementChild.name === what) box.firstElementChild.checked = on;
    picture.redraw();
    this.timeline.explain();
    this.changed();
  }

  view(by, moving = true) {
    this.timeline.picture.view(by, moving);
    this.press();
    this.timeline.explain();
    this.changed();
  }

  press() {
    for (const button of this.views.querySelectorAll("button"))
      button.setAttribute(
        "aria-pressed",
        String(button.dataset.name === this.timeline.picture.by),
      );
  }

  title_of(group) {
    return this.model_of(group).title;
  }

  model_of(group) {
    return this.data.models.find(({ name }) => name === group.model);
  }

  choose(index, repetition = 0) {
    this.index = index;
    this.workload = this.data.workloads[index];
    if (this.chooser) this.chooser.lastElementChild.value = String(index);
    this.repetition = repetition;
    this.scrubber();
    const { finding, status } = this.workload;
    this.parts.finding.textContent = `${finding}.`;
    this.parts.status.replaceChildren(
      ...status.map(({ words, alarm }) => element("li", { class: alarm ? "error" : null }, words)),
    );
    this.show();
    this.press();
  }

  // One slider for the repetitions of all models.
  scrubber() {
    const { groups } = this.workload;
    const most = Math.max(...groups.flatMap(({ runs }) => runs.map((run) => run.repetition)));
    const left_out = groups.reduce((sum, group) => sum + group.left_out, 0);
    this.runs.replaceChildren();
    if (most > 1) {
      this.which = element("span", {});
      this.slider = element("input", {
        type: "range",
        min: 0,
        max: most,
        value: this.repetition,
        oninput: () => this.repeat(Number(this.slider.value)),
      });
      this.runs.append(
        element("label", { class: "field" }, element("span", {}, "Runs: ", this.which), this.slider),
      );
    }
    if (left_out)
      this.runs.append(
        element(
          "p",
          { class: "note" },
          `${count(left_out, "run")} more: left out of this page, and in results.json.`,
        ),
      );
  }

  repeat(repetition) {
    this.repetition = repetition;
    this.show();
  }

  // The run of a group that is drawn: the median, unless another is asked for and there.
  run_of(group) {
    const asked = group.runs.find((run) => run.repetition === this.repetition);
    return asked ?? group.runs.find(({ shown }) => shown);
  }

  // What lies behind a lane: the prediction, or the run of another file.
  ghost_of(group) {
    const { stretches, marks } = this.overlay?.(group) ?? { stretches: group.predicted, marks: null };
    return { stretches: by_rank(stretches, this.run_of(group)), marks };
  }

  // Model and run of what is chosen on the time line.
  chosen({ lane }) {
    const group = this.workload.groups[lane];
    return { model: group.model, run: this.run_of(group) };
  }

  show() {
    const { groups } = this.workload;
    if (this.which) {
      const words = this.repetition ? `number ${this.repetition}` : "the median of each";
      this.which.textContent = words;
      this.slider.setAttribute("aria-valuetext", words);
    }
    this.timeline.show(
      groups.map((group) => ({
        title: this.title_of(group),
        holds: this.model_of(group).holds,
        run: this.run_of(group),
        ghost: this.ghost_of(group),
      })),
    );
    this.replay.reset();
    this.changed();
  }

  // What is drawn, as cells of a table.
  rows() {
    const head = ["model", "predicted", "measured", "overhead"];
    const cells = this.workload.groups.map((group) => {
      const run = this.run_of(group);
      const ok = run.status === "ok";
      return [
        this.title_of(group),
        planned(run.predicted_s),
        ok ? three_digits(run.makespan_s) : run.status,
        ok ? overhead(run.overhead_s) : "",
      ];
    });
    return [head, ...cells];
  }

  changed() {
    this.on_change?.();
  }
}
