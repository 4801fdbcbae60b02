// Predicts what each task does when, from the four facts that a model is: the harness's simulation
// once more. The tasks are all there at once, and the server lets all of them wait at once.

// What a task wants to do next.
const TO_START = 0,
  TO_SEND = 1,
  TO_COMPUTE = 2;

// How many tasks may do something at once, by the facts.
const places = (many, w) => ({ one: 1, T: w.threads, all: Infinity })[many];

// How many of the workload's tasks do.
export const at_once = (many, w) => Math.min(places(many, w), w.tasks);

// Gives back the earliest first; of the same time, the first task. An entry is [time, task, what].
class EarliestFirst {
  entries = [];
  taken = 0; // so many of the entries, at the front

  get first() {
    return this.entries[this.taken];
  }

  push(entry) {
    let [low, high] = [this.taken, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const [time, task] = this.entries[middle];
      if ((time - entry[0] || task - entry[1]) < 0) low = middle + 1;
      else high = middle;
    }
    if (low === this.taken && low > 0) this.entries[--this.taken] = entry;
    else this.entries.splice(low, 0, entry);
  }

  pop() {
    return this.entries[this.taken++];
  }
}

// Those that compute. All progress at the same speed, so they end in the order in which they began:
// a task is done when the work that each of them has done since has grown by `work`.
class Computing {
  running = [];
  time = 0;
  progress = 0;

  constructor(work, cores) {
    this.work = work;
    this.cores = cores;
  }

  // n threads on C cores run at C/n each.
  get speed() {
    return Math.min(1, this.cores / this.running.length);
  }

  begin(now, task) {
    this.advance(now);
    this.running.push({ task, done_at: this.progress + this.work });
  }

  // When the first is done if nobody else begins.
  get next_end() {
    if (this.running.length === 0) return Infinity;
    const left = Math.max(0, this.running[0].done_at - this.progress);
    return this.time + Math.round(left / this.speed);
  }

  end_first(now) {
    this.advance(now);
    const { task, done_at } = this.running.shift();
    this.progress = Math.max(this.progress, done_at);
    return task;
  }

  advance(now) {
    if (this.running.length > 0) this.progress += (now - this.time) * this.speed;
    this.time = now;
  }
}

// When each task has started, written, been echoed, computes and has finished, in nanoseconds, and
// its place among those that compute, from 1. Places and threads go to who asks first.
export function simulate(facts, w) {
  const [connect, response, compute] = [w.connect_s, w.response_s, w.compute_s].map((seconds) =>
    Math.round(seconds * 1e9),
  );
  const tasks = Array.from({ length: w.tasks }, () => ({}));
  const moments = new EarliestFirst(), // when a task will want something
    want_thread = new EarliestFirst(); // since when a task wants it, and has no thread
  const computing = new Computing(compute, w.compute_kind === "burn" ? w.cores : Infinity);
  const threads = places(facts.computing, w),
    taken = []; // by the number of the thread less one
  let free_under_way = places(facts.under_way, w);
  let [arrived, started] = [0, 0];

  // Starting, sending and computing need a thread, but a loop of its own does the first two.
  const ask_for_thread = (now, task, what) => {
    if (facts.wait === "has a loop of its own" && what !== TO_COMPUTE) go_on(now, task, what);
    else want_thread.push([now, task, what]);
  };

  // Starting and sending give the thread back at once.
  const go_on = (now, i, what) => {
    const task = tasks[i];
    if (what === TO_START) {
      task.started = now;
      moments.push([now + connect, i, TO_SEND]);
    } else if (what === TO_SEND) {
      task.written = now;
      task.echoed = now + response;
      moments.push([task.echoed, i, TO_COMPUTE]);
    } else {
      task.computes = now;
      const free = taken.indexOf(false);
      task.place = 1 + (free < 0 ? taken.length : free);
      taken[task.place - 1] = true;
      computing.begin(now, task);
    }
  };

  const give_what_is_free = (now) => {
    for (; free_under_way > 0 && started < arrived; --free_under_way)
      ask_for_thread(now, started++, TO_START);
    while (want_thread.first && computing.running.length < threads) {
      const [, task, what] = want_thread.pop();
      go_on(now, task, what);
    }
  };

  tasks.forEach((_, i) => moments.push([0, i, TO_START]));
  while (moments.first || computing.running.length > 0) {
    let now = computing.next_end;
    if (now <= (moments.first?.[0] ?? Infinity)) {
      const task = computing.end_first(now);
      task.finished = now;
      taken[task.place - 1] = false;
      ++free_under_way;
    } else {
      const [time, task, what] = moments.pop();
      now = time;
      if (what === TO_START) ++arrived;
      else ask_for_thread(now, task, what);
    }
    give_what_is_free(now);
  }
  return tasks;
}

// The stages of a simulated task as [kind, begin, end, thread]; what takes no time is left out.
export function stages_of({ started, written, echoed, computes, finished, place }) {
  return [
    [0, started, written, 0], // connect
    [1, written, echoed, 0], // response
    [2, echoed, computes, 0], // ready, but no thread is free
    [3, computes, finished, place], // compute
  ].filter(([, begin, end]) => begin < end);
}
