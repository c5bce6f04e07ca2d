// The evaluation tab. Gradio gives `element` and `server`, which calls Python. Runs are begun, followed and cancelled
// at the API's own address, which decides who may.

const $ = (selector) => element.querySelector(selector);
const words = () => JSON.parse($("#evaluation").dataset.words);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const api = (path = "") => new URL("v1/evaluations" + path, location.href.split(/[?#]/)[0]);
const shown = () => element.offsetParent !== null;
let mine = null; // the run begun here, of which the end is told
let drawn = null; // the report that is shown
let known = ""; // the reports that are offered
let looking;
let away = false; // what is said is that the server did not answer

async function look() {
  clearTimeout(looking);
  const reply = await fetch(api()).catch(() => null);
  if (reply && reply.status === 401) return say(words().login);
  const told = reply && reply.ok ? await reply.json().catch(() => null) : null; // a proxy's own page is no JSON
  if (!told) {
    say(words().no_server, true);
    looking = setTimeout(() => shown() && appear(), 5000);
    return;
  }
  if (away) say("");
  const { evaluations, data } = told;
  const going = evaluations.find((one) => one.status === "running");
  offer(evaluations.filter((one) => one.status === "done"), data);
  $(".going").hidden = !going;
  $("#run").disabled = !!going;
  if (going) {
    follow(going);
    looking = setTimeout(() => shown() && look(), 1000);
  }
  const ended = evaluations.find((one) => one.id === mine && one.status !== "running");
  if (ended) {
    mine = null;
    if (ended.status === "failed") say(fill(words().failed_run, { why: ended.error }));
    if (ended.status === "cancelled") say(words().cancelled_run);
    if (ended.status === "done") await show(ended.id);
  }
}

function follow(run) {
  mine = run.id;
  const { suite, suites, suites_total, cases, cases_total, seconds } = run.progress;
  const bar = $(".going progress");
  $("#cancel").dataset.id = run.id;
  if (!suite) {
    bar.removeAttribute("value");
    $("#how-far").textContent = words().starting;
    return;
  }
  bar.value = (suites + cases / Math.max(1, cases_total)) / Math.max(1, suites_total);
  const shown = { suite: named(suite), cases, total: cases_total, number: suites + 1, suites: suites_total };
  $("#how-far").textContent = fill(words().running, { ...shown, seconds: Math.round(seconds) });
}

function offer(reports, data) {
  const own = $("#data"), value = own.value;
  own.replaceChildren(option("", words().bundled), ...data.map((name) => option(name, name)));
  own.value = data.includes(value) ? value : "";
  $(".own").hidden = !data.length;
  $(".kept").hidden = !reports.length;
  $(".none").hidden = !!reports.length;
  const now = JSON.stringify(reports.map((one) => one.id));
  if (now === known && $("#which").options.length) return;
  known = now;
  $("#which").replaceChildren(...reports.map((one) => option(one.id, label(one))));
  if (reports.length) show(reports.some((one) => one.id === drawn) ? drawn : reports[0].id);
}

function option(value, text) {
  return Object.assign(document.createElement("option"), { value, textContent: text });
}

const named = (suite) => words()["suite_" + suite.split(" ")[0]] || suite;

function label(run) {
  const lang = document.documentElement.lang || undefined;
  const when = new Date(run.created).toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" });
  const figure = (value) => value.toLocaleString(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const suites = run.suites.map((one) => one.value === null ? named(one.name) : `${named(one.name)} ${figure(one.value)}`);
  return `${when} · ${suites.join(", ")}`;
}

// A report has styles of its own, and the page has others: behind a shadow root they do not meet.
async function show(id) {
  $("#which").value = id;
  $("#as-page").href = $("#as-json").href = api("/" + id);
  $("#as-json").download = `evaluation-${id}.json`;
  if (drawn === id && $(".report").shadowRoot) return;
  drawn = id;
  const told = await server.report(id);
  if (drawn !== id) return;
  if (typeof told !== "string") { // the server did not answer
    drawn = null;
    return say(words().no_server);
  }
  const root = $(".report").shadowRoot || $(".report").attachShadow({ mode: "open" });
  root.innerHTML = told + `<style>.dc-report { --ink: inherit; --soft: inherit; --line: inherit; --accent: inherit; --mark: inherit;
    --mark-ink: var(--on-mark); --paper: var(--sheet); --wash: var(--accent-soft); --good: var(--dc-good); --bad: var(--dc-bad);
    --fill: var(--dc-fill); max-width: none; padding: clamp(1rem, 3vw, 2.2rem); border: 1px solid var(--line); border-radius: 12px; font-size: 0.95rem; }
    .dc-report > h1 { font-size: 1.4rem; }</style>`;
}

element.addEventListener("click", async (event) => {
  const link = event.composedPath().find((one) => one.matches?.("a[href^='#']"));
  if (link) { // the page has a <base>: the link alone would leave for another address
    event.preventDefault();
    $(".report").shadowRoot.getElementById(link.getAttribute("href").slice(1))?.scrollIntoView({ block: "start" });
  }
  if (event.target.id === "run") await begin();
  if (event.target.id === "cancel") {
    await fetch(api("/" + event.target.dataset.id), { method: "DELETE" }).catch(() => null);
    await look();
  }
  if (event.target.id === "as-json") { // the link's own request would ask for a page
    event.preventDefault();
    const reply = await fetch(event.target.href, { headers: { accept: "application/json" } });
    const file = document.createElement("a");
    file.href = URL.createObjectURL(await reply.blob());
    file.download = event.target.download;
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 10000);
  }
});

element.addEventListener("change", (event) => { if (event.target.id === "which") show(event.target.value); });

async function begin() {
  say("");
  $("#run").disabled = true;
  const body = { suite: $("#suite").value || null, data: $("#data").value || null, most: Number($("#most").value) || null };
  const reply = await fetch(api(), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).catch(() => null);
  if (!reply) say(words().no_server);
  else if (!reply.ok) say(fill(words().not_run, { why: (await reply.json()).detail }));
  else mine = (await reply.json()).id;
  $("#run").disabled = false;
  await look();
}

function say(text, lost = false) {
  away = lost;
  $("#went").textContent = text;
}

async function appear() {
  const may = await server.rights(null);
  if (typeof may === "boolean") { // nothing where the server did not answer
    $(".begin").hidden = !may;
    $(".only").hidden = may;
  }
  await look();
}

new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) appear(); }).observe(element);
watch("value", () => { known = ""; drawn = null; if (shown()) appear(); });
