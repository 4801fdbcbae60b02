// Shows the code beside the time: the lines of a model between the two records that bound a stage,
// or what two models differ in.

import { diff } from "./diff.mjs";
import { STAGES, choice, element } from "./words.mjs";

const SIGNS = { "-": "only-first", "+": "only-second", " ": null };

function line(text, name) {
  const comment = text.trimStart().startsWith("//") ? "comment" : null;
  return element("span", { class: ["line", comment, name].filter(Boolean).join(" ") }, text + "\n");
}

function listing(path, lines) {
  return [
    element("h3", {}, path),
    element("pre", { tabindex: 0, "aria-label": path }, element("code", {}, ...lines)),
  ];
}

export class Code {
  // `beside` holds the picture and this panel, `host`.
  constructor({ models, sources }, host, beside) {
    Object.assign(this, { models, sources, host, beside });
    this.model = null;
  }

  title_of(name) {
    return this.models.find((model) => model.name === name).title;
  }

  // The code of a model; with a kind of stage, its lines are marked.
  show(name, kind) {
    if (!this.sources.models[name]) return this.hide();
    if (name !== this.model) this.other = null;
    this.model = name;
    this.kind = kind;
    this.host.hidden = false;
    this.beside.classList.add("with-code");
    this.draw();
  }

  hide() {
    this.model = null;
    this.host.hidden = true;
    this.beside.classList.remove("with-code");
  }

  draw() {
    const stage = Object.values(STAGES)[this.kind];
    const about = this.other
      ? `− ${this.title_of(this.model)}, + ${this.title_of(this.other)}`
      : stage
        ? `Marked: ${stage}, from the record that begins it to the one that ends it.`
        : "No single task is chosen here, so no line is marked.";
    this.host.replaceChildren(
      this.head(),
      element("p", { class: "about" }, about),
      ...(this.other ? this.difference() : this.files()),
    );
    const marked = this.host.querySelector(".marked");
    if (marked) this.host.scrollTop = marked.offsetTop - this.host.clientHeight / 3;
  }

  head() {
    const others = Object.keys(this.sources.models).filter((name) => name !== this.model);
    const options = [["", "none"], ...others.map((name) => [name, this.title_of(name)])];
    const compare = choice("Compare with", options, this.other ?? "", (name) => {
      this.other = name || null;
      this.draw();
      this.host.querySelector("select").focus();
    });
    const close = element("button", { type: "button", onclick: () => this.hide() }, "Close code");
    const title = element("h2", {}, this.title_of(this.model));
    return element("div", { class: "controls" }, title, compare, close);
  }

  files() {
    const { files, marks } = this.sources.models[this.model];
    const ranges = marks[Object.keys(STAGES)[this.kind]] ?? [];
    return files.flatMap((path) => {
      const here = ranges.filter(([in_path]) => in_path === path);
      const is_marked = (number) => here.some(([, from, to]) => number >= from && number <= to);
      const lines = this.lines_of(path).map((text, i) => line(text, is_marked(i + 1) && "marked"));
      return listing(path, lines);
    });
  }

  lines_of(path) {
    return this.sources.files[path].trimEnd().split("\n");
  }

  difference() {
    const paths = [this.model, this.other].map((name) => this.sources.models[name].files[0]);
    const texts = paths.map((path) => this.lines_of(path).join("\n"));
    const lines = diff(...texts).map(([sign, text]) => line(`${sign} ${text}`, SIGNS[sign]));
    const forms = [this.model, this.other].map((name) => this.sources.models[name].files[1]);
    const same = forms[0] === forms[1];
    const task = same
      ? `Both run the task of ${forms[0]}.`
      : `The task is ${forms[0]} here, ${forms[1]} there.`;
    return [...listing(paths.join(" → "), lines), element("p", {}, task)];
  }
}
