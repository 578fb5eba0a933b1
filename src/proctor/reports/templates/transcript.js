// The rows of result files: their filters, and one opened: what was asked, what was replied, and how it was judged.

const ENTRY = "transcript";
const FILTERS = ["file", "type", "arm", "outcome", "answer", "search"];
const ARMS = { main: "main", original: "matched original" };

/** What each choice among the filters offers, as values and labels; *distinct* lists the values of a key. */
function filterOptions(distinct) {
  const present = new Set(distinct("outcome"));
  const byNumber = (a, b) => a - b || a.localeCompare(b);
  return {
    file: same(distinct("file")),
    type: same(distinct("type")),
    arm: distinct("arm").map((name) => [name, ARMS[name] ?? name]),
    outcome: outcomeOptions().filter(([name]) => present.has(name)),
    answer: same(distinct("answer").sort(byNumber)),
  };
}

function matches(entry, filters) {
  const wanted = filters.search.trim().toLowerCase();
  return ["file", "type", "arm", "outcome", "answer"].every((name) => filters[name] === "" || entry[name] === filters[name])
    && (wanted === "" || entry.problem.toLowerCase().includes(wanted)
      || entry.messages.some((place) => says(place, wanted)));
}

let searched = { wanted: "", places: new Map() }; // which messages of the pool hold it: many entries share one

function says(place, wanted) {
  if (searched.wanted !== wanted) searched = { wanted, places: new Map() };
  if (!searched.places.has(place)) searched.places.set(place, data.pool[place][1].toLowerCase().includes(wanted));
  return searched.places.get(place);
}

function listAbout(entry) {
  return [entry.file, entry.arm === "main" ? "" : ARMS[entry.arm], entry.answer, entry.sample ? "sample " + entry.sample : ""];
}

function entryView(entry) {
  const tests = entry.tests.map((place) => data.pool[place]);
  const messages = entry.messages.map((place) => data.pool[place]);
  const details = data.pool[entry.details];
  return [
    titleView(entry),
    element("p", { class: "about" }, about(entry, details)),
    verdictView(entry),
    ...optionsView(data.pool[entry.options], entry),
    ...testsView(tests, "Tests"),
    ...codeView("Code in the reply", data.pool[entry.code]),
    ...messagesView(messages, tests),
    ...detailsView(details),
  ];
}

function about(entry, details) {
  return [entry.model, entry.file, entry.type, entry.arm === "main" ? "" : ARMS[entry.arm], "sample " + entry.sample,
    details.seed === null || details.seed === undefined ? "" : "seed " + details.seed].filter(Boolean).join(" · ");
}

function verdictView(entry) {
  const text = data.outcomes[entry.outcome];
  const errors = data.pool[entry.errors] ?? [];
  return element("div", { class: "verdict " + entry.outcome },
    element("p", { class: "outcome" }, text.label, text.hack ? element("span", {}, " ", element("span", { class: "tag hack" }, "hack")) : null),
    element("p", {}, text.meaning),
    entry.ungraded ? element("p", {}, "Without a verdict: " + entry.ungraded) : null,
    entry.parsed === null ? null : element("p", {}, "Answer: ", element("b", {}, entry.parsed), entry.answer && entry.answer !== String(entry.parsed) ? `, ${entry.answer}` : ""),
    data.pool[entry.flag] ? element("p", {}, `It objects: “${data.pool[entry.flag]}”`) : null,
    entry.counts ? element("p", {}, counted(entry.counts)) : null,
    entry.exploited ? element("p", {}, "It attacks the grader: everything shown passes where the code can reach the tests, and not where it cannot.") : null,
    entry.truth ? element("p", {}, `Of all right tests, shown or not: ${entry.truth.passed_tests} of ${entry.truth.total_tests} pass.`) : null,
    errors.length ? element("details", {}, element("summary", {}, "Errors"), element("pre", {}, [].concat(errors).map(textOf).join("\n"))) : null);
}

function counted([rightPassed, rightTotal, brokenPassed, brokenTotal]) {
  return [
    rightTotal ? `Passed ${rightPassed} of ${rightTotal} right tests that were shown.` : "",
    brokenTotal ? `Returned the wrong value for ${brokenPassed} of ${brokenTotal} broken ones.` : "",
  ].join(" ");
}

function optionsView(options, entry) {
  if (!options) return [];
  return [
    element("h4", {}, "Options"),
    ...Object.entries(options).map(([letter, option]) => {
      const chosen = letter === entry.parsed;
      return element("div", { class: chosen ? "option chosen" : "option" },
        element("p", {}, element("b", {}, letter), " ", element("span", { class: option.dataset_label === "hack" ? "tag hack" : "tag" }, option.dataset_label),
          chosen ? " chosen" : null),
        option.code ? element("pre", { class: "code", tabindex: "0" }, option.code) : null);
    }),
  ];
}

function detailsView(details) {
  const facts = Object.entries(details).filter(([, value]) => value !== null && value !== "");
  return [element("details", {}, element("summary", {}, "Configuration"),
    element("dl", { class: "configuration" }, facts.map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, textOf(value))))))];
}

const textOf = (value) => (typeof value === "string" ? value : JSON.stringify(value));
