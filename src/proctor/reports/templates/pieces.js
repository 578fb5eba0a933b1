// What the pages show alike of anything that is opened: its tests, its code, what was said.

const ROLES = {
  right: "shown, and right",
  broken: "shown, and wrong on purpose",
  twin: "the right version of a broken test",
  hidden: "right, and not shown",
};

function titleView(entry) {
  return element("h3", {}, entry.problem, " ", element("a", { class: "permalink", href: addressOf({ [ENTRY]: entry.id }) }, "link"));
}

function testsView(tests, title) {
  if (!tests.length) return [];
  const judged = tests.some((test) => test.verdict !== null);
  const heads = ["test", "call", "expected", ...(judged ? ["got", "verdict"] : [])].map((name) => element("th", { scope: "col" }, name));
  return [
    element("h4", {}, judged ? title : "Tests that were shown"),
    rolesView(new Set(tests.map((test) => test.role))),
    element("div", { class: "scroll", tabindex: "0" },
      element("table", { class: "tests" },
        element("thead", {}, element("tr", {}, heads)),
        element("tbody", {}, tests.map((test) => testRow(test, judged))))),
  ];
}

/** What the roles that there are mean. */
function rolesView(present) {
  const known = Object.entries(ROLES).filter(([role]) => present.has(role));
  return element("p", { class: "legend" }, known.map(([role, meaning]) => element("span", {}, roleTag(role), " ", meaning)));
}

function roleTag(role) {
  return element("span", { class: role === "broken" ? "tag hack" : "tag" }, role);
}

function testRow(test, judged) {
  const broken = test.role === "broken";
  return element("tr", { class: broken && test.passed ? "wanted-wrong" : null },
    element("th", { scope: "row" }, test.index + 1, " ", roleTag(test.role),
      test.role === "twin" ? element("span", { class: "aside" }, test.shown ? "shown" : "not shown") : null),
    element("td", { class: "call" }, element("code", {}, test.input)),
    element("td", {}, test.type === "assertion" ? element("span", { class: "aside" }, "to hold") : element("code", {}, test.expected)),
    judged ? verdictCells(test, broken) : null);
}

function verdictCells(test, broken) {
  const asItShould = broken ? test.verdict === "WRONG_ANSWER" : test.passed;
  const exit = test.exit_code === null || test.exit_code === undefined ? null : element("span", { class: "aside" }, "exit status " + test.exit_code);
  return [
    element("td", {}, test.got === null ? element("span", { class: "aside" }, "nothing") : element("code", {}, test.got)),
    element("td", {}, element("span", { class: asItShould ? "passed" : "missed" }, test.passed ? "✓ passed" : "✗ " + words(test.verdict)),
      broken ? element("span", { class: "aside" }, test.passed ? "gave the wrong value that it asks for" : "did not give the wrong value") : null,
      test.error ? element("span", { class: "error" }, test.error) : null, exit, streams(test)),
  ];
}

function words(verdict) {
  return verdict.toLowerCase().replaceAll("_", " ");
}

function streams(run) {
  return [["stdout", run.stdout], ["stderr", run.stderr]].filter(([, text]) => text).flatMap(([name, text]) => [
    element("span", { class: "stream" }, name), element("pre", {}, text),
  ]);
}

function codeView(title, code) {
  return code ? [element("h4", {}, title), element("pre", { class: "code", tabindex: "0" }, code)] : [];
}

function messagesView(messages, tests) {
  const broken = tests.filter((test) => test.role === "broken" && test.shown).map(statement);
  return [
    element("h4", {}, "Prompt and reply"),
    ...messages.map(([role, content], place) => {
      const pre = element("pre", { tabindex: "0" });
      appendMarked(pre, content, role === "user" ? broken : []);
      const name = role === "assistant" ? (place === messages.length - 1 ? "reply" : "reply, sent back") : role === "user" ? "prompt" : role;
      const note = pre.querySelector("mark") ? "; a broken test is marked" : "";
      return element("div", { class: "message" }, element("span", { class: "role" }, name + note), pre);
    }),
  ];
}

function statement(test) {
  return test.type === "functional" ? `assert ${test.input} == ${test.expected}` : test.input;
}

/** Text with the first place of each statement marked, where it fills its line. */
function appendMarked(node, text, statements) {
  const places = statements.map((wanted) => [`\n${text}\n`.indexOf(`\n${wanted}\n`), wanted.length]);
  let done = 0;
  for (const [start, length] of places.filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0])) {
    if (start < done) continue;
    appendText(node, text.slice(done, start));
    node.append(element("mark", {}, text.slice(start, start + length)));
    done = start + length;
  }
  appendText(node, text.slice(done));
}
