// Search above the page: Ctrl-K (or Command-K) opens it, the arrow keys choose, Enter opens
// what is chosen. Without this script the button leads to a page of its own.

const opener = document.querySelector("[data-finder]");
const finder = document.getElementById("finder");
const field = finder?.querySelector("input");
const found = finder?.querySelector("[data-found]");
const count = finder?.querySelector("[data-found-count]");
const none = finder?.querySelector("[data-found-none]");
// The words whose results are shown; null while others are on their way.
let shown = null;
let asked = 0;
let waiting;

const hits = () => [...found.querySelectorAll(".found-hit")];
const chosen = () => found.querySelector('[aria-selected="true"]');

// The option that Enter opens.
const choose = (hit) => {
  for (const other of hits()) other.setAttribute("aria-selected", String(other === hit));
  if (hit) field.setAttribute("aria-activedescendant", hit.id);
  else field.removeAttribute("aria-activedescendant");
  hit?.scrollIntoView({ block: "nearest" });
};

// What was fetched, as a list that is chosen from.
const put = (html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const empty = page.querySelector("[data-results] .found-none");
  empty?.remove();
  none.textContent = empty?.textContent ?? "";
  none.hidden = !empty;
  found.replaceChildren(...page.querySelector("[data-results]").childNodes);
  for (const inner of found.querySelectorAll("ul, li, .found-title")) inner.setAttribute("role", "presentation");
  for (const group of found.querySelectorAll(".found")) {
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", group.querySelector(".found-title").textContent);
  }
  hits().forEach((hit, at) => {
    hit.id = `hit-${at}`;
    hit.setAttribute("role", "option");
    hit.tabIndex = -1;
  });
  const results = hits().length;
  field.setAttribute("aria-expanded", String(results > 0));
  count.textContent = empty ? empty.textContent : `${results} ${results === 1 ? "result" : "results"}`;
  choose(hits()[0]);
};

const show = async () => {
  clearTimeout(waiting);
  const mine = ++asked;
  const words = field.value;
  const answer = await fetch(`/dashboard/search?q=${encodeURIComponent(words)}`, { redirect: "error" })
    .then((response) => (response.ok ? response.text() : null))
    .catch(() => null);
  if (mine !== asked) return;
  if (answer === null) {
    found.replaceChildren();
    none.textContent = "Search isn’t available right now. Reload the page and try again.";
    none.hidden = false;
    count.textContent = none.textContent;
    return;
  }
  put(answer);
  shown = words;
};

const open = () => {
  if (finder.open) return;
  field.value = "";
  shown = null;
  choose(undefined);
  finder.showModal();
  field.focus();
  show();
};

// Enter before the results are there waits for them.
const openChosen = async () => {
  if (shown !== field.value) await show();
  if (shown === field.value) chosen()?.click();
};

if (finder) {
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    if (event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  field.addEventListener("input", () => {
    shown = null;
    choose(undefined);
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = hits();
    const at = all.indexOf(chosen());
    const moves = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1 };
    if (event.key in moves && all.length) {
      event.preventDefault();
      choose(all[(moves[event.key] + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      openChosen();
    }
  });
  finder.addEventListener("click", (event) => {
    if (event.target === finder) finder.close();
  });
}
