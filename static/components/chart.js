// What the bar of a chart stands for that is pointed at, or reached with the arrow keys,
// is written below it. Without this script bars have the browser's own tooltips, and each
// chart a table.

for (const picture of document.querySelectorAll("svg[data-chart]")) {
  const bars = [...picture.querySelectorAll(".chart-bar")];
  if (!bars.length) continue;
  const said = document.createElement("output");
  said.className = "chart-said";
  picture.parentElement.append(said);
  picture.tabIndex = 0;
  const titles = bars.map((bar) => bar.querySelector("title").textContent);
  let current = -1;
  const show = (at) => {
    bars[current]?.classList.remove("is-current");
    current = at;
    bars[current]?.classList.add("is-current");
    said.textContent = titles[current] ?? "";
  };
  picture.addEventListener("pointermove", (event) => {
    const bar = event.target.closest(".chart-bar");
    if (bar) show(bars.indexOf(bar));
  });
  picture.addEventListener("pointerleave", () => show(-1));
  picture.addEventListener("blur", () => show(-1));
  picture.addEventListener("keydown", (event) => {
    const last = bars.length - 1;
    const from = current < 0 ? last + 1 : current;
    const to = {
      ArrowLeft: Math.max(from - 1, 0),
      ArrowRight: Math.min(from + 1, last),
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
}
