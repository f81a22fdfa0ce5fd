// What the bar of a chart stands for that is pointed at, or reached with the arrow keys,
// is written below it. Without this script bars have the browser's own tooltips, and the
// numbers stand in a table.

for (const picture of document.querySelectorAll("svg[data-chart]")) {
  const bars = [...picture.querySelectorAll(".chart-bar")];
  if (!bars.length) continue;
  const said = picture.parentElement.querySelector(".chart-said");
  picture.tabIndex = 0;
  const titles = bars.map((bar) => bar.querySelector("title").textContent);
  let current = -1;
  const show = (at) => {
    if (at === current) return;
    bars[current]?.classList.remove("is-current");
    current = at;
    bars[current]?.classList.add("is-current");
    said.textContent = titles[current] ?? "";
  };
  const point = (event) => {
    const bar = event.target.closest(".chart-bar");
    if (bar) show(bars.indexOf(bar));
  };
  picture.addEventListener("pointermove", point);
  picture.addEventListener("pointerdown", point);
  // A finger leaves as soon as it is lifted; what it pointed at stays until the next tap.
  picture.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") show(-1);
  });
  picture.addEventListener("blur", () => show(-1));
  picture.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
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
