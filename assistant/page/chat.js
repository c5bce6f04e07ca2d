// Runs when the evidence panel appears. Gradio gives `element`, the panel, `server`, which calls Python, and `trigger`,
// which raises an event of the panel's. What the panel says to this script is in data-* attributes of its heading.

const scroller = element.closest("#evidence");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const behavior = () => (calm.matches ? "auto" : "smooth");
const heading = () => element.querySelector("#evidence-title");
const words = () => heading()?.dataset ?? {};
const box = () => document.querySelector("#question textarea");
const evidenceOf = (number) => document.getElementById(`e-${number}`);
const numberOf = (node) => Number(node.closest(".answer, .question")?.id.slice(2));
const busy = () => Boolean(document.querySelector("#stop:not(.hidden):not(.hide)")?.offsetParent);

// -- the conversation that is open: in the address, so that a reload or a bookmark comes back to it

const address = () => new URL(window.location.href);
function remember(id) {
  const url = address();
  if (url.searchParams.get("c") === id || (!id && !url.searchParams.has("c"))) return;
  if (id) url.searchParams.set("c", id);
  else url.searchParams.delete("c");
  url.hash = "";
  history.replaceState(history.state, "", url);
}
let opening = false;
function open(id) {
  opening = true;
  stopEditing();
  trigger("select", { open: id });
}

// -- what goes out with a question

const DRAFT = "danchung-draft";
let again = null; // {question, at}: asked again as it was
let editing = 0; // the turn whose question is being changed
window.danchung = {
  sending([question, talk, filters, at]) {
    const sent = again ?? { question, at: editing };
    if (String(sent.question ?? "").trim()) sessionStorage.removeItem(DRAFT);
    again = null;
    stopEditing();
    return [sent.question, talk, filters, sent.at];
  },
  leaving() {
    remember(null);
    stopEditing();
    sessionStorage.removeItem(DRAFT);
  },
};
function type(text) {
  const field = box();
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
document.addEventListener("input", (event) => {
  if (event.target.matches?.("#question textarea")) sessionStorage.setItem(DRAFT, event.target.value);
});

function edit(number) {
  editing = number;
  type(document.querySelector(`#q-${number} .asked`).textContent);
  let line = document.getElementById("editing");
  if (!line) {
    line = document.createElement("div");
    line.id = "editing";
    line.setAttribute("role", "status");
    document.getElementById("composer").before(line);
  }
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.textContent = words().cancel;
  cancel.addEventListener("click", () => {
    stopEditing();
    type("");
  });
  line.replaceChildren(words().editing, " ", cancel);
}
function stopEditing() {
  editing = 0;
  document.getElementById("editing")?.remove();
}

// -- what a reader does with an answer

async function copy(button, text) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Only a page from this machine, or over TLS, may write to the clipboard; the older way asks for no such thing.
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("aria-hidden", "true");
    area.style.cssText = "position:fixed;inset:0 auto auto 0;opacity:0";
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
    button.focus();
  }
  if (!done) return showText(text);
  const label = button.textContent;
  if (button.classList.contains("done")) return;
  button.classList.add("done");
  button.textContent = words().copied;
  announce(words().copied);
  setTimeout(() => {
    button.textContent = label;
    button.classList.remove("done");
  }, 2000);
}
function showText(text) {
  const area = document.createElement("textarea");
  area.readOnly = true;
  area.value = text;
  area.setAttribute("aria-label", words().copyByHand);
  const said = document.createElement("p");
  said.textContent = words().copyByHand;
  dialog("by-hand", words().copyByHand, said, area);
  area.select();
}

// Verdicts given since the panel was drawn, by conversation and answer.
const verdicts = new Map();
const keyOf = (turn) => `${words().conversation} ${turn.dataset.kept}`;
const verdictOf = (turn) => verdicts.get(keyOf(turn)) ?? turn.dataset.opinion ?? "";
async function judge(button) {
  const turn = evidenceOf(numberOf(button));
  if (!turn?.dataset.kept) return;
  const given = button.classList.contains("helpful") ? "up" : "down";
  const verdict = verdictOf(turn) === given ? "" : given;
  const wrong = await server.judge({ conversation: words().conversation, answer: turn.dataset.kept, verdict });
  if (wrong) return announce(wrong, true);
  verdicts.set(keyOf(turn), verdict);
  press();
}
// Gradio's sanitiser takes aria-* out of messages: they are put on here.
function press() {
  for (const answer of document.querySelectorAll("#messages .answer")) {
    const turn = evidenceOf(numberOf(answer));
    const verdict = turn ? verdictOf(turn) : "";
    for (const [name, value] of [["helpful", "up"], ["unhelpful", "down"]]) {
      answer.querySelector(`.act.${name}`)?.setAttribute("aria-pressed", String(verdict === value));
    }
    for (const link of answer.querySelectorAll("a.cite:not([aria-label])")) link.setAttribute("aria-label", link.title);
  }
  // Gradio calls the suggested questions a list, which has no items: they are buttons.
  document.querySelector("#messages .examples[role=list]")?.setAttribute("role", "group");
}

let live;
function announce(text, seen = false) {
  live ??= document.body.appendChild(document.createElement("div"));
  live.id = "announced";
  live.className = seen ? "seen" : "";
  live.setAttribute("role", "status");
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 50);
  setTimeout(() => live.textContent === text && (live.textContent = ""), 6000);
}

// -- earlier conversations

function dialog(id, title, ...inside) {
  document.getElementById(id)?.remove();
  const shown = document.createElement("dialog");
  shown.id = id;
  shown.className = "drawer";
  shown.setAttribute("aria-label", title);
  const head = document.createElement("header");
  const name = document.createElement("h2");
  name.textContent = title;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = words().close;
  close.addEventListener("click", () => shown.close());
  head.append(name, close);
  shown.append(head, ...inside);
  shown.addEventListener("close", () => shown.remove());
  shown.addEventListener("click", (event) => event.target === shown && shown.close());
  document.querySelector(".gradio-container").append(shown);
  shown.showModal();
  return shown;
}
async function showEarlier() {
  const list = document.createElement("div");
  list.className = "earlier";
  list.textContent = "…";
  const shown = dialog("earlier", words().earlier, list);
  const fill = (markup) => {
    list.innerHTML = markup;
    const format = new Intl.DateTimeFormat(heading().lang, { dateStyle: "medium", timeStyle: "short" });
    for (const time of list.querySelectorAll("time")) time.textContent = format.format(new Date(time.dateTime));
    for (const item of list.querySelectorAll("li")) {
      if (item.dataset.id === words().conversation) item.querySelector(".reopen").setAttribute("aria-current", "true");
    }
  };
  fill(await server.conversations({}));
  list.addEventListener("input", (event) => {
    const wanted = event.target.value.toLocaleLowerCase();
    for (const item of list.querySelectorAll("li")) {
      item.hidden = !item.querySelector(".title").textContent.toLocaleLowerCase().includes(wanted);
    }
  });
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    const id = button?.closest("li")?.dataset.id;
    if (!id) return;
    if (button.classList.contains("reopen")) {
      shown.close();
      open(id);
    } else if (!button.classList.contains("sure")) {
      const label = button.textContent;
      button.classList.add("sure");
      button.textContent = words().deleteSure;
      setTimeout(() => {
        button.classList.remove("sure");
        button.textContent = label;
      }, 4000);
    } else {
      fill(await server.conversations({ forget: id }));
      list.querySelector("input, button")?.focus();
      if (id === words().conversation) {
        remember(null);
        open(null);
      }
    }
  });
}

// -- citations and their passages

// A citation's link works by itself, but only while the address has no query: the page has a <base>, and
// "#p-1-2" would otherwise leave for another address. Setting the hash keeps :target and the history.
function show(passage) {
  passage.closest("details.turn").open = true;
  window.location.hash = passage.id;
  for (const link of document.querySelectorAll("a.cite")) {
    link.classList.toggle("current", link.hash === `#${passage.id}`);
  }
  passage.focus({ preventScroll: true });
  passage.scrollIntoView({ behavior: behavior(), block: "start" });
}
function back(passage) {
  const link = document.querySelector(`a.cite[href="#${passage.id}"]`);
  link?.scrollIntoView({ behavior: behavior(), block: "center" });
  link?.focus({ preventScroll: true });
}
function step(by) {
  const all = [...element.querySelectorAll(".passage")];
  if (!all.length) return;
  const at = all.findIndex((passage) => passage.contains(document.activeElement) || passage.matches(":target"));
  const latest = all.findIndex((passage) => passage.closest("details.turn").open);
  const next = at < 0 ? Math.max(latest, 0) : (at + by + all.length) % all.length;
  show(all[next]);
}

document.addEventListener("click", async (event) => {
  const target = event.target.closest?.("a.cite, a.back, .step, .act, #earlier-open");
  if (!target) return;
  if (target.matches("a")) event.preventDefault();
  if (target.matches("a.cite, .copy")) await fetched(evidenceOf(numberOf(target)));
  if (target.matches("a.cite")) {
    const passage = document.getElementById(target.hash.slice(1));
    if (passage) show(passage);
  } else if (target.matches("a.back")) back(target.closest(".passage"));
  else if (target.matches(".step")) step(Number(target.dataset.step));
  else if (target.matches("#earlier-open")) showEarlier();
  else if (target.matches(".copy")) copy(target, evidenceOf(numberOf(target))?.dataset.copy ?? "");
  else if (target.matches(".helpful, .unhelpful")) judge(target);
  else if (busy()) return;
  else if (target.matches(".edit")) edit(numberOf(target));
  else if (target.matches(".retry")) {
    const number = numberOf(target);
    again = { question: document.querySelector(`#q-${number} .asked`).textContent, at: number };
    document.getElementById("ask").click();
    box().focus({ preventScroll: true });
  }
});
document.addEventListener("keydown", (event) => {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.altKey && by && !event.ctrlKey && !event.metaKey && element.querySelector(".passage")) {
    event.preventDefault();
    step(by);
  } else if (event.key === "Escape") {
    const passage = document.activeElement?.closest?.(".passage");
    if (passage) back(passage);
    else if (editing) {
      stopEditing();
      type("");
    }
  }
});

// A report's text is fetched when its expander is opened, and scrolled to the quote without moving the page.
async function openReport(expander) {
  const text = expander.querySelector(".document-text");
  if (!text.firstElementChild) {
    text.textContent = text.dataset.loading;
    const { id, start, end } = expander.dataset;
    text.innerHTML = await server.open_document({ id, start, end });
  }
  const quote = text.querySelector("mark");
  if (quote) text.scrollTop = quote.offsetTop - text.clientHeight / 3;
}

// The evidence of an answer long past, which the panel has none of until it is asked for.
async function fetched(turn) {
  if (!turn?.matches("[data-later]")) return;
  const told = await server.evidence({ conversation: words().conversation, answer: turn.dataset.kept, turn: turn.id.slice(2) });
  if (!turn.matches("[data-later]") || told.html === undefined) return;
  turn.removeAttribute("data-later");
  while (turn.lastElementChild.tagName !== "SUMMARY") turn.lastElementChild.remove();
  turn.insertAdjacentHTML("beforeend", told.html);
  turn.dataset.copy = told.copy;
}

// "toggle" does not bubble; it can be caught on the way down.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.open && event.target.matches("details.document")) openReport(event.target);
    if (event.target.open && event.target.matches("details.turn")) fetched(event.target);
  },
  true,
);

// -- what is drawn anew

// A new answer brings its evidence into view, where the panel scrolls on its own. The heading says which language the
// page speaks and which conversation is shown.
let latest = "";
new MutationObserver(() => {
  if (!heading()) return;
  document.documentElement.lang = heading().lang;
  const conversation = words().conversation;
  if (conversation) remember(conversation);
  else if (opening) remember(null);
  opening = false;
  press();
  const turn = [...element.querySelectorAll("details.turn")].at(-1);
  const id = turn ? turn.id : "";
  if (id !== latest && turn && scroller.scrollHeight > scroller.clientHeight) {
    scroller.scrollTo({ top: turn.offsetTop, behavior: behavior() });
  }
  latest = id;
}).observe(element, {
  childList: true,
  subtree: true,
  // Gradio changes what differs: the id of a conversation may come without a new node.
  attributeFilter: ["lang", "data-conversation", "data-kept", "data-opinion"],
});
new MutationObserver(press).observe(element.closest("#desk"), { childList: true, subtree: true });

// Ask and Stop take each other's place, which would leave a keyboard user nowhere. (A click made with the
// keyboard has no detail; moving the focus after a tap would open a phone's keyboard.)
document.addEventListener("click", (event) => {
  if (event.detail === 0 && event.target.closest?.("#ask, #stop, #restart")) box().focus();
});

// The page has just been loaded: the conversation it was left with, and what was being typed. The panel may be there
// before the rest of the tab is.
(function begin() {
  if (!box() || !document.getElementById("messages")) return setTimeout(begin, 30);
  open(address().searchParams.get("c"));
  const draft = sessionStorage.getItem(DRAFT);
  if (draft && !box().value) type(draft);
})();
