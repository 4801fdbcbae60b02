// Brings the page to life: reads the data, and gives each part what it needs.

import { follow, link_to } from "./address.mjs";
import { Code } from "./code.mjs";
import { Guess } from "./guess.mjs";
import { MeasuredRuns } from "./measured.mjs";
import { Quiz } from "./quiz.mjs";
import { SecondRun } from "./second.mjs";
import { figure_buttons, link_button, rows_of_table } from "./share.mjs";
import { Slides } from "./slides.mjs";
import { WhatIf } from "./whatif.mjs";
import { CONNECTIONS, STAGES, element } from "./words.mjs";

const by_id = (id) => document.getElementById(id);

function main() {
  const data = JSON.parse(by_id("data").textContent);
  Object.assign(STAGES, data.stages);
  Object.assign(CONNECTIONS, data.connections);
  for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
  for (const part of document.querySelectorAll(".unscripted")) part.hidden = true;
  const measured = new MeasuredRuns(data, {
    finding: by_id("finding"),
    status: by_id("status"),
    controls: by_id("timeline-controls"),
    host: by_id("timeline-picture"),
  });
  const code = new Code(data, by_id("code"), by_id("beside"));
  measured.timeline.on_choice = (chosen) => {
    measured.changed();
    if (!chosen) return code.hide();
    const { model, run } = measured.chosen(chosen);
    code.show(model, run.stretches?.[chosen.item]?.[1]);
  };
  sharing(measured);
  new SecondRun(measured, by_id("second"));
  new WhatIf(data, by_id("whatif-form"), by_id("whatif-table"), by_id("whatif-picture"));
  new Quiz(data.models, by_id("quiz"));
  new Guess(data, by_id("guesses"), by_id("guessing"));
  follow(measured);
}

// Slides, the link, and buttons for each figure.
function sharing(measured) {
  const { below, picture } = measured.timeline;
  const slides = new Slides(measured, by_id("slides"));
  const present = element("button", { type: "button", onclick: () => slides.open() }, "Present (P)");
  const title = () => `${measured.workload.finding}.`;
  below.append(
    figure_buttons(() => ({ svg: picture.svg, title: title(), rows: measured.rows() })),
    link_button(() => link_to(measured)),
    element("fieldset", {}, element("legend", {}, "Projector"), present),
  );
  for (const figure of document.querySelectorAll("figure.chart")) {
    const svg = figure.querySelector("svg[role=img]"),
      table = figure.querySelector("table");
    if (!svg || svg.closest("noscript")) continue;
    const words = svg.querySelector("title")?.textContent ?? "";
    figure.append(figure_buttons(() => ({ svg, title: words, rows: rows_of_table(table) })));
  }
}

if (typeof document !== "undefined") main();
