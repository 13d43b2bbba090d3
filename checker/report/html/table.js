// SPDX-License-Identifier: MIT
// The verdict table, and what is shown of it.

const SHOWN = {
  "": () => true,
  violated: (cell) => cell.verdict === "violated",
  undeclared: (cell) => !cell.as_expected,
  unproved: (cell) => !cell.proved,
  empty: (cell) => cell.verdict === "vacuous" || cell.verdict === "not stated",
};

/** The conventions that are chosen; all without a choice. */
function chosen_columns(at) {
  const names = (at.conventions ?? "").split(",").filter((name) => conventions.has(name));
  return names.length === 0 ? data.conventions : data.conventions.filter((one) => names.includes(one.name));
}

function cell_matches(at, cell) {
  const property = !at.property ||
    cell.violated.includes(at.property) || cell.also_violated.includes(at.property);
  return property && (Object.hasOwn(SHOWN, at.show ?? "") ? SHOWN[at.show ?? ""] : SHOWN[""])(cell);
}

/** Some actor has both the caller and the kind, and the words are in the names. */
function row_matches(at, scenario) {
  const meets = (actor) => (!at.caller || actor.caller === at.caller) &&
    (!at.kind || actor.kinds.includes(at.kind));
  const words = `${scenario.name} ${scenario.title}`.toLowerCase();
  return ((!at.caller && !at.kind) || scenario.actors.some(meets)) &&
    words.includes((at.find ?? "").toLowerCase());
}

/** What is to be shown: {columns, rows: [{scenario, cells}]}. */
function selection(at) {
  const columns = chosen_columns(at);
  const rows = data.scenarios.filter((scenario) => row_matches(at, scenario))
    .map((scenario) => ({
      scenario,
      cells: columns.map((one) => cells.get(`${scenario.name}/${one.name}`)),
    }))
    .filter((row) => row.cells.some((cell) => cell && cell_matches(at, cell)))
    .filter((row) => at.show !== "differing" || new Set(row.cells.map((cell) => cell?.says)).size > 1);
  return {columns, rows};
}

/** Where a cell leads: of two columns to both. */
function target_of(at, cell, asked) {
  const others = chosen_columns(at).filter((one) => one.name !== cell.convention);
  const beside = others.length === 1 ? others[0].name : "";
  return address({cell: `${cell.scenario}/${cell.convention}`, property: asked, beside});
}

function cell_element(at, cell) {
  if (!cell) return el("td", {class: "unjudged", title: "not judged: the run was stopped"});
  const name = `${cell.scenario} under ${cell.convention}: ${verdict_words(cell)}`;
  // One that violates several says the property that is looked for.
  const asked = cell.violated.includes(at.property) ? at.property : "";
  const says = asked ? properties.get(asked).code + (cell.as_expected ? "" : "!") : cell.says;
  return el("td", {class: cell_matches(at, cell) ? null : "off"},
    el("a", {
      class: `verdict ${verdict_class(cell)}`, tabindex: "-1", title: name,
      href: target_of(at, cell, asked),
      "aria-label": `${says}: ${name}`,
    }, says));
}

function row_element(at, row) {
  return el("tr", null,
    el("th", {scope: "row", title: row.scenario.title}, row.scenario.name),
    row.cells.map((cell) => cell_element(at, cell)));
}

/** How many of a convention's cells violate something. */
function count_element(rows, column) {
  const mine = rows.map((row) => row.cells[column]).filter((cell) => cell);
  const violated = mine.filter((cell) => cell.verdict === "violated").length;
  return el("td", null, `${violated}`);
}

/** The arrow keys go from cell to cell; one of them is in the order of Tab. */
function walk_by_arrows(body) {
  const links = () => [...body.rows].map((row) => [...row.querySelectorAll("a.verdict")]);
  links().flat()[0]?.setAttribute("tabindex", "0");
  body.addEventListener("focusin", (event) => {
    if (!event.target.matches("a.verdict")) return;
    for (const one of links().flat()) one.tabIndex = one === event.target ? 0 : -1;
  });
  body.addEventListener("keydown", (event) => {
    const way = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
    if (!way || !event.target.matches("a.verdict")) return;
    const all = links();
    const row = all.findIndex((line) => line.includes(event.target));
    const next = all[row + way[0]]?.[all[row].indexOf(event.target) + way[1]];
    event.preventDefault();
    next?.focus();
  });
}

function table_element(at, {columns, rows}) {
  const heads = columns.map((one) =>
    el("th", {scope: "col", title: `${one.name}: ${one.title}`}, el("span", null, one.label)));
  const body = el("tbody", null, rows.map((row) => row_element(at, row)));
  walk_by_arrows(body);
  return el("div", {class: "scrolls", tabindex: "-1"}, el("table", {class: "verdicts"},
    el("caption", {class: "hidden"}, "Verdicts: a row for each scenario, a column for each convention"),
    el("thead", null, el("tr", null, el("td"), heads)), body,
    el("tfoot", null, el("tr", null, el("th", {scope: "row"}, "violated"),
      columns.map((_, column) => count_element(rows, column))))));
}

function filters_element(at) {
  const to = (key) => (value) => move({...at, [key]: value});
  const named = (names) => [["", "all"], ...names.map((name) => [name, name])];
  const columns = chosen_columns(at);
  const choose = (name, on) => {
    const names = data.conventions.map((one) => one.name)
      .filter((one) => one === name ? on : columns.some((column) => column.name === one));
    to("conventions")(names.length === data.conventions.length ? "" : names.join(","));
  };
  const box = (one) => el("label", null, el("input", {
    type: "checkbox", checked: columns.includes(one), change: (event) => choose(one.name, event.target.checked),
  }), ` ${one.label} `, el("span", {class: "muted"}, one.name));
  const shown = [["", "all"], ["violated", "violated"], ["undeclared", "not as declared"],
    ["unproved", "not proved"], ["empty", "vacuous, not stated"],
    ["differing", "where conventions differ"]];
  return el("form", {class: "filters", role: "search", submit: (event) => event.preventDefault()},
    select("Caller", named(names_in((actor) => [actor.caller])), at.caller, to("caller")),
    select("Kind", named(names_in((actor) => actor.kinds)), at.kind, to("kind")),
    select("Property", [["", "all"], ...data.property_list.map((one) => [one.name, `${one.code} ${one.name}`])],
      at.property, to("property")),
    select("Verdicts", shown, at.show, to("show")),
    el("label", {class: "field"}, el("span", null, "Scenario"), el("input", {
      type: "search", value: at.find ?? "", placeholder: "part of a name", size: 14,
      change: (event) => to("find")(event.target.value),
    })),
    el("details", {class: "columns"}, el("summary", null, "Conventions"),
      el("div", {class: "boxes"}, data.conventions.map(box),
        el("a", {href: address({...at, conventions: ""})}, "all"))));
}

/** Of two conventions, what they say otherwise. */
function rules_element({columns}) {
  return columns.length === 2 ? differences_element(...columns, null) : null;
}

/** What codes and labels stand for. */
function legend_element({columns}) {
  const seen = data.property_list.filter((property) =>
    data.cells.some((cell) => cell.violated.includes(property.name)));
  const entry = (term, ...words) => [el("dt", null, term), el("dd", null, ...words)];
  return el("section", {class: "legend"},
    el("div", null, el("h2", null, "What cells say"), el("dl", null,
      entry("ok N", "proved within the scenario’s bounds, every interleaving; N atomic counter operations per page"),
      entry("ok~N", "not violated in the schedules tried"),
      entry("CODE", "violated, as the convention declares; CODE! is not declared"),
      seen.map((one) => entry(one.code, el("b", null, one.name), `: ${one.holds_when}`)),
      entry("refused", "the convention does not take this kind of iterator there"),
      entry("vacuous", "nothing is violated, and somebody can do nothing"),
      entry("-", "the convention does not state it"))),
    el("div", null, el("h2", null, "Conventions"), el("dl", null,
      columns.map((one) => entry(one.label, el("b", null, one.name), ` ${one.title}`)))));
}

/** The table as a view: see main.js. */
function table_view() {
  const node = el("div", {class: "table-view"});
  const update = (now) => {
    const selected = selection(now);
    const open = node.querySelector("details.columns")?.open;
    const focused = [...node.querySelectorAll(".filters *")].indexOf(document.activeElement);
    const all = selected.rows.flatMap((row) => row.cells).filter((cell) => cell && cell_matches(now, cell));
    const words = `${selected.rows.length} of ${plural(data.scenarios.length, "scenario")}, ` +
      `${selected.columns.length} of ${plural(data.conventions.length, "convention")}: ` +
      `${plural(all.length, "cell")}, ${all.filter((cell) => cell.verdict === "violated").length} violated, ` +
      `${all.filter((cell) => !cell.as_expected).length} not as declared`;
    node.replaceChildren(...[el("h1", null, "Verdicts"), filters_element(now),
      el("p", {class: "muted count"}, words), table_element(now, selected), rules_element(selected),
      legend_element(selected)].filter((one) => one));
    node.querySelector("details.columns").open = open ?? false;
    node.querySelectorAll(".filters *")[focused]?.focus();
    say(words);
  };
  return {title: "verdicts", node, update};
}
