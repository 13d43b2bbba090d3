// SPDX-License-Identifier: MIT
// A cell of the table: what was found, and its counterexamples, a step at a time.

/** Text in which "(7)" leads to step 7. */
function with_steps(text, go, now) {
  return text.split(/(\(\d+\))/).map((part) => {
    const number = /^\((\d+)\)$/.exec(part)?.[1];
    if (!number) return part;
    return el("a", {
      href: "#", class: Number(number) === now ? "here" : null,
      click: (event) => { event.preventDefault(); go(Number(number)); },
    }, part);
  });
}

/** What is wrong and how it came to that. */
function why_element(story, go, now) {
  if (!story.sentence) return null;
  const mentions = (reason) => reason.includes(`(${now})`);
  return el("section", {class: "why"}, el("h2", null, "Why"),
    el("p", {class: "sentence"}, story.sentence),
    el("ul", null, story.because.map((reason) =>
      el("li", {class: mentions(reason) ? "here" : null}, with_steps(reason, go, now)))));
}

/** One page as it is after a step. */
function page_element(before, now, go, step) {
  const count = before && before.ref !== now.ref ? `${before.ref} → ${now.ref}` : `${now.ref}`;
  const row = (name, ...words) => el("tr", null, el("th", {scope: "row"}, name), el("td", null, ...words));
  const holders = now.holders.map((one) => el("li", null, el("i", {class: `bar sample ${bar_class(one)}`}),
    one.words, el("span", {class: "muted"}, one.since ? with_steps(` since (${one.since})`, go, step) : " from the start")));
  return el("section", {class: "page-card"}, el("h2", null, `page ${now.name}`), el("table", null, el("tbody", null,
    row(el("code", null, "_refcount"), el("b", null, count)),
    now.pincount ? row(el("code", null, "_pincount"), `${now.pincount}`) : null,
    row(el("code", null, "maybe_dma_pinned"), now.maybe_dma_pinned ? "yes" : "no"),
    row("flags", now.flags.join(", ") || "none"),
    now.devices.length ? row("device", device_words(now)) : null,
    row("held by", holders.length ? el("ul", null, holders) : "nobody"))));
}

/** What there is to say of one step, beside the timeline. */
function step_panel(story, step, go) {
  const it = story.steps[step - 1];
  const before = step > 1 ? story.steps[step - 2].pages : story.start;
  const pages = it ? it.pages : story.start;
  const what = it ? [
    el("p", null, el("b", null, it.actor), " in ", el("code", null, it.function)),
    el("p", null, step_words(it), it.fault ? el("span", {class: "muted"}, " (the environment chose it)") : null),
    changes_of(it) ? el("p", {class: "changes"}, changes_of(it)) : null,
  ] : el("p", null, "Before the first step.");
  return [
    el("section", {class: "now"}, el("h2", null, it ? `Step ${step} of ${story.steps.length}` : "Start"), what),
    pages.map((page, index) => page_element(it ? before[index] : null, page, go, step)),
    why_element(story, go, step),
  ];
}

/** Buttons for what the keys do. */
function controls(story, go, now) {
  const last = story.steps.length;
  const button = (words, keys, to) => el("button", {
    type: "button", "aria-keyshortcuts": keys, title: `key: ${keys}`, click: () => go(to(now())),
  }, words);
  return el("div", {class: "controls", role: "group", "aria-label": "Steps"},
    button("⇤ start", "Home", () => 0), button("← back", "ArrowLeft", (step) => step - 1),
    button("forward →", "ArrowRight", (step) => step + 1),
    button(story.sentence ? "to the violation ⇥" : "end ⇥", "End", () => last),
    el("span", {class: "muted keys"}, "← → or j k step, Home and End jump, Esc goes back to the table"));
}

/** The step that an address names, of those from 0 to the last one. */
function step_at(at, last) {
  return Math.min(Math.max(Math.trunc(Number(at.step)) || 0, 0), last);
}

/** The step that a key leads to, or nothing. */
function step_by_key(event, step, last) {
  switch (event.key) {
    case "ArrowRight": case "ArrowDown": case "j": return Math.min(step + 1, last);
    case "ArrowLeft": case "ArrowUp": case "k": return Math.max(step - 1, 0);
    case "Home": return 0;
    case "End": return last;
    default: return undefined;
  }
}

/** A story with its panel, at a step. */
function story_element(story) {
  const last = story.steps.length;
  const panel = el("aside", {class: "panel", "aria-label": "The step and the explanation"});
  const go = (step) => move({...place(), step: `${Math.min(Math.max(step, 0), last)}`});
  let now = 0;
  const lines = timeline(story, go);
  const node = el("div", {class: "story"},
    el("div", {class: "lines"}, controls(story, go, () => now),
      el("div", {class: "scrolls"}, lines.node), bars_legend()), panel);
  const update = (to) => {
    now = step_at(to, last);
    panel.replaceChildren(...step_panel(story, now, go).flat(Infinity).filter((one) => one));
    lines.mark(now);
    say(spoken(story, now));
  };
  const key = (event) => {
    const step = step_by_key(event, now, last);
    if (step === undefined) return false;
    go(step);
    return true;
  };
  return {node, update, key};
}

/** What is proved of a counterexample, and who else has it. */
function standing(story) {
  const same = `The very same under: ${story.conventions.join(", ")}.`;
  if (!story.minimal)
    return el("p", {class: "muted"}, `Nothing is violated. When nothing comes between, it goes so. ${same}`);
  const proof = {
    proved: "proved minimal: no smaller scenario, no shorter schedule",
    schedule: "no schedule of this scenario is shorter", no: "not proved minimal",
  }[story.minimal];
  const steps = `${plural(story.steps.length, "step")}${story.livelock ? "" : `; ${proof}`}`;
  const from = story.shrunk_from > story.steps.length ? `, from ${plural(story.shrunk_from, "step")} found first` : "";
  return el("p", {class: "muted"}, `${steps}${from}. ${same}`);
}

/** Which of a cell's stories is shown: that of the property, or the first. */
function chosen_story(stories, property) {
  return stories.find((one) => one.violated.includes(property)) ?? stories[0];
}

function story_tabs(stories, chosen, at) {
  if (stories.length < 2) return null;
  return el("nav", {class: "tabs", "aria-label": "Violated properties"}, stories.map((one) => el("a", {
    href: address({...at, property: one.violated[0], step: ""}),
    "aria-current": one === chosen ? "true" : null,
  }, one.violated.map((name) => properties.get(name).code).join(" "), " ",
  el("span", {class: "muted"}, one.violated.join(", ")))));
}

function actors_element(scenario) {
  return el("table", {class: "actors"}, el("thead", null, el("tr", null,
    ["actor", "path", "caller", "iterator", "pages"].map((head) => el("th", {scope: "col"}, head)))),
  el("tbody", null, scenario.actors.map((one) => el("tr", null,
    el("th", {scope: "row"}, one.name),
    el("td", {title: data.paths[one.path]}, one.path, one.async ? " (async)" : ""),
    el("td", {title: data.callers[one.caller]}, one.caller),
    el("td", {title: one.kinds.map((kind) => data.kinds[kind]).join("; ")}, one.kinds.join(" or ")),
    el("td", null, one.pages.join(", "))))));
}

/** Numbers of a cell. */
function facts_element(cell) {
  const facts = [
    cell.proved ? `every interleaving visited, ${plural(cell.states, "state")}` :
      `${plural(cell.schedules, "schedule")} tried, not every interleaving`,
    cell.operations_per_page ? `${cell.operations_per_page.toLocaleString("en", {maximumSignificantDigits: 3})} atomic counter operations per page` : null,
    cell.also_violated.length ? `violated, too, though the scenario does not ask: ${cell.also_violated.join(", ")}` : null,
    ["on a terminal: ", el("code", null, cell.command)],
    cell.not_stated ?? null,
    ...(cell.idle ?? []).map((one) => one.why),
  ].filter((one) => one);
  return el("ul", {class: "facts muted"}, facts.map((one) => el("li", null, one)));
}

/** To the same scenario under others, or beside another one. */
function neighbours(cell, at) {
  const label = (one) => {
    const says = cells.get(`${cell.scenario}/${one.name}`)?.says.trim() ?? "";
    return [one.name, `${one.label}  ${one.name}  (${says})`];
  };
  const go = (to) => { location.hash = address(to); };
  const others = data.conventions.filter((one) => one.name !== cell.convention);
  return el("div", {class: "neighbours"},
    select("Convention", data.conventions.map(label), cell.convention,
      (name) => go({cell: `${cell.scenario}/${name}`, beside: at.beside === name ? "" : at.beside})),
    select("Scenario", data.scenarios.map((one) => [one.name, one.name]), cell.scenario,
      (name) => go({cell: `${name}/${cell.convention}`, beside: at.beside})),
    select("Beside it", [["", "nothing"], ...others.map(label)], at.beside,
      (name) => go({...at, beside: name, step: "", property: ""})));
}

function cell_head(cell, at) {
  const [scenario, convention] = [scenarios.get(cell.scenario), conventions.get(cell.convention)];
  return [
    el("p", {class: "crumbs"}, el("a", {href: table_address}, "← all verdicts")),
    el("h1", null, cell.scenario, el("span", {class: "muted"}, " under "), cell.convention),
    el("p", {class: "subject"}, el("span", {class: `verdict ${verdict_class(cell)}`}, cell.says), " ",
      verdict_words(cell), cell.violated.length ? `: ${cell.violated.join(", ")}` : null),
    cell.reasons.length ? el("p", {class: "muted"}, `Declared: ${cell.reasons.join("; ")}.`) : null,
    el("p", null, `${scenario.title}. `, el("span", {class: "muted"}, scenario.claim.trim())),
    el("p", {class: "muted"}, `${convention.label}: ${convention.title}. ${convention.source}`),
    neighbours(cell, at),
  ];
}

/** A cell as a view: see main.js. */
function cell_view(at) {
  const cell = cells.get(at.cell);
  if (!cell) return missing_view(`There is no cell ${at.cell}.`);
  if (at.beside && conventions.has(at.beside)) return compare_view(at, cell);
  const stories = stories_of(cell);
  const chosen = chosen_story(stories, at.property) ?? run_of(cell);
  const shown = chosen ? story_element(chosen) : null;
  const node = el("article", {class: "cell"}, cell_head(cell, at),
    el("details", {class: "about", open: !chosen?.sentence}, el("summary", null, "The scenario, and what was searched"),
      actors_element(scenarios.get(cell.scenario)), facts_element(cell),
      chosen?.file ? [el("p", null, "What of the scenario takes part, as a file:"), el("pre", null, chosen.file)] : null),
    story_tabs(stories, chosen, at), chosen ? standing(chosen) : null, shown?.node);
  return {
    title: `${cell.scenario} under ${cell.convention}`, node,
    update: shown?.update, key: shown?.key,
  };
}
