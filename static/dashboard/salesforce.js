// The Salesforce modal: a real dialog, and switches that save in place.

const dialog = document.querySelector("dialog[data-modal-page]");

if (dialog?.showModal) {
  const leave = () => location.assign(dialog.dataset.modalPage);
  dialog.removeAttribute("open");
  document.querySelector(".sf-veil")?.remove();
  dialog.showModal();
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  // A press that begins and ends on the backdrop leaves; one that only ends there
  // is someone selecting text.
  let pressed = null;
  dialog.addEventListener("pointerdown", (event) => (pressed = event.target));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && pressed === dialog) leave();
  });
  const part = location.hash && document.getElementById(location.hash.slice(1));
  if (part) part.scrollIntoView({ block: "start" });
}

// <form data-live>: each change is saved at once; the newest one wins.
for (const form of document.querySelectorAll("form[data-live]")) {
  const button = form.querySelector("button");
  const box = form.querySelector("input[type=checkbox]");
  const note = form.querySelector(".sf-saved");
  button.hidden = true;
  let stored = box.checked;
  let saving = false;

  const save = async () => {
    if (saving) return;
    saving = true;
    note.textContent = "Saving…";
    note.className = "sf-saved";
    while (stored !== box.checked) {
      const wanted = box.checked;
      const problem = await send(form);
      if (problem) {
        box.checked = stored;
        note.textContent = problem;
        note.classList.add("sf-failed");
        saving = false;
        return;
      }
      stored = wanted;
    }
    note.textContent = "Saved";
    note.classList.add("sf-done");
    saving = false;
  };
  box.addEventListener("change", save);
}

// The reason why it could not be saved, or nothing.
async function send(form) {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "text/plain" },
      body: new URLSearchParams(new FormData(form)),
      redirect: "error",
    });
    if (answer.ok) return "";
    if (answer.status === 422) return await answer.text();
    return answer.status === 403 ? "Not saved: this needs an Admin." : "Not saved. Try again.";
  } catch {
    return "Not saved: no connection, or you are signed out. Reload the page.";
  }
}

// [data-reload]: something is under way; the page is read again as long as nobody does
// anything on it.
if (document.querySelector("[data-reload]")) {
  let isTouched = false;
  for (const kind of ["input", "keydown", "pointerdown"]) {
    addEventListener(kind, () => (isTouched = true));
  }
  setInterval(() => {
    const isBusy = isTouched || document.querySelector("dialog[open], details[open]");
    if (!document.hidden && !isBusy) location.reload();
  }, 3000);
}
