// Code beside time: the lines that lie between two records, by mouse and keyboard, and what two
// models differ in.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { diff } from "../../plots/page/browser/diff.mjs";
import { on_page, pages_of } from "./support.mjs";

const pages = pages_of("core", "many_tasks", "pitfalls");
const source = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const marked = (page) => page.locator("#code .marked").allTextContents();

test("choosing a stretch by keyboard shows the lines between the records that bound it", () =>
  on_page(pages, "core", {}, async (page) => {
    assert.equal(await page.locator("#code").isVisible(), false);
    await page.locator("#timeline .surface").focus();
    await page.keyboard.press("ArrowDown");
    assert.ok((await marked(page)).some((line) => line.includes("sleep_for(options.connect)")));
    await page.keyboard.press("ArrowDown");
    assert.ok((await marked(page)).some((line) => line.includes("read(socket")));
    for (let i = 0; i < 2; ++i) await page.keyboard.press("ArrowDown");
    const lines = await marked(page);
    assert.ok(lines.some((line) => line.includes("compute(id, options, log);")));
    assert.ok(lines.some((line) => line.includes("hold_thread_for(")));
    const blocking = source("task/blocking.cpp");
    for (const line of lines.slice(0, -1)) assert.ok(blocking.includes(line), line);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#code").isVisible(), false);
  }));

test("a click on a stretch shows its model's code, the first marked line in sight", () =>
  on_page(pages, "core", { viewport: { width: 1280, height: 720 } }, async (page) => {
    await page.locator("#timeline-picture [data-lane='3'] [data-stretch='1']").click();
    assert.equal(await page.locator("#code h2").innerText(), "Async on several threads");
    const { line, panel } = await page.evaluate(() => ({
      line: document.querySelector("#code .marked").getBoundingClientRect().top,
      panel: document.querySelector("#code").getBoundingClientRect().bottom,
    }));
    assert.ok(line < panel);
    await page.getByRole("button", { name: "Close code" }).click();
    assert.equal(await page.locator("#code").isVisible(), false);
  }));

test("two models show what they differ in", () =>
  on_page(pages, "core", {}, async (page) => {
    await page.locator("#timeline-picture [data-lane='2'] [data-stretch='1']").click();
    await page.getByLabel("Compare with").selectOption("async_multi_thread");
    const only = (name) => page.locator(`#code .${name}`).allTextContents();
    assert.ok((await only("only-first")).some((line) => line.includes("io_context loop{1}")));
    assert.ok((await only("only-second")).some((line) => line.includes("options.threads")));
    assert.ok(await page.getByText("Both run the task of task/coroutine.cpp.").isVisible());
    await page.getByLabel("Compare with").selectOption("");
    assert.equal((await only("only-first")).length, 0);
  }));

test("where rows are too many, the code is there without marks", () =>
  on_page(pages, "many_tasks", {}, async (page) => {
    await page.locator("#timeline .surface").focus();
    await page.keyboard.press("PageDown");
    assert.ok(await page.locator("#code").getByText("clients/sequential.cpp").isVisible());
    assert.deepEqual(await marked(page), []);
  }));

test("on a phone the code stands below the lanes, and nothing sticks out", () =>
  on_page(pages, "core", { viewport: { width: 390, height: 844 } }, async (page) => {
    await page.locator("#timeline-picture [data-lane='2'] [data-stretch='1']").click();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} pixels`);
  }));

test("a difference has the lines of both, in order", () => {
  assert.deepEqual(diff("a\nb\nc", "a\nx\nc\nd"), [
    [" ", "a"],
    ["-", "b"],
    ["+", "x"],
    [" ", "c"],
    ["+", "d"],
  ]);
  assert.deepEqual(diff("same", "same"), [[" ", "same"]]);
});
