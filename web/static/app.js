// What htmx can't do: relative times that tick, copying, saying aloud what changed, and rest while nobody looks.
// Nothing here is needed to use the pages.
(() => {
  "use strict";

  const MINUTE = 60;
  const HOUR = 3600;

  // The same rules as web/pages/wording.py, for as long as a page is open.
  const ago = (seconds) => {
    if (seconds < 1) return "now";
    if (seconds < MINUTE) return `${Math.floor(seconds)} s ago`;
    if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
    return null;
  };

  const tick = () => {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      const text = seconds < -2 ? null : ago(seconds);
      if (text && time.textContent !== text) time.textContent = text;
    }
  };

  const offerCopying = () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
  };

  const copy = async (button) => {
    const word = button.textContent;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    say("Copied.");
    setTimeout(() => {
      button.textContent = word;
    }, 1500);
  };

  const say = (text) => {
    const region = document.getElementById("live");
    if (region && region.textContent !== text) region.textContent = text;
  };

  // A part of the page says in data-say what state it is in; only a change is said aloud.
  const heard = new Map();
  const listen = (aloud) => {
    for (const part of document.querySelectorAll("[data-say][id]")) {
      const text = part.dataset.say;
      if (aloud && heard.get(part.id) !== text) say(text);
      heard.set(part.id, text);
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });

  // A page that nobody sees does not ask; it does once somebody comes back.
  document.addEventListener("htmx:before:request", (event) => {
    const polls = event.detail?.ctx?.sourceEvent?.type === "every";
    if (polls && document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[hx-trigger*=wake]")) part.dispatchEvent(new CustomEvent("wake"));
  });

  // What is shown may be old while the dashboard does not answer; then the page says so.
  const stale = (is) => {
    const banner = document.getElementById("stale");
    if (!banner || banner.hidden !== is) return;
    banner.hidden = !is;
    if (is) say(banner.innerText);
  };
  for (const failure of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(failure, () => stale(true));
  }

  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.response?.status < 400) stale(false); // a refusal "swaps" too, with nothing
    tick();
    offerCopying();
    listen(true);
  });

  // A button that went away by what it did leaves the focus on what comes next: `data-refocus` names it, best first.
  let focused = null;
  document.addEventListener("htmx:before:swap", () => {
    focused = document.activeElement?.closest("[data-refocus]")?.id ?? null;
  });
  document.addEventListener("htmx:after:swap", () => {
    const around = focused && document.activeElement === document.body && document.getElementById(focused);
    if (!around) return;
    const next = around.dataset.refocus.split(" ").map((name) => around.querySelector(name));
    next.find((one) => one)?.focus();
  });

  // What is too much to be sent at once is told where it was pasted; it is not sent, and nothing of it is lost.
  document.addEventListener("input", (event) => {
    const most = Number(event.target.dataset?.most);
    if (!most) return;
    const size = new URLSearchParams({ v: event.target.value }).toString().length;
    const share = Math.floor((100 * most) / size);
    const words = `This is too much text to be sent at once: about ${share} % of it would go. Paste it in parts.`;
    event.target.setCustomValidity(size > most ? words : "");
    event.target.reportValidity();
  });
  document.addEventListener("htmx:before:request", (event) => {
    const source = event.detail?.ctx?.sourceElement;
    if (source?.dataset?.most && source.validity.customError) event.preventDefault();
  });

  listen(false);
  tick();
  offerCopying();
  setInterval(tick, 1000);
})();
