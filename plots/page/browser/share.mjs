// Hands out what is on the page: a link, or a figure as PNG, SVG or Markdown. It goes to the
// clipboard, or to a file where there is none.

import { drawn, element } from "./words.mjs";

const INLINED = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "fill-opacity",
  "opacity",
  "font-size",
  "font-weight",
  "font-family",
  "text-anchor",
  "paint-order",
];
const BOLD = 0.68; // of the size of its font, the width of a bold letter, at most on average
const SHARPER = 2; // pixels of a PNG for each of the page

// Copies; where that is refused, saves under `name`. Says which.
async function give(name, type, content) {
  try {
    if (type === "image/png") await navigator.clipboard.write([new ClipboardItem({ [type]: content })]);
    else await navigator.clipboard.writeText(content);
    return "Copied.";
  } catch {
    const url = URL.createObjectURL(new Blob([content], { type }));
    element("a", { href: url, download: name }).click();
    URL.revokeObjectURL(url);
    return `Saved as ${name}.`;
  }
}

function with_styles(from, to) {
  if (from.localName === "use") return to.replaceWith(mark_of(from));
  const style = getComputedStyle(from);
  for (const name of INLINED) to.style.setProperty(name, style.getPropertyValue(name));
  to.removeAttribute("class");
  [...from.children].forEach((child, i) => with_styles(child, to.children[i]));
}

// A mark in its place: its shape alone does not know its colour.
function mark_of(use) {
  const shape = document.querySelector(use.getAttribute("href")),
    mark = shape.cloneNode(true);
  with_styles(shape, mark);
  const { fill, stroke } = getComputedStyle(use);
  Object.assign(mark.style, { fill, stroke });
  mark.removeAttribute("id");
  mark.setAttribute("transform", `translate(${use.getAttribute("x")} ${use.getAttribute("y")})`);
  return mark;
}

// The figure as a drawing that needs no page around it: with its colours, its patterns and a title.
export function standalone(svg, title) {
  const { width, height } = svg.getBoundingClientRect();
  const box = svg.viewBox.baseVal,
    head = (40 * box.width) / width;
  const copy = svg.cloneNode(true),
    defs = document.getElementById("patterns"),
    patterns = defs.cloneNode(true);
  with_styles(svg, copy);
  with_styles(defs, patterns);
  patterns.removeAttribute("id");
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  const top = box.y - head;
  const paper = { x: 0, y: top, width: box.width, height: box.height + head };
  const size = Math.min(head / 2, box.width / (BOLD * title.length)); // it has one line
  const words = { x: 0, y: top + head / 1.5, "font-size": size, "font-weight": 600, fill: color };
  copy.prepend(patterns, drawn("rect", { ...paper, fill: backgroundColor }));
  copy.append(drawn("text", { ...words, "font-family": fontFamily }, title));
  copy.setAttribute("viewBox", `0 ${top} ${box.width} ${box.height + head}`);
  copy.setAttribute("width", Math.round(width));
  copy.setAttribute("height", Math.round(height + 40));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

async function png_of(text) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = element("canvas", {});
  canvas.width = image.width * SHARPER;
  canvas.height = image.height * SHARPER;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

// Cells as Markdown takes them: a sign that means something there means itself.
export function markdown_of(title, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => cell.trim().replace(/[\\|`*_<>#$~]/g, "\\$&")).join(" | ")} |`;
  const [head, ...body] = rows;
  return [`**${title}**`, "", line(head), `|${head.map(() => "---").join("|")}|`, ...body.map(line)]
    .join("\n")
    .concat("\n");
}

export const rows_of_table = (table) =>
  [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent));

// Buttons for a figure. `figure` gives svg, title and rows when they are asked for.
export function figure_buttons(figure) {
  const said = element("span", { role: "status" });
  const kinds = {
    PNG: async ({ svg, title }) =>
      give("waitbench.png", "image/png", await png_of(standalone(svg, title))),
    SVG: ({ svg, title }) => give("waitbench.svg", "image/svg+xml", standalone(svg, title)),
    Markdown: ({ title, rows }) => give("waitbench.md", "text/markdown", markdown_of(title, rows)),
  };
  const buttons = Object.entries(kinds).map(([kind, act]) =>
    element(
      "button",
      {
        type: "button",
        "aria-label": `Copy as ${kind}`,
        onclick: async () => {
          said.textContent = "";
          said.textContent = await act(figure());
        },
      },
      kind,
    ),
  );
  return element("fieldset", { class: "share" }, element("legend", {}, "Copy figure"), ...buttons, said);
}

export function link_button(link) {
  const said = element("span", { role: "status" });
  const copy = async () => {
    said.textContent = await give("waitbench-link.txt", "text/plain", link());
  };
  const button = element("button", { type: "button", onclick: copy }, "Copy link");
  return element("fieldset", { class: "share" }, element("legend", {}, "Share"), button, said);
}
