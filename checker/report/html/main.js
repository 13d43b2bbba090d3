// SPDX-License-Identifier: MIT
// Which view is shown. A view is {title, node, update(place), key(event)}: update() shows another
// place of the same view, key() says whether the key meant something; either may be missing.

const VIEWS = {random: random_view, coverage: coverage_view, traces: traces_view};

/** Where the table was left. */
let table_address = "#";
let shown_key = null;
let shown_view = null;
/** The cell that was shown last. */
let last_cell = null;

function missing_view(words) {
  return {title: "not here", node: el("p", null, words, " ", el("a", {href: "#"}, "All verdicts"))};
}

/** What makes a place another view than the last one; the rest is for update(). */
function key_of(at) {
  if (at.cell) return ["cell", at.cell, at.beside, at.property].join(" ");
  return at.view ? [at.view, at.found].join(" ") : "table";
}

function view_of(at) {
  if (at.cell) return cell_view(at);
  if (at.view && !Object.hasOwn(VIEWS, at.view)) return missing_view(`There is no view ${at.view}.`);
  if (at.view) return VIEWS[at.view](at);
  return table_view();
}

function show_navigation(at) {
  const links = [["Verdicts", {}], ["Coverage", {view: "coverage"}]];
  if (data.random) links.splice(1, 0, ["Random", {view: "random"}]);
  if (data.traces.length) links.push(["Traces", {view: "traces"}]);
  const here = at.view ?? "";
  document.getElementById("views").replaceChildren(...links.map(([words, to]) => el("a", {
    href: address(to), "aria-current": !at.cell && (to.view ?? "") === here ? "page" : null,
  }, words)));
}

/** Shows the place that the address names. */
function show() {
  const at = place();
  const key = key_of(at);
  if (key === "table") table_address = location.hash || "#";
  if (key === shown_key) {
    shown_view.update?.(at);
    return;
  }
  shown_key = key;
  shown_view = view_of(at);
  show_navigation(at);
  document.title = `${shown_view.title} – pincheck`;
  const main = document.getElementById("view");
  main.replaceChildren(shown_view.node);
  window.scrollTo(0, 0);
  shown_view.update?.(at);
  place_focus(at, main);
}

/** Keys go on where they were: in the table, at the cell that was opened. */
function place_focus(at, main) {
  const cell = key_of(at) === "table" && last_cell &&
    [...document.querySelectorAll("a.verdict")].find((one) => one.hash.startsWith(address({cell: last_cell})));
  if (cell) cell.focus();
  else if (last_cell || at.cell) main.focus({preventScroll: true});
  last_cell = at.cell ?? last_cell;
}

/** Keys are for the view, unless somebody types or chooses. */
function on_key(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, select, summary, .verdicts")) return;
  if (event.key === "Escape" && shown_key !== "table") location.hash = table_address;
  else if (shown_view.key?.(event)) event.preventDefault();
}

document.getElementById("run").textContent =
  `${data.pincheck}, seed ${data.seed}` + (data.ending === "finished" ? "" : `; not finished: ${data.ending}`);
begin_theme();
window.addEventListener("hashchange", show);
document.addEventListener("keydown", on_key);
show();
