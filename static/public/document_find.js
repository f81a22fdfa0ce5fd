// Finds words in the document. What is found is marked by the browser's own highlights, so
// that the text stays as it is.

const viewer = document.querySelector("[data-viewer]");
const part = (name) => viewer.querySelector(`[data-${name}]`);
const [form, words, hits, opener] = ["find", "find-words", "hits", "find-open"].map(part);

/** More hits than this help nobody. */
const MOST = 1000;
/** So long after the last key the search begins. */
const PAUSE = 200;

let sheets = [];
let show = () => {};
/** Each with its sheet, and the places in its text. */
let found = [];
let now = -1;
let turn = 0;

/** A page's text in one piece, and where each of its parts begins in it. */
function joined({ items }) {
  let text = "";
  const starts = items.map(({ str, hasEOL }) => {
    const start = text.length;
    text += str + (hasEOL ? " " : "");
    return start;
  });
  return { text, starts };
}

/** Upper and lower case are the same, and so is all white space. */
function pattern(query) {
  const escaped = query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(escaped.replace(/\s+/g, "\\s+"), "giu");
}

/** The hit on the page, as far as that is drawn. */
function range({ sheet, start, end, starts }) {
  const at = (offset) => {
    const item = starts.findLastIndex((begin) => begin <= offset);
    const node = sheet.nodes?.[item]?.firstChild;
    return node && [node, Math.min(offset - starts[item], node.length)];
  };
  const [from, to] = [at(start), at(end - 1)];
  if (!from || !to) return undefined;
  const range = new Range();
  range.setStart(...from);
  range.setEnd(to[0], Math.min(to[1] + 1, to[0].length));
  return range;
}

function mark() {
  const one = found[now] && range(found[now]);
  if (!globalThis.CSS?.highlights) {
    getSelection().removeAllRanges();
    if (one) getSelection().addRange(one);
    return;
  }
  const all = found.filter(({ sheet }) => sheet.nodes).map(range).filter(Boolean);
  CSS.highlights.set("found", new Highlight(...all));
  CSS.highlights.set("found-now", new Highlight(...(one ? [one] : [])));
}

function say() {
  if (!words.value.trim()) hits.value = "";
  else if (!found.length) hits.value = "No hits";
  else hits.value = `${now + 1} of ${found.length}${found.length === MOST ? "+" : ""}`;
}

/** Brings the hit before the reader, at first its page, then itself once that is drawn. */
function goTo(index) {
  if (!found.length) return;
  now = (index + found.length) % found.length;
  const hit = found[now];
  const element = range(hit)?.startContainer.parentElement;
  show(hit.sheet.number, element);
  hit.isSeen = Boolean(element);
  mark();
  say();
}

async function search() {
  const own = ++turn;
  const query = words.value.trim();
  found = [];
  now = -1;
  mark();
  say();
  if (!query) return;
  hits.value = "Searching…";
  const wanted = pattern(query);
  for (const sheet of sheets) {
    // A page whose text can't be had keeps nobody from finding words on the others.
    const read = await sheet.text().catch(() => ({ items: [] }));
    const { text, starts } = joined(read);
    if (own !== turn) return;
    for (const { 0: hit, index } of text.matchAll(wanted)) {
      if (found.length < MOST) found.push({ sheet, starts, start: index, end: index + hit.length });
    }
    if (now < 0 && found.length) goTo(0);
  }
  mark();
  say();
}

function open() {
  form.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  words.focus();
  words.select();
}

function close() {
  form.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  words.value = "";
  search();
  opener.focus();
}

viewer.addEventListener("document-opened", ({ detail }) => {
  ({ sheets, show } = detail);
  if (!form.hidden) search();
});
viewer.addEventListener("page-drawn", ({ detail }) => {
  const hit = found[now];
  mark();
  if (hit?.sheet === detail && !hit.isSeen) {
    hit.isSeen = true;
    show(detail.number, range(hit)?.startContainer.parentElement);
  }
});
let pause;
words.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(search, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  goTo(now + 1);
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  if (event.key !== "Enter" || !event.shiftKey) return;
  event.preventDefault();
  goTo(now - 1);
});
part("find-step='-1'").addEventListener("click", () => goTo(now - 1));
part("find-close").addEventListener("click", close);
opener.addEventListener("click", () => (form.hidden ? open() : close()));
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "f" && sheets.length) {
    event.preventDefault();
    open();
  }
});
