// Lets the reader point at lanes and move in them, by mouse or keyboard.

import { Lanes } from "./lanes.mjs";
import { legend } from "./legend.mjs";
import { words_of_connection, words_of_counts, words_of_stretch } from "./views.mjs";
import { CONNECTIONS, element } from "./words.mjs";

const KEYS = [
  ["+ -", "zoom"],
  ["← →", "move"],
  ["Home", "all of it"],
  ["↑ ↓", "from stretch to stretch"],
  ["Page Up / Down", "from model to model"],
  ["Enter", "zoom to its run"],
  ["Esc", "let go"],
];
const DRAGGED = 4; // pixels from which on a click is a drag

export class TimeLine {
  constructor(host, name, label) {
    this.picture = new Lanes(host, name);
    this.surface = this.picture.surface;
    this.readout = element("p", { class: "readout", role: "status" });
    const keys = element("details", { class: "keys", id: `${name}-keys` });
    keys.append(element("summary", {}, "Drag to zoom, or use keys"));
    KEYS.forEach(([key, what]) => keys.append(element("kbd", {}, key), ` ${what}  `));
    for (const [key, value] of Object.entries({
      tabindex: 0,
      role: "application",
      "aria-roledescription": "time line",
      "aria-label": label,
      "aria-describedby": `${name}-keys`,
    }))
      this.surface.setAttribute(key, value);
    this.below = element("div", { class: "controls below" }, this.buttons());
    this.legend = element("div", {}, legend([]));
    host.append(this.readout, this.legend, this.below, keys);
    this.listen();
    this.say(null);
  }

  buttons() {
    const button = (words, label, act) =>
      element("button", { type: "button", "aria-label": label, onclick: act }, words);
    const { picture } = this;
    return element(
      "fieldset",
      {},
      element("legend", {}, "Zoom and move"),
      button("+", "Zoom in", () => picture.zoom(2)),
      button("−", "Zoom out", () => picture.zoom(1 / 2)),
      button("←", "Move left", () => picture.pan(-0.25)),
      button("→", "Move right", () => picture.pan(0.25)),
      button("All", "Show all of it", () => picture.look_at_all()),
    );
  }

  show(lanes) {
    this.picture.show(lanes);
    this.say(null);
    this.explain();
  }

  // The legend has what is to be seen, and nothing else.
  explain() {
    const { shows, lanes, by } = this.picture;
    const has = (what) => lanes.some(({ run, ghost }) => what(run, ghost));
    this.legend.replaceChildren(
      legend([
        ["predicted", true],
        ["other", has((_, ghost) => ghost?.marks) && `end in ${this.behind}`],
        ["ghost", shows.ghost && by === "tasks" && has((_, ghost) => ghost?.stretches?.length) && this.words_behind],
        ...["accepted", "echoed", ...Object.keys(CONNECTIONS)].map((mark) => [
          mark,
          shows.server && !(by === "threads" && mark === "queued") && has((run) => run.server),
        ]),
        ["cpu", shows.cpu && has((run) => run.cpu?.length)],
      ]),
    );
  }

  // What lies behind the lanes: the prediction, unless another file was laid over them.
  get words_behind() {
    return this.behind ? `behind: ${this.behind}` : true;
  }

  listen() {
    const { surface, picture } = this;
    surface.addEventListener("keydown", (event) => this.key(event));
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.grab(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.release(event));
    surface.addEventListener("pointercancel", () => this.let_go());
    surface.addEventListener("dblclick", () => picture.look_at_all());
    surface.addEventListener("pointerleave", () => {
      picture.tip.hidden = true;
      picture.point_at(null);
    });
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== this.surface) return;
    const { picture } = this;
    const act = {
      "+": () => picture.zoom(2),
      "=": () => picture.zoom(2),
      "-": () => picture.zoom(1 / 2),
      ArrowLeft: () => picture.pan(-0.1),
      ArrowRight: () => picture.pan(0.1),
      Home: () => picture.look_at_all(),
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      PageDown: () => this.jump(1),
      PageUp: () => this.jump(-1),
      Enter: () => this.closer(),
      Escape: () => {
        this.say(null);
        this.surface.blur();
      },
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // Zooms to the run of what is chosen: next to a far longer one it could be too short to see.
  closer() {
    const { chosen, lanes } = this.picture;
    if (chosen) this.picture.look(0, lanes[chosen.lane].run.end_s * 1.02);
  }

  // To the next or previous item that is to be seen, across the lanes.
  step(by) {
    const { lanes, chosen } = this.picture;
    let { lane, item } = chosen ?? { lane: by > 0 ? -1 : lanes.length, item: 0 };
    let left = chosen ? this.picture.items(lane) : 0;
    for (;;) {
      item += by;
      if (item < 0 || item >= left) {
        lane += by;
        if (!lanes[lane]) return;
        left = this.picture.items(lane);
        item = by > 0 ? -1 : left;
      } else if (this.picture.box({ lane, item }).row !== -1) {
        return this.say({ lane, item });
      }
    }
  }

  jump(by) {
    const { lanes, chosen } = this.picture;
    let lane = (chosen?.lane ?? (by > 0 ? -1 : lanes.length)) + by;
    while (lanes[lane] && !this.picture.items(lane)) lane += by;
    if (lanes[lane]) this.say({ lane, item: 0 });
  }

  // Only once the reader has clicked here: until then the wheel scrolls the page.
  wheel(event) {
    if (document.activeElement !== this.surface && !event.ctrlKey) return;
    const { axis } = this.picture,
      { from, to } = axis;
    this.picture.zoom(1.0015 ** -event.deltaY, this.seconds_at(event));
    if (axis.from !== from || axis.to !== to) event.preventDefault();
  }

  seconds_at(event) {
    const [x] = this.picture.point(event.clientX);
    return this.picture.axis.seconds(x);
  }

  grab(event) {
    if (event.button !== 0) return;
    this.held = { x: event.clientX, seconds: this.seconds_at(event) };
    this.surface.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (!this.held) return this.hover(event);
    if (Math.abs(event.clientX - this.held.x) < DRAGGED) return;
    const ends = [this.held.seconds, this.seconds_at(event)];
    this.picture.marked = ends.sort((a, b) => a - b);
    this.picture.outline();
  }

  // A click chooses; what a drag has marked is looked at more closely.
  release(event) {
    if (!this.held) return;
    const { marked } = this.picture;
    this.let_go();
    if (marked) this.picture.look(...marked);
    else this.say(this.picture.at(event.clientX, event.clientY));
  }

  let_go() {
    this.held = this.picture.marked = null;
    this.picture.outline();
  }

  hover(event) {
    const { tip, frame } = this.picture;
    const found = this.picture.at(event.clientX, event.clientY);
    tip.hidden = !found;
    this.picture.point_at(found);
    if (!found) return;
    tip.textContent = this.words(found);
    const box = frame.getBoundingClientRect();
    const x = Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 4);
    tip.style.left = `${Math.max(0, x)}px`;
    tip.style.top = `${event.clientY - box.top + 18}px`;
  }

  // Chooses an item and tells of it; none clears.
  say(chosen) {
    this.picture.tip.hidden = true;
    this.picture.choose(chosen);
    this.readout.textContent = chosen
      ? this.words(chosen)
      : "Point at a stretch to read what it is; choose one to see its code.";
    this.on_choice?.(chosen);
  }

  words({ lane, item }) {
    const { by, lanes } = this.picture,
      { title, run } = lanes[lane];
    return (
      `${title}: ` +
      (run.counts
        ? words_of_counts(run.counts[by], item, run.end_s, by)
        : item < run.stretches.length
          ? words_of_stretch(run.stretches[item], run.thread_ids)
          : words_of_connection(
              run.server.stretches[item - run.stretches.length],
              run.server.thread_ids,
            ))
    );
  }
}
