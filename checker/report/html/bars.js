// SPDX-License-Identifier: MIT
// The lane of a page: a bar for each reference, from the step that takes it to the one that drops it.

/** What kind of bar stands for a reference: shapes differ, not only colours. */
function bar_class(holder) {
  if (holder.held === "pin") return "pin";
  return holder.role === "structural" ? "structural" : "get";
}

const same_reference = (one, other) => one !== null && other !== null &&
  ["by", "of", "role", "held"].every((key) => one[key] === other[key]);

/** Puts the holders of a page into columns; who was there before stays where it is, and so does what a
 *  reference becomes that changes hands. */
function place_holders(before, holders, moved) {
  const columns = before.map(() => null);
  const left = [...holders];
  const put = (column, wanted) => {
    const at = left.findIndex(wanted);
    if (at >= 0) columns[column] = left.splice(at, 1)[0];
  };
  before.forEach((old, column) => {
    if (old) put(column, (one) => same_reference(one, old) && one.since === old.since);
  });
  before.forEach((old, column) => {
    const event = old && !columns[column] && moved.find((one) => same_reference(one.from, old));
    if (event) put(column, (one) => same_reference(one, event.to) && one.since === old.since);
  });
  for (const one of left) {
    const free = columns.findIndex((taken, column) => taken === null && !before[column]);
    if (free >= 0) columns[free] = one;
    else columns.push(one);
  }
  return columns;
}

/** For each row, the start first, the holders by column. */
function holder_columns(story, page) {
  const rows = [place_holders([], story.start[page].holders, [])];
  for (const step of story.steps) {
    const moved = step.events.filter((one) => one.page === step.pages[page].name && one.from && one.to);
    rows.push(place_holders(rows.at(-1), step.pages[page].holders, moved));
  }
  return rows;
}

/** A bar in the upper half of a row is of what was there before the step, in the lower half after it. */
function bar_element(column, half, kind, title) {
  return el("i", {class: `bar ${half} ${kind}`, style: `--column: ${column}`, title});
}

/** The bars of one row. Column 0 is the device's. */
function bars_of_row(columns, row, before, now) {
  const bars = [];
  const add = (column, half, holder) => {
    if (holder) bars.push(bar_element(column + 1, half, bar_class(holder), holder.words));
  };
  (columns[row - 1] ?? []).forEach((holder, column) => add(column, "upper", holder));
  columns[row].forEach((holder, column) => add(column, "lower", holder));
  if (before?.devices.length) bars.push(bar_element(0, "upper", "device", device_words(before)));
  if (now.devices.length) bars.push(bar_element(0, "lower", "device", device_words(now)));
  columns[row].forEach((holder, column) => {
    if (holder && row > 0 && holder.since === row)
      bars.push(el("i", {class: "cap", style: `--column: ${column + 1}`}));
  });
  return bars;
}

function device_words(page) {
  return `the device of ${page.devices.join(", ")} may be touching it`;
}

/** What the bars mean. */
function bars_legend() {
  const entry = (kind, words) => el("span", null, el("i", {class: `bar sample ${kind}`}), words);
  return el("p", {class: "bars-legend muted"},
    entry("get", "a reference that was gotten"), entry("pin", "a pin"),
    entry("structural", "page cache, PTE, buffers, pipe buffer"),
    entry("device", "a device may be touching the page"),
    el("span", null, "then _refcount, and flags: ",
      Object.entries(FLAGS).filter(([flag]) => flag !== "free").map(([flag, letter]) => `${letter} ${flag}`).join(", ")));
}
