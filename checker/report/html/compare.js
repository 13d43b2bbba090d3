// SPDX-License-Identifier: MIT
// Two conventions side by side, in one scenario: what if?

const same_step = (one, other) => ["actor", "step", "outcome"].every((key) => one[key] === other[key]);

/** How many steps two stories have in common, at most, from these on: a table by step of each. */
function common_steps(left, right) {
  const table = Array.from({length: left.length + 1}, () => new Array(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; --i)
    for (let j = right.length - 1; j >= 0; --j)
      table[i][j] = same_step(left[i], right[j]) ? 1 + table[i + 1][j + 1] :
        Math.max(table[i + 1][j], table[i][j + 1]);
  return table;
}

/** Two stories stepped at once: for each stop how many steps of each are done. What they have in common
 *  is one stop; what only one has, the other waits for. */
function stops_of(left, right) {
  const common = common_steps(left, right);
  const stops = [[0, 0]];
  for (let [i, j] = [0, 0]; i < left.length || j < right.length; stops.push([i, j])) {
    const both = i < left.length && j < right.length && same_step(left[i], right[j]);
    const only_left = !both && i < left.length && (j === right.length || common[i + 1][j] >= common[i][j + 1]);
    if (!only_left) ++j;
    if (both || only_left) ++i;
  }
  return stops;
}

function differences_element(left, right, scenario) {
  const all = differences(left, right, scenario);
  if (all.length === 0) return el("p", null, "They say the same of everybody.");
  return el("table", {class: "differences"},
    el("caption", null, `What they say otherwise${scenario ? ", as far as this scenario can meet it" : ""}`),
    el("thead", null, el("tr", null, el("td"), el("th", {scope: "col"}, left.name), el("th", {scope: "col"}, right.name))),
    el("tbody", null, all.map((rule) => el("tr", null, el("th", {scope: "row"}, rule.key.replace("callers.", "")),
      el("td", null, el("code", null, rule.left)), el("td", null, el("code", null, rule.right))))));
}

/** Whose steps one side shows. */
function side_words(story) {
  if (story.conventions) return standing(story);
  return el("p", {class: "muted"}, "The steps of the other side in their order, with those that only this one has, and " +
    "without those that it does not have; then undisturbed to the end.", story.sentence ? "" : " Nothing is violated.");
}

/** One side: the verdict, and the timeline that goes with it. */
function side_element(cell, story, use) {
  const lines = story ? timeline(story, use) : null;
  const node = el("section", {class: "side"},
    el("h2", null, cell.convention), el("p", {class: "subject"},
      el("span", {class: `verdict ${verdict_class(cell)}`}, cell.says), " ", verdict_words(cell)),
    story ? side_words(story) : facts_element(cell), lines ? el("div", {class: "scrolls"}, lines.node) : null);
  return {node, mark: (step) => lines?.mark(step)};
}

/** What each of two cells shows: counterexamples of one property, else where only one violates it what
 *  comes of that one in the other, or how both go undisturbed. */
function stories_beside(cell, other, property) {
  const [left, right] = [cell, other].map(stories_of);
  const asked = [...left, ...right].find((one) => one.violated.includes(property)) ?? left[0] ?? right[0];
  const shown = (one, mine) => mine.find((story) => story.violated.some((name) => asked?.violated.includes(name))) ??
    (asked && same_order(asked, one.convention)) ?? run_of(one);
  return [shown(cell, left), shown(other, right)];
}

/** A cell and the same scenario under another convention, as a view: see main.js. */
function compare_view(at, cell) {
  const other = cells.get(`${cell.scenario}/${at.beside}`);
  if (!other) return missing_view(`There is no cell ${cell.scenario}/${at.beside}.`);
  const stories = stories_beside(cell, other, at.property);
  const stops = stops_of(...stories.map((story) => story?.steps ?? []));
  const last = stops.length - 1;
  let now = 0;
  const go = (step) => move({...place(), step: `${Math.min(Math.max(step, 0), last)}`});
  const sides = [cell, other].map((one, side) => side_element(one, stories[side],
    (step) => go(stops.findIndex((stop) => stop[side] === step))));
  const node = el("article", {class: "cell compare"}, cell_head(cell, at),
    differences_element(conventions.get(cell.convention), conventions.get(at.beside), scenarios.get(cell.scenario)),
    controls({steps: {length: last}}, go, () => now),
    el("div", {class: "sides"}, sides.map((side) => side.node)), bars_legend());
  const update = (to) => {
    now = step_at(to, last);
    sides.forEach((side, index) => side.mark(stops[now][index]));
    say(stories.map((story, index) => story ?
      `${[cell, other][index].convention}: ${spoken(story, stops[now][index])}` : "").join(" "));
  };
  return {
    title: `${cell.scenario}: ${cell.convention} and ${at.beside}`, node, update,
    key: (event) => {
      const step = step_by_key(event, now, last);
      if (step === undefined) return false;
      go(step);
      return true;
    },
  };
}
