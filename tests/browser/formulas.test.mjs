// The page's formulas against the harness's own table, on random workloads.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import {
  FORMULAS,
  counts_of,
  formula_of,
  predict,
  schedule,
} from "../../plots/page/browser/predict.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const HARNESS = process.env.WAITBENCH ?? path.join(ROOT, "build/release/bin/waitbench");
const ROUNDS = 40;

// Numbers from 0 to 1 that follow from the seed (mulberry32).
function random_from(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// How many cores the harness counts: so many times a second of burning is over by the second.
function cores_of_harness() {
  const burning = {
    tasks: 100000,
    threads: 1,
    connect_s: 0,
    response_s: 0,
    compute_s: 1,
    compute_kind: "burn",
  };
  const { seconds } = harness_says(burning).find(({ model }) => model === "thread_per_task");
  return Math.round(burning.tasks / seconds);
}

function random_workload(random, cores) {
  const whole = (most) => 1 + Math.floor(random() * most);
  const microseconds = (most) => Math.floor(random() ** 3 * most * 1e6) / 1e6;
  return {
    tasks: whole(random() < 0.5 ? 12 : 20000),
    threads: whole(random() < 0.5 ? 8 : 300),
    connect_s: microseconds(20),
    response_s: microseconds(20),
    compute_s: microseconds(20),
    compute_kind: random() < 0.5 ? "hold" : "burn",
    cores,
  };
}

// model, formula and seconds of each line that the harness prints.
function harness_says(w) {
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
      `--compute=${w.compute_kind}`,
    ],
    { encoding: "utf8" },
  );
  return printed
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [model, , formula, seconds] = line.match(/^(\S+)\s+(\d+)\s+(.*?)\s+(\S+) s$/).slice(1);
      return { model, formula, seconds: Number(seconds) };
    });
}

test("every formula of the harness is known, and gives what the harness predicts", (t) => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`SEED=${seed} repeats this`);
  const random = random_from(seed),
    cores = cores_of_harness();
  for (let i = 0; i < ROUNDS; ++i) {
    const workload = random_workload(random, cores);
    // The formula of a model is the one for computing that needs no core; the rest follows from it.
    const formulas = harness_says({ ...workload, compute_kind: "hold" });
    for (const [row, { model, seconds }] of harness_says(workload).entries()) {
      const ours = predict(formulas[row].formula, workload);
      // The harness prints nine digits.
      assert.ok(
        Math.abs(ours - seconds) <= 1e-8 * seconds,
        `seed ${seed}, ${model}: ${ours}, not ${seconds}, for ${JSON.stringify(workload)}`,
      );
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
  cores: 2,
};

test("the published workload takes 42, 22, 14 and 14 seconds", () => {
  const ends = ["N(c+r+k)", "c+r+Nk", "c+r+ceil(N/T)k", "c+r+k"].map((f) => predict(f, ORIGINAL));
  assert.deepEqual(ends, [42, 22, 14, 14]);
});

test("burning stretches over the cores that threads share, holding does not", () => {
  const burn = { ...ORIGINAL, compute_kind: "burn" };
  assert.equal(predict("c+r+k", burn), 10 + 6);
  assert.equal(predict("c+r+ceil(N/T)k", burn), 10 + 6);
  assert.equal(predict("c+r+Nk", burn), 10 + 12);
  assert.equal(predict("N(c+r+k)", burn), 42);
  assert.equal(predict("c+r+ceil(N/T)k", { ...burn, tasks: 5, threads: 3 }), 10 + 6 + 4);
});

test("a bounded pool serves whole tasks in rounds, however its formula is written", () => {
  const five_on_two = { ...ORIGINAL, tasks: 5, threads: 2 };
  assert.equal(predict("ceil(N/T)(c+r+k)", five_on_two), 3 * 14);
  assert.equal(predict("⌈N/T⌉(c+r+k)", five_on_two), 3 * 14);
  const burn = { ...five_on_two, compute_kind: "burn", cores: 1 };
  assert.equal(predict("ceil(N/T)(c+r+k)", burn), 2 * (10 + 8) + 14);
});

test("a formula that the page does not know is unknown, not an error", () => {
  for (const text of ["N!", "", "constructor", "__proto__", "c+r"])
    assert.equal(formula_of(text), undefined);
  assert.equal(predict("N!", ORIGINAL), undefined);
});

test("time lines end when their formula says, and no stage overlaps another of its task", () => {
  const random = random_from(7);
  for (const text of Object.keys(FORMULAS)) {
    for (let i = 0; i < 20; ++i) {
      const workload = { ...random_workload(random, 2), tasks: 1 + Math.floor(random() * 50) };
      const { rows, stretches } = schedule(text, workload);
      assert.equal(rows.length, workload.tasks);
      const last = Math.max(0, ...stretches.map(([, , , , end]) => end / 1e9));
      assert.ok(
        Math.abs(last - predict(text, workload)) < 1e-6,
        `${text} ${JSON.stringify(workload)}`,
      );
      stretches.forEach(([row, , , begin, end], n) => {
        assert.ok(begin <= end);
        if (n && stretches[n - 1][0] === row) assert.ok(begin >= stretches[n - 1][4]);
      });
    }
  }
});

test("on one thread, two of three tasks are ready without a thread for 4 and 8 seconds", () => {
  const ready = schedule("c+r+Nk", ORIGINAL).stretches.filter(([, , kind]) => kind === 2);
  assert.deepEqual(ready, [
    [1, 2, 2, 10e9, 14e9, 0],
    [2, 3, 2, 10e9, 18e9, 0],
  ]);
});

test("no more tasks compute at once than there are threads", () => {
  const workload = { ...ORIGINAL, tasks: 30, threads: 4 };
  for (const [text, most] of [
    ["c+r+ceil(N/T)k", 4],
    ["ceil(N/T)(c+r+k)", 4],
    ["c+r+Nk", 1],
  ]) {
    const view = schedule(text, workload);
    const counts = counts_of(view, predict(text, workload), 300, "tasks").counts;
    assert.ok(Math.abs(Math.max(...counts[3]) - most) < 1e-6, text);
  }
});

test("summed up, every task is in some stage until the last has ended", () => {
  const view = schedule("c+r+k", { ...ORIGINAL, tasks: 500 });
  const { counts, total } = counts_of(view, 14, 300, "tasks");
  assert.equal(total, 500);
  for (let i = 0; i < 300; ++i)
    assert.ok(Math.abs(counts.reduce((sum, column) => sum + column[i], 0) - 500) < 1e-6);
});
