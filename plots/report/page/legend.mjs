// What the stages look like, and the list that says so: colours and hatches as in the charts.

import { STAGES, drawn, element } from "./words.mjs";

const KINDS = ["connect", "response", "ready", "compute"];

// How to fill what shows a stage, given by its number; the legend of that name must be on the page.
export function fill_of(name, kind) {
  return `url(#${name}-${KINDS[kind]})`;
}

function pattern(id, kind) {
  const made = drawn("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" });
  made.append(drawn("rect", { width: 8, height: 8, style: `fill: var(--${kind})` }));
  const mark = `stroke: var(--${kind}-hatch); stroke-width: 1.3; fill: none`;
  if (kind === "connect")
    made.append(drawn("path", { d: "M2 1v2M6 5v2", style: mark + "; stroke-width: 2" }));
  if (kind === "response")
    made.append(drawn("path", { d: "M-2 2l4-4M0 8l8-8M6 10l4-4", style: mark }));
  if (kind === "ready") made.append(drawn("path", { d: "M0 0l8 8M0 8l8-8", style: mark }));
  return made;
}

export function legend(name) {
  const list = element("ul", { class: "legend", role: "list" });
  for (const [i, kind] of KINDS.entries()) {
    const swatch = drawn("svg", { "aria-hidden": "true" });
    swatch.append(
      pattern(`${name}-${kind}`, kind),
      drawn("rect", { width: "100%", height: "100%", fill: fill_of(name, i) }),
    );
    list.append(element("li", {}, swatch, STAGES[kind]));
  }
  const swatch = drawn("svg", { "aria-hidden": "true" });
  swatch.append(drawn("path", { d: "M0 8h36", class: "predicted" }));
  list.append(element("li", {}, swatch, "predicted end"));
  return list;
}
