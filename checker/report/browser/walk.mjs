// SPDX-License-Identifier: MIT
// Uses a report as its readers do, in a real browser: walk.mjs PAGE SCREENSHOTS
// Prints what is wrong, a line each, and fails if there is anything.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";
import {inflateSync} from "node:zlib";

// Installed by scripts/browser.
const installed = createRequire(`${process.env.PINCHECK_NODE_MODULES}/`);
const {chromium} = installed("playwright-core");
const {source: axe} = installed("axe-core");

const [file, pictures] = process.argv.slice(2);
const address = pathToFileURL(file).href;
const packed = readFileSync(file, "latin1").match(/id="data">([^<]*)</)[1];
const data = JSON.parse(inflateSync(Buffer.from(packed, "base64")));
const problems = [];
const expect = (right, words) => right || problems.push(words);

const browser = await chromium.launch({executablePath: "/usr/bin/chromium", args: ["--no-sandbox"]});
const page = await browser.newPage({viewport: {width: 1280, height: 860}});
page.setDefaultTimeout(20000);
page.on("console", (line) => problems.push(`console: ${line.text()}`));
page.on("pageerror", (error) => problems.push(`error: ${error.stack}`));
page.on("request", (one) => one.url().startsWith("file:") || one.url().startsWith("data:") ||
  problems.push(`asks for ${one.url()}`));

const said = () => page.textContent("#said");
const place = () => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
const picture = (name) => page.screenshot({path: `${pictures}/${name}.png`});
const current_step = () => page.evaluate(() => document.querySelector("tr.here")?.dataset.step);
const step_count = () => page.evaluate(() => document.querySelectorAll("tr[data-step]").length - 1);

const there = (selector) => page.locator(selector).first().waitFor();

/** Opens an address anew; a page shows its data when it is unpacked. */
async function open(to) {
  await page.goto("about:blank");
  await page.goto(to);
  await there("main > :not(.waiting)");
}
async function reload() {
  await page.reload();
  await there("main h1");
}

/** What keeps somebody from using the page, by axe's rules: roles, names, contrast (WCAG 2.1 AA). */
async function barriers(rules) {
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axe);
  const {violations} = await page.evaluate((options) => axe.run(document, options),
    {resultTypes: ["violations"], elementRef: false, ...rules});
  return violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.html.slice(0, 120)}`));
}

/** Looks at what is shown: a picture of it, what keeps people from using it, and what sticks out. */
async function look(name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide <= 0, `${name}: ${wide} pixels stick out at the side`);
  for (const problem of await barriers({})) problems.push(`${name}: ${problem}`);
  await picture(name);
}

/** The same by dark, where only colours differ. */
async function look_by_dark(name) {
  await page.emulateMedia({colorScheme: "dark"});
  for (const problem of await barriers({runOnly: ["color-contrast"]})) problems.push(`${name}: ${problem}`);
  await picture(name);
  await page.emulateMedia({colorScheme: "light"});
}

async function table() {
  await open(address);
  const [rows, columns] = await page.evaluate(() =>
    [document.querySelectorAll(".verdicts tbody tr").length, document.querySelectorAll(".verdicts thead th").length]);
  expect(await page.locator("a.verdict").count() === rows * columns, "a cell for each pair");
  expect(await page.locator("a.undeclared").count() > 0, "what nobody declared stands out");
  expect((await page.textContent(".legend")).includes("</script><img src=x"), "words are no markup");
  await look("table");
  await look_by_dark("table-dark");
  const violated = await page.locator("a.verdict.violated").count();
  await page.getByLabel("Verdicts").selectOption("violated");
  expect(await page.locator("td:not(.off) > a.verdict").count() === violated, "only what is violated is left");
  expect((await said()).includes(`${violated} violated`), `said: ${await said()}`);
  await page.getByLabel("Caller").selectOption("nfs-write");
  expect((await place()).caller === "nfs-write" && (await place()).show === "violated", "the address has the filters");
  await reload();
  expect(await page.getByLabel("Caller").inputValue() === "nfs-write", "filters come from the address");
  expect(await page.locator(".verdicts tbody tr").count() < rows, "fewer rows with a filter");
}

/** By keys alone: from the table to the violation. */
async function cell() {
  await page.locator("a.verdict[tabindex='0']").focus();
  for (let i = 0; i < 40 && !await page.evaluate(() => document.activeElement.matches(".violated")); ++i)
    await page.keyboard.press(i % 2 ? "ArrowDown" : "ArrowRight");
  await page.keyboard.press("Enter");
  await there(".timeline");
  const last = await step_count();
  expect(last > 0, "a cell shows its steps");
  expect(await current_step() === "0", "a story begins at its start");
  for (let i = 0; i < last; ++i) await page.keyboard.press(i % 2 ? "j" : "ArrowRight");
  expect(await current_step() === `${last}`, "keys go forward to the violation");
  expect((await said()).includes("Violated"), `said at the violation: ${await said()}`);
  expect((await place()).step === `${last}`, "the address has the step");
  await look("violation");
  await look_by_dark("violation-dark");
  await page.keyboard.press("ArrowLeft");
  expect(await current_step() === `${last - 1}`, "and back");
  await page.keyboard.press("End");
  await page.locator(".why li a").first().click();
  expect(await current_step() === (await place()).step, "the explanation leads to steps");
  expect(await page.locator(".timeline tr.here[aria-current=step]").count() === 1, "one step is the current one");
}

/** Counts and holders are those of the data. */
async function facts() {
  const [scenario, convention] = (await place()).cell.split("/");
  const story = data.counterexamples.find((one) =>
    one.scenario === scenario && one.conventions.includes(convention));
  const shown = await page.evaluate(() => [...document.querySelectorAll("tr[data-step]")].map((row) => ({
    counts: [...row.querySelectorAll(".ref")].map((cell) => cell.lastChild.textContent),
    bars: [...row.querySelectorAll("td.bars")].map((cell) => cell.querySelectorAll(".lower:not(.device)").length),
  })));
  const told = [story.start, ...story.steps.map((step) => step.pages)].map((pages) => ({
    counts: pages.map((one) => `${one.ref}${pages.some((any) => any.pincount) ? `/${one.pincount}` : ""}`),
    bars: pages.map((one) => one.holders.length),
  }));
  expect(JSON.stringify(shown) === JSON.stringify(told), `shown ${JSON.stringify(shown)}, told ${JSON.stringify(told)}`);
}

async function compare() {
  const other = await page.getByLabel("Beside it").evaluate((one) => one.options[1].value);
  await page.getByLabel("Beside it").selectOption(other);
  await there(".compare");
  expect((await place()).beside === other, "the address has what is beside");
  expect(await page.locator(".timeline").count() === 2, "two timelines side by side");
  await page.keyboard.press("End");
  expect(await page.locator("tr.here").count() === 2, "both step");
  await look("compare");
  await page.keyboard.press("Escape");
  await there("table.verdicts");
  expect((await place()).caller === "nfs-write", "Escape goes back to the table as it was");
  expect(await page.evaluate(() => document.activeElement.matches("a.violated")), "and to the cell in it");
  await page.getByText("Conventions", {exact: true}).first().click();
  await page.getByRole("checkbox", {name: "linux-6.12"}).uncheck();
  expect(await page.locator(".verdicts thead th").count() === 3, "a convention less");
  await picture("columns");
  await page.getByRole("checkbox", {name: "silent"}).uncheck();
  await page.getByLabel("Verdicts").selectOption("differing");
  expect((await page.textContent(".differences")).includes("nfs-write.bvec"), "two conventions differ in rules");
  const differing = await page.locator(".verdicts tbody tr").count();
  expect(differing > 2 && differing < 20, `and in cells: ${differing}`);
}

async function rest() {
  await page.getByRole("link", {name: "Random"}).click();
  await page.getByText("get-put-balanced under silent").click();
  await page.locator("[aria-current=true]", {hasText: "get-put-balanced under silent"}).waitFor();
  await page.keyboard.press("End");
  expect((await said()).includes("Violated"), "what was found at random is stepped, too");
  await look("random");
  await page.getByRole("link", {name: "Traces"}).click();
  await page.getByText("Held at the end").waitFor();
  await look("traces");
  await page.getByRole("link", {name: "Coverage"}).click();
  await page.locator("details.program summary").first().click();
  await page.locator("details.program[open] tbody tr").first().waitFor();
  await look("coverage");
  await page.selectOption("#theme", "dark");
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme) === "dark", "the switch");
  await page.selectOption("#theme", "");
}

/** Addresses that somebody mistyped. */
async function lost() {
  for (const [hash, words] of [["#cell=no/such", "no cell"], ["#view=__proto__", "no view"], ["#show=constructor", "Verdicts"]]) {
    await open(address);
    await page.goto(address + hash);
    await page.getByText(words).first().waitFor();
  }
  const cell = await page.locator("a.verdict.violated").first().getAttribute("href");
  await open(`${address}${cell}&step=-7`);
  expect(await current_step() === "0", "no step is before the first");
}

/** On paper, and on a narrow screen. */
async function elsewhere() {
  await open(address);
  const cell = await page.locator("a.verdict.violated").first().getAttribute("href");
  await open(address + cell);
  await page.emulateMedia({media: "print"});
  expect(!await page.locator(".controls").isVisible(), "no buttons on paper");
  expect(await page.locator(".timeline").isVisible(), "the timeline on paper");
  expect((await page.pdf({path: `${pictures}/cell.pdf`, preferCSSPageSize: true})).length > 10000, "a PDF");
  await page.emulateMedia({media: "screen"});
  await page.setViewportSize({width: 800, height: 700});
  await page.keyboard.press("End");
  const step = await current_step();
  await reload();
  expect(step !== "0" && await current_step() === step, "a link leads to a step");
  await look("narrow-cell");
  await open(address);
  await picture("narrow-table");
}

try {
  for (const part of [table, cell, facts, compare, rest, lost, elsewhere]) await part();
} catch (error) {
  problems.push(error.stack);
}
await browser.close();
for (const problem of [...new Set(problems)]) console.log(problem);
process.exit(problems.length ? 1 : 0);
