// Draws time lines one below the other on one axis: rows of stretches, or counts where rows are too
// many. Knows how to zoom and what lies where; nothing of what the reader does.

import { fill_of, legend } from "./legend.mjs";
import { drawn, element, grouped } from "./words.mjs";

const COMPUTES = 3;
const LETTER = 8; // a letter's width in pixels, at most
const STACKING = [3, 2, 1, 0]; // what runs lies at the bottom
// Room beside the rows, under them, and for areas; in pixels.
const [LEFT, RIGHT, AXIS, AREA] = [80, 10, 22, 150];
const TICK = 90; // pixels between two ticks, at least

function row_height(rows) {
  return rows <= 12 ? 22 : rows <= 40 ? 16 : 3;
}

// Round numbers that split `from` to `to` into parts of at least `least`.
function ticks(from, to, least) {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= least * 0.999);
  const found = [];
  for (let i = Math.max(0, Math.ceil(from / step - 1e-9)); i * step <= to * (1 + 1e-12); ++i)
    found.push(i * step);
  return [found, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))];
}

export class Picture {
  // `name` tells its ids from those of others on the page.
  constructor(host, name) {
    this.name = name;
    this.panels = [];
    this.now = null; // up to when stretches are drawn, in seconds; null draws them all
    this.chosen = null;
    this.surface = element("div", { class: "surface" });
    this.tip = element("div", { class: "tip", "aria-hidden": "true", hidden: true });
    this.frame = element("div", { class: "picture" }, this.surface, this.tip);
    host.append(legend(), this.frame);
    const fit = () => {
      if (this.frame.clientWidth !== this.width) this.redraw();
    };
    // In the next frame: drawing changes the height, and a size must not change while it is told.
    new ResizeObserver(() => requestAnimationFrame(fit)).observe(this.frame);
  }

  // Each panel has title, note, wrong (whether it failed), predicted_s, end_s, view, and
  // inside(stretch): words to write into a stretch, or nothing.
  show(panels) {
    this.panels = panels;
    this.chosen = null;
    this.end = Math.max(1e-6, ...panels.map((p) => Math.max(p.end_s, p.predicted_s ?? 0))) * 1.02;
    this.surface.replaceChildren(
      ...panels.map((panel, i) => {
        panel.svg = drawn("svg", { "aria-hidden": "true", "data-panel": i });
        const note = element("span", { class: panel.wrong ? "error" : null }, panel.note);
        const heading = element(
          "p",
          { class: "heading" },
          element("strong", {}, panel.title),
          " ",
          note,
        );
        // Next to a far longer one its stretches could be too short to see.
        if (panel.end_s > 0 && panel.end_s < this.end / 4) heading.append(" ", this.closer(panel));
        return element("div", {}, heading, panel.svg);
      }),
    );
    this.look(0, this.end);
  }

  closer(panel) {
    return element(
      "button",
      {
        type: "button",
        class: "closer",
        "aria-label": `Zoom to this run: ${panel.title}`,
        onclick: () => this.look(0, panel.end_s * 1.02),
      },
      "zoom to this run",
    );
  }

  // Shows the time from `from` to `to`, kept within what there is.
  look(from, to) {
    const span = Math.min(this.end, Math.max(to - from, this.end * 1e-6));
    this.from = Math.min(Math.max(0, from), this.end - span);
    this.to = this.from + span;
    this.redraw();
  }

  zoom(factor, at = (this.from + this.to) / 2) {
    this.look(at - (at - this.from) / factor, at + (this.to - at) / factor);
  }

  pan(share) {
    const by = share * (this.to - this.from);
    this.look(this.from + by, this.to + by);
  }

  redraw() {
    this.width = this.frame.clientWidth;
    if (this.width < LEFT + RIGHT + 20) return; // hidden, or too narrow for anything
    this.panels.forEach((panel, i) => this.draw(panel, i));
  }

  get wide() {
    return this.width - LEFT - RIGHT;
  }
  x(seconds) {
    return LEFT + ((seconds - this.from) / (this.to - this.from)) * this.wide;
  }
  seconds(x) {
    return this.from + ((x - LEFT) / this.wide) * (this.to - this.from);
  }

  draw(panel, index) {
    const rows = panel.view.rows;
    const body = rows ? Math.max(1, rows.length) * row_height(rows.length) : AREA;
    const { svg } = panel;
    svg.setAttribute("viewBox", `0 0 ${this.width} ${body + AXIS}`);
    svg.setAttribute("height", body + AXIS);
    const until = this.now === null ? this.to : Math.min(this.to, this.now);
    const clip = drawn("clipPath", { id: `${this.name}-clip-${index}` });
    clip.append(
      drawn("rect", { x: LEFT, y: 0, width: Math.max(0, this.x(until) - LEFT), height: body }),
    );
    const plot = drawn("g", { "clip-path": `url(#${this.name}-clip-${index})` });
    svg.replaceChildren(clip, ...this.axis(body), plot);
    if (rows) this.rows(panel, plot, body);
    else this.areas(panel, plot, body);
    this.marks(panel, body);
    if (this.chosen?.panel === index) this.outline(panel, body);
  }

  axis(body) {
    const [at, digits] = ticks(this.from, this.to, ((this.to - this.from) * TICK) / this.wide);
    const parts = [drawn("path", { class: "base", d: `M${LEFT} ${body + 0.5}h${this.wide}` })];
    for (const seconds of at) {
      const x = this.x(seconds);
      parts.push(drawn("path", { class: "axis", d: `M${x} 0V${body}` }));
      const anchor = x > this.width - 30 ? "end" : "middle";
      parts.push(
        drawn(
          "text",
          { class: "quiet", x, y: body + 16, "text-anchor": anchor },
          `${grouped(seconds, digits)} s`,
        ),
      );
    }
    return parts;
  }

  rows(panel, plot, body) {
    const { rows, stretches } = panel.view,
      high = row_height(rows.length);
    const gap = high >= 8 ? 2 : 0;
    stretches.forEach(([row, , kind, begin, end], i) => {
      if (end / 1e9 < this.from || begin / 1e9 > this.to) return;
      const x = Math.max(LEFT - 2, this.x(begin / 1e9));
      const wide = Math.max(0.8, Math.min(this.x(end / 1e9), this.width) - x);
      const y = row * high + gap / 2;
      plot.append(
        drawn("rect", {
          x,
          y,
          width: wide,
          height: high - gap,
          fill: fill_of(kind),
          "data-stretch": i,
        }),
      );
      if (high >= 16) this.inside(panel, stretches[i], plot, x, wide, y + high / 2 + 4);
    });
    const every = Math.ceil(16 / high);
    rows.forEach((label, i) => {
      if (i % every) return;
      const short = label.replace(/ \(\d+\)$/, "");
      const text = { x: LEFT - 6, y: i * high + Math.min(high, 22) / 2 + 5, "text-anchor": "end" };
      if (high < 8) text.y = i * high + 10;
      if (text.y < body + 4) panel.svg.append(drawn("text", text, short));
    });
  }

  inside(panel, stretch, plot, x, wide, y) {
    const words = panel.inside(stretch).find((text) => text.length * LETTER + 12 < wide);
    if (!words) return;
    const middle = x + wide / 2,
      paper = words.length * LETTER + 4;
    if (stretch[2] !== COMPUTES) {
      plot.append(
        drawn("rect", {
          class: "paper",
          x: middle - paper / 2,
          y: y - 12,
          width: paper,
          height: 15,
        }),
      );
    }
    const name = stretch[2] === COMPUTES ? "inside on-compute" : "inside";
    plot.append(drawn("text", { class: name, x: middle, y }, words));
  }

  areas(panel, plot, body) {
    const { counts } = panel.view,
      bins = counts[0].length,
      wide = panel.end_s / bins;
    const levels = counts[0].map((_, i) => counts.reduce((sum, column) => sum + column[i], 0));
    const top = Math.max(1, Math.round(Math.max(...levels)));
    let below = new Array(bins).fill(0);
    for (const kind of STACKING) {
      const above = below.map((low, i) => low + counts[kind][i]);
      const edge = (level, i) =>
        [this.x(i * wide), this.x((i + 1) * wide)].map(
          (x) => `${x.toFixed(1)} ${(body * (1 - Math.min(1, level[i] / top))).toFixed(1)}`,
        );
      const up = above.flatMap((_, i) => edge(above, i));
      const down = below.flatMap((_, i) => edge(below, i)).reverse();
      plot.append(
        drawn("path", {
          d: `M${up.join("L")}L${down.join("L")}z`,
          fill: fill_of(kind),
        }),
      );
      below = above;
    }
    for (const share of top > 1 ? [0, 0.5, 1] : [0, 1]) {
      panel.svg.append(
        drawn(
          "text",
          {
            x: LEFT - 6,
            y: body * (1 - share) + (share === 1 ? 11 : share ? 5 : 0),
            "text-anchor": "end",
          },
          grouped(Math.round(top * share), 0),
        ),
      );
    }
  }

  marks(panel, body) {
    const line = (seconds, name) => {
      if (seconds === null || seconds < this.from || seconds > this.to) return;
      panel.svg.append(drawn("path", { class: name, d: `M${this.x(seconds)} 0V${body}` }));
    };
    line(panel.predicted_s, "predicted");
    line(this.now, "now");
    if (panel.view.stretches?.length === 0) {
      panel.svg.append(
        drawn(
          "text",
          { class: "wrong", x: LEFT + 8, y: body / 2 + 5 },
          panel.view.rows.length ? "nothing on record" : "no thread took a step",
        ),
      );
    }
  }

  outline(panel, body) {
    const { begin, end, row } = this.box(this.chosen);
    const high = row === null ? body : row_height(panel.view.rows.length);
    const x = Math.max(LEFT, this.x(begin)),
      to = Math.min(this.x(end), this.width - RIGHT);
    if (to >= x) {
      panel.svg.append(
        drawn("rect", {
          class: "chosen",
          x: x - 1,
          y: (row ?? 0) * high,
          width: to - x + 2,
          height: high,
        }),
      );
    }
  }

  // What one can point at: stretches, or the bins of counts.
  items(panel) {
    return panel.view.rows ? panel.view.stretches.length : panel.view.counts[0].length;
  }

  box({ panel, item }) {
    const { view, end_s } = this.panels[panel];
    if (view.rows) {
      const [row, , , begin, end] = view.stretches[item];
      return { begin: begin / 1e9, end: end / 1e9, row };
    }
    const wide = end_s / view.counts[0].length;
    return { begin: item * wide, end: (item + 1) * wide, row: null };
  }

  // The item under a point of the window, null if there is none; a few pixels off still count.
  at(client_x, client_y) {
    const index = this.panels.findIndex(({ svg }) => {
      const { top, bottom } = svg.getBoundingClientRect();
      return client_y >= top && client_y < bottom;
    });
    if (index < 0) return null;
    const panel = this.panels[index],
      box = panel.svg.getBoundingClientRect();
    const seconds = this.seconds(client_x - box.left);
    if (this.now !== null && seconds > this.now) return null;
    const item = panel.view.rows
      ? this.stretch_at(panel, seconds, client_y - box.top)
      : Math.floor((seconds / panel.end_s) * panel.view.counts[0].length);
    return item >= 0 && item < this.items(panel) ? { panel: index, item } : null;
  }

  stretch_at(panel, seconds, y) {
    const row = Math.floor(y / row_height(panel.view.rows.length));
    const reach = (3 * (this.to - this.from)) / this.wide;
    let best = -1,
      least = reach;
    panel.view.stretches.forEach(([in_row, , , begin, end], i) => {
      if (in_row !== row) return;
      const off = Math.max(begin / 1e9 - seconds, seconds - end / 1e9, 0);
      if (off < least) [best, least] = [i, off];
    });
    return best;
  }

  choose(chosen) {
    this.chosen = chosen;
    if (chosen) {
      const { begin, end } = this.box(chosen),
        span = this.to - this.from;
      if (end < this.from || begin > this.to) this.look(begin - span / 4, begin + (span * 3) / 4);
    }
    this.redraw();
  }
}
