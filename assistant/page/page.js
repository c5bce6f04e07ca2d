// For the whole page: the language a reader picks, and what is said when the server goes away, comes back, or no
// longer knows the reader. The words are in #page-words, drawn with the heading.

(() => {
  const CHECK = 10_000; // milliseconds between looks at a server that answers, while the page is seen
  const RETRY = 2_000;

  const words = () => document.getElementById("page-words");
  const say = (name) => words()?.getAttribute(`data-${name}`) ?? "";

  // The language. The server reads the cookie; the conversation comes back by the page's address.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-language]");
    if (!button) return;
    document.cookie = `danchung-language=${button.dataset.language};path=/;max-age=31536000;samesite=lax`;
    location.reload();
  });

  // One line under the heading, read out by screen readers.
  let bar;
  function tell(name, link, seconds) {
    const text = say(name);
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "notice";
      bar.setAttribute("role", "status");
      bar.setAttribute("aria-live", "polite");
    }
    // Inside the page, for its colours and landmarks; Gradio draws `main` anew when it is loaded.
    const place = document.getElementById("heading");
    if (!place || !text) return;
    if (bar.previousElementSibling !== place) place.after(bar);
    if (bar.dataset.name === name) return;
    bar.dataset.name = name;
    bar.textContent = text;
    if (link) {
      const again = document.createElement("button");
      again.type = "button";
      again.textContent = say(link);
      again.addEventListener("click", () => location.reload());
      bar.append(" ", again);
    }
    if (seconds) setTimeout(() => bar.dataset.name === name && hush(), seconds * 1000);
  }
  function hush() {
    if (!bar) return;
    bar.textContent = "";
    delete bar.dataset.name;
  }

  // "ok", "login-ended", "starting" or "away"; and which server it is: each start has its own id.
  async function look() {
    try {
      const reply = await fetch("gradio_api/login_check", { cache: "no-store" });
      if (reply.status === 401) return ["login-ended"];
      if (!reply.ok) return ["starting"];
      const { app_id } = await (await fetch("gradio_api/app_id", { cache: "no-store" })).json();
      return ["ok", String(app_id)];
    } catch {
      return ["away"];
    }
  }

  const KNOWN = "danchung-server";
  let gone = false;
  let timer;
  async function watch() {
    clearTimeout(timer);
    let wait = CHECK;
    if (!document.hidden) {
      const [state, server] = await look();
      if (state === "ok") {
        const known = sessionStorage.getItem(KNOWN);
        sessionStorage.setItem(KNOWN, server);
        if (known && known !== server) {
          // This page's session ended with the server that had it. The conversation is in the address.
          sessionStorage.setItem("danchung-told", "restarted");
          location.reload();
          return;
        }
        if (gone) tell("back", null, 5);
        gone = false;
      } else {
        gone = state !== "login-ended";
        tell(state, state === "login-ended" ? "log-in" : null);
        wait = RETRY;
      }
    }
    timer = setTimeout(watch, wait);
  }
  for (const event of ["online", "offline", "focus"]) window.addEventListener(event, watch);
  document.addEventListener("visibilitychange", watch);

  // Gradio loads the page anew by itself when it finds the server changed, before or after we do: what is told of it
  // waits for the heading.
  const ready = setInterval(() => {
    if (!words()) return;
    clearInterval(ready);
    const now = String(window.gradio_config?.app_id ?? "");
    const known = sessionStorage.getItem(KNOWN);
    if (now) sessionStorage.setItem(KNOWN, now);
    const restarted = sessionStorage.getItem("danchung-told") || (known && now && known !== now ? "restarted" : "");
    sessionStorage.removeItem("danchung-told");
    // The heading is drawn in English first, and in the reader's language when it is greeted.
    if (restarted) setTimeout(() => tell("restarted", null, 12), 1200);
    watch();
  }, 200);
})();
