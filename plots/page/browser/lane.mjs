// Draws one lane: a model's run as rows of stretches, or as areas where rows are too many, with what
// it used of the processor in a strip below. Behind it, as a ghost, what it is held against.

import { fill_of } from "./legend.mjs";
import {
  COMPUTES,
  OPEN,
  QUEUED,
  row_of,
  row_of_connection,
  rows_of,
  server_rows_of,
  words_inside,
} from "./views.mjs";
import { CONNECTIONS, count, drawn, overhead, three_digits } from "./words.mjs";

export const GUTTER = 62; // room for the names of the rows, in pixels
const LETTER = 7.6; // a letter's width in pixels, at most
const STACKING = [3, 2, 1, 0]; // what runs lies at the bottom
const ENDED = { timeout: "timed out", failed: "failed", refused: "refused" };

// `run` has stretches or counts, and: tasks, thread_ids, end_s, predicted_s, and if it was measured
// status, makespan_s, overhead_s, server, cpu. `ghost` has stretches, and `marks` where it ended.
export class Lane {
  constructor(index, { title, holds, run, ghost = null }) {
    Object.assign(this, { index, title, holds, run, ghost });
    this.wrong = Boolean(run.status) && run.status !== "ok";
    const part = (name) => drawn("g", { class: name });
    this.behind = part("ghosts");
    this.rects = (run.stretches ?? []).map((stretch, i) =>
      drawn("rect", { fill: fill_of(stretch[1]), "data-stretch": i }),
    );
    this.connections = (run.server?.stretches ?? []).map(([, kind], i) =>
      drawn("rect", { class: `connection ${Object.keys(CONNECTIONS)[kind]}`, "data-connection": i }),
    );
    this.inner = part("inner");
    this.plot = part("plot"); // what a replay has not come to yet is not seen there
    this.plot.append(this.behind, ...this.rects, ...this.connections, this.inner);
    this.over = part("over");
    this.beside = part("beside");
    this.group = drawn("g", { "data-lane": index });
    this.group.append(this.beside, this.plot, this.over);
  }

  // Rows of both views fit, so that nothing else moves when the view changes.
  get client_rows() {
    return Math.max(rows_of(this.run, "tasks"), rows_of(this.run, "threads"));
  }

  // With the server's, and an empty row above those.
  rows({ server }) {
    if (!server || !this.run.server) return this.client_rows;
    const views = ["tasks", "threads"].map((by) => server_rows_of(this.run, by));
    return this.client_rows + 1 + Math.max(...views);
  }

  // What one can point at: the client's stretches, and then the server's.
  get items() {
    return this.run.stretches.length + this.connections.length;
  }

  // Where an item lies; its row is -1 where it is not to be seen.
  box(item, by, { server }) {
    const stretch = this.run.stretches[item];
    if (stretch) {
      const [task, , begin, end] = stretch;
      return { task, begin: begin / 1e9, end: end / 1e9, row: row_of(stretch, by, this.holds) };
    }
    const connection = this.run.server.stretches[item - this.run.stretches.length],
      [task, , begin, end, thread] = connection,
      row = server ? row_of_connection(connection, by) : -1,
      lasts = by === "tasks" || thread;
    return {
      task,
      begin: begin / 1e9,
      end: (lasts ? end : begin) / 1e9,
      row: row < 0 ? -1 : this.client_rows + 1 + row,
    };
  }

  // `picture` has axis, by, shows, row, narrow, dense, room, and of this lane `top` and `body`.
  draw(picture, { top, body }) {
    this.top = top;
    this.body = body;
    const { axis } = picture;
    this.over.replaceChildren();
    this.inner.replaceChildren();
    this.beside.replaceChildren(...this.title_of(picture));
    if (this.run.counts) this.areas(picture);
    else this.stretches(picture);
    if (picture.shows.cpu) this.strip(picture);
    for (const [seconds, name] of [
      [this.run.predicted_s, "predicted"],
      [this.ghost?.marks ?? null, "other"],
    ])
      if (seconds !== null && seconds >= axis.from && seconds <= axis.to)
        this.mark(axis.x(seconds), name);
    if (this.wrong) this.how_it_ended(axis);
  }

  mark(x, name) {
    this.over.append(drawn("path", { class: name, d: `M${x.toFixed(1)} ${this.top}v${this.body}` }));
  }

  // Title and time one above the other; in one line where there is less room.
  title_of({ narrow, dense, room, titles }) {
    if (!titles) return [];
    const { run, top } = this;
    const y = narrow ? top - 6 : top + (dense ? this.body / 2 + 5 : Math.min(16, this.body / 2 - 2));
    const most = narrow ? 34 : Math.floor((dense ? room.label - 70 : room.label) / LETTER);
    const short = this.title.length > most ? this.title.slice(0, most - 1) + "…" : this.title;
    const title = drawn("text", { class: "title", x: 0, y }, short);
    const time = drawn("text", { class: this.wrong ? "time wrong" : "time", x: 0, y: y + 17 });
    if (narrow || dense) {
      time.setAttribute("x", narrow || room.label - 12);
      time.setAttribute("y", y);
      time.setAttribute("text-anchor", "end");
    }
    const said = this.wrong ? ENDED[run.status] : three_digits(run.makespan_s ?? run.predicted_s);
    time.append(drawn("tspan", {}, said));
    if (run.status === "ok" && !dense)
      time.append(drawn("tspan", { class: "quiet", dx: 8 }, overhead(run.overhead_s)));
    return [title, time];
  }

  stretches(picture) {
    const { axis, by, row: high, shows } = picture;
    const gap = high >= 13 ? 2 : high >= 6 ? 1 : 0;
    this.rects.forEach((rect, i) => {
      const stretch = this.run.stretches[i],
        row = row_of(stretch, by, this.holds);
      rect.setAttribute("opacity", row < 0 ? 0 : 1);
      const [x, wide] = this.span(stretch, axis);
      rect.setAttribute("x", x.toFixed(2));
      rect.setAttribute("width", wide.toFixed(2));
      rect.setAttribute("y", this.top + Math.max(row, 0) * high + gap);
      rect.setAttribute("height", Math.max(1, high - 2 * gap));
      if (row >= 0 && high >= 13) this.inside(stretch, by, x, wide, this.top + (row + 0.5) * high + 4);
    });
    this.behind.replaceChildren(...(shows.ghost ? this.ghosts(picture) : []));
    this.server(picture, gap);
    for (let i = 0; high >= 12 && !picture.dense && i < rows_of(this.run, by); ++i)
      this.name_row(`${by.slice(0, -1)} ${i + 1}`, axis.left, (i + 0.5) * high + 4);
    if (!this.run.stretches.length) this.say(axis.left + 8, "nothing on record");
  }

  span([, , begin, end], axis) {
    const x = Math.max(axis.left - 2, axis.x(begin / 1e9));
    return [x, Math.max(0.8, Math.min(axis.x(end / 1e9), axis.left + axis.wide + 20) - x)];
  }

  // By task only: the numbers of threads are nobody's prediction.
  ghosts({ axis, by, row: high }) {
    if (by !== "tasks") return [];
    return (this.ghost?.stretches ?? []).map((stretch) => {
      const [x, width] = this.span(stretch, axis);
      const y = this.top + (stretch[0] - 1) * high;
      return drawn("rect", { class: "ghost", x, y, width, height: high });
    });
  }

  // The server's rows below the client's, with a tick where it accepted, a point where it echoed.
  server({ axis, by, row: high, shows, dense }, gap) {
    const shown = shows.server && this.run.server,
      first = this.client_rows + 1;
    this.connections.forEach((rect, i) => {
      const stretch = this.run.server.stretches[i],
        { row, begin, end } = this.box(this.run.stretches.length + i, by, shows);
      const seen = row >= 0 && end > begin;
      rect.setAttribute("visibility", seen ? "visible" : "hidden");
      const [x, wide] = this.span([0, 0, begin * 1e9, end * 1e9], axis),
        y = this.top + Math.max(row, 0) * high;
      const place = { x, width: wide, y: y + gap, height: Math.max(1, high - 2 * gap) };
      for (const [name, value] of Object.entries(place))
        rect.setAttribute(name, value.toFixed(2));
      if (row >= 0 && stretch[1] !== QUEUED) this.note(stretch[1], axis, begin, y, high);
    });
    if (!shown) return;
    const line = this.top + (first - 0.5) * high;
    this.beside.append(drawn("path", { class: "axis", d: `M${axis.left} ${line}h${axis.wide}` }));
    if (dense) return;
    this.name_row("server:", axis.left, (first - 0.5) * high + 4);
    const name = by === "tasks" ? "conn." : "thread";
    for (let i = 0; high >= 12 && i < server_rows_of(this.run, by); ++i)
      this.name_row(`${name} ${i + 1}`, axis.left, (first + i + 0.5) * high + 4);
  }

  note(kind, axis, seconds, y, high) {
    const x = axis.x(seconds),
      middle = y + high / 2,
      half = Math.min(5, high / 2);
    if (x < axis.left || x > axis.left + axis.wide) return;
    const diamond = `M${x - half} ${middle}l${half} ${-half}l${half} ${half}l${-half} ${half}z`;
    this.inner.append(
      kind === OPEN
        ? drawn("path", { class: "echoed", d: diamond })
        : drawn("path", { class: "accepted", d: `M${x} ${y}v${high}` }),
    );
  }

  inside(stretch, by, x, wide, y) {
    const words = words_inside(stretch, by).find((text) => text.length * LETTER + 10 < wide);
    if (!words) return;
    const middle = x + wide / 2,
      paper = words.length * LETTER;
    if (stretch[1] !== COMPUTES)
      this.inner.append(
        drawn("rect", { class: "paper", x: middle - paper / 2, y: y - 10, width: paper, height: 13 }),
      );
    const name = stretch[1] === COMPUTES ? "inside on-compute" : "inside";
    this.inner.append(drawn("text", { class: name, x: middle, y }, words));
  }

  name_row(words, left, y) {
    this.beside.append(
      drawn("text", { class: "quiet", x: left - 6, y: this.top + y, "text-anchor": "end" }, words),
    );
  }

  // What it used of the processor, where one core is full colour.
  strip({ axis, narrow, dense, room }) {
    const { cpu, end_s } = this.run;
    if (!cpu?.length) return;
    const y = this.top + this.body + 2,
      wide = end_s / cpu.length;
    const mean = cpu.reduce((sum, share) => sum + share, 0) / cpu.length;
    const words = `CPU ${Math.round(mean)} %`;
    const height = room.strip;
    this.name_row(narrow ? "CPU" : words, axis.left, dense ? this.body / 2 + 5 : this.body + height + 2);
    const base = { x: axis.left, y, width: axis.x(end_s) - axis.left, height };
    if (base.width > 0) this.plot_strip("cpu-base", base);
    for (let i = 0; i < cpu.length; ) {
      let next = i + 1;
      while (next < cpu.length && cpu[next] === cpu[i]) ++next;
      const [x, to] = [axis.x(i * wide), axis.x(next * wide)];
      const share = Math.min(1, cpu[i] / 100);
      if (share > 0)
        this.plot_strip("cpu", { x, y, width: to - x, height, "fill-opacity": share });
      i = next;
    }
  }

  plot_strip(name, box) {
    this.inner.append(drawn("rect", { class: name, ...box }));
  }

  how_it_ended(axis) {
    const x = Math.min(axis.x(this.run.end_s), axis.left + axis.wide - 70);
    if (x < axis.left || !(this.run.stretches?.length || this.run.counts)) return;
    this.mark(x + 1, "ended");
    this.say(x + 7, ENDED[this.run.status]);
  }

  say(x, words) {
    this.over.append(drawn("text", { class: "wrong", x, y: this.top + this.body / 2 + 5 }, words));
  }

  areas({ axis, by }) {
    const { counts } = this.run.counts[by],
      bins = counts[0].length,
      wide = this.run.end_s / bins;
    const levels = counts[0].map((_, i) => counts.reduce((sum, column) => sum + column[i], 0));
    const most = Math.max(1, Math.round(Math.max(...levels)));
    const place = (i, level) =>
      `${axis.x(i * wide).toFixed(1)} ` +
      (this.top + this.body * (1 - Math.min(1, level / most))).toFixed(1);
    const edge = (level) => level.flatMap((value, i) => [place(i, value), place(i + 1, value)]);
    let below = new Array(bins).fill(0);
    const parts = STACKING.map((kind) => {
      const above = below.map((low, i) => low + counts[kind][i]);
      const d = `M${edge(above).join("L")}L${edge(below).reverse().join("L")}z`;
      below = above;
      return drawn("path", { class: "area", d, fill: fill_of(kind) });
    });
    this.plot.replaceChildren(...parts, this.inner);
    this.name_row(count(most, by.slice(0, -1)), axis.left, 11);
  }
}
