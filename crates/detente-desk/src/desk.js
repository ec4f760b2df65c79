// The desk's one script. Every page is complete without it; it adds keys, and spares a click here and there.
"use strict";

// Keys: "/" goes to the search, "g" and a letter to a page, "j" and "k" from row to row, "?" shows this list.
const PAGES = { o: "/", t: "/turns", n: "/network", p: "/actors", e: "/events", m: "/map", y: "/try" };
let waiting = false;

function rows() {
  return [...document.querySelectorAll("main tbody a, main .turn-list > li > div > a")]
    .filter((link, i, all) => all.findIndex((other) => other.closest("tr, li") === link.closest("tr, li")) === i);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target;
  if (at instanceof HTMLElement && at.matches("input, select, textarea")) {
    if (event.key === "Escape") at.blur();
    return;
  }
  if (waiting) {
    waiting = false;
    if (PAGES[event.key]) location.href = PAGES[event.key];
    return;
  }
  if (event.key === "g") {
    waiting = true;
  } else if (event.key === "/") {
    event.preventDefault();
    document.querySelector(".find input")?.focus();
  } else if (event.key === "j" || event.key === "k") {
    const all = rows();
    const now = all.indexOf(document.activeElement);
    const next = all[now < 0 ? 0 : now + (event.key === "j" ? 1 : -1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "?") {
    document.querySelector("#keys")?.toggleAttribute("hidden");
  } else if (event.key === "Escape") {
    document.querySelector("#keys")?.setAttribute("hidden", "");
  }
});

// A form that is sent shows that the work goes on.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[type=submit]");
  if (button && event.target.method === "post") {
    button.setAttribute("aria-busy", "true");
    button.textContent = "Reading …";
  }
});

// A link to a folded record opens it.
function unfold() {
  const at = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (at instanceof HTMLDetailsElement) at.open = true;
}
addEventListener("hashchange", unfold);
unfold();

// The slider of the network asks for the page of its day and puts the picture in place; the address follows.
const slider = document.querySelector("#slider");
if (slider) {
  const days = slider.dataset.days.split(" ");
  let wanted = null;
  let busy = false;
  async function show() {
    if (busy) return;
    busy = true;
    while (wanted !== null) {
      const day = wanted;
      wanted = null;
      const address = new URL(location.href);
      address.searchParams.set("day", day);
      const answer = await fetch(address, { headers: { accept: "text/html" } });
      if (!answer.ok) continue;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const moment = page.querySelector("#moment");
      if (moment) document.querySelector("#moment").replaceWith(moment);
      document.querySelector("#day").value = day;
      document.title = page.title;
      history.replaceState(null, "", address);
      for (const link of document.querySelectorAll(".exports a")) {
        const to = new URL(link.href);
        to.searchParams.set("day", day);
        link.href = to;
      }
    }
    busy = false;
  }
  slider.addEventListener("input", () => {
    wanted = days[Number(slider.value)];
    slider.setAttribute("aria-valuetext", wanted);
    show();
  });
}
