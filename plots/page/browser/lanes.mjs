// Draws lanes one below the other on one axis, as one SVG. Knows how to zoom and what lies where;
// nothing of what the reader does.

import { Axis } from "./axis.mjs";
import { GUTTER, Lane } from "./lane.mjs";
import { COMPUTES, OPEN, QUEUED, RESPONDS, WAITING } from "./views.mjs";
import { drawn, element, grouped } from "./words.mjs";

const NARROW = 640; // below that the titles stand above the lanes
const RIGHT = 14,
  FOOT = 24,
  HEAD = 22; // of a title above its lane
const FIT = 400, // pixels that all lanes together should not exceed, if that is possible
  ELSEWHERE = 320; // pixels of a screen that other things need
const MANY_ROWS = 40; // of one lane: then rows may be thin
// Pixels of a lane: for its title, and in height at least. Of many models each has less.
const ROOMY = { label: 224, body: 32, strip: 7, between: 11, row: 10 },
  DENSE = { label: 276, body: 16, strip: 3, between: 4, row: 2 };
const TICK = 90; // pixels between two ticks, at least
const MOVES = 500; // ms that a change of the view takes; page.css has it, too

export class Lanes {
  // `name` tells its ids from those of others on the page.
  constructor(host, name) {
    this.name = name;
    this.axis = new Axis();
    this.lanes = [];
    this.by = "tasks";
    this.shows = { ghost: true, server: false, cpu: true };
    this.titles = true; // beside the lanes
    this.larger = 1; // than on the page
    this.now = null; // up to when stretches are drawn, in seconds; null draws them all
    this.chosen = null;
    this.svg = drawn("svg", { class: "lanes", "aria-hidden": "true" });
    this.surface = element("div", { class: "surface" }, this.svg);
    this.tip = element("div", { class: "tip", "aria-hidden": "true", hidden: true });
    this.frame = element("div", { class: "picture" }, this.surface, this.tip);
    host.append(this.frame);
    this.back = drawn("g", { class: "back" });
    this.front = drawn("g", { class: "front" });
    this.clip = drawn("rect", { y: 0 });
    const clip_path = drawn("clipPath", { id: `${name}-clip` });
    clip_path.append(this.clip);
    this.defs = drawn("defs");
    this.defs.append(clip_path);
    const fit = () => {
      if (this.frame.clientWidth !== this.fitted) this.redraw();
    };
    // In the next frame: drawing changes the height, and a size must not change while it is told.
    new ResizeObserver(() => requestAnimationFrame(fit)).observe(this.frame);
  }

  // See Lane for what each is made of.
  show(lanes) {
    this.lanes = lanes.map((lane, i) => new Lane(i, lane));
    for (const lane of this.lanes) lane.plot.setAttribute("clip-path", `url(#${this.name}-clip)`);
    this.chosen = this.pointed = null;
    const ends = lanes.flatMap(({ run, ghost }) => [run.end_s, run.predicted_s, ghost?.marks]);
    this.axis.end = Math.max(1e-6, ...ends.filter((end) => end)) * 1.02;
    this.svg.replaceChildren(this.defs, this.back, ...this.lanes.map((l) => l.group), this.front);
    this.look(0, this.axis.end);
  }

  look(from, to) {
    this.axis.look(from, to);
    this.redraw();
    this.on_look?.();
  }

  zoom(factor, at = (this.axis.from + this.axis.to) / 2) {
    const { from, to } = this.axis;
    this.look(at - (at - from) / factor, at + (to - at) / factor);
  }

  pan(share) {
    const { from, to } = this.axis,
      by = share * (to - from);
    this.look(from + by, to + by);
  }

  look_at_all() {
    this.look(0, this.axis.end);
  }

  // The same stretches in rows by task or by thread: they move there.
  view(by, moving) {
    this.by = by;
    this.svg.classList.toggle("moving", moving);
    clearTimeout(this.moved);
    this.moved = setTimeout(() => this.svg.classList.remove("moving"), MOVES);
    this.redraw();
  }

  // How many times larger than usual all is drawn: as the page's type is.
  get scale() {
    return (this.larger * parseFloat(getComputedStyle(document.documentElement).fontSize)) / 16;
  }

  // Where a point of the window lies in the drawing.
  point(client_x, client_y = 0) {
    const { left, top } = this.svg.getBoundingClientRect();
    return [(client_x - left) / this.scale, (client_y - top) / this.scale];
  }

  redraw() {
    this.fitted = this.frame.clientWidth;
    this.width = this.fitted / this.scale;
    if (this.width < 200) return; // hidden, or too narrow for anything
    this.narrow = this.width < NARROW ? this.width : 0;
    this.fit = Math.max(FIT, innerHeight / this.scale - ELSEWHERE);
    if (this.shows.server && this.lanes.some(({ run }) => run.server)) this.fit *= 2;
    const wish = (lane) => {
      const rows = lane.rows(this.shows);
      return lane.run.counts || rows > MANY_ROWS ? 0 : rows * ROOMY.row;
    };
    const needs = this.lanes.map((lane) => Math.max(ROOMY.body, wish(lane)) + ROOMY.strip + ROOMY.between);
    this.dense = !this.narrow && needs.reduce((sum, high) => sum + high, 0) > this.fit;
    this.room = this.dense ? DENSE : ROOMY;
    this.axis.left = this.narrow || !this.titles ? GUTTER : this.room.label + GUTTER;
    this.axis.wide = this.width - this.axis.left - RIGHT;
    this.layout();
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.setAttribute("height", this.height * this.scale);
    this.clip_at();
    this.back.replaceChildren(...this.grid());
    this.lanes.forEach((lane, i) => lane.draw(this, this.places[i]));
    this.outline();
  }

  // How high a row is, and where each lane lies.
  layout() {
    const { lanes, room: of } = this;
    const drawn_rows = lanes.filter(({ run }) => !run.counts).map((lane) => lane.rows(this.shows));
    const room = this.fit - lanes.length * (of.strip + of.between);
    const many = Math.max(0, ...drawn_rows) > MANY_ROWS;
    const least = many ? 1 : of.row;
    const fitting = room / drawn_rows.reduce((sum, rows) => sum + rows, 0);
    this.row = Math.max(least, Math.min(20, many ? fitting : Math.floor(fitting)));
    const area = Math.max(of.body, Math.min(150, room / Math.max(1, lanes.length)));
    let top = 4;
    this.places = lanes.map((lane) => {
      if (this.narrow) top += HEAD;
      const high = lane.run.counts ? area : lane.rows(this.shows) * this.row;
      const body = Math.max(high, this.narrow ? 12 : of.body);
      const place = { top, body };
      top += body + of.strip + of.between;
      return place;
    });
    this.bottom = top - 4;
    this.height = this.bottom + FOOT;
  }

  clip_at() {
    const { axis, clip } = this;
    const until = this.now === null ? axis.to : Math.min(axis.to, this.now);
    clip.setAttribute("x", axis.left);
    clip.setAttribute("width", Math.max(0, axis.x(until) - axis.left));
    clip.setAttribute("height", this.height);
  }

  grid() {
    const { axis, bottom } = this;
    const [at, digits] = axis.ticks(TICK);
    const parts = [drawn("path", { class: "base", d: `M${axis.left} ${bottom + 0.5}h${axis.wide}` })];
    for (const seconds of at) {
      const x = axis.x(seconds);
      parts.push(drawn("path", { class: "axis", d: `M${x} 0V${bottom}` }));
      const anchor = x > this.width - 30 ? "end" : "middle";
      const place = { class: "quiet", x, y: bottom + 17, "text-anchor": anchor };
      parts.push(drawn("text", place, `${grouped(seconds, digits)} s`));
    }
    return parts;
  }

  // Goes to a moment without drawing all again.
  go_to(now) {
    this.now = now;
    this.clip_at();
    this.outline();
  }

  // What lies over the lanes: the moment of the replay, what is chosen, what a drag marks.
  outline() {
    const { axis, now, chosen, marked } = this;
    const parts = [];
    const box = (name, from, to, y, height) => {
      const x = Math.max(axis.left, axis.x(from)),
        right = Math.min(axis.x(to), axis.left + axis.wide);
      if (right >= x)
        parts.push(drawn("rect", { class: name, x: x - 1, y, width: right - x + 2, height }));
    };
    if (now !== null && now >= axis.from && now <= axis.to)
      parts.push(drawn("path", { class: "now", d: `M${axis.x(now)} 0V${this.bottom}` }));
    if (marked) box("marked", ...marked, 0, this.bottom);
    const about = this.pointed ?? chosen;
    if (about) parts.push(...this.links(about, box));
    if (chosen) {
      const { begin, end, row } = this.box(chosen);
      const { top, body } = this.places[chosen.lane];
      if (row === null) box("chosen", begin, end, top, body);
      else if (row >= 0) box("chosen", begin, end, top + row * this.row, this.row);
    }
    this.front.replaceChildren(...parts);
  }

  // A task's row and its connection's, and strokes from one to the other: the request goes down, the
  // reply comes back up.
  links({ lane: index, item }, outline) {
    const lane = this.lanes[index],
      { stretches, server } = lane.run;
    if (!this.shows.server || !server) return [];
    const { task } = this.box({ lane: index, item }),
      { top } = this.places[index],
      box = (i) => this.box({ lane: index, item: i });
    const all = [...Array(lane.items).keys()].map((i) => ({ i, ...box(i) }));
    const of_task = all.filter((b) => b.task === task);
    const seen = of_task.filter(({ row }) => row >= 0);
    for (const row of new Set(seen.map((b) => b.row))) {
      const here = seen.filter((b) => b.row === row);
      const from = Math.min(...here.map((b) => b.begin)),
        to = Math.max(...here.map((b) => b.end));
      outline("linked", from, to, top + row * this.row, this.row);
    }
    const client = (kind) => of_task.find(({ i }) => stretches[i]?.[1] === kind),
      kind_of = (i) => server.stretches[i - stretches.length]?.[1],
      connection = (...kinds) => seen.find(({ i }) => kinds.includes(kind_of(i)));
    const [written, read] = [client(RESPONDS), client(COMPUTES)];
    const [arrives, echoed] = [connection(QUEUED, WAITING), connection(OPEN)];
    const place = (seconds, row) => `${this.axis.x(seconds)} ${top + row * this.row}`;
    const stroke = (from, from_row, to, to_row) =>
      drawn("path", {
        class: "link",
        d: `M${place(from, from_row)}L${place(to, to_row)}`,
        "clip-path": `url(#${this.name}-clip)`,
      });
    const strokes = [];
    if (written?.row >= 0 && arrives)
      strokes.push(
        stroke(written.begin, written.row + 1, Math.max(written.begin, arrives.begin), arrives.row),
      );
    if (read?.row >= 0 && echoed)
      strokes.push(stroke(echoed.begin, echoed.row, read.begin, read.row + 1));
    return strokes;
  }

  point_at(pointed) {
    this.pointed = pointed;
    this.outline();
  }

  // What one can point at: stretches, or the bins of counts.
  items(lane) {
    const { run } = this.lanes[lane];
    return run.counts ? run.counts[this.by].counts[0].length : this.lanes[lane].items;
  }

  box({ lane, item }) {
    const { run } = this.lanes[lane];
    if (run.counts) {
      const wide = run.end_s / this.items(lane);
      return { begin: item * wide, end: (item + 1) * wide, row: null };
    }
    return this.lanes[lane].box(item, this.by, this.shows);
  }

  // The item under a point of the window, null if there is none; a few pixels off still count.
  at(client_x, client_y) {
    const [x, y] = this.point(client_x, client_y);
    const lane = this.places.findIndex(({ top, body }) => y >= top && y < top + body);
    if (lane < 0 || x < this.axis.left - 2) return null;
    const seconds = this.axis.seconds(x);
    if (this.now !== null && seconds > this.now) return null;
    const { run } = this.lanes[lane];
    const item = run.counts
      ? Math.floor((seconds / run.end_s) * this.items(lane))
      : this.stretch_at(lane, seconds, Math.floor((y - this.places[lane].top) / this.row));
    return item >= 0 && item < this.items(lane) ? { lane, item } : null;
  }

  stretch_at(lane, seconds, row) {
    let best = -1,
      least = (3 * (this.axis.to - this.axis.from)) / this.axis.wide;
    for (let item = 0; item < this.items(lane); ++item) {
      const box = this.box({ lane, item });
      if (box.row !== row) continue;
      const off = Math.max(box.begin - seconds, seconds - box.end, 0);
      if (off < least) [best, least] = [item, off];
    }
    return best;
  }

  choose(chosen) {
    this.chosen = chosen;
    if (chosen) {
      const { begin, end } = this.box(chosen),
        { from, to } = this.axis,
        span = to - from;
      if (end < from || begin > to) this.look(begin - span / 4, begin + (span * 3) / 4);
    }
    this.outline();
  }
}
