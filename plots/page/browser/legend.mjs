// Says what the stages and marks look like: with the colours and patterns of the charts.

import { CONNECTIONS, STAGES, drawn, element } from "./words.mjs";

// How to fill what shows a stage, given by its number: the page holds a pattern for each.
export function fill_of(kind) {
  return `url(#stage-${Object.keys(STAGES)[kind]})`;
}

// What is drawn besides the stages: how to show it, and what it is called.
const MARKS = {
  predicted: ["path", { d: "M18 0v16", class: "predicted" }, "predicted end"],
  other: ["path", { d: "M18 0v16", class: "other" }, "its end"],
  ghost: ["rect", { width: "100%", height: "100%", class: "ghost" }, "behind: as predicted"],
  accepted: ["path", { d: "M18 1v14", class: "accepted" }, "server accepted"],
  echoed: ["path", { d: "M13 8l5 -5l5 5l-5 5z", class: "echoed" }, "server echoed"],
  queued: ["rect", { x: 1, y: 1, width: 34, height: 14, class: "connection queued" }],
  waiting: ["rect", { x: 1, y: 1, width: 34, height: 14, class: "connection waiting" }],
  open: ["rect", { x: 1, y: 1, width: 34, height: 14, class: "connection open" }],
  cpu: ["rect", { width: "100%", height: 7, y: 4, class: "cpu" }, "CPU: one core in full"],
};

// `marks` are pairs: a key of MARKS, and whether there are any; or the words for them.
export function legend(marks) {
  const list = element("ul", { class: "legend", role: "list" });
  const add = (shape, attributes, words) => {
    const swatch = drawn("svg", { "aria-hidden": "true", class: "swatch" });
    swatch.append(drawn(shape, attributes));
    list.append(element("li", {}, swatch, words));
  };
  Object.values(STAGES).forEach((words, kind) =>
    add("rect", { width: "100%", height: "100%", fill: fill_of(kind) }, words),
  );
  for (const [mark, there] of marks) {
    const [shape, attributes, words] = MARKS[mark];
    const said = words ?? `server: ${CONNECTIONS[mark]}`;
    if (there) add(shape, attributes, there === true ? said : there);
  }
  return list;
}
