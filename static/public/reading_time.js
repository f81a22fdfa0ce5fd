// Counts for how long each page is before the reader while the tab is visible and someone
// is there, and says so to the organization, as the page tells them.

const viewer = document.querySelector("[data-reading]");
/** Whoever does nothing for so long isn't reading. */
const IDLE = 60_000;
const EVERY = 30_000;
/** What one message may hold; the rest waits for the next. */
const [MOST_SECONDS, MOST_PAGES] = [120, 60];

const seconds = new Map();
let [page, of] = [0, 0];
let [seen, ticked] = [performance.now(), performance.now()];

function tick() {
  const now = performance.now();
  // A computer that slept doesn't count.
  const passed = Math.min(now - ticked, 2_000) / 1_000;
  ticked = now;
  const isRead = page > 0 && document.visibilityState === "visible" && now - seen < IDLE;
  if (isRead) seconds.set(page, (seconds.get(page) ?? 0) + passed);
}

function send() {
  tick();
  const times = [];
  let room = MOST_SECONDS;
  for (const [number, exact] of seconds) {
    const whole = Math.min(Math.floor(exact), room);
    if (whole < 1 || times.length === MOST_PAGES) continue;
    times.push([number, whole]);
    room -= whole;
  }
  if (!times.length || !of) return;
  const body = new URLSearchParams({ of, pages: times.map((time) => time.join(":")).join() });
  if (!navigator.sendBeacon(viewer.dataset.reading, body)) return;
  for (const [number, whole] of times) seconds.set(number, seconds.get(number) - whole);
}

viewer.addEventListener("page-shown", ({ detail }) => {
  tick();
  ({ page, of } = detail);
});
for (const kind of ["pointermove", "pointerdown", "keydown", "wheel", "scroll", "touchmove"]) {
  addEventListener(kind, () => (seen = performance.now()), { passive: true, capture: true });
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") send();
});
addEventListener("pagehide", send);
setInterval(tick, 1_000);
setInterval(send, EVERY);
