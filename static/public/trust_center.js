// In the list of sections, the one that is being read is marked.

const links = [...document.querySelectorAll(".toc a[href^='#']")];
const sections = links.map((link) => document.getElementById(link.hash.slice(1)));

const isAtEnd = () => scrollY > 0 && innerHeight + scrollY >= document.documentElement.scrollHeight - 2;

const mark = () => {
  const begun = sections.filter((section) => section && section.getBoundingClientRect().top < innerHeight / 3);
  // The last ones may be too short to get that far up.
  const current = begun.length && isAtEnd() ? sections.at(-1) : begun.at(-1);
  for (const [n, link] of links.entries()) {
    const isCurrent = sections[n] && sections[n] === current;
    if (isCurrent === link.hasAttribute("aria-current")) continue;
    link.toggleAttribute("aria-current", isCurrent);
    if (isCurrent) link.setAttribute("aria-current", "true");
    // On a phone the sections are a row to swipe.
    const row = link.closest(".toc");
    if (isCurrent && row.scrollWidth > row.clientWidth) {
      row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
    }
  }
};

let isWaiting = false;
const soon = () => {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    mark();
  });
};
addEventListener("scroll", soon, { passive: true });
addEventListener("resize", soon, { passive: true });
mark();
