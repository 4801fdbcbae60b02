// Says when the last task should end, and why, as a formula: the caption of a prediction.
// N tasks, T threads, C cores; c = connect, r = response, k = compute.

import { at_once, server_places, simulate } from "./predict.mjs";

export const SIMULATED_AT_MOST = 10000; // tasks: more would keep the page busy

// How long so many computations take on so many threads: a stage for each full set of threads, and
// one for the rest. Burning, more threads than cores stretch the stage.
function computing(tasks, threads, w) {
  const stage = (busy) =>
    w.compute_s * (w.compute_kind === "burn" ? Math.max(1, busy / w.cores) : 1);
  const rest = tasks % threads;
  return Math.floor(tasks / threads) * stage(threads) + (rest > 0 ? stage(rest) : 0);
}

// Whether the formula holds: all tasks compute as long, and the server has a place for every task at
// once that the model has under way.
export function has_closed_form(facts, w, server = null) {
  return w.uneven === 1 && server_places(server, w) >= at_once(facts.under_way, w);
}

// In seconds. Tasks that are simulated end when the formula says, where one holds: it also tells of
// workloads that are too large to simulate. Null where nothing does.
export function predicted_end(facts, w, server = null) {
  if (has_closed_form(facts, w, server)) return closed_form(facts, w);
  if (w.tasks > SIMULATED_AT_MOST) return null;
  return simulate(facts, w, server).reduce((end, { finished }) => Math.max(end, finished), 0) / 1e9;
}

// A task that keeps its place waits as often as the places are filled, all others once.
function closed_form(facts, w) {
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

export function formula_of(facts, w, server = null) {
  if (!has_closed_form(facts, w, server)) return "simulated";
  const threads = at_once(facts.computing, w);
  if (w.compute_kind === "hold" || threads <= w.cores) return holding(facts);
  const waiting = facts.under_way === "T" ? "ceil(N/T)(c+r)" : "c+r";
  return `${waiting}+${burning(w.tasks, threads, w.cores)}`;
}
