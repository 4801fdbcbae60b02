// Says when the last task should end, and why, as a formula: the caption of a prediction.
// N tasks, T threads, C cores; c = connect, r = response, k = compute.

import { at_once } from "./predict.mjs";

// How long so many computations take on so many threads: a stage for each full set of threads, and
// one for the rest. Burning, more threads than cores stretch the stage.
function computing(tasks, threads, w) {
  const stage = (busy) =>
    w.compute_s * (w.compute_kind === "burn" ? Math.max(1, busy / w.cores) : 1);
  const rest = tasks % threads;
  return Math.floor(tasks / threads) * stage(threads) + (rest > 0 ? stage(rest) : 0);
}

// In seconds. A task that keeps its place waits as often as the places are filled, all others once.
// Simulated tasks end then, too: this is for workloads that are too large to simulate.
export function predicted_end(facts, w) {
  const rounds = Math.ceil(w.tasks / at_once(facts.under_way, w));
  return (
    rounds * (w.connect_s + w.response_s) + computing(w.tasks, at_once(facts.computing, w), w)
  );
}

// The formula as it holds where computing needs no core.
function holding({ under_way, computing }) {
  if (under_way === "one") return "N(c+r+k)";
  if (under_way === "T") return "ceil(N/T)(c+r+k)";
  return { one: "c+r+Nk", T: "c+r+ceil(N/T)k", all: "c+r+k" }[computing];
}

// The computing in it where there are more threads than cores: full sets of threads, and the rest.
function burning(tasks, threads, cores) {
  if (tasks <= threads || tasks % threads === 0) return "(N/C)k";
  return `floor(N/T)(T/C)k+${tasks % threads > cores ? "(N mod T)/C k" : "k"}`;
}

export function formula_of(facts, w) {
  const threads = at_once(facts.computing, w);
  if (w.compute_kind === "hold" || threads <= w.cores) return holding(facts);
  const waiting = facts.under_way === "T" ? "ceil(N/T)(c+r)" : "c+r";
  return `${waiting}+${burning(w.tasks, threads, w.cores)}`;
}
