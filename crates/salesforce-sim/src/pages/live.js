// Keeps the page up to date. Without it, reloading does the same.
const main = document.querySelector("main[data-live]");
let last = "";

async function refresh() {
  if (document.hidden || !main) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const text = await answer.text();
    if (text === last) return;
    const first = last === "";
    last = text;
    if (first) return;
    const next = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    const open = new Set([...main.querySelectorAll("details[open]")].map((d) => d.id));
    const known = new Set([...main.querySelectorAll("details")].map((d) => d.id));
    for (const item of next.querySelectorAll("details")) {
      item.open = open.has(item.id);
      item.classList.toggle("new", !known.has(item.id));
    }
    if (main.contains(document.activeElement) && document.activeElement.tagName === "INPUT") return;
    main.replaceChildren(...next.childNodes);
  } catch {
    // The org is restarting; the next round will tell.
  }
}

setInterval(refresh, 1000);
