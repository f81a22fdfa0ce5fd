// Selecting accounts for the bulk actions. The list works without this.

const results = document.getElementById("accounts");

const begin = () => {
  const bar = document.getElementById("bulk");
  if (!bar) return;
  const boxes = [...results.querySelectorAll("input[name=account]")];
  const all = results.querySelector("[data-select-all]");
  const selected = bar.querySelector("[data-selected]");
  all?.closest(".needs-script")?.classList.remove("needs-script");
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    selected.textContent = ticked ? `${ticked} selected.` : "Select accounts above.";
    bar.classList.toggle("many-ready", ticked > 0);
    // A menu that is open stays in sight.
    bar.hidden = ticked === 0 && !bar.querySelector("details[open]");
  };
  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  for (const box of boxes) box.addEventListener("change", count);
  count();
};

// What the filter finds brings boxes of its own.
results?.addEventListener("filtered", begin);
if (results) begin();
