// The interactive time line: what it says is what results.json holds, by mouse and by keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";

import { measured } from "../../plots/page/browser/words.mjs";
import { on_page, pages_of } from "./support.mjs";

const pages = pages_of("core", "repeated", "many_tasks", "sweep");
const surface = (page) => page.locator("#timeline .surface");
const readout = (page) => page.locator("#timeline .readout").innerText();
const tip = (page) => page.locator("#timeline .tip");
const stretches = (page, panel) =>
  page.locator(`#timeline-picture [data-panel='${panel}'] rect[data-stretch]`);

// What the page should say of each stage, from the file alone.
function stages_of({ stages }) {
  const rows = stages.task.map((task, i) => ({
    task,
    stage: stages.stage[i],
    begin: stages.begin_ns[i],
    end: stages.end_ns[i],
    thread: stages.thread[i],
  }));
  const by_begin = [...rows].sort((a, b) => a.begin - b.begin);
  const threads = [...new Set(by_begin.map(({ thread }) => thread).filter(Boolean))];
  const words = {
    connect: "connect, begun on",
    response: "waiting for the response, begun on",
    ready: "ready, waiting for a thread",
    compute: "compute, on",
  };
  return rows.map(({ task, stage, begin, end, thread }) => {
    const name = thread ? ` thread ${threads.indexOf(thread) + 1} (OS thread ${thread})` : "";
    return (
      `task ${task}, ${words[stage]}${name}, from ${measured(begin / 1e9)} to ` +
      `${measured(end / 1e9)}: ${measured((end - begin) / 1e9)}`
    );
  });
}

function expected(document_, run) {
  const { title } = document_.models[run.model];
  return stages_of(run).map((stage) => `${title}: ${stage}`);
}

// The visible span of time, from the first panel's ticks: where 0 and the last one lie.
const first_tick = (page) =>
  page.locator("#timeline-picture [data-panel='0'] text.quiet").allTextContents();
const width_of = (page, panel, stretch) =>
  page
    .locator(`#timeline-picture [data-panel='${panel}'] [data-stretch='${stretch}']`)
    .evaluate((rect) => rect.width.baseVal.value);

test("stepping through it by keyboard tells every stretch of results.json, in its words", () =>
  on_page(pages, "core", {}, async (page) => {
    const results = pages.results("core");
    await surface(page).focus();
    for (const line of results.runs.flatMap((run) => expected(results, run))) {
      await page.keyboard.press("ArrowDown");
      assert.equal(await readout(page), line);
    }
    await page.keyboard.press("ArrowUp");
    assert.equal(await readout(page), expected(results, results.runs.at(-1)).at(-2));
  }));

test("pointing at a stretch tells the same, and a click keeps it", () =>
  on_page(pages, "core", {}, async (page) => {
    const results = pages.results("core");
    for (const [panel, run] of results.runs.entries()) {
      const lines = expected(results, run);
      for (let i = 0; i < lines.length; ++i) {
        const rect = stretches(page, panel).nth(i);
        // Of a narrow one a neighbour is as near.
        if ((await rect.evaluate((r) => r.width.baseVal.value)) < 4) continue;
        await rect.scrollIntoViewIfNeeded();
        await rect.hover({ force: true });
        assert.equal(await tip(page).textContent(), lines[i]);
        await page.mouse.down();
        await page.mouse.up();
        assert.equal(await readout(page), lines[i]);
      }
    }
  }));

test("on one thread, two tasks are ready without a thread from reply to compute", () =>
  on_page(pages, "core", {}, async (page) => {
    const panel = page.locator("#timeline-picture [data-panel='2']");
    assert.deepEqual(await panel.locator("text.inside:not(.on-compute)").allTextContents(), [
      "no thread",
      "no thread for 8.001 s",
    ]);
    for (const [stretch, said] of [
      [6, /task 2, ready, waiting for a thread, from 10\.00\d s to 14\.00\d s: 4\.000 s$/],
      [10, /task 3, ready, waiting for a thread, from 10\.00\d s to 18\.00\d s: 8\.001 s$/],
    ]) {
      await panel.locator(`[data-stretch='${stretch}']`).hover({ force: true });
      assert.match(await tip(page).textContent(), said);
    }
  }));

test("every zoom and pan works by button, key, wheel and drag, and Home shows all again", () =>
  on_page(pages, "core", {}, async (page) => {
    const whole = await first_tick(page),
      wide = await width_of(page, 0, 3);
    const zoomed = async () => (await width_of(page, 0, 3)) / wide;
    const all = async () => {
      await page.keyboard.press("Home");
      assert.deepEqual(await first_tick(page), whole);
    };
    const press = (name) => page.getByRole("button", { name }).first().click();
    await press("Zoom in");
    const middle = await first_tick(page);
    assert.notDeepEqual(middle, whole);
    await press("Move right");
    assert.notDeepEqual(await first_tick(page), middle);
    await press("Move left");
    assert.deepEqual(await first_tick(page), middle);
    await press("Zoom out");
    assert.deepEqual(await first_tick(page), whole);
    for (const beyond of ["Move left", "Move right"]) {
      await press(beyond);
      assert.deepEqual(await first_tick(page), whole);
    }
    await press("Zoom in");
    await press("Show all of it");
    assert.deepEqual(await first_tick(page), whole);

    await surface(page).focus();
    for (const [key, back] of [
      ["+", "-"],
      ["=", "-"],
    ]) {
      await page.keyboard.press(key);
      const near = await first_tick(page);
      assert.notDeepEqual(near, whole);
      await page.keyboard.press("ArrowRight");
      assert.notDeepEqual(await first_tick(page), near);
      await page.keyboard.press("ArrowLeft");
      assert.deepEqual(await first_tick(page), near);
      await page.keyboard.press(back);
      assert.deepEqual(await first_tick(page), whole);
      await page.keyboard.press(key);
      await all();
    }

    const box = await stretches(page, 0).nth(3).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, -600);
    await page.waitForFunction(
      (before) =>
        document.querySelector("#timeline-picture [data-panel='0'] [data-stretch='3']").width
          .baseVal.value >
        before * 1.5,
      wide,
    );
    assert.ok((await zoomed()) > 1.5);
    const near = await stretches(page, 0).nth(3).boundingBox();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 50, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    const moved = await stretches(page, 0).nth(3).boundingBox();
    assert.ok(Math.abs(near.x - moved.x - 50) < 2, `${near.x} to ${moved.x}`);
    await all();
  }));

test("the wheel scrolls the page until the reader has clicked the time line", () =>
  on_page(pages, "core", {}, async (page) => {
    const whole = await first_tick(page);
    await stretches(page, 0).nth(3).hover({ force: true });
    const before = await page.evaluate(() => scrollY);
    await page.mouse.wheel(0, 200);
    await page.waitForFunction((y) => scrollY >= y + 200, before);
    await page.mouse.wheel(0, -100); // would bring the time line nearer
    await page.waitForFunction((y) => scrollY < y + 200, before);
    assert.deepEqual(await first_tick(page), whole);
  }));

test("Page Down goes from model to model, Escape lets go", () =>
  on_page(pages, "core", {}, async (page) => {
    const results = pages.results("core");
    await surface(page).focus();
    for (const run of results.runs) {
      await page.keyboard.press("PageDown");
      assert.equal(await readout(page), expected(results, run)[0]);
    }
    await page.keyboard.press("PageUp");
    assert.equal(await readout(page), expected(results, results.runs.at(-2))[0]);
    await page.keyboard.press("Escape");
    assert.match(await readout(page), /^Point at a stretch/);
    assert.equal(await surface(page).evaluate((s) => s === document.activeElement), false);
  }));

test("rows by thread: as many as threads ran, and what is blocked is told from what computes", () =>
  on_page(pages, "core", {}, async (page) => {
    const labels = (panel) =>
      page
        .locator(`#timeline-picture [data-panel='${panel}'] text`)
        .evaluateAll((texts) =>
          texts.map((t) => t.textContent).filter((t) => /^(thread|task) \d+$/.test(t)),
        );
    await page.getByRole("button", { name: "threads", exact: true }).press("Enter");
    assert.equal(
      await page.getByRole("button", { name: "threads", exact: true }).getAttribute("aria-pressed"),
      "true",
    );
    assert.ok((await labels(2)).includes("thread 1"));
    assert.equal(
      await stretches(page, 0).count(),
      9,
      "in turn: blocked twice and computing, three times",
    );
    assert.equal(await stretches(page, 2).count(), 3, "async: computing only");
    await page.getByRole("button", { name: "tasks", exact: true }).click();
    assert.equal(await stretches(page, 2).count(), 12);
  }));

test("the replay plays from the start to the end, and pauses", () =>
  on_page(pages, "core", {}, async (page) => {
    await page.getByLabel("Speed").first().selectOption("10");
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() => document.querySelector("#timeline-picture .now"));
    await page.getByRole("button", { name: "Play" }).waitFor(); // it ended by itself
    assert.equal(await page.locator("#timeline-picture .now").count(), 0);

    await page.getByLabel("Speed").first().selectOption("0.001");
    await page.getByRole("button", { name: "Play" }).press("Space");
    await page.getByRole("button", { name: "Pause" }).press("Space");
    assert.ok((await page.locator("#timeline-picture .now").count()) > 0);
  }));

test("the slider goes to any moment, and what came later is not there yet", () =>
  on_page(pages, "core", {}, async (page) => {
    const slider = page.getByLabel("Moment");
    await slider.focus();
    await page.keyboard.press("Home");
    assert.equal(await slider.getAttribute("aria-valuetext"), "0.00 ms");
    for (let i = 0; i < 10; ++i) await page.keyboard.press("ArrowRight");
    assert.match(await slider.getAttribute("aria-valuetext"), /^428\.\d\d ms$/);
    const clip = await page
      .locator("#timeline-picture [data-panel='0'] clipPath rect")
      .evaluate((r) => r.width.baseVal.value);
    assert.ok(clip < 20, `${clip} pixels`);
    await page.keyboard.press("End");
    assert.equal(await slider.getAttribute("aria-valuetext"), "the end");
  }));

test("repeated runs: the median is drawn, and another can be chosen", () =>
  on_page(pages, "repeated", {}, async (page) => {
    const results = pages.results("repeated");
    const runs = results.runs
      .filter(({ model, status }) => model === "async_single_thread" && status === "ok")
      .sort((a, b) => a.makespan_s - b.makespan_s);
    const { title } = results.models.async_single_thread;
    const drawn = () =>
      page.locator("#timeline-picture .surface > div").nth(2).locator("p").innerText();
    assert.ok((await drawn()).includes(measured(runs[1].makespan_s)));
    const chooser_of = (words) =>
      page.locator("#timeline label", { hasText: words }).locator("select");
    const chooser = chooser_of(title);
    assert.match(await chooser.locator("option:checked").innerText(), /the median$/);
    await chooser.selectOption(String(runs[3].repetition));
    assert.ok((await drawn()).includes(measured(runs[3].makespan_s)));
    await chooser_of(results.models.thread_per_task.title).selectOption("4");
    assert.ok(
      (await page.locator("#timeline-picture").innerText()).includes("timeout: no end in sight"),
    );
  }));

test("summed up, pointing tells how many tasks were in which stage", () =>
  on_page(pages, "many_tasks", {}, async (page) => {
    await surface(page).focus();
    await page.keyboard.press("PageDown");
    await page.keyboard.press("PageDown");
    await page.keyboard.press("PageDown");
    assert.match(
      await readout(page),
      /^Async on one thread: from 0\.00 ms to .*, on average [\d,.]+ tasks: connect/,
    );
    await surface(page)
      .getByRole("button", { name: "Zoom to this run: Async on one thread" })
      .click();
    await page
      .locator("#timeline-picture [data-panel='2']")
      .hover({ position: { x: 100, y: 50 }, force: true });
    await tip(page).filter({ hasText: /on average 10,000 tasks: connect$/ }).waitFor();
  }));

test("a run that is over long before the longest one can be zoomed to", () =>
  on_page(pages, "many_tasks", {}, async (page) => {
    const path = page.locator("#timeline-picture [data-panel='4'] g path").first();
    const wide = () => path.evaluate((p) => p.getBBox().width);
    assert.ok((await wide()) < 10);
    const closer = surface(page).getByRole("button", { name: "Zoom to this run: Thread per task" });
    await closer.click();
    assert.ok((await wide()) > 1000);
    await surface(page).focus();
    await page.keyboard.press("Home");
    await closer.press("Enter");
    assert.ok((await wide()) > 1000);
  }));

test("several workloads: one can be chosen", () =>
  on_page(pages, "sweep", {}, async (page) => {
    const few = await stretches(page, 0).count();
    await page.locator("#timeline-controls").getByLabel("Workload").selectOption("1");
    assert.equal(few, 12);
    assert.equal(await stretches(page, 0).count(), 240);
  }));
