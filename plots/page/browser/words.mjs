// Words numbers as plots/read/words.py does, and makes elements.

export function grouped(value, digits) {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

// A duration to the millisecond, or finer below a second: "42.008 s", "420.30 ms".
export function measured(seconds) {
  return Math.abs(seconds) >= 0.9995
    ? `${grouped(seconds, 3)} s`
    : `${grouped(seconds * 1000, 2)} ms`;
}

// A duration at a glance: "42.0 s", "1.10 s", "703 ms".
export function three_digits(seconds) {
  if (seconds === null) return "none";
  const [value, unit] = Math.abs(seconds) >= 0.9995 ? [seconds, "s"] : [seconds * 1000, "ms"];
  const size = Math.abs(value);
  return `${grouped(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)} ${unit}`;
}

// A duration somebody chose or computed, with no more digits than it has: "42 s", "420 ms".
export function planned(seconds) {
  if (seconds === null) return "none";
  const plain = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 3 });
  if (seconds >= 1e6) return `${grouped(seconds, 0)} s`;
  return seconds >= 1 || seconds === 0 ? `${plain(seconds)} s` : `${plain(seconds * 1000)} ms`;
}

// What a run took beyond its prediction: "+8.4 ms", "-1.25 s".
export function overhead(seconds) {
  const sign = seconds < 0 ? "-" : "+";
  const size = Math.abs(seconds);
  return size >= 0.9995 ? `${sign}${grouped(size, 2)} s` : `${sign}${grouped(size * 1000, 1)} ms`;
}

export function count(value, noun) {
  const digits = value.toLocaleString("en-US", { maximumFractionDigits: 1 });
  return `${digits} ${noun}${value === 1 ? "" : "s"}`;
}

// What the stages are called, in their order: main.mjs fills this in from the page's data.
export const STAGES = {};

// What a connection does at the server, likewise.
export const CONNECTIONS = {};

// An element with attributes and children; texts are only ever put in as texts.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export function drawn(name, attributes = {}, words = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = words;
  return made;
}

// A control under its label; `options` are pairs of value and words.
export function choice(label, options, chosen, onchange) {
  const select = element("select", { onchange: () => onchange(select.value) });
  for (const [value, words] of options)
    select.append(element("option", { value, selected: value === chosen }, words));
  return element("label", { class: "field" }, element("span", {}, label), select);
}

// A table that scrolls by itself; the first cell of a row names it.
export function table(caption, head, rows) {
  const sides = head.map((_, i) => (rows.some((row) => row[i].length > 40) ? "text" : null));
  const line = (cells, name, scope) =>
    element(
      "tr",
      {},
      ...cells.map((cell, i) =>
        i === 0 || name === "th"
          ? element("th", { scope, class: sides[i] }, cell)
          : element("td", { class: sides[i] }, cell),
      ),
    );
  return element(
    "div",
    { class: "scroll", role: "group", tabindex: 0, "aria-label": `Table: ${caption}` },
    element(
      "table",
      {},
      element("caption", {}, caption),
      element("thead", {}, line(head, "th", "col")),
      element("tbody", {}, ...rows.map((row) => line(row, "td", "row"))),
    ),
  );
}
