// Predicts what each task does when, from the four facts that a model is and the places of the
// server: the harness's simulation once more. The tasks are all there at once.

// What a task wants to do next.
const TO_START = 0,
  TO_SEND = 1,
  TO_COMPUTE = 2;

// How many may do something at once, by the facts.
const places = (many, threads) => ({ one: 1, T: threads, all: Infinity })[many];

// How many of the workload's tasks do.
export const at_once = (many, w) => Math.min(places(many, w.threads), w.tasks);

// How many connections a server lets wait at once; any number where its facts are not on record.
export const server_places = (server, w) =>
  server ? places(server.under_way, w.server_threads) : Infinity;

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

// Those that compute. All progress at the same speed: a task is done when the work that each of them
// has done since it began has grown by its own.
class Computing {
  running = new EarliestFirst(); // by the progress at which a task is done, then in order
  number = 0;
  begun = 0;
  time = 0;
  progress = 0;

  constructor(cores) {
    this.cores = cores;
  }

  // n threads on C cores run at C/n each.
  get speed() {
    return Math.min(1, this.cores / this.number);
  }

  begin(now, task, work) {
    this.advance(now);
    this.running.push([this.progress + work, this.begun++, task]);
    ++this.number;
  }

  // When the first is done if nobody else begins.
  get next_end() {
    if (this.number === 0) return Infinity;
    const left = Math.max(0, this.running.first[0] - this.progress);
    return this.time + Math.round(left / this.speed);
  }

  end_first(now) {
    this.advance(now);
    const [done_at, , task] = this.running.pop();
    --this.number;
    this.progress = Math.max(this.progress, done_at);
    return task;
  }

  advance(now) {
    if (this.number > 0) this.progress += (now - this.time) * this.speed;
    this.time = now;
  }
}

// Threads that take the next task from the same queue: all of a client's, or, where tasks are dealt
// out, one.
class Threads {
  wanted = new EarliestFirst(); // since when a task wants one
  taken = []; // by the number of the thread less one
  busy = 0;

  constructor(number, first_place = 0) {
    this.number = number;
    this.first_place = first_place;
  }

  // A place from 1 on, the lowest that is free.
  take() {
    ++this.busy;
    const free = this.taken.indexOf(false);
    const place = free < 0 ? this.taken.length : free;
    this.taken[place] = true;
    return this.first_place + place + 1;
  }

  give_back(place) {
    --this.busy;
    this.taken[place - this.first_place - 1] = false;
  }
}

function threads_of(facts, w) {
  if (facts.work !== "dealt out") return [new Threads(places(facts.computing, w.threads))];
  const number = at_once(facts.computing, w);
  return Array.from({ length: number }, (_, i) => new Threads(1, i));
}

// When each task has started, written, been echoed, computes and has finished, in nanoseconds, and
// its place among those that compute, from 1. Places and threads go to who asks first. A task has
// its place at the server from when its connection is accepted until it has read the answer.
export function simulate(facts, w, server = null) {
  const nanoseconds = (seconds) => Math.round(seconds * 1e9);
  const [connect, response] = [nanoseconds(w.connect_s), nanoseconds(w.response_s)];
  const compute = [nanoseconds(w.compute_s)]; // of tasks 1, 3, ... and of tasks 2, 4, ...
  compute[1] = Math.round(compute[0] * w.uneven);
  const tasks = Array.from({ length: w.tasks }, () => ({}));
  const moments = new EarliestFirst(); // when a task will want something
  const computing = new Computing(w.compute_kind === "burn" ? w.cores : Infinity);
  const threads = threads_of(facts, w),
    threads_for = (i) => threads[i % threads.length];
  const backlog = []; // tasks that want a place at the server
  let free_under_way = places(facts.under_way, w.threads),
    free_at_server = server_places(server, w);
  let [arrived, started, accepted] = [0, 0, 0];

  // Starting, sending and computing need a thread, but a loop of its own does the first two.
  const ask_for_thread = (now, i, what) => {
    if (facts.wait === "has a loop of its own" && what !== TO_COMPUTE) return go_on(now, i, what);
    threads_for(i).wanted.push([now, i, what]);
    serve_those_who_wait(now, threads_for(i));
  };

  const serve_those_who_wait = (now, some) => {
    while (some.wanted.first && some.busy < some.number) {
      const [, i, what] = some.wanted.pop();
      go_on(now, i, what);
    }
  };

  // Starting and sending give the thread back at once.
  const go_on = (now, i, what) => {
    const task = tasks[i];
    if (what === TO_START) {
      task.started = now;
      moments.push([now + connect, i, TO_SEND]);
    } else if (what === TO_SEND) {
      task.written = now;
      backlog.push(i);
      accept_those_who_can(now);
    } else {
      task.computes = now;
      ++free_at_server;
      accept_those_who_can(now);
      task.place = threads_for(i).take();
      computing.begin(now, i, compute[i % 2]);
    }
  };

  const accept_those_who_can = (now) => {
    for (; free_at_server > 0 && accepted < backlog.length; --free_at_server) {
      const i = backlog[accepted++];
      tasks[i].echoed = now + response;
      moments.push([tasks[i].echoed, i, TO_COMPUTE]);
    }
  };

  const start_those_who_can = (now) => {
    for (; free_under_way > 0 && started < arrived; --free_under_way)
      ask_for_thread(now, started++, TO_START);
  };

  const finish = (now, i) => {
    tasks[i].finished = now;
    threads_for(i).give_back(tasks[i].place);
    ++free_under_way;
    start_those_who_can(now);
    serve_those_who_wait(now, threads_for(i));
  };

  tasks.forEach((_, i) => moments.push([0, i, TO_START]));
  while (moments.first || computing.number > 0) {
    const end = computing.next_end;
    if (end <= (moments.first?.[0] ?? Infinity)) {
      finish(end, computing.end_first(end));
    } else {
      const [now, i, what] = moments.pop();
      if (what === TO_START) ++arrived;
      else ask_for_thread(now, i, what);
      start_those_who_can(now);
    }
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
