// SPDX-License-Identifier: MIT
// The report's data, by name. checker/report/output.schema.json describes it.

/** The JSON in the page is compressed (zlib), in base64. */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

const data = await unpacked(document.getElementById("data").textContent);

const by_name = (all) => new Map(all.map((one) => [one.name, one]));
const conventions = by_name(data.conventions);
const scenarios = by_name(data.scenarios);
const properties = by_name(data.property_list);

const cells = new Map(data.cells.map((one) => [`${one.scenario}/${one.convention}`, one]));

/** The counterexamples of a cell. */
function stories_of(cell) {
  return data.counterexamples.filter((one) =>
    one.scenario === cell.scenario && one.conventions.includes(cell.convention));
}

/** How a cell goes when nothing comes between; nothing where something is violated. */
function run_of(cell) {
  return data.runs.find((one) => one.scenario === cell.scenario && one.conventions.includes(cell.convention));
}

/** How a counterexample goes under another convention; nothing where that violates the same. */
function same_order(story, convention) {
  const number = data.counterexamples.indexOf(story);
  return data.same_order.find((one) => one.of === number && one.conventions.includes(convention))?.story;
}

/** Those of scenarios that were made at random. */
const found = data.counterexamples.filter((one) => !scenarios.has(one.scenario));

/** What is said of a cell in a few words. */
function verdict_words(cell) {
  const declared = cell.as_expected ? ", as declared" : ", which is not declared";
  switch (cell.verdict) {
    case "holds": return (cell.proved ? "holds, proved" : "not violated in what was tried") +
      (cell.as_expected ? "" : ", though a violation is declared");
    case "violated": return `violated${declared}`;
    case "refused": return `refused${declared}`;
    case "vacuous": return "vacuous: somebody can do nothing";
    default: return cell.verdict;
  }
}

/** How a cell looks: a class for each thing that it says. */
function verdict_class(cell) {
  return [cell.verdict.replace(" ", "-"), cell.proved ? "proved" : "tried",
    cell.as_expected ? "declared" : "undeclared"].join(" ");
}

/** Sorted names of what actors have, those of all scenarios. */
function names_in(of) {
  const all = data.scenarios.flatMap((scenario) => scenario.actors.flatMap(of));
  return [...new Set(all)].filter((name) => name !== "").sort();
}

/** The rules that two conventions have otherwise, as far as the scenario's actors can meet them, or all
 *  without one: those of actors first. */
function differences(one, other, scenario) {
  const rules = (convention) => new Map(convention.rules.map((rule) => [rule.key, rule.is]));
  const [left, right] = [rules(one), rules(other)];
  const is_row = (key) => key.startsWith("callers.");
  const met = scenario?.actors.flatMap((actor) => actor.kinds.map((kind) => `callers.${actor.caller}.${kind}`));
  const matters = (key) => !is_row(key) || !met || met.some((row) => `${key}.`.startsWith(`${row}.`));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => matters(key) && left.get(key) !== right.get(key))
    .sort((a, b) => is_row(b) - is_row(a))
    .map((key) => ({key, left: left.get(key) ?? "not said", right: right.get(key) ?? "not said"}));
}
