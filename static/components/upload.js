// <form data-progress>: shows how far its upload is. Without this script, it is sent
// like any other form.

const mb = (bytes) => (bytes / (1024 * 1024)).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-progress]")) return;
  event.preventDefault();
  send(form);
});

function send(form) {
  const box = form.querySelector(".upload-progress");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-how-far]");
  const abort = box.querySelector("[data-abort]");
  const failed = form.querySelector("[data-failed]");
  const request = new XMLHttpRequest();

  const end = (message) => {
    box.hidden = true;
    failed.textContent = message;
    failed.hidden = message === "";
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((busy) => busy.removeAttribute("aria-busy"));
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.max = total;
    bar.value = loaded;
    words.textContent =
      loaded < total ? `${mb(loaded)} of ${mb(total)} MB` : "Sent. The file is being checked…";
  });
  request.addEventListener("load", () => {
    // What was taken led to another page, which then says so.
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    // What was refused comes back as the form with what is wrong.
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = page.querySelector("main");
    if (!main?.querySelector("[data-progress]")) {
      const says = main?.querySelector("h1")?.textContent.trim();
      end(says || `The server did not take the file (${request.status}). Try it again.`);
      return;
    }
    document.querySelector("main").replaceWith(main);
    main.querySelector("[aria-invalid]")?.focus();
  });
  request.addEventListener("error", () => {
    end("The connection broke off. Choose Upload to try it again.");
  });
  request.addEventListener("abort", () => {
    end("");
    form.querySelector("input[type=file]").focus();
  });
  abort.onclick = () => request.abort();

  bar.removeAttribute("value");
  words.textContent = "";
  failed.hidden = true;
  box.hidden = false;
  request.open("POST", form.action);
  request.setRequestHeader("X-Unseen", "1");
  request.send(new FormData(form));
}
