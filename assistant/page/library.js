// The library tab. Gradio gives `element`, `server`, which calls Python, and `trigger`, which begins an event.
// What comes from outside is drawn by Python, escaped, or set here as text.

const $ = (selector) => element.querySelector(selector);
const words = () => JSON.parse($("#library-desk").dataset.words);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const api = (path) => new URL("v1/" + path, location.href.split(/[?#]/)[0]);
const pause = (seconds) => new Promise((ready) => setTimeout(ready, seconds * 1000));
const retryAfter = (told) => Number(told) || 5;
// Gradio's calls come back with undefined where the server did not answer.
const explain = async (messages) => (await server.explain(messages)) ?? [];
const asked = { sort: "title", down: false, page: 0 };
const chosen = new Map(); // document id → title, on whatever page it is
let uploads = []; // {file, name, state, text, sent}
let table = {}; // what Python said of the page that is shown
let turn = 0;

// -- the table

async function draw(quietly = false) {
  const mine = ++turn;
  for (const name of ["find", "by-language", "by-period", "by-place", "by-state"]) {
    asked[name.replace("by-", "")] = $("#" + name).value;
  }
  if (!quietly) $("#reports").classList.add("stale");
  const told = await server.table(asked);
  if (mine !== turn) return; // a later question was faster
  if (!told) {
    $("#reports").classList.remove("stale");
    return;
  }
  table = told;
  asked.page = told.page || 0;
  for (const [name, options] of Object.entries(told.options)) {
    const select = $("#by-" + name), value = select.value;
    redraw(select, options);
    select.value = value;
    if (select.value !== value) select.value = "";
  }
  const open = element.querySelector("#reports details[open]");
  if (!(quietly && open)) redraw($("#reports"), told.html);
  $("#reports").classList.remove("stale");
  $(".bring").hidden = !told.write;
  $(".read-only").hidden = told.write;
  choose();
  if (told.busy && !following) setTimeout(() => shown() && draw(true), 2000);
}

// What has not changed stays, and with it an open menu, the keyboard's place and the row under the mouse.
function redraw(part, html) {
  if (part.drawn === html) return;
  part.innerHTML = part.drawn = html;
}

const shown = () => element.offsetParent !== null;

function choose() {
  for (const row of element.querySelectorAll("tr[data-id]")) {
    row.querySelector("input").checked = chosen.has(row.dataset.id);
    row.classList.toggle("is-chosen", chosen.has(row.dataset.id));
  }
  const many = Number($("#library-desk").dataset.many);
  const asking = chosen.size || table.filters;
  const how = table.total && !table.narrowed ? words().ask_how : "";
  $("#chosen").textContent = chosen.size ? fill(words().chosen, { n: chosen.size }) : how;
  $("#unchoose").hidden = !chosen.size;
  $("#remove-chosen").hidden = !chosen.size || !table.write;
  $("#ask-these").textContent = chosen.size ? words().ask_chosen : words().ask_these;
  $("#ask-these").hidden = !asking;
  $("#ask-these").disabled = chosen.size > many;
  $("#too-many").hidden = chosen.size ? chosen.size <= many : !table.narrowed || !!table.filters || !table.total;
}

let typed;
element.addEventListener("input", (event) => {
  if (event.target.id !== "find") return;
  clearTimeout(typed);
  typed = setTimeout(() => { asked.page = 0; draw(); }, 200);
});

element.addEventListener("change", (event) => {
  const row = event.target.closest("tr[data-id]");
  if (event.target.id === "files") {
    take([...event.target.files]);
    event.target.value = "";
  } else if (row && event.target.type === "checkbox") {
    event.target.checked ? chosen.set(row.dataset.id, row.dataset.title) : chosen.delete(row.dataset.id);
    choose();
  } else if (event.target.matches("select")) {
    asked.page = 0;
    draw();
  }
});

element.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.sort) {
    asked.down = asked.sort === button.dataset.sort && !asked.down;
    Object.assign(asked, { sort: button.dataset.sort, page: 0 });
    await draw();
    $(`[data-sort=${asked.sort}]`)?.focus();
  } else if (button.dataset.page) {
    asked.page = Number(button.dataset.page);
    await draw();
    $("#reports").scrollIntoView({ block: "start" });
  } else if (button.matches(".remove")) {
    const row = button.closest("tr");
    confirmRemoval(new Map([[row.dataset.id, row.dataset.title]]));
  } else {
    const does = {
      "upload": () => $("#files").click(),
      "clear-uploads": () => { uploads = uploads.filter((one) => !one.over); drawUploads(); },
      "unchoose": () => { chosen.clear(); choose(); },
      "ask-these": () => trigger("select", { filters: chosen.size ? { document: [...chosen.keys()] } : table.filters }),
      "remove-chosen": () => confirmRemoval(new Map(chosen)),
      "keep": () => $("#confirm").close(),
      "do-remove": remove,
    }[button.id];
    if (does) await does();
  }
});

// -- removal

let removing = new Map();
const LISTED = 8;

function confirmRemoval(documents) {
  removing = documents;
  $("#confirm-title").textContent = documents.size === 1 ? words().remove_one : fill(words().remove_some, { n: documents.size });
  const titles = [...documents.values()];
  const lines = titles.length > LISTED ? [...titles.slice(0, LISTED), "…"] : titles;
  $("#confirm ul").replaceChildren(...lines.map((title) => node("li", title)));
  $("#confirm").showModal();
}

async function remove() {
  $("#confirm").close();
  const failed = [];
  for (const [id, title] of removing) {
    const reply = await removeOne(id);
    if (reply && (reply.ok || reply.status === 404)) chosen.delete(id);
    else failed.push(`${fill(words().remove_failed, { title })} ${why(reply ? reply.status : 0) || words().failed}`);
  }
  tell(failed);
  await draw();
}

async function removeOne(id) {
  for (;;) {
    const reply = await fetch(api("documents/" + encodeURIComponent(id)), { method: "DELETE" }).catch(() => null);
    if (!reply || reply.status !== 429) return reply;
    const after = retryAfter(reply.headers.get("retry-after"));
    tell([fill(words().up_busy, { n: after })]);
    await pause(after);
  }
}

function tell(lines) {
  $("#said").replaceChildren(...lines.map((text) => Object.assign(node("p", text), { className: "note" })));
}

function node(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

// -- uploads: some files at a time, each with a line of its own

const TOGETHER = 20; // files in one request; a job reads them together
const BYTES = 32 << 20;
let following = false;

const why = (status) => ({ 0: words().up_network, 401: words().up_login, 403: words().up_rights, 413: words().why_large })[status];

function drawUploads() {
  $(".uploads").hidden = !uploads.length;
  $(".uploads ul").replaceChildren(...uploads.map((one) => {
    const line = node("li", "");
    line.className = one.state;
    const bar = document.createElement("progress");
    Object.assign(bar, { max: 1, hidden: one.over });
    if (one.state !== "reading") bar.value = one.state === "sending" ? one.sent : 0;
    line.append(node("b", one.name), bar, node("span", one.text));
    return line;
  }));
  $("#clear-uploads").hidden = !uploads.some((one) => one.over);
}

// Many files change at once: the list is drawn once for all of them.
let drawing = 0;
function drawSoon() {
  drawing ||= requestAnimationFrame(() => { drawing = 0; drawUploads(); });
}

function put(one, state, text) {
  Object.assign(one, { state, text, over: ["done", "failed"].includes(state) });
}

function mark(one, state, text) {
  put(one, state, text);
  drawSoon();
}

function take(files) {
  const most = Number($("#library-desk").dataset.most), names = new Set(uploads.filter((one) => !one.over).map((one) => one.name));
  for (const file of files) {
    const name = file.name.normalize("NFC"), one = { file, name, sent: 0 };
    uploads.push(one);
    if (names.has(name)) put(one, "failed", words().why_twice);
    else if (!file.size) put(one, "failed", words().why_empty);
    else if (file.size + 4096 > most) put(one, "failed", words().why_large);
    else put(one, "waiting", words().up_waiting);
    names.add(name);
  }
  drawUploads();
  if (!following) work();
}

async function work() {
  following = true;
  try {
    for (let batch = next(); batch.length; batch = next()) {
      try {
        await sendAndFollow(batch);
        await draw(true);
      } catch (error) { // the files after these are sent all the same
        console.error(error);
        batch.filter((one) => !one.over).forEach((one) => mark(one, "failed", words().failed));
      }
    }
  } finally {
    following = false;
  }
}

function next() {
  const batch = [];
  let size = 0;
  for (const one of uploads.filter((one) => one.state === "waiting")) {
    if (batch.length === TOGETHER || (batch.length && size + one.file.size > Math.min(BYTES, Number($("#library-desk").dataset.most) / 2))) break;
    batch.push(one);
    size += one.file.size;
  }
  return batch;
}

async function sendAndFollow(batch) {
  const { status, reply, after } = await send(batch);
  if (status === 429) {
    batch.forEach((one) => mark(one, "sending", fill(words().up_busy, { n: after })));
    await pause(after);
    return sendAndFollow(batch);
  }
  if (status === 200 || status === 202) return follow(batch, reply);
  if (batch.length > 1 && [413, 422, 503].includes(status)) { // one of them may be the reason, the others are well
    for (const one of batch) await sendAndFollow([one]);
    return;
  }
  const text = why(status) || (await explain([reply.detail || ""]))[0] || words().failed;
  batch.forEach((one) => mark(one, "failed", text));
}

function send(batch) {
  const form = new FormData(), total = batch.reduce((sum, one) => sum + one.file.size, 0);
  for (const one of batch) {
    form.append("files", one.file, one.name);
    mark(one, "sending", words().up_sending);
  }
  return new Promise((done) => {
    const call = new XMLHttpRequest();
    call.open("POST", api("documents?wait=0"));
    call.upload.onprogress = (event) => {
      let before = 0;
      for (const one of batch) { // the files go one after the other
        one.sent = Math.min(1, Math.max(0, (event.loaded / event.total * total - before) / one.file.size));
        before += one.file.size;
      }
      drawSoon();
    };
    const over = () => {
      let reply = {};
      try { reply = JSON.parse(call.responseText); } catch { /* no JSON: a proxy's own page */ }
      done({ status: call.status, reply, after: retryAfter(call.getResponseHeader("retry-after")) });
    };
    call.onload = call.onerror = over;
    call.send(form);
  });
}

async function follow(batch, job) {
  batch.forEach((one) => mark(one, "reading", words().up_reading));
  while (!["done", "failed", "cancelled"].includes(job.status)) {
    await pause(0.5);
    const reply = await fetch(api("jobs/" + job.id)).catch(() => null);
    if (reply && reply.ok) job = await reply.json();
    else if (reply && [401, 404].includes(reply.status)) break;
    else if (!reply) batch.forEach((one) => !one.over && mark(one, "reading", words().up_network));
    await results(batch, job.files);
  }
  const text = job.error ? (await explain([job.error]))[0] || words().failed : words().up_stopped;
  batch.filter((one) => !one.over).forEach((one) => mark(one, "failed", text));
}

async function results(batch, files) {
  const reasons = await explain(files.map((file) => file.message));
  for (const one of batch) {
    const own = files.findIndex((file) => file.name.normalize("NFC") === one.name);
    const packed = files.filter((file) => file.name.normalize("NFC").startsWith(one.name + "/"));
    if (one.over) continue;
    if (own >= 0) {
      const file = files[own], bad = ["failed", "refused", "skipped"].includes(file.state);
      const key = file.copy_of ? "up_copy" : "up_" + file.state;
      mark(one, bad ? "failed" : "done", bad ? reasons[own] || words().failed : fill(words()[key] || words().up_added, { n: file.passages }));
    } else if (packed.length) {
      const failed = packed.filter((file) => ["failed", "skipped"].includes(file.state)).length;
      one.text = fill(words().up_packed, { n: packed.length - failed, failed });
      one.packed = true;
    }
  }
  for (const one of batch) if (one.packed && !one.over) mark(one, one.state, one.text);
}

// -- files dropped on the tab

for (const kind of ["dragover", "dragleave", "drop"]) {
  element.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files") || $(".bring").hidden) return;
    event.preventDefault();
    $("#library-desk").classList.toggle("dropping", kind === "dragover");
    if (kind === "drop") take([...event.dataTransfer.files]);
  });
}

// -- when to draw: once the tab is seen, and anew when it is drawn in another language

new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) draw(true); }).observe(element);
watch("value", () => { drawUploads(); if (shown()) draw(); });
