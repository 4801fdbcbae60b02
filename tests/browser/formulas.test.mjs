// The page's simulation and formulas against the harness's own: on random workloads, and on the
// stages that real runs were predicted.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { formula_of, predicted_end } from "../../plots/page/browser/formula.mjs";
import { simulate } from "../../plots/page/browser/predict.mjs";
import { pick, random_from } from "../../plots/page/browser/random.mjs";
import { counts_of } from "../../plots/page/browser/views.mjs";
import { predicted_run } from "../../plots/page/browser/whatif.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const HARNESS = process.env.WAITBENCH ?? path.join(ROOT, "build/release/bin/waitbench");
const ROUNDS = 40;

const folder = mkdtempSync(path.join(tmpdir(), "waitbench-formulas-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// The results.json of tasks that really ran.
function results_of(...workload) {
  const run = ["--models=all", "--time-scale=0.005", "--no-live", `--results=${folder}`];
  execFileSync(HARNESS, [...run, ...workload], { stdio: "ignore" });
  return JSON.parse(readFileSync(path.join(folder, "results.json"), "utf8"));
}

const HOLDING = results_of("--tasks=5", "--threads=2"),
  BURNING = results_of("--tasks=7", "--threads=3", "--compute-kind=burn"),
  NOT_WAITING = results_of("--tasks=5", "--threads=2", "--connect=0s", "--response=0s"),
  UNEVEN = results_of("--tasks=7", "--threads=3", "--uneven=2.5"),
  UNEVEN_BURNING = results_of("--tasks=7", "--threads=3", "--uneven=3", "--compute-kind=burn"),
  QUEUED = results_of(
    "--tasks=5",
    "--threads=2",
    "--servers=iterative,thread_pool",
    "--server-threads=2",
    "--compute=10s",
  );
const MODELS = Object.entries(HOLDING.models),
  SERVERS = HOLDING.servers;

// Tasks that are simulated are fewer: that takes longer than a formula.
function random_workload(random, cores, is_simulated = false) {
  const whole = (most) => 1 + Math.floor(random() * most);
  const microseconds = (most) => Math.floor(random() ** 3 * most * 1e6) / 1e6;
  return {
    tasks: whole(random() < 0.5 ? 12 : is_simulated ? 200 : 20000),
    threads: whole(random() < 0.5 ? 8 : 300),
    connect_s: microseconds(20),
    response_s: microseconds(20),
    compute_s: microseconds(20),
    compute_kind: random() < 0.5 ? "hold" : "burn",
    uneven: is_simulated && random() < 0.5 ? 1 + Math.floor(random() * 50) / 10 : 1,
    server_threads: whole(8),
    cores,
  };
}

// model, formula, seconds and how exact these are, of each line that the harness prints.
function harness_says(w, server) {
  const printed = execFileSync(
    HARNESS,
    [
      "--predict",
      "--models",
      "all",
      `--tasks=${w.tasks}`,
      `--threads=${w.threads}`,
      `--connect=${Math.round(w.connect_s * 1e6)}us`,
      `--response=${Math.round(w.response_s * 1e6)}us`,
      `--compute=${Math.round(w.compute_s * 1e6)}us`,
      `--compute-kind=${w.compute_kind}`,
      `--uneven=${w.uneven}`,
      `--servers=${server}`,
      `--server-threads=${w.server_threads}`,
    ],
    { encoding: "utf8" },
  );
  return printed
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [model, formula, minutes = 0, rest] = line
        .match(/^(\S+)\s+(?:[a-z]\w*\s+)?\d+\s+(.*?)\s+(?:(\d+) min )?(\S+) s$/)
        .slice(1);
      const exact = minutes ? 10 ** -(rest.split(".")[1]?.length ?? 0) : 1e-8 * Number(rest);
      return { model, formula, seconds: 60 * minutes + Number(rest), exact };
    });
}

test("the harness predicts the same end, by the same formula, whatever the workload", (t) => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`SEED=${seed} repeats this`);
  const random = random_from(seed),
    { cores } = HOLDING.runs[0].workload;
  for (let i = 0; i < ROUNDS; ++i) {
    const is_simulated = i % 2 === 1;
    const workload = random_workload(random, cores, is_simulated),
      name = is_simulated ? pick(random, Object.keys(SERVERS)) : "coroutines",
      server = SERVERS[name].facts;
    const said = harness_says(workload, name);
    assert.equal(said.length, MODELS.length);
    for (const { model, formula, seconds, exact } of said) {
      const { facts } = HOLDING.models[model],
        ours = predicted_end(facts, workload, server),
        on = `${name}, for ${JSON.stringify(workload)}`,
        where = `seed ${seed}, ${model}: ${ours}, not ${seconds}, against ${on}`;
      assert.equal(formula_of(facts, workload, server), formula, where);
      assert.ok(Math.abs(ours - seconds) <= exact, where);
    }
  }
});

// The columns of results.json.
function columns_of({ stretches }) {
  const column = (i) => stretches.map((stretch) => stretch[i]);
  return {
    task: column(0),
    stage: column(1).map((kind) => ["connect", "response", "ready", "compute"][kind]),
    begin_ns: column(2),
    end_ns: column(3),
    thread: column(4).map((thread) => thread || null),
  };
}

for (const [words, { models, servers, runs }] of [
  ["computing holds threads", HOLDING],
  ["computing burns cores", BURNING],
  ["no waiting takes time", NOT_WAITING],
  ["every second task computes longer", UNEVEN],
  ["every second task burns longer", UNEVEN_BURNING],
  ["the server has few places", QUEUED],
]) {
  test(`every stage of every task is as the harness predicts it: ${words}`, () => {
    const ran_against = new Set(runs.map(({ server_model }) => server_model));
    assert.equal(runs.length, MODELS.length * ran_against.size);
    for (const { model, server_model, workload, predicted_stages } of runs) {
      const server = servers[server_model].facts;
      const ours = columns_of(predicted_run(models[model].facts, workload, server));
      assert.deepEqual(ours, predicted_stages, `${model} against ${server_model}`);
    }
  });
}

test("simulated tasks end when the formula says, and take their steps in order", () => {
  const random = random_from(7);
  for (const [model, { facts }] of MODELS) {
    for (let i = 0; i < 20; ++i) {
      const cores = 1 + Math.floor(random() * 5),
        tasks = 1 + Math.floor(random() * 50),
        workload = { ...random_workload(random, cores), tasks },
        where = `${model} ${JSON.stringify(workload)}`;
      const simulated = simulate(facts, workload);
      assert.equal(simulated.length, tasks);
      const last = Math.max(...simulated.map(({ finished }) => finished)) / 1e9;
      assert.ok(Math.abs(last - predicted_end(facts, workload)) < 1e-6, where);
      for (const { started, written, echoed, computes, finished } of simulated) {
        const steps = [started, written, echoed, computes, finished];
        const in_order = [...steps].sort((a, b) => a - b);
        assert.deepEqual(steps, in_order, where);
      }
    }
  }
});

const ORIGINAL = {
  tasks: 3,
  threads: 4,
  connect_s: 2,
  response_s: 8,
  compute_s: 4,
  compute_kind: "hold",
  uneven: 1,
  cores: 2,
};
const BURN = { ...ORIGINAL, compute_kind: "burn" };
const IN_TURN = { under_way: "one", computing: "one", wait: "holds its thread" },
  ONE_THREAD = { under_way: "all", computing: "one", wait: "gives its thread back" },
  SEVERAL = { under_way: "all", computing: "T", wait: "gives its thread back" },
  POOL = { under_way: "T", computing: "T", wait: "holds its thread" },
  ALL = { under_way: "all", computing: "all", wait: "holds its thread" };

test("the published workload takes 42, 22, 14 and 14 seconds", () => {
  const ends = [IN_TURN, ONE_THREAD, SEVERAL, ALL].map((facts) => predicted_end(facts, ORIGINAL));
  assert.deepEqual(ends, [42, 22, 14, 14]);
});

test("burning stretches over the cores that threads share, holding does not", () => {
  assert.equal(predicted_end(ALL, BURN), 10 + 6);
  assert.equal(predicted_end(SEVERAL, BURN), 10 + 6);
  assert.equal(predicted_end(ONE_THREAD, BURN), 10 + 12);
  assert.equal(predicted_end(IN_TURN, BURN), 42);
  const five_on_three = { ...BURN, tasks: 5, threads: 3 };
  assert.equal(predicted_end(SEVERAL, five_on_three), 10 + 6 + 4);
  assert.equal(formula_of(SEVERAL, five_on_three), "c+r+floor(N/T)(T/C)k+k");
});

test("a bounded pool serves whole tasks in rounds", () => {
  const five_on_two = { ...ORIGINAL, tasks: 5, threads: 2 };
  assert.equal(predicted_end(POOL, five_on_two), 3 * 14);
  const burn = { ...five_on_two, compute_kind: "burn", cores: 1 };
  assert.equal(predicted_end(POOL, burn), 2 * (10 + 8) + 14);
});

test("on one thread, two of three tasks are ready without a thread for 4 and 8 seconds", () => {
  const { stretches } = predicted_run(ONE_THREAD, ORIGINAL);
  assert.deepEqual(
    stretches.filter(([, kind]) => kind === 2),
    [
      [2, 2, 10e9, 14e9, 0],
      [3, 2, 10e9, 18e9, 0],
    ],
  );
});

test("a loop of its own starts and sends while the one thread computes", () => {
  const connected = (wait) => {
    const workload = { ...ORIGINAL, connect_s: 0, response_s: 0 };
    return simulate({ ...ONE_THREAD, wait }, workload).map(({ written }) => written / 1e9);
  };
  assert.deepEqual(connected("has a loop of its own"), [0, 0, 0]);
  assert.deepEqual(connected("gives its thread back"), [0, 4, 8]);
});

test("the next connection is accepted when the answer before has been read", () => {
  const one = { under_way: "one" };
  const answered = (facts, compute_s) =>
    simulate(facts, { ...ORIGINAL, compute_s }, one).map(({ echoed }) => echoed / 1e9);
  assert.deepEqual(answered(ALL, 10), [10, 18, 26]);
  assert.deepEqual(answered(ONE_THREAD, 10), [10, 18, 28]);
  const on_two = { ...ORIGINAL, server_threads: 2 };
  assert.equal(predicted_end(ALL, on_two, { under_way: "T" }), 2 + 2 * 8 + 4);
});

test("tasks that were dealt out wait for their own thread, even if another is free", () => {
  const uneven = { ...ORIGINAL, tasks: 4, threads: 2, connect_s: 1, response_s: 2, uneven: 3 };
  const ends = (work) =>
    simulate({ ...SEVERAL, work }, uneven).map(({ finished }) => finished / 1e9);
  assert.deepEqual(ends("shared"), [7, 15, 11, 23]);
  assert.deepEqual(ends("dealt out"), [7, 15, 11, 27]);
});

test("burning, the shorter ones end first", () => {
  const uneven = { ...BURN, tasks: 4, cores: 1, connect_s: 1, response_s: 2, uneven: 3 };
  const ends = simulate(ALL, uneven).map(({ finished }) => finished / 1e9);
  assert.deepEqual(ends, [19, 35, 19, 35]);
});

test("what is neither in a formula nor simulated is unknown", () => {
  assert.equal(predicted_end(ALL, { ...ORIGINAL, tasks: 10001, uneven: 2 }), null);
  assert.equal(predicted_end(ALL, { ...ORIGINAL, tasks: 10001 }), 14);
});

test("no more tasks compute at once than there are threads", () => {
  const workload = { ...ORIGINAL, tasks: 30, threads: 4 };
  for (const [facts, most] of [
    [SEVERAL, 4],
    [POOL, 4],
    [ONE_THREAD, 1],
  ]) {
    const { stretches } = predicted_run(facts, workload);
    const { counts } = counts_of(stretches, predicted_end(facts, workload), 300, 30);
    assert.ok(Math.abs(Math.max(...counts[3]) - most) < 1e-6, formula_of(facts, workload));
  }
});

test("summed up, every task is in some stage until the last has ended", () => {
  const { counts, total } = predicted_run(ALL, { ...ORIGINAL, tasks: 500 }).counts.tasks;
  assert.equal(total, 500);
  for (let i = 0; i < 300; ++i)
    assert.ok(Math.abs(counts.reduce((sum, column) => sum + column[i], 0) - 500) < 1e-6);
});
