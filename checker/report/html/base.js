// SPDX-License-Identifier: MIT
// Elements, and the address that says where the reader is.
/** el("td", {class: "n", click: f}, "text", child, [more]): an element. What is null is left out. */
function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key, value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined));
  return made;
}

/** A <select> of [value, words] pairs. */
function select(label, pairs, chosen, use) {
  const options = pairs.map(([value, words]) =>
    el("option", {value, selected: value === (chosen ?? "")}, words));
  return el("label", {class: "field"}, el("span", null, label),
    el("select", {change: (event) => use(event.target.value)}, options));
}

/** "1 step", "2 steps". */
function plural(count, what) {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

/** Where the reader is, as the address has it: {cell: "SCENARIO/CONVENTION", step: "7"}. */
function place() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** The address of a place. */
function address(to) {
  const said = Object.entries(to).filter(([, value]) => value !== "" && value !== undefined);
  return "#" + new URLSearchParams(said).toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
}

/** Goes there without a new entry in the history: for steps and filters. */
function move(to) {
  history.replaceState(null, "", address(to));
  show();
}

/** Tells those who listen to the page. */
function say(words) {
  document.getElementById("said").textContent = words;
}

/** A theme that was chosen stays; without storage it is chosen anew. */
function begin_theme() {
  const choice = document.getElementById("theme");
  const use = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  try {
    choice.value = localStorage.getItem("pincheck-theme") ?? "";
  } catch {
    choice.value = "";
  }
  use(choice.value);
  choice.addEventListener("change", () => {
    use(choice.value);
    try {
      localStorage.setItem("pincheck-theme", choice.value);
    } catch {
      // Then only this page has it.
    }
  });
}
