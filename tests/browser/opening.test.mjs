// The page opens from a file, asks for nothing, fits, and says what it can't show.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { on_page, pages_of } from "./support.mjs";

const CASES = [
  "core",
  "one_task",
  "many_tasks",
  "two_hundred",
  "only_bad",
  "timed_out",
  "markup",
  "repeated",
  "sweep",
  "pitfalls",
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = [
  [390, 844],
  [1366, 768],
  [1920, 1080],
];
const pages = pages_of(...CASES);

for (const name of CASES) {
  test(`${name}: opens without an error, a warning or a request`, () =>
    on_page(pages, name, {}, async (page) => {
      assert.equal(await page.locator("h1").count(), 1);
      assert.ok(await page.locator("#timeline").isVisible());
    }));

  for (const colorScheme of ["light", "dark"]) {
    test(`${name}: axe finds nothing wrong when ${colorScheme}`, () =>
      on_page(pages, name, { colorScheme, bypassCSP: true }, async (page) => {
        for (const details of await page.locator("details").all())
          if (["core", "pitfalls"].includes(name))
            await details.evaluate((d) => {
              d.open = true;
            });
        await page.evaluate(AXE);
        const found = await page.evaluate(() =>
          window.axe.run(document, { resultTypes: ["violations"] }),
        );
        assert.deepEqual(
          found.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 120))]),
          [],
        );
      }));
  }

  test(`${name}: nothing sticks out to the side on phone, laptop or projector`, () =>
    on_page(pages, name, {}, async (page) => {
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await page.waitForFunction((w) => document.documentElement.clientWidth === w, width);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${wide} pixels on ${width}`);
      }
    }));
}

for (const colorScheme of ["light", "dark"])
  test(`axe finds nothing wrong with code, a question and a slide open when ${colorScheme}`, () =>
    on_page(pages, "core", { colorScheme, bypassCSP: true }, async (page) => {
      const check = async () => {
        await page.evaluate(AXE);
        const found = await page.evaluate(() => window.axe.run(document));
        assert.deepEqual(
          found.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 120))]),
          [],
        );
      };
      await page.locator("#timeline-picture [data-lane='2'] [data-stretch='1']").click();
      await page.getByRole("checkbox", { name: "Server's rows" }).check();
      await page.getByRole("button", { name: "Start the quiz" }).click();
      await check();
      await page.getByLabel("Compare with").selectOption("async_multi_thread");
      await check();
      await page.getByRole("button", { name: "Present (P)" }).click();
      for (let i = 0; i < 2; ++i) await page.keyboard.press("ArrowRight");
      await check();
    }));

test("scripts off: tables and charts are there, what needs scripts is not", () =>
  on_page(pages, "core", { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator("#results tbody tr").first().isVisible(), true);
    assert.equal(await page.locator("#results figure svg").count(), 1);
    assert.equal(await page.locator("#prices figure svg").isVisible(), true);
    for (const id of ["timeline-picture", "predict", "whatif"])
      assert.equal(await page.locator(`#${id}`).isVisible(), false);
    assert.ok(await page.getByText("Scripts are off").isVisible());
  }));

test("a run is drawn once: as the interactive time line, with its data in tables", () =>
  on_page(pages, "core", {}, async (page) => {
    assert.equal(await page.locator("#results figure svg").count(), 0);
    assert.ok(await page.getByText("Predicted against measured: the data").isVisible());
    for (const title of ["Time line by task: the data", "Time line by thread: the data"]) {
      await page.getByText(title).click();
      const table = page.locator("details", { hasText: title }).locator("table");
      assert.ok(await table.isVisible());
    }
  }));

test("charts follow the colour scheme, and no two elements share an id", () =>
  on_page(pages, "core", { colorScheme: "dark" }, async (page) => {
    const fill = () =>
      page
        .locator("#prices figure svg path")
        .first()
        .evaluate((path) => getComputedStyle(path).fill);
    assert.equal(await fill(), "rgb(13, 17, 23)");
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await fill(), "rgb(255, 255, 255)");
    const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((e) => e.id));
    assert.equal(new Set(ids).size, ids.length);
  }));

test("labels with markup are words", () =>
  on_page(pages, "markup", {}, async (page) => {
    assert.equal(await page.locator("img, b").count(), 0);
    assert.ok((await page.getByText("<img src=x onerror=alert(1)>").count()) > 3);
  }));

test("a model whose facts are not on record says so in what if", () =>
  on_page(pages, "markup", {}, async (page) => {
    const rows = page.locator("#whatif-table tbody tr");
    assert.equal(await rows.filter({ hasText: "facts are not on record" }).count(), 2);
    assert.equal(await rows.filter({ hasText: "22 s" }).count(), 1);
  }));

test("runs that failed say why in the table, and that they did on top", () =>
  on_page(pages, "only_bad", {}, async (page) => {
    assert.ok(
      (await page.locator("#results").getByText("no more threads: 32,000 are running").count()) > 0,
    );
    assert.ok(
      await page.locator("h1").getByText("No run succeeded: 1 of 2 failed").isVisible(),
    );
  }));

test("10,000 tasks of five models: areas and latencies, below 10 MB and with few elements", (t) =>
  on_page(pages, "many_tasks", {}, async (page) => {
    assert.ok(pages.size("many_tasks") < 10e6, `${pages.size("many_tasks")} bytes`);
    assert.ok((await page.evaluate(() => document.querySelectorAll("*").length)) < 10000);
    // How long that takes is this machine's affair: told, not judged.
    const opened = await page.evaluate(
      () => performance.getEntriesByType("navigation")[0].loadEventEnd,
    );
    t.diagnostic(`opened within ${Math.round(opened)} ms`);
    assert.equal(await page.locator("#timeline-picture rect[data-stretch]").count(), 0);
    assert.equal(await page.locator(".histogram").count(), 10);
  }));

test("up to 200 tasks have a row each", () =>
  on_page(pages, "two_hundred", {}, async (page) => {
    const drawn = page.locator("#timeline-picture [data-lane='2'] rect[data-stretch]");
    assert.ok((await drawn.count()) >= 3 * 200);
  }));

test("on paper the page is light, has the time lines, and leaves the controls out", () =>
  on_page(pages, "core", { colorScheme: "dark" }, async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(background, "rgb(255, 255, 255)");
    assert.equal(await page.locator("#timeline-controls").isVisible(), false);
    assert.equal(await page.locator("#timeline-picture [data-stretch]").first().isVisible(), true);
    assert.equal(await page.locator("#results table").first().isVisible(), true);
  }));
