// Two views of the same stretches: by task and by thread. Says which row a stretch is in, and puts
// it into words. A stretch is [task, kind, begin, end, thread], in nanoseconds.

import { CONNECTIONS, STAGES, count, measured } from "./words.mjs";

export const RESPONDS = 1,
  READY = 2,
  COMPUTES = 3;

export const QUEUED = 0,
  WAITING = 1,
  OPEN = 2; // of a connection

// The row of a stretch, from 0; none (-1) in the view by thread where it holds no thread.
export function row_of([task, kind, , , thread], by, holds) {
  if (by === "tasks") return task - 1;
  return thread && (kind === COMPUTES || (holds && kind !== READY)) ? thread - 1 : -1;
}

export function rows_of(run, by) {
  return by === "tasks" ? run.tasks : Math.max(run.thread_ids.length, 1);
}

// The server's rows, likewise: of connections or of threads. A stretch that holds no thread is, by
// thread, the moment in which it began; what waits in the backlog has no thread at all.
export function row_of_connection([task, , , , thread, began_on], by) {
  return by === "tasks" ? task - 1 : (thread || began_on) - 1;
}

export function server_rows_of({ server, tasks }, by) {
  return by === "tasks" ? tasks : Math.max(server.thread_ids.length, 1);
}

// The tasks in the order in which they ended; those that did not, last.
function ranking(stretches, tasks) {
  const ends = new Array(tasks).fill(Infinity);
  for (const [task, kind, , end] of stretches) if (kind === COMPUTES) ends[task - 1] = end;
  const order = ends.map((_, i) => i + 1);
  return order.sort((a, b) => (ends[a - 1] === ends[b - 1] ? a - b : ends[a - 1] - ends[b - 1]));
}

// Stretches to lay behind those of a run. Which of equal tasks goes first is not predicted: tasks
// are compared by rank, so each gets the row of the task that ended as the same one of all.
export function by_rank(behind, { stretches, tasks }) {
  if (!stretches) return [];
  const [from, to] = [ranking(behind, tasks), ranking(stretches, tasks)];
  const row = new Map(from.map((task, rank) => [task, to[rank]]));
  return behind
    .filter(([task]) => row.has(task))
    .map(([task, ...rest]) => [row.get(task), ...rest]);
}

// What is written into a stretch, the longest first: it is taken where it fits.
export function words_inside([task, kind, begin, end, thread], by) {
  if (kind === READY) return ["no thread for " + measured((end - begin) / 1e9), "no thread"];
  if (kind !== COMPUTES) return [];
  if (by === "tasks") return thread ? [`thread ${thread}`, String(thread)] : [];
  return [`task ${task}`, String(task)];
}

// What one stretch says: task, stage, thread, from, to, how long.
export function words_of_stretch([task, kind, begin, end, thread], thread_ids) {
  const stage = Object.keys(STAGES)[kind];
  const os_thread = thread_ids[thread - 1]; // none of a predicted one
  const name = `thread ${thread}` + (os_thread ? ` (OS thread ${os_thread})` : "");
  const where =
    stage === "ready" || !thread ? "" : stage === "compute" ? `, on ${name}` : `, begun on ${name}`;
  return (
    `task ${task}, ${STAGES[stage]}${where}, from ${measured(begin / 1e9)} to ` +
    `${measured(end / 1e9)}: ${measured((end - begin) / 1e9)}`
  );
}

// What a stretch of a connection says.
export function words_of_connection([task, kind, begin, end, , began_on], thread_ids) {
  const what = Object.values(CONNECTIONS)[kind];
  const where = began_on ? ` by server thread ${began_on} (OS thread ${thread_ids[began_on - 1]})` : "";
  const which = kind === QUEUED ? "" : kind === WAITING ? `, accepted${where}` : `, echoed${where}`;
  return (
    `connection of task ${task}: ${what}${which}, from ${measured(begin / 1e9)} to ` +
    `${measured(end / 1e9)}: ${measured((end - begin) / 1e9)}`
  );
}

// What one bin of counts says.
export function words_of_counts({ counts }, item, end_s, counted) {
  const wide = end_s / counts[0].length;
  const parts = Object.values(STAGES)
    .map((stage, kind) => [counts[kind][item], stage])
    .filter(([level]) => level > 0)
    .map(([level, stage]) => `${count(level, counted.slice(0, -1))}: ${stage}`);
  return (
    `from ${measured(item * wide)} to ${measured((item + 1) * wide)}, on average ` +
    (parts.join("; ") || `no ${counted}`)
  );
}

// Rows summed up: the mean number in each stage, in each of `bins` equal parts of 0 to `end_s`.
export function counts_of(stretches, end_s, bins, total) {
  const counts = [0, 1, 2, 3].map(() => new Array(bins + 1).fill(0));
  const changes = counts.map(() => new Array(bins + 1).fill(0)); // of how many fill whole bins
  const wide = (end_s * 1e9) / bins;
  for (const [, kind, begin, end] of stretches) {
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
  return { total, counts };
}
