"use strict";
// Loads the page anew every few seconds, and leaves the reader where she was: the same place, the same parts open.
const SECONDS = 5;
const store = `live ${location.pathname}`;
const parts = () => [...document.querySelectorAll("[data-key]")];
const pause = document.getElementById("pause");
let paused = false;

function keep() {
  const top = parts().find((part) => part.getBoundingClientRect().bottom > 0);
  sessionStorage.setItem(store, JSON.stringify({
    paused,
    open: parts().filter((part) => part.open).map((part) => part.dataset.key),
    key: scrollY ? top?.dataset.key : null,
    offset: top?.getBoundingClientRect().top,
    focus: document.activeElement?.closest("[data-key]")?.dataset.key,
    onPause: document.activeElement === pause,
  }));
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(store) ?? "{}");
  const named = (key) => parts().find((part) => part.dataset.key === key);
  history.scrollRestoration = "manual";
  parts().forEach((part) => { if (kept.open?.includes(part.dataset.key)) part.open = true; });
  if (kept.onPause) pause.focus({ preventScroll: true });
  else named(kept.focus)?.querySelector("summary, a")?.focus({ preventScroll: true });
  const part = kept.key && named(kept.key);
  if (part) scrollBy(0, part.getBoundingClientRect().top - kept.offset);
  show(kept.paused ?? false);
}

function show(now) {
  paused = now;
  pause.setAttribute("aria-pressed", String(paused));
}

restore();
pause.addEventListener("click", () => { show(!paused); keep(); });
setInterval(() => {
  if (paused || document.hidden || !getSelection().isCollapsed) return;
  keep();
  location.reload();
}, SECONDS * 1000);
