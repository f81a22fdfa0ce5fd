// Shows a PDF: its pages below each other, drawn as far as they are near. Other modules hear
// of it by events on the viewer: `document-opened`, `page-drawn`, and `page-shown` with the
// page that is before the reader.

const viewer = document.querySelector("[data-viewer]");
const part = (name) => viewer.querySelector(`[data-${name}]`);
const area = part("sheets");

/** Pixels of a PDF's point at 100 %. */
const POINT = 96 / 72;
/** More pixels than this a phone's browser doesn't draw. */
const MOST_PIXELS = 16_000_000;
const ZOOMS = [0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];
/** Wide windows aren't filled unless someone asks for it. */
const WIDEST_AT_FIRST = 1.25;

let pdfjs;
let opening;
let pdf;
let sheets = [];
let zoom = 1;
/** "first" and "width" follow the window, "own" is what the reader chose. */
let fit = "first";
let current = 1;
let isFirst = true;
/** Kept while the page is loaded again. */
const RELOADED = "document-reloaded";

/** A browser may refuse to keep anything: then the page isn't loaded again. */
function kept(act) {
  try {
    return act(sessionStorage);
  } catch {
    return "refused";
  }
}

const tell = (name, detail) => viewer.dispatchEvent(new CustomEvent(name, { detail }));

/** One page: its place, and what is drawn there while it is near. */
class Sheet {
  constructor(number, size) {
    this.number = number;
    this.size = size;
    this.place = document.createElement("div");
    this.place.className = "sheet";
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", `Page ${number} of ${pdf.numPages}`);
    this.place.sheet = this;
  }

  layOut() {
    const { style } = this.place;
    style.width = `${Math.round(this.size.width * zoom * POINT)}px`;
    style.height = `${Math.round(this.size.height * zoom * POINT)}px`;
    style.setProperty("--total-scale-factor", zoom * POINT);
  }

  text() {
    this.words ??= pdf.getPage(this.number).then((page) => page.getTextContent());
    // What failed once may come the next time.
    this.words.catch(() => (this.words = undefined));
    return this.words;
  }

  /** Draws the page; what was drawn in another size stays until then. */
  async draw() {
    this.work?.task?.cancel();
    const work = (this.work = {});
    const isOld = () => this.work !== work;
    try {
      const page = await pdf.getPage(this.number);
      if (isOld()) return;
      this.page = page;
      const { width, height } = page.getViewport({ scale: 1 });
      if (width !== this.size.width || height !== this.size.height) {
        this.size = { width, height };
        this.layOut();
      }
      const viewport = page.getViewport({ scale: zoom * POINT });
      const canvas = this.canvas(viewport);
      const ratio = canvas.width / viewport.width;
      work.task = page.render({ canvas, viewport, transform: [ratio, 0, 0, ratio, 0, 0] });
      await work.task.promise;
      if (isOld()) return;
      const layer = document.createElement("div");
      layer.className = "sheet-text";
      const words = await this.text();
      const text = new pdfjs.TextLayer({ textContentSource: words, container: layer, viewport });
      const [links] = await Promise.all([this.links(page, viewport), text.render()]);
      if (isOld()) return;
      if (words.lang) layer.lang = words.lang;
      this.place.replaceChildren(canvas, layer, ...links);
      this.nodes = text.textDivs;
      tell("page-drawn", this);
    } catch (error) {
      if (!isOld() && error.name !== "RenderingCancelledException") this.fail(error);
    }
  }

  canvas(viewport) {
    const pixels = viewport.width * viewport.height;
    const ratio = Math.min(devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / pixels));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    canvas.setAttribute("aria-hidden", "true");
    return canvas;
  }

  async links(page, viewport) {
    const annotations = await page.getAnnotations();
    const links = annotations.filter(({ subtype, url, dest }) => subtype === "Link" && (url || dest));
    return links.map(({ rect, url, dest }) => {
      const [x1, y1, x2, y2] = viewport.convertToViewportRectangle(rect);
      const link = document.createElement("a");
      link.className = "sheet-link";
      link.href = url ?? "#";
      link.setAttribute("aria-label", url ?? "Go to this place in the document");
      if (url) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
      else link.addEventListener("click", (event) => follow(event, dest));
      link.style.left = `${(100 * Math.min(x1, x2)) / viewport.width}%`;
      link.style.top = `${(100 * Math.min(y1, y2)) / viewport.height}%`;
      link.style.width = `${(100 * Math.abs(x2 - x1)) / viewport.width}%`;
      link.style.height = `${(100 * Math.abs(y2 - y1)) / viewport.height}%`;
      return link;
    });
  }

  fail(error) {
    console.warn(error);
    const words = document.createElement("p");
    words.textContent = `Page ${this.number} can’t be shown. `;
    const again = document.createElement("button");
    again.className = "btn";
    again.textContent = "Try again";
    again.addEventListener("click", open);
    words.className = "sheet-problem";
    words.append(again);
    this.place.replaceChildren(words);
  }

  /** Gives the memory back. */
  clear() {
    this.work?.task?.cancel();
    this.work = undefined;
    this.nodes = undefined;
    const canvas = this.place.querySelector("canvas");
    if (canvas) canvas.width = canvas.height = 0;
    this.place.replaceChildren();
    this.page?.cleanup();
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) target.sheet.draw();
      else target.sheet.clear();
    }
  },
  { root: area, rootMargin: "100% 0px" },
);

async function follow(event, dest) {
  event.preventDefault();
  try {
    const found = typeof dest === "string" ? await pdf.getDestination(dest) : dest;
    if (!found) return;
    const index = Number.isInteger(found[0]) ? found[0] : await pdf.getPageIndex(found[0]);
    area.focus({ preventScroll: true });
    show(index + 1);
  } catch (error) {
    console.warn(error);
  }
}

/** Brings a page, or something on it, before the reader. */
function show(number, what) {
  const sheet = sheets[Math.min(Math.max(number, 1), sheets.length) - 1];
  if (what) what.scrollIntoView({ block: "center", inline: "nearest" });
  else if (sheet) area.scrollTop = sheet.place.offsetTop - 12;
}

/** The page of which the greatest share is before the reader; of equals the first. */
function largest() {
  const [top, bottom] = [area.scrollTop, area.scrollTop + area.clientHeight];
  let best = [0, 1];
  for (const { number, place } of sheets) {
    if (place.offsetTop > bottom) break;
    const end = Math.min(place.offsetTop + place.offsetHeight, bottom);
    const seen = (end - Math.max(place.offsetTop, top)) / place.offsetHeight;
    if (seen > best[0] + 0.01) best = [seen, number];
  }
  return best[1];
}

function notice() {
  if (!sheets.length) return;
  current = largest();
  const field = part("page");
  if (document.activeElement !== field) field.value = current;
  tell("page-shown", { page: current, of: sheets.length });
}

function zoomThatFits() {
  const widest = Math.max(...sheets.map(({ size }) => size.width));
  const style = getComputedStyle(area);
  const room = area.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(room / (widest * POINT), ZOOMS[0]);
}

/** Lays out all pages; what was in the middle stays there. */
function layOut() {
  const place = sheets[current - 1].place;
  const middle = area.clientHeight / 2;
  const where = (area.scrollTop + middle - place.offsetTop) / place.offsetHeight;
  const isKept = area.scrollTop > 0 && place.offsetHeight > 0;
  if (fit === "width") zoom = zoomThatFits();
  if (fit === "first") zoom = Math.min(zoomThatFits(), WIDEST_AT_FIRST);
  for (const sheet of sheets) sheet.layOut();
  if (isKept) area.scrollTop = place.offsetTop + where * place.offsetHeight - middle;
  part("percent").value = `${Math.round(zoom * 100)}%`;
}

function changeZoom(how) {
  if (!sheets.length) return;
  const before = zoom;
  fit = how === "fit" ? "width" : "own";
  if (how === "in") zoom = ZOOMS.find((step) => step > zoom + 0.005) ?? zoom;
  if (how === "out") zoom = ZOOMS.findLast((step) => step < zoom - 0.005) ?? zoom;
  layOut();
  if (zoom !== before) drawAgain();
}

function drawAgain() {
  for (const sheet of sheets) if (sheet.work) sheet.draw();
}

/** What happened, in words, in the place of the document. */
async function fail(error) {
  console.warn(error);
  const { document: address } = viewer.dataset;
  const headers = { "x-document-viewer": "1" };
  const answer = await fetch(address, { method: "HEAD", headers }).catch(() => undefined);
  // Whoever isn't signed in anymore is led to where they can be, but once: where something
  // on the way changes the viewer's requests, that would never end.
  const isLed = answer?.redirected || answer?.status === 403;
  if (isLed && !kept((all) => all.getItem(RELOADED))) {
    kept((all) => all.setItem(RELOADED, "1"));
    return location.reload();
  }
  tell("page-shown", { page: 0, of: 0 });
  let [title, text] = ["This document can’t be opened", "The viewer stopped. Try again."];
  if (!answer) text = "The connection was lost. Check your network, then try again.";
  else if (isLed) text = "Something between you and the server changes the viewer’s requests: a proxy or an extension of your browser.";
  else if (error?.name === "InvalidPDFException") text = "The PDF is damaged. Let the organization know.";
  else if (!answer.ok) text = "The server can’t give it out right now. Try again in a minute.";
  part("loading").hidden = true;
  part("problem-title").textContent = title;
  part("problem-text").textContent = text;
  part("problem").hidden = false;
  part("tools").hidden = true;
}

async function load() {
  const { pdfjs: folder, document: url, inParts } = viewer.dataset;
  const at = (path) => new URL(folder + path, location.href).href;
  pdfjs ??= await import(at("pdf.min.mjs"));
  pdfjs.GlobalWorkerOptions.workerSrc = at("pdf.worker.min.mjs");
  const isInParts = inParts !== undefined;
  opening = pdfjs.getDocument({
    url: new URL(url, location.href).href,
    httpHeaders: { "x-document-viewer": "1" },
    cMapUrl: at("cmaps/"),
    iccUrl: at("iccs/"),
    standardFontDataUrl: at("standard_fonts/"),
    wasmUrl: at("wasm/"),
    // Fonts that a PDF may leave out look the same everywhere, and are as wide as it thinks.
    useSystemFonts: false,
    disableRange: !isInParts,
    disableStream: isInParts,
    disableAutoFetch: isInParts,
    rangeChunkSize: 128 * 1024,
    disableWorkerRendering: true,
  });
  opening.onProgress = ({ loaded, total }) => {
    const percent = total > 0 ? ` ${Math.min(Math.round((100 * loaded) / total), 100)}%` : "";
    part("loading").textContent = `Opening the document…${percent}`;
  };
  return opening.promise;
}

async function open() {
  const wanted = current;
  near.disconnect();
  for (const sheet of sheets) {
    sheet.clear();
    sheet.place.remove();
  }
  sheets = [];
  part("problem").hidden = true;
  part("loading").hidden = false;
  try {
    await opening?.destroy();
    pdf = await load();
    const first = (await pdf.getPage(1)).getViewport({ scale: 1 });
    const size = { width: first.width, height: first.height };
    sheets = Array.from({ length: pdf.numPages }, (_, index) => new Sheet(index + 1, size));
  } catch (error) {
    return fail(error);
  }
  part("loading").hidden = true;
  part("tools").hidden = false;
  part("pages").textContent = pdf.numPages;
  area.append(...sheets.map(({ place }) => place));
  layOut();
  for (const { place } of sheets) near.observe(place);
  kept((all) => all.removeItem(RELOADED));
  const hash = isFirst && location.hash.match(/^#page=(\d+)$/)?.[1];
  isFirst = false;
  const asked = Number(hash || wanted);
  if (asked > 1) show(asked);
  notice();
  if (document.activeElement === document.body) area.focus({ preventScroll: true });
  tell("document-opened", { sheets, show });
}

const isTyping = ({ target }) => target.matches("input, textarea");
const KEYS = {
  "+": () => changeZoom("in"),
  "=": () => changeZoom("in"),
  "-": () => changeZoom("out"),
  ArrowLeft: () => show(current - 1),
  ArrowRight: () => show(current + 1),
  ArrowUp: () => area.scrollBy({ top: -60 }),
  ArrowDown: () => area.scrollBy({ top: 60 }),
  PageUp: () => area.scrollBy({ top: -0.9 * area.clientHeight }),
  PageDown: () => area.scrollBy({ top: 0.9 * area.clientHeight }),
  Home: () => show(1),
  End: () => show(sheets.length),
};

document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  // With Shift, arrows select text; single characters act only where the viewer has the focus.
  if (event.shiftKey && event.key !== "+") return;
  if (event.key.length === 1 && !viewer.contains(document.activeElement)) return;
  event.preventDefault();
  act();
});
viewer.addEventListener("click", ({ target }) => {
  const how = target.closest("[data-zoom]")?.dataset.zoom;
  if (how) changeZoom(how);
});
let pinched = 0;
area.addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    // A pinch on a trackpad sends many small steps.
    pinched += event.deltaY;
    if (Math.abs(pinched) < 50) return;
    changeZoom(pinched < 0 ? "in" : "out");
    pinched = 0;
  },
  { passive: false },
);
part("page-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = Number.parseInt(part("page").value, 10);
  area.focus({ preventScroll: true });
  if (number) show(number);
  notice();
});
part("page").addEventListener("focus", ({ target }) => target.select());
part("page").addEventListener("blur", notice);
part("again").addEventListener("click", open);

let waiting = 0;
area.addEventListener("scroll", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(notice);
});
function resize() {
  if (!sheets.length || fit === "own") return;
  const before = zoom;
  layOut();
  if (zoom !== before) drawAgain();
}
new ResizeObserver(() => requestAnimationFrame(resize)).observe(area);

open();
