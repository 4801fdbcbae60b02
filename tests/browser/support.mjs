// Pages to test and a browser to open them: made once for each file of tests.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

function browser_program() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of BROWSERS) {
    for (const folder of process.env.PATH.split(":")) {
      try {
        return execFileSync("/bin/sh", ["-c", `command -v "${folder}/${name}"`], {
          encoding: "utf8",
        }).trim();
      } catch {
        /* not in this folder */
      }
    }
  }
  throw new Error(`none of ${BROWSERS.join(", ")} is on PATH; set CHROMIUM`);
}

// Makes the cases' pages before the tests of a file, and ends the browser after them.
export function pages_of(...cases) {
  const stage = { folder: null, browser: null };
  before(async () => {
    stage.folder = mkdtempSync(path.join(tmpdir(), "waitbench-pages-"));
    execFileSync(
      process.env.PYTHON ?? "python3",
      [path.join(HERE, "make_pages.py"), stage.folder, ...cases],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
    // Root has no sandbox of its own to give away.
    stage.browser = await chromium.launch({
      executablePath: browser_program(),
      args: process.getuid() === 0 ? ["--no-sandbox"] : [],
    });
  });
  after(async () => {
    await stage.browser?.close();
    rmSync(stage.folder, { recursive: true, force: true });
  });
  return {
    results: (name) =>
      JSON.parse(readFileSync(path.join(stage.folder, name, "results.json"), "utf8")),
    file: (name, file) => path.join(stage.folder, name, file),
    size: (name) => readFileSync(path.join(stage.folder, name, "report.html")).length,
    open: (name, options = {}) => open(stage, name, options),
  };
}

// Opens a page from its file; `trouble` gathers whatever it complains of or asks the network for.
async function open(stage, name, { fragment = "", ...options }) {
  const context = await stage.browser.newContext({
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  const file = pathToFileURL(path.join(stage.folder, name, "report.html")).href;
  const trouble = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) trouble.push(message.text());
  });
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("dialog", (dialog) => trouble.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== file) trouble.push(`request: ${request.url()}`);
  });
  await page.goto(file + fragment);
  return { page, trouble, close: () => context.close() };
}

// Runs a test on a page, which must have had nothing to complain of.
export async function on_page(pages, name, options, body) {
  const { page, trouble, close } = await pages.open(name, options);
  try {
    await body(page);
    assert.deepEqual(trouble, []);
  } finally {
    await close();
  }
}
