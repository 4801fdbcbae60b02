// Predict first and what if: what they hide, reveal, work out and refuse.

import assert from "node:assert/strict";
import { test } from "node:test";

import { explain } from "../../plots/page/browser/guess.mjs";
import { on_record } from "../../plots/page/browser/whatif.mjs";
import { on_page, pages_of } from "./support.mjs";

const pages = pages_of("core", "only_bad", "sweep", "served");
const MEASURED = ["#timeline", "#results", "#whatif"];

const visible = (page) => Promise.all(MEASURED.map((part) => page.locator(part).isVisible()));
const guessing = (page) => page.getByRole("switch");
const guess_fields = (page) => page.locator("#guesses input");
const reveal = (page) => page.getByRole("button", { name: "Show what was measured" });

test("predict first hides all that was measured, until there is a guess for each model", () =>
  on_page(pages, "core", {}, async (page) => {
    assert.deepEqual(await visible(page), [true, true, true]);
    await guessing(page).focus();
    await page.keyboard.press("Space");
    assert.deepEqual(await visible(page), [false, false, false]);
    const said = await page.locator("body").innerText();
    for (const spoiler of ["42.0", "22.0", "14.0", "c+r"])
      assert.ok(!said.includes(spoiler), spoiler);

    await reveal(page).click();
    assert.deepEqual(await visible(page), [false, false, false]);
    assert.equal(
      await page.locator("#guesses [role=alert]").innerText(),
      "Each model needs a guess: a number of seconds, 0 or more.",
    );
    assert.equal(
      await guess_fields(page)
        .first()
        .evaluate((f) => f === document.activeElement),
      true,
    );

    for (const field of await guess_fields(page).all()) {
      await field.fill("14");
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    assert.deepEqual(await visible(page), [true, true, true]);
    const rows = await page.locator("#guesses tbody tr").allInnerTexts();
    assert.equal(rows.length, 5);
    assert.match(
      rows[0],
      /^Sequential\s+14 s\s+42 s\s+42\.00\d s\s+28\.00\d s too short\..*everything overlaps/,
    );
    assert.match(rows[4], /Right: all tasks waited and computed at the same time/);
  }));

test("one guess missing, or below zero, is not enough", () =>
  on_page(pages, "core", {}, async (page) => {
    await guessing(page).click();
    for (const value of ["", "-1"]) {
      for (const field of await guess_fields(page).all()) await field.fill("20");
      await guess_fields(page).nth(3).fill(value);
      await reveal(page).click();
      assert.deepEqual(await visible(page), [false, false, false]);
      assert.equal(await guess_fields(page).nth(3).getAttribute("aria-invalid"), "true");
      assert.equal(await guess_fields(page).nth(2).getAttribute("aria-invalid"), "false");
    }
  }));

test("switching it off shows the measurements; guessing again hides them again", () =>
  on_page(pages, "core", { fragment: "#guess" }, async (page) => {
    assert.deepEqual(await visible(page), [false, false, false], "#guess starts with guessing");
    await guessing(page).click();
    assert.deepEqual(await visible(page), [true, true, true]);
    await guessing(page).click();
    for (const field of await guess_fields(page).all()) await field.fill("1");
    await reveal(page).click();
    await page.getByRole("button", { name: "Guess again" }).click();
    assert.deepEqual(await visible(page), [false, false, false]);
  }));

test("#guess scrolls to the questions and puts the cursor into the first", () =>
  on_page(pages, "core", { fragment: "#guess" }, async (page) => {
    const at_top = () =>
      page.locator("#predict").evaluate((e) => Math.abs(e.getBoundingClientRect().top) < 400);
    assert.ok(await at_top());
    const focused = await guess_fields(page)
      .first()
      .evaluate((f) => f === document.activeElement);
    assert.ok(focused);
    assert.equal(await page.locator("h1").innerText(), "How long does each model take?");
  }));

test("the quiz asks the same questions for the same seed, and keeps score", () =>
  on_page(pages, "core", {}, async (page) => {
    const ask = async () => {
      await page.getByLabel("Seed").fill("7");
      await page.getByRole("button", { name: "Start the quiz" }).press("Enter");
      return page.locator("#quiz .quiz").innerText();
    };
    const first = await ask();
    assert.equal(await ask(), first);
    assert.match(first, /\d tasks, \d threads; connect \d s, response \d s, compute \d s\./);
    await page.keyboard.press("Enter");
    const said = page.locator("#quiz [role=status]");
    assert.match(await said.innerText(), /^(Right|No, not .* s): .* = .* s\..* Score: [01] of 1\.$/);
    await page.keyboard.press("Enter");
    await page.locator("#quiz .quiz .controls button").last().click();
    assert.match(await said.innerText(), /Score: [012] of 2\.$/);
  }));

test("a slider moves its number, and the predictions follow", () =>
  on_page(pages, "core", {}, async (page) => {
    const slider = page.getByRole("slider", { name: "Slide tasks" });
    await slider.focus();
    for (let i = 0; i < 2; ++i) await page.keyboard.press("ArrowRight");
    assert.equal(await page.getByLabel("Tasks (N)").inputValue(), "5");
    assert.equal((await predicted(page))[0], "70 s");
    await page.getByLabel("Tasks (N)").fill("7");
    assert.equal(await slider.getAttribute("aria-valuetext"), "7");
  }));

test("what a sweep has on record of this machine stands beside the predictions", () => {
  assert.equal(on_record(undefined), "");
  assert.equal(
    on_record({ memory_bytes: 1536, cpu_s: 12.34e-6, refused: [50000, 32000] }),
    "1.50 KiB per task; 12.3 µs CPU per task; 50,000 tasks refused, room for 32,000 tasks",
  );
});

test("what failed is said where there is no measurement", () =>
  on_page(pages, "only_bad", {}, async (page) => {
    await guessing(page).click();
    for (const field of await guess_fields(page).all()) await field.fill("5");
    await reveal(page).click();
    assert.match(
      (await page.locator("#guesses tbody tr").allInnerTexts())[1],
      /Nothing was measured: refused: no more threads: 32,000 are running\./,
    );
  }));

test("with several workloads the reader chooses which to guess", () =>
  on_page(pages, "sweep", {}, async (page) => {
    await guessing(page).click();
    await page.locator("#guesses").getByLabel("Workload").selectOption("1");
    assert.ok((await page.locator("#guesses").innerText()).includes("60 tasks, 4 worker threads"));
  }));

const WORKLOAD = {
  tasks: 3,
  threads: 4,
  connect_s: 2,
  response_s: 8,
  compute_s: 4,
  compute_kind: "hold",
  uneven: 1,
  cores: 2,
};
const run_of = (makespan_s, predicted_s, max_in_flight, max_computing) => ({
  status: "ok",
  message: "",
  makespan_s,
  predicted_s,
  overhead_s: makespan_s - predicted_s,
  structure: { max_in_flight, max_computing },
});

test("the gap is explained by what the records show", () => {
  assert.equal(
    explain(42, run_of(22.002, 22, 3, 1), WORKLOAD),
    "19.998 s too long. Your guess is that of N(c+r+k) = 42 s: nothing overlaps. But here all" +
      " tasks waited at the same time, but no two computed at once, so computing adds up.",
  );
  assert.equal(
    explain(30, run_of(14.002, 14, 3, 3), WORKLOAD),
    "15.998 s too long. Here all tasks waited and computed at the same time, so all take as long" +
      " as one.",
  );
  assert.equal(
    explain(14.1, run_of(14.002, 14, 3, 3), WORKLOAD),
    "Right: all tasks waited and computed at the same time, so all take as long as one.",
  );
  assert.match(explain(14, run_of(18, 14, 3, 3), WORKLOAD), /\+4\.00 s of it is overhead/);
  assert.match(
    explain(14, run_of(14.01, 14, 1, 1), { ...WORKLOAD, tasks: 1 }),
    /there was one task/,
  );
  const against_one = explain(14, run_of(30, 30, 3, 1), WORKLOAD, { under_way: "one" });
  assert.match(against_one, /But here the server let no more than 1 connection wait at once, so/);
  const roomy = explain(14, run_of(14, 14, 3, 3), WORKLOAD, { under_way: "all" });
  assert.match(roomy, /^Right: all tasks waited and computed at the same time/);
  const uneven = explain(42, run_of(46, 46, 1, 1), { ...WORKLOAD, uneven: 2 });
  assert.match(uneven, /^4\.000 s too short\. Here one task was under way/, "no formula's idea");
  assert.match(
    explain(1, run_of(84, 84, 2, 2), { ...WORKLOAD, tasks: 12 }),
    /no more than 2 tasks were under way/,
  );
});

const predicted = async (page) =>
  await page.locator("#whatif-table tbody td:last-child").allInnerTexts();

test("what if starts with the measured workload, and follows every field", () =>
  on_page(pages, "core", {}, async (page) => {
    assert.deepEqual(await predicted(page), ["42 s", "42 s", "22 s", "14 s", "14 s"]);
    for (const [field, value, then] of [
      ["Tasks (N)", "5", ["70 s", "70 s", "30 s", "18 s", "14 s"]],
      ["Threads (T)", "2", ["70 s", "70 s", "30 s", "22 s", "14 s"]],
      ["Connect (c), seconds", "1.5", ["67.5 s", "67.5 s", "29.5 s", "21.5 s", "13.5 s"]],
      ["Response (r), seconds", "0", ["27.5 s", "27.5 s", "21.5 s", "13.5 s", "5.5 s"]],
      ["Compute (k), seconds", "1", ["12.5 s", "12.5 s", "6.5 s", "4.5 s", "2.5 s"]],
    ]) {
      await page.getByLabel(field).fill(value);
      assert.deepEqual(await predicted(page), then, field);
    }
    await page.getByLabel("Computing takes").selectOption("burn");
    assert.deepEqual(await predicted(page), ["12.5 s", "12.5 s", "6.5 s", "4.5 s", "4 s"]);
    await page.getByLabel("Cores (for burn)").fill("1");
    assert.deepEqual(await predicted(page), ["12.5 s", "12.5 s", "6.5 s", "6.5 s", "6.5 s"]);
    assert.deepEqual(await page.locator("#whatif-table tbody td:nth-child(2)").allInnerTexts(), [
      "N(c+r+k)",
      "N(c+r+k)",
      "c+r+Nk",
      "c+r+floor(N/T)(T/C)k+k",
      "c+r+(N/C)k",
    ]);
  }));

test("what if takes the server that was run against, and any other", () =>
  on_page(pages, "served", {}, async (page) => {
    const server = page.locator("#whatif-form select").last();
    assert.equal(await server.locator("option:checked").innerText(), "Title of iterative");
    assert.deepEqual(await predicted(page), ["42 s", "42 s", "30 s", "30 s", "30 s"]);
    const formulas = page.locator("#whatif-table tbody td:nth-child(2)");
    assert.deepEqual((await formulas.allInnerTexts()).slice(1, 3), ["N(c+r+k)", "simulated"]);
    await server.selectOption("thread_pool");
    assert.deepEqual(await predicted(page), ["42 s", "42 s", "22 s", "22 s", "22 s"]);
    await page.getByLabel("Server threads", { exact: true }).fill("3");
    assert.deepEqual(await predicted(page), ["42 s", "42 s", "22 s", "14 s", "14 s"]);
    await server.selectOption("epoll");
    await page.getByLabel("Server threads", { exact: true }).fill("1");
    assert.deepEqual(await predicted(page), ["42 s", "42 s", "22 s", "14 s", "14 s"]);
  }));

test("what if lets every second task compute longer", () =>
  on_page(pages, "core", {}, async (page) => {
    const field = page.getByLabel("Uneven (F): every second task, F times k");
    await field.fill("2");
    assert.deepEqual(await predicted(page), ["46 s", "46 s", "26 s", "18 s", "18 s"]);
    assert.equal(
      await page.locator("#whatif-table tbody td:nth-child(2)").first().innerText(),
      "simulated",
    );
    await page.getByLabel("Tasks (N)").fill("10001");
    assert.equal((await predicted(page))[0], "unknown: this page simulates up to 10,000 tasks");
  }));

test("what if draws a predicted time line a model, summed up where tasks are many", () =>
  on_page(pages, "core", {}, async (page) => {
    const drawn = () => page.locator("#whatif-picture rect[data-stretch]").count();
    await page.locator("#whatif").scrollIntoViewIfNeeded();
    await page.locator("#whatif-picture [data-lane='4']").waitFor();
    assert.equal(await page.locator("#whatif-picture [data-lane]").count(), 5);
    assert.equal(await drawn(), 5 * 9 + 2, "three stages each, and two tasks that are ready");
    await page.locator("#whatif-picture .surface").focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(
      await page.locator("#whatif-picture .readout").innerText(),
      "Sequential: task 1, connect, from 0.00 ms to 2.000 s: 2.000 s",
    );
    for (let i = 0; i < 2; ++i) await page.keyboard.press("ArrowDown");
    assert.equal(
      await page.locator("#whatif-picture .readout").innerText(),
      "Sequential: task 1, compute, on thread 1, from 10.000 s to 14.000 s: 4.000 s",
    );
    await page.getByLabel("Tasks (N)").fill("1000");
    assert.equal(await drawn(), 0);
    assert.equal(await page.locator("#whatif-picture [data-lane]").count(), 5);
    await page.getByLabel("Tasks (N)").fill("10000000");
    assert.ok(await page.getByText("So many tasks are not drawn").isVisible());
    assert.equal((await predicted(page))[4], "14 s");
  }));

test("what if refuses what is no workload, and says what it takes", () =>
  on_page(pages, "core", {}, async (page) => {
    for (const [field, value, said] of [
      ["Tasks (N)", "0", "Tasks (N): a whole number from 1 to 10,000,000."],
      ["Tasks (N)", "2.5", "Tasks (N): a whole number from 1 to 10,000,000."],
      ["Compute (k), seconds", "-1", "Compute (k), seconds: a number from 0 to 1,000,000."],
      ["Threads (T)", "", "Threads (T): a whole number from 1 to 10,000."],
    ]) {
      const input = page.getByLabel(field),
        before = await input.inputValue();
      await input.fill(value);
      assert.equal(await page.locator("#whatif-form [role=alert]").innerText(), said);
      assert.equal(await input.getAttribute("aria-invalid"), "true");
      await input.fill(before);
      assert.equal(await page.locator("#whatif-form [role=alert]").innerText(), "");
    }
    assert.deepEqual(await predicted(page), ["42 s", "42 s", "22 s", "14 s", "14 s"]);
  }));
