// What leaves the page and what comes to it: links, figures, and a second run laid over the first.

import assert from "node:assert/strict";
import { test } from "node:test";

import { markdown_of } from "../../plots/page/browser/share.mjs";
import { comparable, verdict } from "../../plots/page/browser/second.mjs";
import { on_page, pages_of } from "./support.mjs";

const pages = pages_of("core", "repeated", "sweep", "sizes", "timed_out", "pitfalls");
const ALLOWED = { permissions: ["clipboard-read", "clipboard-write"] };
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

test("a copied link shows the same: view, zoom, model and code", () =>
  on_page(pages, "core", ALLOWED, async (page) => {
    await page.getByRole("button", { name: "threads", exact: true }).press("Enter");
    await page.locator("#timeline .surface").focus();
    for (let i = 0; i < 3; ++i) await page.keyboard.press("PageDown");
    await page.keyboard.press("+");
    const seen = () =>
      page.evaluate(() => ({
        axis: document.querySelector("#timeline-picture .back").textContent,
        code: document.querySelector("#code h2").textContent,
        view: document.querySelector("[aria-pressed='true']").textContent,
      }));
    const before = await seen();
    assert.equal(before.code, "Async on one thread");
    await page.getByRole("button", { name: "Copy link" }).press("Enter");
    await page.locator("#timeline .share [role=status]", { hasText: "Copied." }).waitFor();
    const link = await clipboard(page);
    assert.match(link, /#view=threads&zoom=.*&model=async_single_thread/);
    await page.goto("about:blank");
    await page.goto(link);
    assert.deepEqual(await seen(), before);
  }));

test("the address follows what is shown, and a part's name in it is left alone", () =>
  on_page(pages, "sweep", { fragment: "#results" }, async (page) => {
    await page.locator("#timeline-controls").getByLabel("Workload").selectOption("1");
    await page.waitForFunction(() => location.hash === "#workload=1");
    await page.locator("#timeline-controls").getByLabel("Workload").selectOption("0");
    await page.waitForFunction(() => location.hash === "");
  }));

test("an address that tells nonsense shows the page as it is", () =>
  on_page(
    pages,
    "core",
    { fragment: "#workload=9&zoom=5_x&model=<b>&stretch=1e9&run=99&view=rows" },
    async (page) => {
      assert.equal(await page.locator("#timeline-picture [data-lane]").count(), 5);
      assert.equal(await page.locator("#code").isVisible(), false);
    },
  ));

test("the time line is copied as SVG, as Markdown and as PNG", () =>
  on_page(pages, "core", ALLOWED, async (page) => {
    const copy = async (kind) => {
      await page.locator("#timeline").getByRole("button", { name: `Copy as ${kind}` }).click();
      await page.locator("#timeline .share [role=status]", { hasText: "Copied." }).first().waitFor();
    };
    await copy("SVG");
    const svg = await clipboard(page);
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    assert.ok(svg.includes("Same work: 42.0 s in turn") && svg.includes('id="stage-ready"'));
    assert.ok(!svg.includes("var(--"), "colours stand in it");
    await copy("Markdown");
    assert.match(await clipboard(page), /\| Sequential \| 42 s \| 42\.0 s \| \+/);
    await copy("PNG");
    const types = await page.evaluate(async () => (await navigator.clipboard.read())[0].types);
    assert.deepEqual(types, ["image/png"]);
  }));

test("a figure of the page is copied, too; without a clipboard it becomes a file", () =>
  on_page(pages, "pitfalls", {}, async (page) => {
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await page.locator("#pitfall-blocked_loop summary").first().click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#pitfall-blocked_loop").getByRole("button", { name: "Copy as SVG" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "waitbench.svg");
  }));

test("a pointer near a line of a sweep names it, and what it points at is not in a copy", () =>
  on_page(pages, "sizes", ALLOWED, async (page) => {
    const figure = page.locator("#sweeps figure").first();
    const line = figure.locator("g.named").last();
    await line.scrollIntoViewIfNeeded();
    const [x, y] = await line.evaluate((group) => {
      const path = group.querySelector("path");
      const middle = path.getPointAtLength(path.getTotalLength() / 3);
      const { x, y } = middle.matrixTransform(path.getScreenCTM());
      return [x, y + 3]; // beside the line
    });
    await page.mouse.move(x, y);
    const named = await page.evaluate(
      ([x, y]) => document.elementFromPoint(x, y).closest(".named").querySelector("title").textContent,
      [x, y],
    );
    assert.equal(named, "Thread per task");
    await page.locator("#sweeps").getByRole("button", { name: "Copy as SVG" }).first().click();
    await page.locator("#sweeps .share [role='status']").first().getByText("Copied.").waitFor();
    const strokes = await page.evaluate((text) => {
      const copy = new DOMParser().parseFromString(text, "image/svg+xml");
      const paths = [...copy.querySelectorAll("g > title ~ path")];
      return paths.map(({ style }) => [style.strokeWidth, style.stroke]);
    }, await clipboard(page));
    const wide = strokes.filter(([width]) => width === "8px");
    assert.ok(wide.length > 0 && wide.every(([, stroke]) => stroke === "none"), `${strokes}`);
  }));

test("a second results.json lies behind the lanes, with a table of differences", () =>
  on_page(pages, "core", {}, async (page) => {
    await page.locator("#second input").setInputFiles(pages.file("timed_out", "results.json"));
    const rows = page.locator("#second tbody tr");
    await rows.first().waitFor();
    assert.equal(await rows.count(), 5);
    assert.match(await rows.nth(0).innerText(), /Sequential\s+only on one side/);
    assert.match(await rows.nth(4).innerText(), /14\.0 s\s+14\.0 s\s+\+0\.0 ms\s+ranges overlap/);
    assert.equal(await page.locator("#timeline-picture [data-lane] .other").count(), 2);
    assert.ok(await page.getByText("behind: results.json").isVisible());
  }));

test("a second results.json can be dropped on the page", () =>
  on_page(pages, "core", {}, async (page) => {
    const text = JSON.stringify(pages.results("core"));
    await page.evaluate((content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], "other.json", { type: "application/json" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
    }, text);
    await page.locator("#second tbody tr").first().waitFor();
    assert.ok(await page.getByText("other.json: its runs lie behind").isVisible());
  }));

test("what is no results.json, or of other work, is refused with a reason", () =>
  on_page(pages, "core", {}, async (page) => {
    const refused = async (name, content, said) => {
      const file = { name, mimeType: "application/json", buffer: Buffer.from(content) };
      await page.locator("#second input").setInputFiles(file);
      await page.locator("#second .error", { hasText: said }).waitFor();
    };
    await refused("<b>.json", "{", /^<b>\.json: /);
    await refused("old.json", '{"schema": 1}', "no results.json of schema 2");
    const other = JSON.stringify(pages.results("repeated"));
    await refused("other.json", other, "no run of this workload that is ok");
  }));

test("samples that overlap or are few show no difference", () => {
  assert.equal(verdict([1, 2, 3], [2.5, 4]), "ranges overlap: no difference is shown");
  assert.equal(verdict([1], [2]), "apart, but of 1 run");
  assert.equal(verdict(new Array(9).fill(1), new Array(9).fill(2)), "apart");
  assert.throws(() => comparable("[]", {}));
});

test("Markdown takes a label for words", () => {
  const rows = [["model"], ["a|b <i>"]];
  assert.equal(markdown_of("T", rows), "**T**\n\n| model |\n|---|\n| a\\|b \\<i\\> |\n");
});
