(() => {
  "use strict";
  const EVERY = 5000, part = document.getElementById("live"), link = document.getElementById("link");
  let known = "", heard = new Date(), timer;

  // A state is said once, so that nobody hears it every five seconds.
  const say = (state, words) => {
    if (link.textContent === words) return;
    link.dataset.state = state;
    link.textContent = words;
  };

  // Makes `from` like `to` and leaves alone what is the same: focus, and what was unfolded and scrolled, stay.
  const renew = (from, to) => {
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
    for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    const now = [...from.childNodes], next = [...to.childNodes];
    next.forEach((one, at) => {
      const old = now[at];
      if (!old) from.append(one);
      else if (old.nodeName !== one.nodeName) old.replaceWith(one);
      else if (one.nodeType === Node.ELEMENT_NODE) renew(old, one);
      else if (old.data !== one.data) old.data = one.data;
    });
    now.slice(next.length).forEach((one) => one.remove());
  };

  const look = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname + "?part", { cache: "no-store", redirect: "error" });
      if (answer.status === 401) return say("over", "Signed out: reload to sign in again");
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (text !== known) {
        const next = document.createElement("div");
        next.id = part.id;
        next.innerHTML = text;
        renew(part, next);
        document.title = part.querySelector("[data-title]").dataset.title;
      }
      known = text;
      heard = new Date();
      say("live", "Live");
    } catch {
      say("silent", `No answer since ${heard.toISOString().slice(11, 19)} UTC: what you see is as it was then`);
    }
    timer = setTimeout(look, EVERY);
  };
  document.addEventListener("visibilitychange", look);
  look();
})();
