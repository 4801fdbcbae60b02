// Projector mode: one model per slide, by the keys of a presenter.

import assert from "node:assert/strict";
import { test } from "node:test";

import { on_page, pages_of } from "./support.mjs";

const pages = pages_of("core", "only_bad", "timed_out");
const slides = (page) => page.locator("#slides");
const title = (page) => slides(page).locator("h2").innerText();

test("P opens it; arrows guess, reveal and tell why, model by model; Escape ends it", () =>
  on_page(pages, "core", {}, async (page) => {
    await page.keyboard.press("p");
    assert.equal(await title(page), "Sequential");
    for (const spoiler of ["Measured", "✓", "Why"])
      assert.ok(!(await slides(page).innerText()).includes(spoiler), spoiler);
    await page.keyboard.press("ArrowRight");
    assert.ok((await slides(page).innerText()).includes("Measured: 42.0 s. Predicted: 42 s."));
    assert.equal(await slides(page).locator(".right").innerText(), "42 s ✓");
    assert.equal(await slides(page).locator("[data-lane]").count(), 1);
    await page.keyboard.press("PageDown");
    assert.match(await slides(page).innerText(), /Why: N\(c\+r\+k\): One task at a time/);
    await page.keyboard.press("ArrowRight");
    assert.equal(await title(page), "Async, one task after the other");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await title(page), "Sequential");
    await page.keyboard.press("Escape");
    assert.equal(await slides(page).isVisible(), false);
  }));

test("the votes that a teacher enters stay with their model", () =>
  on_page(pages, "core", {}, async (page) => {
    await page.getByRole("button", { name: "Present (P)" }).click();
    const votes = slides(page).getByLabel("Votes for 42 s");
    await votes.fill("17");
    assert.equal(await slides(page).locator("meter").first().evaluate((m) => m.value), 17);
    await votes.press("Enter");
    assert.equal(await votes.inputValue(), "17");
    for (let i = 0; i < 2; ++i) await slides(page).getByRole("button", { name: "Next" }).click();
    assert.equal(await votes.inputValue(), "", "the next model's");
    for (let i = 0; i < 2; ++i) await page.keyboard.press("PageUp");
    assert.equal(await votes.inputValue(), "17");
  }));

test("the type is large, and a slide fits a projector", () =>
  on_page(pages, "core", { viewport: { width: 1280, height: 720 } }, async (page) => {
    await page.keyboard.press("p");
    for (let i = 0; i < 2; ++i) await page.keyboard.press("ArrowRight");
    const size = await slides(page)
      .locator("h2")
      .evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
    assert.ok(size >= 40, `${size} pixels`);
    const high = await slides(page).evaluate((e) => e.scrollHeight);
    assert.ok(high <= 720, `${high} pixels`);
  }));

test("P typed into a field is a letter, and a failed run is told", () =>
  on_page(pages, "only_bad", {}, async (page) => {
    await page.getByLabel("Seed").press("p");
    assert.equal(await slides(page).isVisible(), false);
    await page.getByLabel("Seed").blur();
    await page.keyboard.press("p");
    await page.keyboard.press("ArrowRight");
    assert.ok((await slides(page).innerText()).includes("failed: task 2: connection reset"));
  }));
