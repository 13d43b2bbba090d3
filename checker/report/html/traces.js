// SPDX-License-Identifier: MIT
// What traces of booted kernels tell, as `pincheck trace` says it.

/** Lines of a trace; their stacks when they are asked for. */
function trace_lines(lines) {
  return el("ol", {class: "trace-lines"}, lines.map((line) => el("li", {value: line.number},
    el("code", null, line.text.trim()),
    line.stack.length ? el("details", null, el("summary", {class: "muted"}, "stack"),
      el("code", null, line.stack.join(" < "))) : null)));
}

/** Findings of one kind; nothing without any. */
function trace_findings(heading, all, words) {
  if (all.length === 0) return null;
  return [el("h3", null, `${heading}: ${all.length}`), all.map((one) => el("section", {class: "finding"},
    el("p", null, words(one)), trace_lines(one.lines ?? [one.line])))];
}

function trace_element(trace) {
  const unsure = (one) => (one.unless_missed ? " (unless a probe missed a hit)" : "") +
    (one.unless_allocated ? " (unless it was allocated in between)" : "");
  return el("article", {class: "trace"},
    el("h2", null, trace.file, trace.machine ? `, ${trace.machine}` : "", el("span", {class: "muted"}, ` ${trace.kernel}`)),
    el("p", {class: trace.good ? null : "alarm"}, trace.conclusion),
    el("p", {class: "muted"}, [`${plural(trace.events, "event")} in ${plural(trace.lines, "line")}`,
      ...trace.why_nothing, ...trace.limits].join(". ")),
    trace_findings("Violated", trace.violations, (one) => [el("b", null, one.property), ` page ${one.page}: ${one.what}`, unsure(one)]),
    trace_findings("Lines that contradict each other", trace.contradictions, (one) => one.what),
    trace_findings("Not explained", trace.unexplained, (one) => one.what),
    trace_findings("Counts that moved", trace.moved, (one) =>
      `page ${one.page}: ${one.begin} → ${one.end}${one.freed ? ", freed" : ""}`),
    trace_findings("Held at the end", trace.open, (one) =>
      `page ${one.page}: ${one.references} ${one.held}, ${one.caller} ${one.kind}`),
    el("h3", null, "Who took and dropped what, in pages"),
    plain_table(["caller", "iterator", "gotten", "pinned", "put", "unpinned", "not seen"], trace.paths.map((one) =>
      [one.caller, one.kind, one.gotten, one.pinned, one.put, one.unpinned, one.unseen])),
    el("h3", null, "What this trace can tell"),
    plain_table(["property", "judged", "what is missing"], trace.judged.map((one) => [one.property, one.judged, one.why])));
}

/** All traces as a view: see main.js. */
function traces_view() {
  const all = data.traces.flatMap((one) => one.machines ?? [one]);
  return {title: "traces", node: el("div", null, el("h1", null, "Traces"), all.map(trace_element))};
}
