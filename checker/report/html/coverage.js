// SPDX-License-Identifier: MIT
// What was reached, and how often.

const number = (value) => value.toLocaleString("en");

/** A table with a head; cells that are numbers are on the right. Rows are arrays. */
function plain_table(heads, rows) {
  const data_cell = (value) => el("td", {class: typeof value === "number" ? "number" : null},
    typeof value === "number" ? number(value) : value);
  return el("table", {class: "plain"},
    el("thead", null, el("tr", null, heads.map((head) => el("th", {scope: "col"}, head)))),
    el("tbody", null, rows.map((row) => el("tr", null, row.map(data_cell)))));
}

/** Why an outcome need not be reached; nothing where it must. */
function excuse(outcome) {
  return data.coverage.unreachable.find((one) =>
    one.step === outcome.step && one.outcome === outcome.outcome)?.reason;
}

/** Outcomes of one program, shown when it is opened. */
function program_element(name, outcomes) {
  const reached = outcomes.filter((one) => one.times > 0).length;
  const node = el("details", {class: reached < outcomes.length ? "program missing" : "program"},
    el("summary", null, name, el("span", {class: "muted"}, ` ${reached} of ${plural(outcomes.length, "outcome")}`)));
  node.addEventListener("toggle", () => {
    if (!node.open || node.querySelector("table")) return;
    const times = (one) => one.times || el("span", {class: "never"}, "never");
    node.append(plain_table(["step", "outcome", "kernel function", "times", "why not"], outcomes.map((one) => [
      one.step.slice(name.length + 1), one.outcome + (one.fault ? " (the environment’s choice)" : ""),
      el("code", null, one.function), times(one), one.times ? "" : excuse(one) ?? ""])));
  });
  return node;
}

function by_program(outcomes) {
  const programs = new Map();
  for (const one of outcomes) {
    const name = one.step.slice(0, one.step.indexOf("/"));
    programs.set(name, [...(programs.get(name) ?? []), one]);
  }
  return [...programs].sort(([one], [other]) => one.localeCompare(other));
}

/** Coverage as a view: see main.js. */
function coverage_view() {
  const {outcomes, meetings, unreachable} = data.coverage;
  const reached = (all) => all.filter((one) => one.times > 0).length;
  const said = data.covers
    ? (data.unreached.length ? `${data.unreached.length} were never reached: ${data.unreached.join("; ")}.` :
      "Nothing is missing.")
    : "What was left to reach was not looked for: that takes all conventions and scenarios, to the end.";
  const sorted = [...meetings].sort((one, other) =>
    [one.path, one.caller, one.kind].join(" ").localeCompare([other.path, other.caller, other.kind].join(" ")));
  return {
    title: "coverage",
    node: el("article", {class: "coverage"}, el("h1", null, "Coverage"),
      el("p", null, `${reached(outcomes)} of ${plural(outcomes.length, "outcome")} of steps and ` +
        `${reached(meetings)} of ${plural(meetings.length, "meeting")} of path, caller and kind were reached; ` +
        `${unreachable.length} are named as what nothing can reach. ${said}`),
      el("h2", null, "Who met whom"),
      plain_table(["path", "caller", "kind", "times"],
        sorted.map((one) => [one.path, one.caller, one.kind, one.times || el("span", {class: "never"}, "never")])),
      el("h2", null, "Steps and their outcomes"),
      by_program(outcomes).map(([name, all]) => program_element(name, all))),
  };
}

/** Conventions and what was violated under them: as in the verdict table, ! marks what is not declared. */
function random_table(all) {
  const seen = data.property_list.filter((one) => all.some((row) => row.violated.includes(one.name)));
  const cell = (row, property) => {
    if (!row.violated.includes(property.name)) return el("td");
    const declared = !row.not_declared.includes(property.name);
    return el("td", null, el("span", {
      class: `verdict violated ${declared ? "declared" : "undeclared"}`,
      title: `${property.name}${declared ? "" : ", not declared"}`,
    }, property.code, declared ? "" : "!"));
  };
  return el("div", {class: "scrolls"}, el("table", {class: "verdicts"},
    el("caption", {class: "hidden"}, "What was violated under each convention"),
    el("thead", null, el("tr", null, el("td"), seen.map((one) => el("th", {scope: "col", title: one.name}, one.code)))),
    el("tbody", null, all.map((row) => el("tr", null, el("th", {scope: "row"}, row.convention),
      seen.map((one) => cell(row, one)))))));
}

/** What scenarios made at random showed, as a view: see main.js. */
function random_view(at) {
  const random = data.random;
  if (!random) return missing_view("No random scenarios were searched.");
  const chosen = found[Number(at.found)] ?? found[0];
  const shown = chosen ? story_element(chosen) : null;
  const tabs = found.map((one, index) => el("a", {
    href: address({view: "random", found: index}), "aria-current": one === chosen ? "true" : null,
  }, `${one.violated.join(", ")} under ${one.conventions.join(", ")}`));
  return {
    title: "random scenarios",
    node: el("article", {class: "cell"}, el("h1", null, "Random scenarios"),
      el("p", null, `${plural(random.scenarios, "scenario")} under each convention, ` +
        `${plural(random.schedules, "schedule")}, ${plural(random.steps, "step")}, ` +
        `${number(random.faults)} of them faults; the longest schedule has ${plural(random.longest, "step")}. ` +
        `${plural(random.directed, "scenario")} more were made for what all that had not reached.`),
      random_table(random.conventions),
      tabs.length ? [el("h2", null, "Found, and not declared"), el("nav", {class: "tabs"}, tabs)] : null,
      shown ? el("details", null, el("summary", null, "The scenario"), el("pre", null, chosen.file)) : null,
      shown?.node),
    update: shown?.update, key: shown?.key,
  };
}
