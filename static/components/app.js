// Small comforts. Every page works without them.

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  });

// A form is sent once; coming back to the page makes it usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // A search may be opened in another tab, and be sent again.
  if (form.method === "get") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter ?? form.querySelector("button");
  button?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((busy) => busy.removeAttribute("aria-busy"));
  }
});

// <form data-autosave>: a change saves; its button is for those without scripts.
for (const button of document.querySelectorAll("form[data-autosave] button[type=submit]")) {
  button.classList.add("visually-hidden");
  button.tabIndex = -1;
}
on("change", "form[data-autosave]", (form) => form.requestSubmit());

// <form method="get" data-filter="id">: what is chosen or typed is looked for at once, and
// what is found takes the place of what is in that element. Its button is for those without
// scripts.
for (const form of document.querySelectorAll("form[data-filter]")) {
  const results = document.getElementById(form.dataset.filter);
  if (!results) continue;
  const button = form.querySelector("button[type=submit]");
  button.classList.add("visually-hidden");
  button.tabIndex = -1;
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  form.append(said);
  const address = () => {
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    return `${form.getAttribute("action")}?${new URLSearchParams(given)}`;
  };
  let shown = address();
  let waits;
  let asked;
  const show = async (anyway) => {
    clearTimeout(waits);
    const wanted = address();
    if (wanted === shown && !anyway) return;
    shown = wanted;
    asked?.abort();
    const mine = (asked = new AbortController());
    results.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(wanted, { signal: mine.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const found = await answer.text();
      // Something else may be looked for by now.
      if (mine.signal.aborted) return;
      const page = new DOMParser().parseFromString(found, "text/html");
      results.replaceChildren(...page.getElementById(results.id).childNodes);
      results.removeAttribute("aria-busy");
      history.replaceState(null, "", wanted);
      said.textContent = results.querySelector("[data-found]")?.textContent ?? "";
      showTimes(results);
      results.dispatchEvent(new Event("filtered", { bubbles: true }));
    } catch {
      if (!mine.signal.aborted) location.assign(wanted);
    }
  };
  // A link that was clicked meanwhile goes where it leads.
  addEventListener("pagehide", () => asked?.abort());
  form.addEventListener("change", () => show(false));
  form.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(waits);
    waits = setTimeout(show, 300, false);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(true);
  });
}

// <button data-opens="id"> opens that <dialog>; data-closes closes its own.
on("click", "[data-opens]", (opener, event) => {
  const dialog = document.getElementById(opener.dataset.opens);
  if (!dialog?.showModal) return;
  event.preventDefault();
  dialog.showModal();
});
on("click", "[data-closes]", (closer, event) => {
  event.preventDefault();
  closer.closest("dialog")?.close();
});

// <form data-inserts="id">: the text behind the choice is inserted where the writer is. Where
// it can't be fetched, the form is sent as without scripts.
on("submit", "form[data-inserts]", async (form, event) => {
  const field = document.getElementById(form.dataset.inserts);
  if (!field) return;
  event.preventDefault();
  const answer = await fetch(form.querySelector("select").selectedOptions[0].dataset.lookup, { redirect: "error" })
    .then((response) => (response.ok ? response.text() : null))
    .catch(() => null);
  if (answer === null) return form.submit();
  field.setRangeText(answer, field.selectionStart, field.selectionEnd, "end");
  field.focus();
});

// "/" goes to <input data-slash>, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector("[data-slash]");
  if (!field || event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// An address that leads into something folded opens it.
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  const folded = target?.closest("details:not([open])");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();

// A menu that asks before something happens closes with Escape and with a press elsewhere.
const openMenus = () => document.querySelectorAll("details.confirm[open]:not(.confirm-alone)");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// <div data-toast>: what was just done, which can be closed.
for (const toast of document.querySelectorAll("[data-toast]")) {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-quiet btn-small";
  close.textContent = "Close";
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
}

// Who writes into <input data-picks="id"> means that choice.
on("input", "[data-picks]", (field) => {
  const choice = document.getElementById(field.dataset.picks);
  if (choice) choice.checked = true;
});

// Times are written in UTC; show them where the reader is, in lists as how long ago.
const shapes = {
  date: { dateStyle: "medium" },
  time: { dateStyle: "medium", timeStyle: "short" },
};
const language = document.documentElement.lang;
const local = (at, shape) => new Intl.DateTimeFormat(language, shapes[shape] ?? shapes.time).format(at);
const units = [
  ["year", 365 * 86400],
  ["month", 30 * 86400],
  ["week", 7 * 86400],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const ago = (at) => {
  const seconds = Math.round((at - Date.now()) / 1000);
  const found = units.find(([, length]) => Math.abs(seconds) >= length);
  if (!found) return "just now";
  const [unit, length] = found;
  return new Intl.RelativeTimeFormat(language, { numeric: "always" }).format(Math.trunc(seconds / length), unit);
};
const hidden = (text) => {
  const span = document.createElement("span");
  span.className = "visually-hidden";
  span.textContent = text;
  return span;
};
const showTimes = (root = document) => {
  for (const time of root.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const exact = local(at, time.dataset.local);
    if (time.dataset.local === "ago") {
      time.title = exact;
      time.replaceChildren(ago(at), hidden(`, ${exact}`));
    } else {
      time.title ||= time.textContent.trim();
      time.textContent = exact;
    }
  }
};
showTimes();
setInterval(() => showTimes(), 60_000);

// A form that came back with mistakes starts at its summary.
document.querySelector("[data-mistakes]")?.focus();

// In a row that is wider than the phone, the page that one is on is in sight.
for (const here of document.querySelectorAll(".desk-nav [aria-current], .tabs [aria-current]")) {
  const row = here.closest(".desk-nav, .tabs");
  row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}
