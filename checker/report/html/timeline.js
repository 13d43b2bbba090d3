// SPDX-License-Identifier: MIT
// A story as a timeline: a lane for each thread, one for each page, a row for each step.

/** Letters of flags, and what they are; others are nothing that changes. */
const FLAGS = {
  locked: "L", dirty: "D", writeback: "W", buffers: "B", cached: "C", isolated: "I", mapped: "M",
  writable: "w", unsaved: "U", free: "free",
};

function flags_element(before, now) {
  const letters = Object.entries(FLAGS).map(([flag, letter]) => {
    const [was, is] = [before?.flags.includes(flag) ?? now.flags.includes(flag), now.flags.includes(flag)];
    if (!was && !is) return null;
    const kind = was === is ? null : is ? "came" : "went";
    return el(kind === "went" ? "del" : kind === "came" ? "ins" : "span", {title: flag}, letter);
  });
  return el("td", {class: "flags"}, letters);
}

/** "2", "3/1" where pins are counted apart, "1 → 2" where it changes. */
function refcount_element(story, before, now, page) {
  const large = story.start.concat(story.steps.flatMap((step) => step.pages))
    .some((one) => one.name === now.name && one.pincount !== 0);
  const words = (one) => large ? `${one.ref}/${one.pincount}` : `${one.ref}`;
  const changed = before && words(before) !== words(now);
  return el("td", {class: changed ? "ref changed" : "ref"},
    changed ? [el("span", {class: "muted"}, `${words(before)} `), "→ "] : null, words(now));
}

/** The cells of one page in one row. */
function page_cells(story, lane, row) {
  const at = (number) => number === 0 ? story.start[lane.page] : story.steps[number - 1]?.pages[lane.page];
  const [before, now] = [row === 0 ? null : at(row - 1), at(row)];
  const free = now.flags.includes("free");
  return [
    el("td", {class: free ? "bars free" : "bars", style: `--columns: ${lane.width}`},
      bars_of_row(lane.columns, row, before, now)),
    refcount_element(story, before, now), flags_element(before, now),
  ];
}

/** What the step did to pages, named where there are several. */
function changes_of(step) {
  return step.pages.filter((page) => page.changes.length > 0)
    .map((page) => (step.pages.length > 1 ? `${page.name}: ` : "") + page.changes.join(", "))
    .join("; ");
}

/** "isolate: isolated": the step without its program, and the outcome. */
function step_words(step) {
  const name = step.step.slice(step.step.indexOf("/") + 1);
  return step.outcome ? `${name}: ${step.outcome}` : name;
}

function lanes_element(story, row) {
  const spans = story.threads.map((thread, column) => {
    const steps = story.steps.map((step, index) => step.actor === thread ? index + 1 : 0)
      .filter((number) => number > 0);
    const [first, last] = [steps[0], steps.at(-1)];
    const step = story.steps[row - 1];
    const kinds = ["lane"];
    if (first < row && row <= last) kinds.push("up");
    if (first <= row && row < last) kinds.push("down");
    if (step?.actor === thread) kinds.push(step.fault ? "fault" : "node");
    return el("i", {class: kinds.join(" "), style: `--column: ${column}`});
  });
  return el("td", {class: "lanes"}, spans,
    row > 0 ? el("span", {class: "hidden"}, story.steps[row - 1].actor) : null);
}

function step_element(story, lanes, row, wrong) {
  const step = story.steps[row - 1];
  return el("tr", {class: wrong ? "step wrong" : "step", "data-step": row},
    el("th", {scope: "row"}, el("a", {href: "#", tabindex: "-1"}, `${row}`)), lanes_element(story, row),
    el("td", {class: "what"}, el("code", null, step.function), " ",
      el("span", {class: step.fault ? "fault" : null}, step_words(step))),
    lanes.map((lane) => page_cells(story, lane, row)),
    el("td", {class: "changes"}, changes_of(step)));
}

/** Who holds a page, in the words of stories. */
function held_words(page) {
  const holders = page.holders.map((one) => one.words).join(", ");
  return holders || (page.flags.includes("free") ? "free" : "held by nobody");
}

function start_element(story, lanes) {
  return el("tr", {class: "step", "data-step": 0},
    el("th", {scope: "row"}, el("a", {href: "#", tabindex: "-1"}, "0")), lanes_element(story, 0),
    el("td", {class: "what muted"}, "at the start"),
    lanes.map((lane) => page_cells(story, lane, 0)),
    el("td", {class: "changes muted"}, story.start.map((page) => `${page.name}: ${held_words(page)}`).join("; ")));
}

/** The names of lanes, each above its own, as `git log --graph` has branches. */
function head_element(story, lanes) {
  const names = story.threads.map((thread, index) =>
    el("div", {style: `padding-left: calc(${index} * var(--lane))`},
      el("span", {class: "lane-name"}, thread)));
  const page = (lane) => {
    const backing = scenarios.get(story.scenario)?.pages.find((one) => one.name === lane.name);
    return el("th", {scope: "colgroup", colspan: 3, class: "page"}, `page ${lane.name}`,
      backing ? el("span", {class: "muted"}, ` ${backing.backing}${backing.order ? `, order ${backing.order}` : ""}`) : null);
  };
  return el("thead", null, el("tr", null, el("th", {class: "muted small"}, "step"),
    el("th", {class: "lane-names", colspan: 2}, names), lanes.map(page),
    el("th", {class: "muted small"}, "what it did")));
}

/** What is wrong, below the last step. */
function end_element(story, width) {
  if (!story.sentence) return null;
  const when = story.at_end ? "when everybody has finished: " : "";
  return el("tr", {class: "verdict-row"}, el("th", null, "⇒"),
    el("td", {colspan: width}, when, story.sentence));
}

/** What a step is, in a sentence. */
function spoken(story, number) {
  const step = story.steps[number - 1];
  if (!step) return "Start, before the first step.";
  const before = number > 1 ? story.steps[number - 2].pages : story.start;
  const counts = step.pages.map((page, index) => page.ref === before[index].ref ? "" :
    ` _refcount of ${page.name} ${before[index].ref} to ${page.ref}.`).join("");
  const changes = changes_of(step);
  const end = number === story.steps.length && story.sentence ? ` Violated: ${story.sentence}` : "";
  return `Step ${number} of ${story.steps.length}: ${step.actor} in ${step.function}, ${step_words(step)}.` +
    `${counts}${changes ? ` ${changes}.` : ""}${end}`;
}

/** The timeline of a story. `use(step)` is called where a row is chosen; mark(step) shows one. */
function timeline(story, use) {
  const lanes = story.start.map((page, index) => {
    const columns = holder_columns(story, index);
    return {page: index, name: page.name, columns, width: 1 + Math.max(1, ...columns.map((row) => row.length))};
  });
  const last = story.steps.length;
  const rows = story.steps.map((_, index) =>
    step_element(story, lanes, index + 1, index + 1 === last && story.sentence && !story.at_end));
  const node = el("table", {class: "timeline", style: `--lanes: ${story.threads.length}`},
    el("caption", {class: "hidden"}, `${story.scenario}, step by step`),
    head_element(story, lanes),
    el("tbody", null, start_element(story, lanes), rows, end_element(story, 3 + 3 * lanes.length)));
  node.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-step]");
    if (!row) return;
    event.preventDefault();
    use(Number(row.dataset.step));
  });
  const mark = (step) => {
    for (const row of node.querySelectorAll("tr[data-step]")) {
      const here = Number(row.dataset.step) === Math.min(step, last);
      row.classList.toggle("here", here);
      if (here) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
      if (here) row.scrollIntoView({block: "nearest"});
    }
  };
  return {node, mark};
}
