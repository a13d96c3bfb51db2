(() => {
  "use strict";
  const EVERY = 2000, PATIENCE = 5000;
  const part = document.getElementById("part"), link = document.getElementById("link");
  const icon = document.querySelector("link[rel=icon]");
  let tag = "", known = "", heard = new Date();

  // A state is said once, so that nobody hears it every two seconds.
  const say = (state, words) => {
    if (link.textContent === words) return;
    document.body.dataset.link = state;
    link.textContent = words;
  };

  // Makes `from` like `to` and leaves alone what is the same: focus, what was typed, what was unfolded and scrolled stay.
  const renew = (from, to) => {
    const kept = (name) => name === "open" && from.nodeName === "DETAILS";
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !kept(name)) from.removeAttribute(name);
    for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value && !kept(name)) from.setAttribute(name, value);
    if (from.hasAttribute("data-keep")) return;
    let at = from.firstChild;
    for (const next of [...to.childNodes]) {
      const same = next.id ? [...from.children].find((one) => one.id === next.id) : at;
      const alike = same && same.nodeName === next.nodeName && (same.id || "") === (next.id || "");
      if (!alike) { from.insertBefore(next, at); continue; }
      if (same === at) at = at.nextSibling; else from.insertBefore(same, at);
      if (next.nodeType === Node.ELEMENT_NODE) renew(same, next);
      else if (same.data !== next.data) same.data = next.data;
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  };

  const show = (text) => {
    const next = new DOMParser().parseFromString(text, "text/html").getElementById("part");
    if (!next) throw new Error("this is not the watch");
    renew(part, next);
    document.title = part.dataset.title;
    // The form is the page's own, with its token; only whether there is a way back comes from the server.
    const form = document.getElementById("roll-back"), button = form && form.querySelector("button");
    if (button) button.disabled = form.dataset.state !== "open";
    if (icon.getAttribute("href") !== part.dataset.icon) icon.href = part.dataset.icon;
    known = text;
  };

  const look = async () => {
    const stop = new AbortController(), patience = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch("part" + location.search, {
        cache: "no-store", credentials: "same-origin", signal: stop.signal, headers: tag ? { "If-None-Match": tag } : {},
      });
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(answer.status);
        const text = await answer.text();
        if (text !== known) show(text);
        tag = answer.headers.get("ETag") || "";
      }
      heard = new Date();
      say("live", "Live");
    } catch {
      say("silent", `No answer since ${heard.toISOString().slice(11, 19)} UTC: what you see is as it was then.`);
    }
    clearTimeout(patience);
    if (part.dataset.frozen === "yes") say("over", "The watch is over: this is its record.");
    else setTimeout(look, EVERY);
  };
  look();
})();
