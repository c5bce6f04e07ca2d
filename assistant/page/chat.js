// Runs when the evidence panel appears. Gradio gives `element`, the panel, and `server`, which calls Python.

const scroller = element.closest("#evidence");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const behavior = () => (calm.matches ? "auto" : "smooth");

// A citation's link works by itself, but only while the address has no query: the page has a <base>, and
// "#p-1-2" would otherwise leave for another address. Setting the hash keeps :target and the history.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.cite");
  if (!link) return;
  event.preventDefault();
  const passage = document.getElementById(link.hash.slice(1));
  if (!passage) return;
  passage.closest("details.turn").open = true;
  window.location.hash = link.hash;
  passage.focus({ preventScroll: true });
  passage.scrollIntoView({ behavior: behavior(), block: "start" });
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

// "toggle" does not bubble; it can be caught on the way down.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.open && event.target.matches("details.document")) openReport(event.target);
  },
  true,
);

// A new answer brings its evidence into view, where the panel scrolls on its own. The heading says which
// language the page speaks.
let latest = "";
new MutationObserver(() => {
  document.documentElement.lang = element.querySelector("h2").lang;
  const turn = [...element.querySelectorAll("details.turn")].at(-1);
  const id = turn ? turn.id : "";
  if (id !== latest && turn && scroller.scrollHeight > scroller.clientHeight) {
    scroller.scrollTo({ top: turn.offsetTop, behavior: behavior() });
  }
  latest = id;
}).observe(element, { childList: true, subtree: true, attributeFilter: ["lang"] });

// Ask and Stop take each other's place, which would leave a keyboard user nowhere. (A click made with the
// keyboard has no detail; moving the focus after a tap would open a phone's keyboard.)
document.addEventListener("click", (event) => {
  if (event.detail === 0 && event.target.closest?.("#ask, #stop, #restart")) {
    document.querySelector("#question textarea").focus();
  }
});
