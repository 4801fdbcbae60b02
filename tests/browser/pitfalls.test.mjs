// The page's part on pitfalls: folded, opened by keyboard, with pictures that fit and follow the theme.

import assert from "node:assert/strict";
import { test } from "node:test";

import { on_page, pages_of } from "./support.mjs";

const pages = pages_of("pitfalls", "core");

const pitfall = (page, name) => page.locator(`#pitfall-${name}`);

async function open_all(page) {
  for (const details of await page.locator("#pitfalls details").all())
    await details.evaluate((d) => {
      d.open = true;
    });
}

test("folded: a line each says what was measured, and no picture is to be seen", () =>
  on_page(pages, "pitfalls", {}, async (page) => {
    assert.equal(await page.locator("#pitfalls details.pitfall").count(), 5);
    assert.ok(await page.getByText("heartbeats missed: 30 (broken), 0 (fixed)").isVisible());
    assert.ok(await page.getByText("not as described: the broken side failed").first().isVisible());
    assert.equal(await page.locator("#pitfalls figure").first().isVisible(), false);
  }));

test("opened by keyboard, and so is the data below the picture", () =>
  on_page(pages, "pitfalls", {}, async (page) => {
    const first = pitfall(page, "blocked_loop");
    await first.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    assert.ok(await first.locator("figure svg").isVisible());
    assert.ok(await first.getByText("Why blocked_loop goes wrong").isVisible());
    assert.equal(await first.locator("figure table").isVisible(), false);
    await page.keyboard.press("Tab"); // the table of figures
    await page.keyboard.press("Tab"); // the picture, which scrolls
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assert.ok(await first.locator("figure table").isVisible());
  }));

test("scripts off: everything can be opened", () =>
  on_page(pages, "pitfalls", { javaScriptEnabled: false }, async (page) => {
    await pitfall(page, "halting").locator("summary").first().click();
    assert.ok(await pitfall(page, "halting").locator("figure svg").isVisible());
    assert.ok(await pitfall(page, "halting").getByText("is blocked until the loop").isVisible());
  }));

test("all open: nothing sticks out to the side, on a phone either", () =>
  on_page(pages, "pitfalls", {}, async (page) => {
    await open_all(page);
    for (const width of [390, 1366]) {
      await page.setViewportSize({ width, height: 844 });
      await page.waitForFunction((w) => document.documentElement.clientWidth === w, width);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} pixels on ${width}`);
    }
  }));

test("no words of a picture lie outside of it or over each other", () =>
  on_page(pages, "pitfalls", {}, async (page) => {
    await open_all(page);
    const amiss = await page.evaluate(() => {
      const found = [];
      for (const svg of document.querySelectorAll("#pitfalls figure svg")) {
        const frame = svg.getBoundingClientRect();
        const boxes = [...svg.querySelectorAll("text")].map((text) => [
          text.textContent,
          text.getBoundingClientRect(),
        ]);
        boxes.forEach(([words, box], i) => {
          if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom)
            found.push(`${words}: outside`);
          for (const [others, other] of boxes.slice(i + 1)) {
            const beside = box.right <= other.left || other.right <= box.left;
            const below = box.bottom <= other.top + 4 || other.bottom <= box.top + 4;
            if (!beside && !below) found.push(`${words} over ${others}`);
          }
        });
      }
      return found;
    });
    assert.deepEqual(amiss, []);
  }));

test("the pictures follow the colour scheme", () =>
  on_page(pages, "pitfalls", { colorScheme: "dark" }, async (page) => {
    await open_all(page);
    const fill = () =>
      page
        .locator("#pitfalls figure path.holding")
        .first()
        .evaluate((path) => getComputedStyle(path).fill);
    assert.equal(await fill(), "rgb(86, 180, 233)");
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await fill(), "rgb(0, 114, 178)");
  }));

test("the link to the pitfalls is there where they are", async () => {
  const link = (page) => page.locator("nav a", { hasText: "Pitfalls" });
  await on_page(pages, "pitfalls", {}, async (page) => {
    await link(page).click();
    assert.ok(await page.locator("#pitfalls h2").isVisible());
  });
  await on_page(pages, "core", {}, async (page) => assert.equal(await link(page).count(), 0));
});
