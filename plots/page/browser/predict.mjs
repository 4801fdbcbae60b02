// Tells what each formula predicts: the end, and when each task is in which stage.
// N tasks, T threads, c = connect, r = response, k = compute, as in the harness's table of models.

const CONNECT = 0,
  RESPONSE = 1,
  READY = 2,
  COMPUTE = 3;

// One stage of computing with so many at once. Burning, they share the cores; holding, they don't.
function stage(w, at_once) {
  return w.compute_s * (w.compute_kind === "burn" ? Math.max(1, at_once / w.cores) : 1);
}

// How long so many computations take on so many threads: a stage for each full set of threads, and
// one for the rest.
function computing(w, tasks, threads) {
  const rest = tasks % threads;
  return Math.floor(tasks / threads) * stage(w, threads) + (rest > 0 ? stage(w, rest) : 0);
}

// When the round begins that task i (from 0) is in, and how long it lasts.
function round_of(w, i, threads) {
  const round = Math.floor(i / threads);
  const at_once = Math.min(threads, w.tasks - round * threads);
  return [round, stage(w, at_once)];
}

// The stages of one task as [kind, begin, end]; what takes no time is left out.
function stages(begin, w, computes_at, takes) {
  const written = begin + w.connect_s,
    replied = written + w.response_s;
  return [
    [CONNECT, begin, written],
    [RESPONSE, written, replied],
    [READY, replied, computes_at],
    [COMPUTE, computes_at, computes_at + takes],
  ].filter(([, from, to]) => to > from);
}

// All wait at once, and compute on so many threads.
function overlapping(threads_of) {
  return {
    end: (w) => w.connect_s + w.response_s + computing(w, w.tasks, threads_of(w)),
    task: (w, i) => {
      const [round, takes] = round_of(w, i, threads_of(w));
      const computes_at = w.connect_s + w.response_s + round * stage(w, threads_of(w));
      return stages(0, w, computes_at, takes);
    },
  };
}

// So many at a time, and each holds its place through all of its stages.
function in_rounds(threads_of) {
  const whole = (w, at_once) => w.connect_s + w.response_s + stage(w, at_once);
  return {
    end: (w) => {
      const threads = threads_of(w),
        rest = w.tasks % threads;
      return Math.floor(w.tasks / threads) * whole(w, threads) + (rest > 0 ? whole(w, rest) : 0);
    },
    task: (w, i) => {
      const [round, takes] = round_of(w, i, threads_of(w));
      const begin = round * whole(w, threads_of(w));
      return stages(begin, w, begin + w.connect_s + w.response_s, takes);
    },
  };
}

// A row a formula, keyed by its text in results.json. `idea` says what it takes for granted.
export const FORMULAS = {
  "N(c+r+k)": { ...in_rounds(() => 1), idea: "nothing overlaps" },
  "c+r+Nk": { ...overlapping(() => 1), idea: "all waiting overlaps and no two compute at once" },
  "c+r+k": { ...overlapping((w) => w.tasks), idea: "everything overlaps" },
  "c+r+ceil(N/T)k": {
    ...overlapping((w) => w.threads),
    idea: "all waiting overlaps and the threads share the computing",
  },
  "ceil(N/T)(c+r+k)": {
    ...in_rounds((w) => w.threads),
    idea: "each thread serves one task at a time, waits included",
  },
};

// The row of a formula, however it writes its rounding up; undefined if it is not known.
export function formula_of(text) {
  const plain = String(text)
    .replace(/⌈([^⌉]*)⌉/g, "ceil($1)")
    .replace(/\s/g, "");
  return Object.hasOwn(FORMULAS, plain) ? FORMULAS[plain] : undefined;
}

export function predict(text, workload) {
  return formula_of(text)?.end(workload);
}

// The tasks' stages as rows, shaped as the page's other runs are; times in nanoseconds.
export function schedule(text, workload) {
  const formula = formula_of(text),
    rows = [],
    stretches = [];
  for (let i = 0; i < workload.tasks; ++i) {
    rows.push(`task ${i + 1}`);
    for (const [kind, from, to] of formula.task(workload, i))
      stretches.push([i, i + 1, kind, Math.round(from * 1e9), Math.round(to * 1e9), 0]);
  }
  return { rows, stretches };
}

// Rows summed up: the mean number in each stage, in each of `bins` equal parts of 0 to `end_s`.
export function counts_of(view, end_s, bins, counted) {
  const counts = [0, 1, 2, 3].map(() => new Array(bins + 1).fill(0));
  const changes = counts.map(() => new Array(bins + 1).fill(0)); // of how many fill whole bins
  const wide = (end_s * 1e9) / bins;
  for (const [, , kind, begin, end] of view.stretches) {
    const [from, to] = [Math.min(bins, begin / wide), Math.min(bins, end / wide)];
    const [first, last] = [Math.floor(from), Math.floor(to)];
    counts[kind][first] += first === last ? to - from : first + 1 - from;
    if (first === last) continue;
    counts[kind][last] += to - last;
    changes[kind][first + 1] += 1;
    changes[kind][last] -= 1;
  }
  counts.forEach((column, kind) => {
    let level = 0;
    for (let i = 0; i < bins; ++i) {
      level += changes[kind][i];
      column[i] += level;
    }
    column.pop();
  });
  return { counted, total: view.rows.length, counts };
}
