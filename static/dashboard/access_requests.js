// The list of requests by keyboard, and several at once. Every page works without this.

const table = document.querySelector("[data-requests]");
const rows = [...(table?.querySelectorAll("[data-request]") ?? [])];
const box = (row) => row.querySelector("input[name=request]");
const all = table?.querySelector("[data-select-all]");
const selected = document.querySelector("[data-selected]");

for (const only of document.querySelectorAll(".needs-script")) only.classList.remove("needs-script");

// How many are selected, and whether that is all of them.
const count = () => {
  const ticked = rows.filter((row) => box(row)?.checked).length;
  if (all) {
    all.checked = ticked > 0 && ticked === rows.length;
    all.indeterminate = ticked > 0 && ticked < rows.length;
  }
  if (selected) selected.textContent = ticked ? `${ticked} selected.` : "Select requests above.";
  const bar = document.getElementById("many");
  bar?.classList.toggle("many-ready", ticked > 0);
  if (bar) bar.hidden = ticked === 0 && !bar.querySelector("details[open]");
};
all?.addEventListener("change", () => {
  for (const row of rows) box(row).checked = all.checked;
  count();
});
table?.addEventListener("change", count);
count();

// Who writes another account into a row means it in the bulk actions, too.
for (const row of rows) {
  const tick = box(row);
  const account = row.querySelector("[data-account]");
  if (!tick || !account) continue;
  const [id] = tick.value.split(" ");
  const suggested = { ticket: tick.value, name: account.defaultValue };
  const follow = () => {
    tick.value = account.value === suggested.name ? suggested.ticket : `${id} as ${account.value}`;
  };
  account.addEventListener("input", follow);
  follow();
}
const goes = document.querySelector("[data-goes]");
if (goes) goes.textContent = "Each goes to the account in its line.";

// j and k go through the rows; x, a, d and Enter act on the row one is in.
let at = rows.findIndex((row) => row.hasAttribute("aria-current"));
const go = (to) => {
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at]?.querySelector("[data-details]")?.focus();
};
const deny = (row) => {
  const menu = row.querySelector("details");
  if (!menu) return;
  menu.open = true;
  menu.querySelector("textarea").focus();
};
const keys = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  x: (row) => {
    const tick = box(row);
    if (tick) {
      tick.checked = !tick.checked;
      count();
    }
  },
  a: (row) => row.querySelector("[data-approve]")?.click(),
  d: deny,
  "?": () => document.getElementById("keys")?.showModal(),
};
const writes = (element) => element.closest("input:not([type=checkbox]), textarea, select, dialog");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  const act = keys[event.key];
  const needsRow = act && act.length > 0;
  const here = rows.find((row) => row.contains(document.activeElement));
  if (!act || (needsRow && !here)) return;
  if (here) at = rows.indexOf(here);
  event.preventDefault();
  act(here);
});

// Escape closes the details, unless something is being written. In the capturing phase:
// a menu that Escape closes is still open then.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || writes(event.target)) return;
  if (document.querySelector("dialog[open], details.confirm[open]")) return;
  document.querySelector("[data-close-panel]")?.click();
}, { capture: true });
