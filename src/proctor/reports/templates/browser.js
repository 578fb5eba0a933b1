// The list of what can be opened, its filters, and the address that says what is open: #attempt=ID, or #model=…&outcome=….
//
// The script of the page's own kind says what an entry is: ENTRY, FILTERS, filterOptions, matches, listAbout, entryView.

const PAGE_ROWS = 100;
const LIST = ENTRY + "s";
const byId = (id) => document.getElementById(id);
const form = byId("filters");

let data = null;
let found = []; // the entries that pass the filters, in order
let page = 0;
let open = null;

async function unpack() {
  const bytes = Uint8Array.from(atob(byId("data").textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function fillFilters() {
  const distinct = (key) => [...new Set(data.entries.map((entry) => entry[key]))].filter((value) => value !== null);
  for (const [name, options] of Object.entries(filterOptions(distinct))) {
    form.elements[name].append(...[["", "any"], ...options].map(([value, label]) => element("option", { value }, label)));
  }
}

const same = (values) => values.map((value) => [value, value]);
const outcomeOptions = () => Object.entries(data.outcomes).map(([name, text]) => [name, text.label]);

const filtersNow = () => Object.fromEntries(FILTERS.map((name) => [name, form.elements[name].value]));

const count = (number) => number.toLocaleString("en");

function search() {
  const filters = filtersNow();
  found = data.entries.filter((entry) => matches(entry, filters));
  page = 0;
}

function showList() {
  const start = page * PAGE_ROWS;
  const rows = found.slice(start, start + PAGE_ROWS);
  byId("rows").replaceChildren(...rows.map(listRow));
  byId("range").textContent = rows.length ? `${count(start + 1)}–${count(start + rows.length)} of ${count(found.length)}` : `no ${ENTRY} matches`;
  byId("back").disabled = page === 0;
  byId("forth").disabled = start + PAGE_ROWS >= found.length;
}

function listRow(entry) {
  const link = element("a", { href: addressOf({ [ENTRY]: entry.id }), "aria-current": entry === open ? "true" : null },
    element("span", { class: "problem" }, entry.problem),
    outcomeChip(entry.outcome),
    element("span", { class: "about" }, listAbout(entry).filter(Boolean).join(" · ")));
  return element("li", {}, link);
}

function showEntry(entry) {
  open = entry;
  if (!found.includes(entry)) {
    FILTERS.forEach((name) => { form.elements[name].value = ""; });
    search();
  }
  const place = found.indexOf(entry);
  page = Math.floor(place / PAGE_ROWS);
  showList();
  const turn = (other, rel, key, ...label) => other
    ? element("a", { href: addressOf({ [ENTRY]: other.id }), title: `key ${key}`, rel, "aria-label": `${rel === "next" ? "next" : "previous"} ${ENTRY}` }, label)
    : element("span", { "aria-disabled": "true" }, label);
  const word = (text) => element("span", { class: "wide" }, text);
  const turning = element("div", { class: "turning" },
    element("a", { class: "to-list", href: addressOf(filtersNow()), title: "key Escape" }, "list"),
    turn(found[place - 1], "prev", "k", "‹", word(" previous")),
    element("span", {}, `${count(place + 1)} of ${count(found.length)}`),
    turn(found[place + 1], "next", "j", word("next "), "›"));
  byId("entry").replaceChildren(turning, ...entryView(entry));
  byId("browser").classList.add("reading");
  byId("rows").querySelector("[aria-current]").scrollIntoView({ block: "nearest" });
  byId("entry").scrollIntoView({ block: "start" });
  byId("entry").focus({ preventScroll: true });
}

function showNoEntry() {
  open = null;
  byId("browser").classList.remove("reading");
  byId("entry").replaceChildren(element("p", { class: "nothing" }, found.length ? `Choose ${/^[aeiou]/.test(ENTRY) ? "an" : "a"} ${ENTRY} to read it.` : "Nothing to read here: widen the filters."));
}

/** Do what the address says; an address of another part of the page changes nothing here. */
function follow() {
  const parts = readAddress(location.hash);
  if (parts[ENTRY] !== undefined) {
    const entry = data.entries.find((candidate) => candidate.id === parts[ENTRY]);
    byId("status").replaceChildren();
    if (entry) return showEntry(entry);
    appendText(byId("status"), `This page holds no ${ENTRY} ${parts[ENTRY]}.`);
    byId(LIST).scrollIntoView();
    return;
  }
  if (!FILTERS.some((name) => name in parts) && !["#" + LIST, ""].includes(location.hash)) return;
  FILTERS.forEach((name) => { form.elements[name].value = parts[name] ?? ""; });
  const unknown = FILTERS.filter((name) => form.elements[name].value !== (parts[name] ?? ""));
  byId("status").replaceChildren();
  appendText(byId("status"), unknown.map((name) => `This page holds no ${name} ${parts[name]}.`).join(" "));
  search();
  const left = found.indexOf(open);
  showNoEntry();
  page = Math.max(0, Math.floor(left / PAGE_ROWS));
  showList();
  if (location.hash) byId(LIST).scrollIntoView();
  byId("rows").children[left % PAGE_ROWS]?.firstChild.focus(); // where the reader was
}

function refilter() {
  history.replaceState(null, "", addressOf(filtersNow()));
  search();
  showNoEntry();
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
  if (selector) byId("entry").querySelector(selector)?.click();
}

async function start() {
  if (typeof DecompressionStream === "undefined") {
    byId("status").textContent = "This browser cannot unpack what can be read here (it lacks DecompressionStream); a browser of 2023 or later can.";
    return;
  }
  byId("status").textContent = "Unpacking …";
  data = await unpack();
  byId("status").textContent = "";
  fillFilters();
  search();
  showList();
  showNoEntry();
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
