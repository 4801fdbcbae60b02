// Says what the stages look like: with the colours and patterns of the charts.

import { STAGES, drawn, element } from "./words.mjs";

// How to fill what shows a stage, given by its number: the page holds a pattern for each.
export function fill_of(kind) {
  return `url(#stage-${Object.keys(STAGES)[kind]})`;
}

export function legend() {
  const list = element("ul", { class: "legend", role: "list" });
  for (const [i, words] of Object.values(STAGES).entries()) {
    const swatch = drawn("svg", { "aria-hidden": "true" });
    swatch.append(drawn("rect", { width: "100%", height: "100%", fill: fill_of(i) }));
    list.append(element("li", {}, swatch, words));
  }
  const swatch = drawn("svg", { "aria-hidden": "true" });
  swatch.append(drawn("path", { d: "M0 8h36", class: "predicted" }));
  list.append(element("li", {}, swatch, "predicted end"));
  return list;
}
