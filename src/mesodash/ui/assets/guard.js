// Runs in every page from its first line on, without the framework and, where it must, without the server.
// It counts from the last touch and clears the screen, and it says in the reader's language when a screen has lost its session.
(() => {
  "use strict";
  const words = JSON.parse(document.getElementById("mesodash-words").textContent);
  const TELL = 10_000, RETRY = 2_000, PATIENCE = 1_000, FIRST_PATIENCE = 5_000, BACK_TO_START = 60_000;
  // Parts of the framework whose own names, for who hears them read out, are English.
  const NAMES = {
    stNumberInputStepDown: "less", stNumberInputStepUp: "more", stNumberInputClearButton: "clear", stTextInputClearButton: "clear",
    stDateInputClearButton: "clear", stDateInputCalendarButton: "calendar", stDateInputCalendar: "calendar", stTopNav: "pages",
  };
  const NAMED = Object.keys(NAMES).map((one) => `[data-testid=${one}]`).join();

  let session = null; // what the server last said about this page's session: mark, mode, lang, warn, wipe (seconds)
  let touched = Date.now(), told = Date.now(), untold = false;
  let parted = false, since = {}, warning = null, ended = false, fresh = false, wanted = null;

  const lang = () => [session?.lang, document.documentElement.lang].find((one) => one in words) ?? "en";
  const say = (key, seconds) => words[lang()][key].replace("{seconds}", seconds);
  const byId = (id) => document.getElementById(id);

  function make(tag, attributes, ...children) {
    const one = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
    one.append(...children);
    return one;
  }

  // "here", "parted" or "gone", as the server says of the session; undefined without an answer. What is on its way when the page is left still arrives.
  const post = (what) =>
    fetch(`/guard/${what}`, { method: "POST", body: session?.mark ?? "", keepalive: true }).then((answer) => answer.text()).catch(() => undefined);

  // --- the person

  function noticed(event) {
    // A touch that wakes a sleeping tablet comes too late to be counted.
    tick();
    if (!event.isTrusted || warning || ended) return;
    touched = Date.now();
    untold = true;
    tell();
  }

  function tell() {
    if (!untold || !session?.wipe || Date.now() - told < TELL) return;
    told = Date.now();
    untold = false;
    post("touch").then((said) => said === "gone" && end("stale"));
  }

  function tick() {
    if (ended) return;
    const now = Date.now();
    touched = Math.min(touched, now);
    tell();
    show();
    if (!session?.wipe) return stillHere();
    const idle = (now - touched) / 1000;
    if (idle >= session.wipe) end(session.mode);
    else if (idle >= session.warn) warn(Math.ceil(session.wipe - idle));
  }

  function warn(seconds) {
    if (!warning) {
      warning = make("dialog", {
        class: "mesodash-guard mesodash-warning", role: "alertdialog", "data-react-aria-top-layer": "true",
        "aria-labelledby": "mesodash-warning-title", "aria-describedby": "mesodash-warning-text",
      },
        make("h2", { id: "mesodash-warning-title" }, say("warn.title")),
        make("p", { id: "mesodash-warning-text" }),
        make("button", { type: "button", autofocus: "" }, say("here")),
        make("p", { role: "status", class: "mesodash-unseen" }));
      // A tap beside the button is a touch as well. A tap on the page below would be an answer that nobody meant to give.
      warning.addEventListener("click", stillHere);
      warning.addEventListener("close", stillHere); // Escape
      // There is one control; without this the focus would wander off into the browser's own.
      warning.addEventListener("keydown", (event) => event.key === "Tab" && event.preventDefault());
      document.body.append(warning);
      warning.showModal();
    }
    byId("mesodash-warning-text").textContent = say(`warn.${session.mode}`, seconds);
    // Read out once, not every second.
    if (seconds <= 10 && !warning.lastChild.textContent) warning.lastChild.textContent = say("seconds", seconds);
  }

  function stillHere() {
    if (!warning) return;
    const open = warning;
    warning = null;
    open.close(); // gives the focus back
    open.remove();
    touched = Date.now();
    told = 0;
    untold = true;
    tell();
  }

  // --- the session and the link to it

  function look() {
    if (ended) return;
    const mark = byId("mesodash-session")?.dataset;
    if (mark && mark.mark !== session?.mark) {
      // The server may begin anew on purpose, and says so. Any other mark is that of another session.
      if (mark.mode === "lost" || (session && !mark.follows.split(" ").includes(session.mark))) return end("stale");
    }
    if (mark) session = { mark: mark.mark, mode: mark.mode, lang: mark.lang, warn: +mark.warn, wipe: +mark.wipe };
    const link = state().link;
    if (link === "DISCONNECTED_FOREVER" && session) return end("stale");
    if (link === "CONNECTED" && parted) {
      parted = false;
      ask(3);
    } else if (link && link !== "CONNECTED") {
      parted = !!session;
      hideForeignWords();
    }
    rename();
    show();
  }

  // The framework draws its controls anew when it likes, with its own words.
  function rename() {
    const skip = document.querySelector("[data-testid=stSkipToContent]");
    if (skip && skip.textContent !== say("skip")) skip.textContent = say("skip");
    for (const one of document.querySelectorAll(NAMED)) call(one, say(`name.${NAMES[one.dataset.testid]}`));
    // What stands on the button of a file uploader comes from a style sheet; a mark of ours in the same box holds its name.
    for (const mark of document.querySelectorAll("[data-upload-name]")) {
      let box = mark, button = null;
      while (box && !button) {
        box = box.parentElement;
        button = box?.querySelector("[data-testid=stFileUploaderDropzone] button");
      }
      if (button) call(button, mark.dataset.uploadName);
    }
  }

  function call(one, name) {
    if (one.ariaLabel !== name) one.ariaLabel = name;
  }

  // The framework's dialog speaks English. Closed once, it stays closed until the link is back.
  function hideForeignWords() {
    for (const one of document.querySelectorAll("[data-testid=stDialog]")) {
      if (!one.textContent.startsWith("Connection error")) continue;
      one.style.display = "none";
      one.querySelector("button")?.click();
    }
  }

  function state() {
    const app = document.querySelector("[data-testid=stApp]")?.dataset;
    return { link: app?.testConnectionState, busy: ["running", "rerunRequested"].includes(app?.testScriptState) };
  }

  // The framework may find another session under the same link, and does not say so.
  async function ask(times) {
    const said = await post("ask");
    if (parted || ended) return;
    if (said === "gone" || (said === "parted" && times < 2)) end("stale");
    else if (said === "parted") setTimeout(ask, PATIENCE, times - 1);
  }

  function show() {
    const { link, busy } = state();
    const lost = (link && link !== "CONNECTED") || (link && !navigator.onLine);
    const now = Date.now();
    since.lost = lost ? since.lost ?? now : null;
    since.busy = busy && !lost ? since.busy ?? now : null;
    let text = "";
    if (lost && now - since.lost >= (session ? PATIENCE : FIRST_PATIENCE)) text = say(session ? "lost" : "lost.first");
    else if (since.busy && now - since.busy >= 2 * PATIENCE) text = say("busy");
    const banner = byId("mesodash-banner");
    if (banner && banner.textContent !== text) banner.textContent = text;
  }

  // --- the end

  function end(why) {
    if (ended) return;
    ended = true;
    watch.disconnect();
    // The framework's memory of the answers lives as long as this page; from now on none of it leaves the page.
    WebSocket.prototype.send = () => {};
    draw(why, session?.mode);
    leave(why);
  }

  // A page that never knew anything takes the place of this one as soon as there is a server to give it.
  async function leave(why) {
    const there = fresh
      ? await fetch("/_stcore/health").then((answer) => answer.ok).catch(() => false)
      : (await post(`wipe?why=${why === "stale" ? "left" : "idle"}`)) !== undefined;
    if (there) return location.replace(wanted ?? `/guard/ended?${new URLSearchParams({ why, mode: session?.mode ?? "", lang: lang() })}`);
    if (wanted) byId("mesodash-wait").textContent = say("waiting");
    setTimeout(leave, RETRY, why);
  }

  function draw(why, mode) {
    const title = make("h1", { tabindex: "-1" }, say(`ended.${why}.title`));
    const start = (where) => {
      wanted = where;
      leave(why);
    };
    const again = make("button", { type: "button" }, say("again"));
    again.addEventListener("click", () => start(`/?lang=${lang()}`));
    const buttons = make("p", { class: "mesodash-buttons" }, again);
    if (why === "stale" && mode === "together") {
      const code = make("button", { type: "button", class: "mesodash-second" }, say("code"));
      code.addEventListener("click", () => start(`/inbox?lang=${lang()}`));
      buttons.append(code);
    }
    // Whoever takes the tablet next may read another language.
    if (fresh && mode === "tablet") setTimeout(start, BACK_TO_START, "/");
    const text = make("p", {}, say(`ended.${why}.text`));
    document.title = "mesodash";
    document.body.classList.add("mesodash-over");
    document.body.replaceChildren(
      // The framework may still open its dialog, and would make all but this attribute's bearers unusable.
      make("main", { class: "mesodash-guard mesodash-ended", "data-react-aria-top-layer": "true" }, title, text, buttons, make("p", { role: "status", id: "mesodash-wait" })));
    scrollTo(0, 0);
    title.focus();
  }

  // --- begin

  const watch = new MutationObserver(look);

  function begin() {
    const over = document.body.dataset;
    if (over.why) {
      ended = fresh = true;
      draw(over.why, over.mode);
      return;
    }
    document.body.append(make("div", { id: "mesodash-banner", class: "mesodash-guard", role: "status", "data-react-aria-top-layer": "true" }));
    watch.observe(document.body, {
      subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-connection-state", "data-test-script-state"],
    });
    setInterval(tick, 1000);
    for (const kind of ["pointerdown", "pointermove", "touchmove", "wheel", "keydown"])
      addEventListener(kind, noticed, { capture: true, passive: true });
    for (const kind of ["online", "offline"]) addEventListener(kind, show);
    document.addEventListener("visibilitychange", tick);
  }

  addEventListener("pagehide", () => {
    if (!session || ended) return;
    // A browser may keep a page that was left, to show it again.
    if (session.wipe || session.mode === "tablet") document.documentElement.hidden = true;
    if (session.mode !== "tablet") return;
    ended = true;
    post("wipe?why=left");
    document.body.replaceChildren();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (ended || document.documentElement.hidden) location.reload();
    else ask(3);
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
