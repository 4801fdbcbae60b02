// Lets the reader point at time lines and move in them, by mouse or keyboard.

import { Picture } from "./picture.mjs";
import { STAGES, count, element, measured } from "./words.mjs";

const KEYS = [
  ["+ -", "zoom"],
  ["← →", "move"],
  ["Home", "all of it"],
  ["↑ ↓", "from stretch to stretch"],
  ["Page Up / Down", "from model to model"],
  ["Esc", "let go"],
];

// What is written into a stretch, the longest first: it is taken where it fits.
export function words_inside([, task, kind, begin, end, thread], by) {
  if (kind === 2) return ["no thread for " + measured((end - begin) / 1e9), "no thread"];
  if (kind !== 3) return [];
  if (by === "tasks") return [`thread ${thread}`, String(thread)];
  return task ? [`task ${task}`, String(task)] : [];
}

// What one stretch says: task, stage, thread, from, to, how long.
export function words_of_stretch(stretch, thread_ids) {
  const [, task, kind, begin, end, thread] = stretch;
  const stage = Object.keys(STAGES)[kind];
  const who = task ? `task ${task}` : "several tasks, one after the other";
  const os_thread = thread_ids[thread - 1]; // none of a predicted one
  const name = `thread ${thread}` + (os_thread ? ` (OS thread ${os_thread})` : "");
  const where =
    stage === "ready" || !thread ? "" : stage === "compute" ? `, on ${name}` : `, begun on ${name}`;
  return (
    `${who}, ${STAGES[stage]}${where}, from ${measured(begin / 1e9)} to ${measured(end / 1e9)}: ` +
    measured((end - begin) / 1e9)
  );
}

// What one bin of counts says.
export function words_of_counts(view, item, end_s) {
  const wide = end_s / view.counts[0].length;
  const parts = Object.values(STAGES)
    .map((stage, kind) => [view.counts[kind][item], stage])
    .filter(([level]) => level > 0)
    .map(([level, stage]) => `${count(level, view.counted.slice(0, -1))}: ${stage}`);
  return (
    `from ${measured(item * wide)} to ${measured((item + 1) * wide)}, on average ` +
    (parts.join("; ") || `no ${view.counted}`)
  );
}

export class TimeLine {
  constructor(host, controls, name, label) {
    this.picture = new Picture(host, name);
    this.readout = element("p", { class: "readout", role: "status" });
    const keys = element(
      "p",
      { class: "keys", id: `${name}-keys` },
      "Drag to move; click it, and the wheel zooms. Keys: ",
    );
    KEYS.forEach(([key, what]) => keys.append(element("kbd", {}, key), ` ${what}  `));
    this.surface = this.picture.surface;
    for (const [key, value] of Object.entries({
      tabindex: 0,
      role: "application",
      "aria-roledescription": "time line",
      "aria-label": label,
      "aria-describedby": `${name}-keys`,
    }))
      this.surface.setAttribute(key, value);
    this.picture.frame.before(this.readout);
    host.append(keys);
    controls.append(this.buttons());
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
      button("All", "Show all of it", () => picture.look(0, picture.end)),
    );
  }

  show(panels) {
    this.picture.show(panels);
    this.say(null);
  }

  listen() {
    const { surface, picture } = this;
    surface.addEventListener("keydown", (event) => this.key(event));
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.grab(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.release(event));
    surface.addEventListener("pointercancel", () => {
      this.held = null;
    });
    surface.addEventListener("pointerleave", () => {
      picture.tip.hidden = true;
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
      Home: () => picture.look(0, picture.end),
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      PageDown: () => this.jump(1),
      PageUp: () => this.jump(-1),
      Escape: () => {
        this.say(null);
        this.surface.blur();
      },
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // To the next or previous item, across the panels.
  step(by) {
    const { panels, chosen } = this.picture;
    let { panel, item } = chosen ?? { panel: by > 0 ? -1 : panels.length, item: 0 };
    item += by;
    while (!chosen || item < 0 || item >= this.picture.items(panels[panel])) {
      panel += by;
      if (panel < 0 || panel >= panels.length) return;
      item = by > 0 ? 0 : this.picture.items(panels[panel]) - 1;
      if (this.picture.items(panels[panel])) break;
    }
    this.say({ panel, item });
  }

  jump(by) {
    const { panels, chosen } = this.picture;
    let panel = (chosen?.panel ?? (by > 0 ? -1 : panels.length)) + by;
    while (panels[panel] && !this.picture.items(panels[panel])) panel += by;
    if (panels[panel]) this.say({ panel, item: 0 });
  }

  // Only once the reader has clicked here: until then the wheel scrolls the page.
  wheel(event) {
    if (document.activeElement !== this.surface && !event.ctrlKey) return;
    const { picture } = this,
      { from, to } = picture;
    const left = this.surface.getBoundingClientRect().left;
    picture.zoom(1.0015 ** -event.deltaY, picture.seconds(event.clientX - left));
    if (picture.from !== from || picture.to !== to) event.preventDefault();
  }

  grab(event) {
    if (event.button !== 0 || event.target.closest("button")) return;
    const { from, to } = this.picture;
    this.held = { x: event.clientX, from, to, moved: false };
    this.surface.setPointerCapture(event.pointerId);
  }

  move(event) {
    const { picture, held } = this;
    if (!held) return this.hover(event);
    const by = ((held.x - event.clientX) / picture.wide) * (held.to - held.from);
    held.moved ||= Math.abs(held.x - event.clientX) > 3;
    if (held.moved) picture.look(held.from + by, held.to + by);
  }

  release(event) {
    if (this.held && !this.held.moved) this.say(this.picture.at(event.clientX, event.clientY));
    this.held = null;
  }

  hover(event) {
    const { tip, frame } = this.picture;
    const found = this.picture.at(event.clientX, event.clientY);
    tip.hidden = !found;
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
      : "Point at a stretch, or step through them with the keys below, to read what it is.";
  }

  words({ panel, item }) {
    const { title, view, end_s, thread_ids } = this.picture.panels[panel];
    return (
      `${title}: ` +
      (view.rows
        ? words_of_stretch(view.stretches[item], thread_ids)
        : words_of_counts(view, item, end_s))
    );
  }
}
