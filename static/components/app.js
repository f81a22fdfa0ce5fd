// Small comforts. Every page works without them.

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  });

// A form is sent once; coming back to the page makes it usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
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

// Who writes into <input data-picks="id"> means that choice.
on("input", "[data-picks]", (field) => {
  const choice = document.getElementById(field.dataset.picks);
  if (choice) choice.checked = true;
});

// Times are written in UTC; show them where the reader is.
const shapes = {
  date: { dateStyle: "medium" },
  time: { dateStyle: "medium", timeStyle: "short" },
};
for (const time of document.querySelectorAll("time[data-local]")) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  time.title = time.textContent.trim();
  const shape = shapes[time.dataset.local] ?? shapes.time;
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, shape).format(at);
}

// A form that came back with mistakes starts at its summary.
document.querySelector("[data-mistakes]")?.focus();

// In a row that is wider than the phone, the page that one is on is in sight.
for (const here of document.querySelectorAll(".desk-nav [aria-current], .tabs [aria-current]")) {
  const row = here.closest(".desk-nav, .tabs");
  row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}
