// The one axis of time that all lanes share: which part of it is shown, and where a moment lies.

const SHORTEST = 1e-6; // of the whole: nothing is looked at more closely

export class Axis {
  from = 0;
  to = 1;
  end = 1;
  left = 0; // where the axis begins, in pixels
  wide = 1;

  // Shows the time from `from` to `to`, kept within what there is.
  look(from, to) {
    const span = Math.min(this.end, Math.max(to - from, this.end * SHORTEST));
    this.from = Math.min(Math.max(0, from), this.end - span);
    this.to = this.from + span;
  }

  get shows_all() {
    return this.from === 0 && this.to === this.end;
  }

  x(seconds) {
    return this.left + ((seconds - this.from) / (this.to - this.from)) * this.wide;
  }

  seconds(x) {
    return this.from + ((x - this.left) / this.wide) * (this.to - this.from);
  }

  // Round numbers that split what is shown, at least `apart` pixels from each other; and how many
  // decimals they need.
  ticks(apart) {
    const least = ((this.to - this.from) * apart) / this.wide;
    const power = 10 ** Math.floor(Math.log10(least));
    const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= least * 0.999);
    const found = [];
    const first = Math.max(0, Math.ceil(this.from / step - 1e-9));
    for (let i = first; i * step <= this.to * (1 + 1e-12); ++i) found.push(i * step);
    return [found, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))];
  }
}
