// The desk in a real browser: every page opens without an error and without a serious fault of access, and what a visitor
// does works: from a picture to a sentence, the slider, filters and files, a decision, all of it by keyboard.
//
//   npm ci && node run.mjs PROGRAM [--shots DIR]
//
// PROGRAM is `detente`; the pages are those of its own examples. Needs a Chromium (CHROMIUM names another one).
// With --shots a picture of each page is left in DIR, light and dark, wide and narrow.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const [program, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest[1] : null;
if (!program) {
  console.error("usage: node run.mjs PROGRAM [--shots DIR]");
  process.exit(2);
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "desk-"));
const ledger = join(folder, "examples.db");
execFileSync(program, ["demo", "--no-serve", "--ledger", ledger], { stdio: "ignore" });

const server = spawn(program, ["serve", "--ledger", ledger, "--port", "0", "--review", "Tester"]);
const home = await new Promise((found, lost) => {
  let said = "";
  server.stdout.on("data", (bytes) => {
    said += bytes;
    const at = /http:\/\/\S+/.exec(said);
    if (at) found(at[0].replace(/\/$/, ""));
  });
  server.on("exit", () => lost(new Error(`the desk ended: ${said}`)));
});
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

let faults = 0;
function check(true_, what) {
  console.log(`${true_ ? "ok  " : "FAIL"} ${what}`);
  if (!true_) faults += 1;
}

async function open() {
  const page = await browser.newPage();
  await page.setViewport({ width: 1240, height: 900 });
  page.on("console", (m) => m.type() === "error" && check(false, `console of ${page.url()}: ${m.text()}`));
  page.on("pageerror", (e) => check(false, `script of ${page.url()}: ${e.message}`));
  page.on("requestfailed", (r) => check(false, `request of ${page.url()}: ${r.url()}`));
  // Browsers ask for the marks of their own controls as `data:`.
  page.on("request", (r) => r.url().startsWith(home) || r.url().startsWith("data:") || check(false, `the page asks elsewhere: ${r.url()}`));
  return page;
}

// Clicks on what leads to another page, and waits for that; a busy machine may take its time.
async function follow(selector) {
  const there = page.waitForNavigation({ timeout: 120_000 });
  await page.$eval(selector, (element) => element.click());
  await there;
}

// A report and an event of the examples, and an article.
const reports = await (await fetch(`${home}/events.json?kind=SANCTION`)).json();
const report = `/event/${encodeURIComponent(reports[0].id)}`;
const article = `/article/${encodeURIComponent(reports[0].article_id)}`;
const dyad = await (await fetch(`${home}/dyad/Hamas/IRN.json`)).json();
const event = `/event/${encodeURIComponent(dyad.events[0].id)}`;

const PAGES = {
  home: "/",
  turns: "/turns",
  network: "/network?day=2017-12-31",
  matrix: "/network?view=matrix&day=2017-12-31",
  blocs: "/blocs",
  parties: "/actors",
  party: "/actor/IRN",
  events: "/events",
  report,
  event,
  article,
  dyad: "/dyad/Hamas/IRN",
  map: "/map",
  try: "/try",
  review: "/review",
  about: "/about",
  lexicon: "/lexicon?find=ceasefire",
};

// Every page, light and dark: no error, and axe-core finds nothing serious.
const page = await open();
for (const [name, path] of Object.entries(PAGES)) {
  for (const theme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    const answer = await page.goto(home + path, { waitUntil: "load" });
    check(answer.status() === 200, `${name} (${path}) answers, ${theme}`);
    // axe is put into an isolated world: the page's own policy lets no script in.
    await page.setBypassCSP(true);
    await page.reload({ waitUntil: "load" });
    await page.evaluate(axe);
    const found = await page.evaluate(() =>
      axe.run(document, { resultTypes: ["violations"] }).then((r) =>
        r.violations
          .filter((v) => v.impact === "serious" || v.impact === "critical")
          .map((v) => `${v.id}: ${v.nodes.length}, such as ${v.nodes[0].html.slice(0, 160)}`)),
    );
    await page.setBypassCSP(false);
    check(found.length === 0, `${name}: no serious fault of access, ${theme}${found.map((f) => `\n       ${f}`).join("")}`);
    if (shots) {
      mkdirSync(shots, { recursive: true });
      for (const [size, width] of [["wide", 1240], ["phone", 390]]) {
        await page.setViewport({ width, height: 900 });
        await page.screenshot({ path: join(shots, `${name}-${theme}-${size}.png`), fullPage: true });
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(beyond <= 0, `${name} is no wider than a ${size} screen (${beyond} too much)`);
      }
      await page.setViewport({ width: 1240, height: 900 });
    }
  }
}
await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);

// From a picture to the sentence.
await page.goto(`${home}/dyad/Hamas/IRN`);
const pin = await page.$eval("figure svg a[href*='event'], figure svg a[href^='#']", (a) => a.getAttribute("href"));
const mark = "figure svg a[href*='event'], figure svg a[href^='#']";
const press = (element) => element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
if (!pin.startsWith("#")) {
  await Promise.all([page.waitForNavigation({ timeout: 120_000 }), page.$eval(mark, press)]);
} else {
  await page.$eval(mark, press);
  check(await page.evaluate(() => location.hash) === pin, "a mark of the picture leads to its row");
  await follow(`${pin.replace(/[^#\w-]/g, "\\$&")} a[href^='/event/']`);
}
check(await page.$("blockquote.sentence, td.quote") !== null, `a mark of the picture (${pin}) leads to its sentence`);

// The slider moves the picture, the address and the table.
await page.goto(`${home}/network`);
const before = await page.$eval("#moment figure", (f) => f.innerHTML);
await page.focus("#slider");
const began = performance.now();
await page.keyboard.press("ArrowLeft");
await page.waitForFunction((old) => document.querySelector("#moment figure").innerHTML !== old, { timeout: 5000 }, before);
const took = Math.round(performance.now() - began);
check(took < 1000, `the slider moves the picture (${took} ms with the browser's work)`);
check(new URL(page.url()).searchParams.has("day"), "and the address says which day it is");

// Filter, and take the same rows as a file.
await page.goto(`${home}/events`);
await page.select("select[name=kind]", "CONSULT");
await follow(".filters button[type=submit]");
const told = await page.$eval("main > p.quiet", (p) => Number(/[\d,]+/.exec(p.textContent)[0].replace(",", "")));
const csv = await page.evaluate(() => fetch(document.querySelector(".exports a").href).then((r) => r.text()));
check(told > 0 && csv.trim().split("\n").length === told + 1, `a filtered table and its file have the same ${told} rows`);

// Decide about a report, and see it in its history.
await page.goto(home + report);
await page.$eval("input[name=decision][value=accepted]", (input) => input.click());
await page.type("input[name=note]", "as the sentence says");
await follow("#review button[type=submit]");
const history = await page.$eval("#history", (s) => s.textContent);
check(history.includes("Tester") && history.includes("accepted") && history.includes("as the sentence says"), "a decision shows in the history");
const gold = await (await fetch(`${home}/review.jsonl`)).text();
check(JSON.parse(gold.trim().split("\n")[0]).review.reviewer === "Tester", "and goes out as gold");

// Try a text.
await page.goto(`${home}/try`);
await page.type("textarea", "Iran cut its aid to Hamas on Monday.");
await page.$eval("input[name=published]", (input) => { input.value = "2012-05-09"; });
await follow(".try button[type=submit]");
check((await page.$$("details.report")).length > 0, "a text that is tried is read");

// By keyboard alone: past the head, to a page, to the search, from row to row.
await page.goto(home);
await page.keyboard.press("Tab");
check(await page.evaluate(() => document.activeElement.className) === "skip", "the first key leads past the head");
await page.keyboard.press("Escape");
await Promise.all([page.waitForNavigation(), page.keyboard.press("g").then(() => page.keyboard.press("t"))]);
check(page.url().endsWith("/turns"), "g and t lead to the turns");
await page.keyboard.press("j");
await page.keyboard.press("j");
check(await page.evaluate(() => document.activeElement.getAttribute("href")?.startsWith("/dyad/")), "j goes from row to row");
await page.keyboard.press("/");
await page.keyboard.type("aid");
await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
check(page.url().includes("/events?text=aid"), "the slash leads to the search");

// Without the script all of it is there.
const plain = await open();
await plain.setJavaScriptEnabled(false);
await plain.goto(`${home}/network`);
check(await plain.$("a[rel=prev]") !== null, "without a script there are links from month to month");

// For the README: why a report was coded so.
if (shots) {
  // A page behind another draws nothing.
  await page.bringToFront();
  await page.goto(home + report);
  await page.evaluate(() => { document.querySelector("#why").open = true; });
  const why = await page.$("#why");
  await why.screenshot({ path: join(shots, "event-chain-light-wide.png") });
}

await browser.close();
server.kill();
rmSync(folder, { recursive: true });
console.log(faults === 0 ? "\nall is well" : `\n${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
