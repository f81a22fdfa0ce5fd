// Finding a Salesforce Account as an Admin types: a combobox over the search form.

const PAUSE = 250; // milliseconds without a key before Salesforce is asked
const SHORTEST = 2;

for (const box of document.querySelectorAll("[data-lookup]")) enhance(box);

function enhance(box) {
  const [form, chosen] = box.querySelectorAll("form");
  const input = form.querySelector("input");
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[role=status]");
  const hint = status.textContent;
  let choices = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  form.querySelector("button").remove();
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  close();

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function say(text, failed = false) {
    status.textContent = text;
    status.classList.toggle("lookup-failed", failed);
  }

  function show() {
    list.replaceChildren(...choices.map(option));
    list.hidden = choices.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    move(-1);
  }

  function move(to) {
    active = to;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === to)));
    const item = list.children[to];
    if (!item) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function choose(n) {
    const choice = choices[n];
    if (!choice) return;
    chosen.elements.account.value = choice.id;
    chosen.querySelector("[data-name]").textContent = choice.name;
    chosen.querySelector("[data-facts]").textContent = choice.facts;
    chosen.hidden = false;
    input.value = choice.name;
    close();
    say(`${choice.name} is chosen. Link it, or go on searching.`);
    chosen.querySelector("button").focus();
  }

  async function ask() {
    asking?.abort();
    const text = input.value.trim();
    if (text.length > 0 && text.length < SHORTEST) {
      close();
      return say(`Type at least ${SHORTEST} letters.`);
    }
    const mine = (asking = new AbortController());
    say("Asking Salesforce…");
    try {
      const address = `${box.dataset.lookup}?${new URLSearchParams({ q: text })}`;
      const answer = await fetch(address, { signal: mine.signal, redirect: "error" });
      const found = await answer.json();
      if (mine.signal.aborted) return;
      if (found.problem) {
        choices = [];
        show();
        return say(found.problem, true);
      }
      choices = found.choices;
      show();
      say(told(text));
    } catch (error) {
      if (error.name === "AbortError") return;
      close();
      say("Not found out: no connection, or you are signed out. Reload the page.", true);
    }
  }

  function told(text) {
    const kind = text ? "found" : "with a name near this account’s";
    if (choices.length === 0) {
      return text ? "No Account has this in its name, or none that may be seen." : `No Account ${kind}. ${hint}`;
    }
    const count = choices.length === 1 ? "1 Account" : `${choices.length} Accounts`;
    return `${count} ${kind}. Choose with the arrow keys and Enter.`;
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    asking?.abort();
    chosen.hidden = true;
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("focus", () => {
    if (input.value === "" && list.hidden) ask();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = choices.length - 1;
    if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0 && !list.hidden) choose(active);
      else {
        clearTimeout(timer);
        ask();
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (last < 0) return;
      if (list.hidden) show();
      const down = event.key === "ArrowDown";
      if (down) move(active >= last ? 0 : active + 1);
      else move(active <= 0 ? last : active - 1);
    }
  });
  // The list keeps the focus in the field.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) choose([...list.children].indexOf(item));
  });

  function option(choice, n) {
    const item = document.createElement("li");
    item.id = `${list.id}-${n}`;
    item.setAttribute("role", "option");
    const words = document.createElement("span");
    words.className = "lookup-words";
    words.append(part("strong", "", choice.name), part("span", "hint", choice.facts));
    item.append(words);
    if (choice.same_name) item.append(part("span", "badge badge-ok", "Same name"));
    return item;
  }
}

function part(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
