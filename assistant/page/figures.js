// Runs when the figures tab appears. Gradio gives `element`, the tab, and `server`, which calls Python.

const state = { page: 1, sort: "source", series: 0 };
let asked = 0;

// The tab is drawn anew in the reader's language, so its parts are looked for each time.
const part = (selector) => element.querySelector(selector);

function filters() {
  const form = part(".fig-filters");
  const { find, period, place, conflicts } = form.elements;
  return { ...state, find: find.value, period: period.value, place: place.value, conflicts: conflicts.checked };
}

// A later question overtakes an earlier one that is still being answered.
async function draw(chart = true) {
  const mine = (asked += 1);
  const given = filters();
  const [table, drawn] = await Promise.all([
    server.figures_table(given),
    chart ? server.figures_chart(given) : null,
  ]);
  if (mine !== asked) return;
  part(".fig-listed").innerHTML = table;
  if (drawn === null) return;
  part(".fig-drawn").innerHTML = drawn;
  const same = part(".fig-same");
  if (same) same.open = window.matchMedia("(min-width: 1100px)").matches; // there it has a place of its own
}

async function read(leading) {
  const { id, start, end } = leading.dataset;
  const dialog = part(".fig-context");
  part(".fig-said").innerHTML = await server.figure_context({ id, start, end });
  dialog.showModal();
  part(".fig-close").focus();
}

async function save() {
  const lines = await server.figures_csv(filters());
  const link = document.createElement("a");
  // The mark tells a spreadsheet that the file is UTF-8.
  link.href = URL.createObjectURL(new Blob(["\ufeff", lines], { type: "text/csv;charset=utf-8" }));
  link.download = "figures.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

element.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const leading = at("[data-id]:not(details)");
  if (leading) {
    event.preventDefault();
    read(leading);
  } else if (at("[data-sort]")) {
    state.sort = at("[data-sort]").dataset.sort;
    state.page = 1;
    draw(false).then(() => part(`th[aria-sort] button`)?.focus());
  } else if (at("[data-page]")) {
    state.page = Number(at("[data-page]").dataset.page);
    draw(false).then(() => part(".fig-listed").scrollIntoView({ block: "start" }));
  } else if (at(".fig-csv")) {
    save();
  } else if (at(".fig-close") || event.target === part(".fig-context")) {
    part(".fig-context").close();
  }
});

element.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.("a.point")) {
    event.preventDefault();
    read(event.target);
  }
});

element.addEventListener("submit", (event) => event.preventDefault());

let typing;
element.addEventListener("input", (event) => {
  if (event.target.name === "series") return;
  clearTimeout(typing);
  typing = setTimeout(() => {
    Object.assign(state, { page: 1, series: 0 });
    draw();
  }, event.target.type === "search" ? 250 : 0);
});
element.addEventListener("change", async (event) => {
  if (event.target.name !== "series") return;
  state.series = Number(event.target.value);
  await draw();
  part("select[name=series]")?.focus();
});

// What is in the library may change while another tab is looked at.
new IntersectionObserver((seen) => {
  if (seen.at(-1).isIntersecting) draw();
}).observe(element);
// The reader's language comes after the page, and takes what was drawn, or is on its way, away.
new MutationObserver(() => {
  const listed = part(".fig-listed");
  if (!listed || listed.firstElementChild || listed.dataset.asked || !element.checkVisibility()) return;
  listed.dataset.asked = "yes";
  draw();
}).observe(element, { childList: true, subtree: true });
