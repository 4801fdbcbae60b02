// Plays runs again on a picture, at a speed the reader chooses; a slider goes to any moment.

import { choice, element, measured } from "./words.mjs";

const SPEEDS = [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 100];
const LASTS = 6; // seconds that a replay takes about, unless the reader chooses otherwise
const STEPS = 1000; // of the slider

export class Replay {
  // Play and the moment go to `controls`, the speed to `more`.
  constructor(picture, controls, more) {
    this.picture = picture;
    this.playing = null;
    this.button = element("button", { type: "button", onclick: () => this.toggle() }, "Play");
    this.slider = element("input", {
      type: "range",
      min: 0,
      max: STEPS,
      value: STEPS,
      oninput: () => this.seek(),
    });
    this.moment = element("span", {});
    this.speeds = element("span", {});
    this.button.classList.add("play");
    more.append(this.speeds);
    controls.append(
      this.button,
      element(
        "label",
        { class: "field" },
        element("span", {}, "Moment: ", this.moment),
        this.slider,
      ),
    );
  }

  // After other runs were shown: all of them, from the start.
  reset() {
    this.stop();
    this.speed = SPEEDS.findLast((speed) => this.picture.axis.end / speed >= LASTS) ?? SPEEDS[0];
    const options = SPEEDS.map((speed) => [
      String(speed),
      speed === 1 ? "as it was" : `${speed} ×`,
    ]);
    this.speeds.replaceChildren(
      choice("Speed", options, String(this.speed), (value) => {
        this.speed = Number(value);
      }),
    );
    this.go_to(null);
  }

  toggle() {
    if (this.playing) return this.stop();
    this.button.textContent = "Pause";
    this.button.classList.add("playing");
    if (this.picture.now === null) this.go_to(0);
    let last = performance.now();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const frame = (at) => {
      if (!calm || at - last >= 500) {
        const now = this.picture.now + (Math.max(0, at - last) / 1000) * this.speed;
        last = at;
        if (now >= this.picture.axis.end) return this.finish();
        this.go_to(now);
      }
      this.playing = requestAnimationFrame(frame);
    };
    this.playing = requestAnimationFrame(frame);
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.playing = null;
    this.button.textContent = "Play";
    this.button.classList.remove("playing");
  }

  finish() {
    this.stop();
    this.go_to(null);
  }

  seek() {
    this.stop();
    const step = Number(this.slider.value);
    this.go_to(step === STEPS ? null : (step / STEPS) * this.picture.axis.end);
  }

  // Shows what had happened by then; null is all of it.
  go_to(now) {
    const words = now === null ? "the end" : measured(now);
    if (now !== null || Number(this.slider.value) !== STEPS)
      this.slider.value = now === null ? STEPS : Math.round((now / this.picture.axis.end) * STEPS);
    this.slider.setAttribute("aria-valuetext", words);
    this.moment.textContent = words;
    this.picture.go_to(now);
  }
}
