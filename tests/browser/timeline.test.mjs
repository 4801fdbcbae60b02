// The interactive time line: what it says is what results.json holds, by mouse and by keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";

import { by_rank } from "../../plots/page/browser/views.mjs";
import { measured, overhead } from "../../plots/page/browser/words.mjs";
import { on_page, pages_of } from "./support.mjs";

const pages = pages_of("core", "fifteen", "fifteen_of_ten", "repeated", "many_tasks", "sweep", "timed_out", "one_at_a_time");
const surface = (page) => page.locator("#timeline .surface");
const readout = (page) => page.locator("#timeline .readout").innerText();
const tip = (page) => page.locator("#timeline .tip");
const stretches = (page, panel) =>
  page.locator(`#timeline-picture [data-lane='${panel}'] rect[data-stretch]`);

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
  page
    .locator("#timeline-picture .back text")
    .evaluateAll((texts) => texts.map((t) => `${t.textContent} at ${t.getAttribute("x")}`));
const width_of = (page, panel, stretch) =>
  page
    .locator(`#timeline-picture [data-lane='${panel}'] [data-stretch='${stretch}']`)
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
    const panel = page.locator("#timeline-picture [data-lane='2']");
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

test("every zoom and pan works by button, key and wheel, and Home shows all again", () =>
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
        document.querySelector("#timeline-picture [data-lane='0'] [data-stretch='3']").width
          .baseVal.value >
        before * 1.5,
      wide,
    );
    assert.ok((await zoomed()) > 1.5);
    await all();
  }));

test("a drag zooms to what it marks, a double click shows all again", () =>
  on_page(pages, "core", {}, async (page) => {
    const whole = await first_tick(page);
    const box = await stretches(page, 0).nth(3).boundingBox();
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width, y, { steps: 5 });
    assert.equal(await page.locator("#timeline-picture .marked").count(), 1);
    await page.mouse.up();
    assert.equal(await page.locator("#timeline-picture .marked").count(), 0);
    const near = await stretches(page, 0).nth(3).boundingBox();
    assert.ok(near.width > 800, `${near.width} pixels`);
    await page.mouse.dblclick(50, y); // beside the lanes, where nothing is chosen
    assert.deepEqual(await first_tick(page), whole);
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

// The rows in which stretches are to be seen, from the top of their lane.
const rows_seen = (page, lane) =>
  stretches(page, lane).evaluateAll((rects) => {
    const seen = rects.filter((rect) => rect.getAttribute("opacity") !== "0");
    const tops = seen.map((rect) => Number(rect.getAttribute("y")));
    return tops.map((top) => top - Math.min(...tops));
  });

test("rows by thread: the same stretches move there, and what holds no thread goes", () =>
  on_page(pages, "core", {}, async (page) => {
    const labels = (lane) =>
      page.locator(`#timeline-picture [data-lane='${lane}'] .beside .quiet`).allTextContents();
    const threads = page.getByRole("button", { name: "threads", exact: true });
    await threads.press("Enter");
    assert.equal(await threads.getAttribute("aria-pressed"), "true");
    assert.ok((await labels(2)).includes("thread 1"));
    const in_turn = await rows_seen(page, 0);
    assert.equal(in_turn.length, 9, "blocked twice and computing, three times");
    assert.equal(new Set(in_turn).size, 1, "in one row");
    assert.equal((await rows_seen(page, 2)).length, 3, "async: computing only");
    await surface(page).focus();
    for (let i = 0; i < 10; ++i) await page.keyboard.press("ArrowDown");
    assert.match(await readout(page), /^Async, one task after the other: task 1, compute/);
    await page.getByRole("button", { name: "tasks", exact: true }).click();
    assert.equal((await rows_seen(page, 2)).length, 12);
    assert.equal(new Set(await rows_seen(page, 2)).size, 3);
  }));

test("the change of rows is animated, unless the reader wants no motion", async () => {
  const transition = (page) =>
    page.evaluate(() => {
      document.querySelector("#timeline-picture svg").classList.add("moving");
      const rect = document.querySelector("#timeline-picture [data-stretch]");
      return getComputedStyle(rect).transitionProperty;
    });
  await on_page(pages, "core", {}, async (page) => assert.match(await transition(page), /^y/));
  await on_page(pages, "core", { reducedMotion: "reduce" }, async (page) =>
    assert.equal(await transition(page), "all"),
  );
});

test("prediction, server's rows and CPU can be switched on and off", () =>
  on_page(pages, "core", {}, async (page) => {
    const count = (mark) => page.locator(`#timeline-picture [data-lane='0'] .${mark}`).count();
    for (const [name, mark, of_lane, on] of [
      ["Prediction", "ghost", 12, true],
      ["Server's rows", "echoed", 3, false],
      ["CPU", "cpu", 1, true],
    ]) {
      const box = page.getByRole("checkbox", { name });
      assert.equal(await count(mark), on ? of_lane : 0, name);
      await box.press("Space");
      assert.equal(await count(mark), on ? 0 : of_lane, name);
      await box.click();
      assert.equal(await count(mark), on ? of_lane : 0, name);
    }
    assert.ok(await page.locator("#timeline-picture").getByText("CPU 50 %").first().isVisible());
  }));

test("a server that serves one at a time has two connections queued, one after the other", () =>
  on_page(pages, "one_at_a_time", { fragment: "#show=server" }, async (page) => {
    const ends = (kind) =>
      page.locator(`#timeline-picture .plot .connection.${kind}:visible`).evaluateAll((rects) =>
        rects.map((r) => [r.y.baseVal.value, r.x.baseVal.value + r.width.baseVal.value]),
      );
    const queued = await ends("queued"),
      open = await ends("open");
    assert.equal(queued.length, 2);
    assert.ok(queued[0][0] < queued[1][0], "a row each");
    for (const i of [0, 1])
      assert.ok(Math.abs(queued[i][1] - open[i][1]) < 0.1, "until the one before is closed");

    await page.getByRole("button", { name: "threads" }).first().click();
    assert.equal((await ends("queued")).length, 0, "the backlog has no thread");
    const rows = (await ends("waiting")).map(([y]) => y);
    assert.deepEqual(rows, [rows[0], rows[0], rows[0]], "one thread holds all three, in turn");
  }));

test("a task and its connection point at each other, by mouse and by keyboard", () =>
  on_page(pages, "one_at_a_time", {}, async (page) => {
    const marks = (name) => page.locator(`#timeline-picture .front .${name}`).count();
    await stretches(page, 0).nth(1).hover();
    assert.equal(await marks("linked"), 0, "nothing to link while the server is off");
    await page.getByRole("checkbox", { name: "Server's rows" }).check();
    await page.locator("#timeline-picture .connection.waiting").nth(1).hover();
    assert.match(await tip(page).innerText(), /connection of task 2: accepted, not yet echoed/);
    assert.equal(await marks("linked"), 2, "the row of the task and that of the connection");
    assert.equal(await marks("link"), 2, "down and back");
    await page.mouse.move(0, 0);
    assert.equal(await marks("linked"), 0);

    await surface(page).focus();
    await page.keyboard.press("ArrowUp");
    assert.match(await readout(page), /connection of task 3: echoed, not yet closed, .*server thread 1 \(OS thread 900\)/);
    assert.equal(await marks("linked"), 2);
    await page.getByRole("checkbox", { name: "Server's rows" }).uncheck();
    assert.equal(await marks("linked"), 0);
    assert.equal(await marks("chosen"), 0);
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
      .locator("#timeline-picture clipPath rect")
      .evaluate((r) => r.width.baseVal.value);
    assert.ok(clip < 20, `${clip} pixels`);
    await page.keyboard.press("End");
    assert.equal(await slider.getAttribute("aria-valuetext"), "the end");
  }));

test("repeated runs: the medians are drawn, and one slider goes through all runs", () =>
  on_page(pages, "repeated", {}, async (page) => {
    const results = pages.results("repeated");
    const runs = results.runs
      .filter(({ model, status }) => model === "async_single_thread" && status === "ok")
      .sort((a, b) => a.makespan_s - b.makespan_s);
    const drawn = () =>
      page.locator("#timeline-picture [data-lane='2'] .time").first().textContent();
    assert.ok((await drawn()).includes(overhead(runs[1].overhead_s)));
    const slider = page.getByRole("slider", { name: /^Runs/ });
    await slider.focus();
    assert.equal(await slider.getAttribute("aria-valuetext"), "the median of each");
    for (let i = 0; i < runs[3].repetition; ++i) await page.keyboard.press("ArrowRight");
    assert.ok((await drawn()).includes(overhead(runs[3].overhead_s)));
    await page.keyboard.press("End");
    assert.equal(await slider.getAttribute("aria-valuetext"), "number 5");
    const failed = page.locator("#timeline-picture [data-lane='4']");
    assert.ok((await failed.textContent()).includes("timed out"));
  }));

test("a run that timed out is drawn as far as it got", () =>
  on_page(pages, "timed_out", {}, async (page) => {
    assert.equal(await stretches(page, 0).count(), 5);
    assert.equal(await page.locator("#timeline-picture [data-lane='0'] .ended").count(), 1);
    assert.match(await page.locator("#status .error").innerText(), /^3 of 5 timed out: Sequential,/);
    const { top, bottom } = await page.locator("#status .error").evaluate((e) => {
      const box = e.getBoundingClientRect();
      return { top: box.top, bottom: box.bottom };
    });
    assert.ok(top > 0 && bottom < 300, "on the first screen");
  }));

test("the first screen of a laptop has the finding and all lanes", () =>
  on_page(pages, "core", { viewport: { width: 1280, height: 720 } }, async (page) => {
    const bottom = (locator) => locator.evaluate((e) => e.getBoundingClientRect().bottom);
    assert.equal(
      await page.locator("h1").innerText(),
      "Same work: 42.0 s in turn, 22.0 s on one thread, 14.0 s on several.",
    );
    assert.ok((await bottom(page.locator("#timeline-picture svg.lanes"))) < 720);
    assert.ok(await page.getByRole("button", { name: "Play" }).isVisible());
  }));

for (const name of ["fifteen", "fifteen_of_ten"])
  test(`and so it has of ${name.replaceAll("_", " ")}`, () =>
    on_page(pages, name, { viewport: { width: 1280, height: 720 } }, async (page) => {
      const lanes = page.locator("#timeline-picture svg.lanes");
      assert.ok((await lanes.evaluate((e) => e.getBoundingClientRect().bottom)) < 720);
      assert.equal(await lanes.locator("[data-lane]").count(), 15);
      // Titles and times stand side by side and do not touch.
      const gaps = await lanes.locator(".beside").evaluateAll((besides) =>
        besides.map((beside) => {
          const [title, time] = [...beside.querySelectorAll("text")].map((t) => t.getBoundingClientRect());
          return time.left - title.right;
        }),
      );
      assert.ok(Math.min(...gaps) > 0, `${gaps}`);
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
    await page.keyboard.press("Enter");
    await page
      .locator("#timeline-picture [data-lane='2'] .area")
      .nth(1)
      .hover({ position: { x: 30, y: 20 }, force: true });
    await tip(page).filter({ hasText: /on average 10,000 tasks: / }).waitFor();
  }));

test("a run that is over long before the longest one can be zoomed to", () =>
  on_page(pages, "many_tasks", {}, async (page) => {
    const path = page.locator("#timeline-picture [data-lane='4'] .area").first();
    const wide = () => path.evaluate((p) => p.getBBox().width);
    assert.ok((await wide()) < 10);
    await surface(page).focus();
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Enter");
    assert.ok((await wide()) > 300);
  }));

test("several workloads: one can be chosen", () =>
  on_page(pages, "sweep", {}, async (page) => {
    const few = await stretches(page, 0).count();
    await page.locator("#timeline-controls").getByLabel("Workload").selectOption("1");
    assert.equal(few, 12);
    assert.equal(await stretches(page, 0).count(), 240);
  }));

test("what lies behind is compared by rank: which of equal tasks goes first is not predicted", () => {
  const behind = [
    [1, 3, 0, 4, 1],
    [2, 2, 0, 4, 0],
    [2, 3, 4, 8, 1],
  ];
  const run = { tasks: 2, stretches: [[1, 3, 4, 8, 1], [2, 3, 0, 4, 1]] };
  assert.deepEqual(
    by_rank(behind, run).map(([task]) => task),
    [2, 1, 1],
  );
  const cut = { tasks: 2, stretches: [[1, 0, 0, 3, 1]] };
  assert.deepEqual(
    by_rank(behind, cut).map(([task]) => task),
    [1, 2, 2],
  );
});
