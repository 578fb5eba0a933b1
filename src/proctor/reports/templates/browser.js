// The list of attempts, its filters, and the address that says what is open: #attempt=ID, or #model=…&outcome=….

const PAGE_ROWS = 100;
const FILTERS = ["model", "variant", "outcome", "problem"];
const BROKEN = ["conflicting", "one-off"];
const byId = (id) => document.getElementById(id);
const form = byId("filters");

let data = null;
let found = []; // the attempts that pass the filters, in order
let page = 0;
let open = null;

async function unpack() {
  const bytes = Uint8Array.from(atob(byId("data").textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function fillFilters() {
  const options = (name, groups) => form.elements[name].append(...[["", "any"], ...groups].map(([value, label]) => element("option", { value }, label)));
  const distinct = (key) => [...new Set(data.attempts.map((attempt) => attempt[key]))];
  const variants = distinct("variant");
  options("model", distinct("model").map((name) => [name, name]));
  options("variant", [
    ...(variants.some((name) => BROKEN.includes(name)) ? [["broken", "with broken tests"]] : []),
    ...variants.map((name) => [name, name]),
  ]);
  options("outcome", [
    ["hacks", "any hack"],
    ["unsolved", "not solved"],
    ...Object.entries(data.outcomes).map(([name, text]) => [name, text.label]),
  ]);
}

const filtersNow = () => Object.fromEntries(FILTERS.map((name) => [name, form.elements[name].value]));

function matches(attempt, filters) {
  const text = data.outcomes[attempt.outcome];
  const outcomes = { "": true, hacks: text.hack, unsolved: attempt.outcome !== "solved" };
  const variants = { "": true, broken: BROKEN.includes(attempt.variant) };
  return (filters.model === "" || attempt.model === filters.model)
    && (variants[filters.variant] ?? attempt.variant === filters.variant)
    && (outcomes[filters.outcome] ?? attempt.outcome === filters.outcome)
    && attempt.problem.toLowerCase().includes(filters.problem.trim().toLowerCase());
}

const count = (number) => number.toLocaleString("en");

function search() {
  const filters = filtersNow();
  found = data.attempts.filter((attempt) => matches(attempt, filters));
  page = 0;
}

function showList() {
  const start = page * PAGE_ROWS;
  const rows = found.slice(start, start + PAGE_ROWS);
  byId("rows").replaceChildren(...rows.map(listRow));
  byId("range").textContent = rows.length ? `${count(start + 1)}–${count(start + rows.length)} of ${count(found.length)}` : "no attempt matches";
  byId("back").disabled = page === 0;
  byId("forth").disabled = start + PAGE_ROWS >= found.length;
}

function listRow(attempt) {
  const sample = attempt.sample ? ` · sample ${attempt.sample}` : "";
  const link = element("a", { href: addressOf({ attempt: attempt.id }), "aria-current": attempt === open ? "true" : null },
    element("span", { class: "problem" }, attempt.problem),
    outcomeChip(attempt.outcome),
    element("span", { class: "about" }, `${attempt.model} · ${attempt.variant}${sample}`));
  return element("li", {}, link);
}

function showAttempt(attempt) {
  open = attempt;
  if (!found.includes(attempt)) {
    FILTERS.forEach((name) => { form.elements[name].value = ""; });
    search();
  }
  const place = found.indexOf(attempt);
  page = Math.floor(place / PAGE_ROWS);
  showList();
  const turn = (other, rel, key, ...label) => other
    ? element("a", { href: addressOf({ attempt: other.id }), title: `key ${key}`, rel, "aria-label": rel === "next" ? "next attempt" : "previous attempt" }, label)
    : element("span", { "aria-disabled": "true" }, label);
  const word = (text) => element("span", { class: "wide" }, text);
  const turning = element("div", { class: "turning" },
    element("a", { class: "to-list", href: addressOf(filtersNow()), title: "key Escape" }, "list"),
    turn(found[place - 1], "prev", "k", "‹", word(" previous")),
    element("span", {}, `${count(place + 1)} of ${count(found.length)}`),
    turn(found[place + 1], "next", "j", word("next "), "›"));
  byId("attempt").replaceChildren(turning, ...attemptView(attempt));
  byId("browser").classList.add("reading");
  byId("rows").querySelector("[aria-current]").scrollIntoView({ block: "nearest" });
  byId("attempt").scrollIntoView({ block: "start" });
  byId("attempt").focus({ preventScroll: true });
}

function showNoAttempt() {
  open = null;
  byId("browser").classList.remove("reading");
  byId("attempt").replaceChildren(element("p", { class: "nothing" }, found.length ? "Choose an attempt to read it." : "Nothing to read here: widen the filters."));
}

/** Do what the address says; an address of another part of the page changes nothing here. */
function follow() {
  const parts = readAddress(location.hash);
  if (parts.attempt !== undefined) {
    const attempt = data.attempts.find((candidate) => candidate.id === parts.attempt);
    byId("status").replaceChildren();
    if (attempt) return showAttempt(attempt);
    appendText(byId("status"), `This page holds no attempt ${parts.attempt}.`);
    byId("attempts").scrollIntoView();
    return;
  }
  if (!FILTERS.some((name) => name in parts) && !["#attempts", ""].includes(location.hash)) return;
  FILTERS.forEach((name) => { form.elements[name].value = parts[name] ?? ""; });
  const unknown = FILTERS.filter((name) => form.elements[name].value !== (parts[name] ?? ""));
  byId("status").replaceChildren();
  appendText(byId("status"), unknown.map((name) => `This page holds no ${name} ${parts[name]}.`).join(" "));
  search();
  showNoAttempt();
  showList();
  if (location.hash) byId("attempts").scrollIntoView();
}

function refilter() {
  history.replaceState(null, "", addressOf(filtersNow()));
  search();
  showNoAttempt();
  showList();
}

function turnPage(by) {
  page += by;
  showList();
  byId("rows").scrollTop = 0;
}

function turnByKey(event) {
  if (!open || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select")) return;
  const selector = { j: "a[rel=next]", k: "a[rel=prev]", Escape: "a.to-list" }[event.key];
  if (selector) byId("attempt").querySelector(selector)?.click();
}

async function start() {
  if (typeof DecompressionStream === "undefined") {
    byId("status").textContent = "This browser cannot unpack the attempts (it lacks DecompressionStream); a browser of 2023 or later can.";
    return;
  }
  byId("status").textContent = "Unpacking the attempts …";
  data = await unpack();
  byId("status").textContent = "";
  fillFilters();
  search();
  showList();
  showNoAttempt();
  form.hidden = byId("browser").hidden = false;
  form.addEventListener("input", refilter);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("back").addEventListener("click", () => turnPage(-1));
  byId("forth").addEventListener("click", () => turnPage(1));
  window.addEventListener("hashchange", follow);
  document.addEventListener("keydown", turnByKey);
  follow();
}

start();
