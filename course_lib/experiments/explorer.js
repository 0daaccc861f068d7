// The page of all answers: filters, rows, details. Its state is its address; texts stay texts.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const {answers, questions, passages, facets} = data, total = answers.question.length, PAGE = 50;
const NAMES = Object.keys(facets).filter(name => facets[name].length > 1 || name === "arm");
const SIDES = ["retrieved: a passage states the value", "missed: none does", "nothing to find, or nothing read"];
const SIGNS = {right: "✓", silent: "–", wrong: "✗", failed: "∅"};
const cells = data.found.flatMap(found => data.outcomes.map(outcome => `${found || "none"}-${outcome}`));
const FAILED = cells.push("no-answer") - 1;  // the model or its server failed: in no share
const errors = data.errors || {}, anyFailed = Object.keys(errors).length > 0;
const outcome = cell => cell === FAILED ? "failed" : data.outcomes[cell % 3];
const said = i => answers.reply[i] || (errors[i] ? `no answer came: ${errors[i]}` : "(nothing)");
const haystack = new Array(total);  // what the search looks at, made at the first search
const byQuestion = questions.map(() => []);
answers.question.forEach((q, i) => byQuestion[q].push(i));
const $ = id => document.getElementById(id);
let state = {}, hits = [];

function element(tag, attributes = {}, ...inside) {  // text stays text: nothing here reads markup
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}
const number = n => n.toLocaleString("en");
const name = (facet, i) => facets[facet] ? facets[facet][answers[facet][i]] : "";
const label = i => [name("arm", i), NAMES.includes("model") ? name("model", i) : "",
  NAMES.includes("experiment") ? name("experiment", i) : "",
  NAMES.includes("seed") ? `seed ${name("seed", i)}` : ""].filter(Boolean).join(" · ");

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  state = {q: given.get("q") || "", page: Math.max(1, parseInt(given.get("page")) || 1)};
  for (const facet of NAMES) if (facets[facet].includes(given.get(facet))) state[facet] = given.get(facet);
  if (cells.includes(given.get("failure"))) state.failure = given.get("failure");
  const open = parseInt(given.get("open"));
  if (open >= 0 && open < total) state.open = open;
}
function change(to, keep = false) {  // to another view, whose address is its state
  const next = {...state, ...(keep ? {} : {page: 1, open: undefined}), ...to}, told = new URLSearchParams();
  for (const [key, value] of Object.entries(next))
    if (value !== undefined && value !== "" && !(key === "page" && value === 1)) told.set(key, value);
  history.replaceState(null, "", "#" + told);
  show();
}
function matches() {  // those that pass every filter, and those that pass all but the arm's or the cell's
  const codes = NAMES.filter(facet => state[facet] !== undefined).map(
    facet => [facet, facets[facet].indexOf(state[facet])]);
  const others = codes.filter(([facet]) => facet !== "arm"), arm = codes.find(([facet]) => facet === "arm");
  const wanted = state.failure === undefined ? -1 : cells.indexOf(state.failure);
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const none = () => cells.map(() => 0), found = [], byCell = none(), byArm = facets.arm.map(none);
  next: for (let i = 0; i < total; i++) {
    for (const [facet, code] of others) if (answers[facet][i] !== code) continue next;
    if (words.length) {
      haystack[i] ??= `${questions[answers.question[i]].text}\n${questions[answers.question[i]].id}\n${
        questions[answers.question[i]].value ?? ""}\n${said(i)}`.toLowerCase();
      for (const word of words) if (!haystack[i].includes(word)) continue next;
    }
    const cell = answers.cell[i];
    byArm[answers.arm[i]][cell]++;
    if (arm && answers.arm[i] !== arm[1]) continue;
    byCell[cell]++;
    if (wanted < 0 || cell === wanted) found.push(i);
  }
  return {found, byCell, byArm};
}
function show() {
  readHash();
  const {found, byCell, byArm} = matches();
  hits = found;
  state.page = Math.min(state.page, Math.max(1, Math.ceil(hits.length / PAGE)));
  showFilters(); showGrid(byCell); showArms(byArm); showRows();
}
function showFilters() {
  for (const facet of NAMES) $(`f-${facet}`).value = state[facet] ?? "";
  if (document.activeElement !== $("search")) $("search").value = state.q;
}
function showGrid(counts) {
  const sum = counts.slice(0, FAILED).reduce((a, b) => a + b, 0), made = [element("span")];
  for (const each of data.outcomes) made.push(element("span", {class: "head"}, `${SIGNS[each]} ${each}`));
  data.found.forEach((found, row) => {
    made.push(element("span", {class: "side"}, SIDES[row]));
    data.outcomes.forEach((each, column) => {
      const cell = 3 * row + column, pressed = state.failure === cells[cell];
      made.push(element("button", {type: "button", class: `cell ${each}`, "aria-pressed": pressed,
        "data-cell": cells[cell], "aria-label": `${SIDES[row]}, ${each}: ${counts[cell]} answers`,
        on: {click: () => change({failure: pressed ? undefined : cells[cell]})}},
        element("b", {}, number(counts[cell])),
        element("small", {}, sum ? `${Math.round(100 * counts[cell] / sum)} %` : "–")));
    });
  });
  if (anyFailed) {
    const pressed = state.failure === cells[FAILED];
    made.push(element("span", {class: "side"}, "no answer came"), element("button", {type: "button",
      class: "cell failed", "aria-pressed": pressed, "data-cell": cells[FAILED],
      "aria-label": `no answer came: ${counts[FAILED]}`,
      on: {click: () => change({failure: pressed ? undefined : cells[FAILED]})}},
      element("b", {}, number(counts[FAILED])), element("small", {}, "in no share")));
  }
  refill($("grid"), made);
}
function showArms(byArm) {
  refill($("arms"), facets.arm.flatMap((arm, code) => {
    const sum = byArm[code].slice(0, FAILED).reduce((a, b) => a + b, 0), pressed = state.arm === arm;
    if (!sum && !byArm[code][FAILED] && !pressed) return [];
    const right = [0, 3, 6].reduce((a, cell) => a + byArm[code][cell], 0);
    const bar = element("span", {class: "bar"});
    for (const cell of [0, 3, 6, 1, 4, 7, 2, 5, 8])
      if (byArm[code][cell])
        bar.append(element("i", {class: `c${cell}`, style: `width:${100 * byArm[code][cell] / sum}%`}));
    const share = sum ? `${Math.round(100 * right / sum)} %` : "–";
    return [element("button", {type: "button", class: "arm", "aria-pressed": pressed,
      "aria-label": `${arm}: ${share} right of ${sum}`, title: `${share} right of ${number(sum)}`,
      on: {click: () => change({arm: pressed ? undefined : arm})}},
      element("span", {}, arm), bar, element("span", {class: "n"}, share))];
  }));
}
function showRows() {
  const start = (state.page - 1) * PAGE, shown = hits.slice(start, start + PAGE);
  $("count").replaceChildren(element("strong", {}, number(hits.length)), ` of ${number(total)} answers`);
  $("where").textContent = hits.length
    ? `${number(start + 1)}–${number(start + shown.length)} of ${number(hits.length)}` : "";
  $("before").disabled = state.page === 1;
  $("after").disabled = start + PAGE >= hits.length;
  refill($("rows"), shown.length ? shown.map(row)
    : [element("li", {class: "none"}, "No answer passes these filters.")]);
}
function refill(parent, made) {  // and leave the focus where it was
  const all = () => [...parent.querySelectorAll("button")];
  const at = all().indexOf(document.activeElement);
  parent.replaceChildren(...made);
  if (at >= 0) all()[Math.min(at, all().length - 1)]?.focus({preventScroll: true});
}
function row(i) {
  const question = questions[answers.question[i]], cell = answers.cell[i], fate = outcome(cell);
  const found = data.found[Math.floor(cell / 3)] ?? "", open = state.open === i;
  const made = element("li", {"data-answer": i}, element("button", {type: "button", class: `row ${fate}`,
    "aria-expanded": open, on: {click: () => change({open: open ? undefined : i}, true)}},
    element("span", {}, element("span", {class: `badge ${fate}`}, `${SIGNS[fate]} ${fate}`),
      element("small", {}, found)),
    element("span", {}, element("span", {}, question.text), element("small", {},
      question.value === null ? "no document answers" : `answer: ${question.value}`)),
    element("span", {}, element("span", {class: "clip", style: "display:block"}, said(i)),
      element("small", {}, label(i)))));
  if (open) made.append(details(i, question));
  return made;
}
function details(i, question) {
  const alike = ["experiment", "model", "seed"].filter(facet => facets[facet]);
  const others = byQuestion[answers.question[i]].filter(
    j => alike.every(facet => answers[facet][j] === answers[facet][i]));
  const about = ["kind", "origin"].filter(facet => facets[facet]).map(facet => name(facet, i));
  const read = answers.passages[i];
  return element("div", {class: "open"},
    element("p", {class: "fact"}, element("strong", {}, question.text), ` (${[question.id, question.phrasing,
      ...about].filter(Boolean).join(", ")}) → `, element("strong", {}, question.value ?? "no document answers")),
    element("div", {}, element("h3", {}, read.length
      ? `In the prompt of “${name("arm", i)}”: ${read.length} ${read.length === 1 ? "passage" : "passages"}`
      : `Nothing was in the prompt of “${name("arm", i)}”`),
      ...read.map((p, n) => passage(passages[p], n + 1, question.value))),
    element("div", {}, element("h3", {}, "What each arm replied"), ...others.map(j => {
      const fate = outcome(answers.cell[j]), cited = answers.documents[j];
      return element("div", {class: `said ${fate}${j === i ? " this" : ""}`},
        element("small", {}, `${SIGNS[fate]} ${label(j)}`), said(j),
        element("small", {}, [cited.length ? `cites ${cited.join(", ")}` : "cites nothing",
          answers.compliant[j] ? "in the house style" : "", `${number(answers.ms[j])} ms`]
          .filter(Boolean).join(" · ")));
    })));
}
function passage(each, n, value) {
  const made = element("div", {class: "passage", tabindex: 0}, element("b", {}, `[${n}] ${each.id}`));
  const parts = (value ?? "").split(" | ").filter(Boolean).map(
    part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"));
  // Whole values alone, as the library counts them: "12 g" is not in "412 g".
  const whole = new RegExp(`(?<![\\w.-])(${parts.join("|")})(?![\\w-]|\\.\\d)`, "i");
  const pieces = parts.length ? each.text.split(whole) : [each.text];
  pieces.forEach((piece, at) => made.append(at % 2 ? element("mark", {}, piece) : piece));
  return made;
}
function start() {
  const arms = facets.arm.length;
  $("told").textContent = `${number(total)} answers by ${arms} ${arms === 1 ? "arm" : "arms"} to ${
    number(questions.length)} questions. Filter, open an answer, read what the model read.`;
  for (const facet of NAMES) {
    const select = element("select", {id: `f-${facet}`, on: {change: e => change({[facet]: e.target.value})}},
      element("option", {value: ""}, "all"), ...facets[facet].map(v => element("option", {value: v}, v)));
    $("filters").append(element("label", {}, facet, select));
  }
  let typing;
  $("filters").append(element("label", {}, "search in questions, values and replies", element("input", {
    id: "search", type: "search", autocomplete: "off", on: {input: e => {
      clearTimeout(typing); typing = setTimeout(() => change({q: e.target.value}), 120); }}})),
    element("button", {type: "reset", on: {click: () => {
      history.replaceState(null, "", "#"); $("search").value = ""; setTimeout(show); }}}, "clear"));
  $("filters").addEventListener("submit", e => e.preventDefault());
  $("before").addEventListener("click", () => change({page: state.page - 1, open: undefined}, true));
  $("after").addEventListener("click", () => change({page: state.page + 1, open: undefined}, true));
  addEventListener("hashchange", show);
  addEventListener("keydown", e => {
    const rows = [...document.querySelectorAll(".row")], at = rows.indexOf(document.activeElement);
    const inField = /INPUT|SELECT/.test(document.activeElement.tagName);
    if (e.key === "/" && !inField) { e.preventDefault(); $("search").focus(); }
    else if (e.key === "Escape" && state.open !== undefined) change({open: undefined}, true);
    else if (!inField && (e.key === "ArrowDown" || e.key === "ArrowUp") && rows.length &&
             !document.activeElement.classList.contains("passage")) {
      e.preventDefault();
      rows[Math.max(0, Math.min(rows.length - 1, at + (e.key === "ArrowDown" ? 1 : -1)))].focus();
    }
  });
  show();
  document.documentElement.dataset.readyMs = Math.round(performance.now());
}
start();
