// Only what HTML and htmx do not do by themselves. Every page works without it.
(() => {
  "use strict";

  // Time left until the moment that the element names.
  const tick = () => {
    for (const element of document.querySelectorAll("time.countdown")) {
      const left = Math.max(0, Date.parse(element.dateTime) - Date.now()) / 1000;
      if (left > 86400 * 2) continue;
      const two = (number) => String(Math.floor(number)).padStart(2, "0");
      element.textContent = `${two(left / 3600)}:${two((left / 60) % 60)}:${two(left % 60)}`;
    }
  };
  tick();
  if (document.querySelector("time.countdown")) setInterval(tick, 1000);

  // On a phone the goods come first; the filters are one touch away.
  if (matchMedia("(max-width: 48rem)").matches) {
    document.querySelector("details.filters")?.removeAttribute("open");
  }

  // A change of country, postcode or coupon asks for the new total by itself.
  const checkout = document.getElementById("checkout");
  if (checkout && window.htmx) {
    checkout.addEventListener("change", (event) => {
      if (["country", "postcode", "coupon"].includes(event.target.name)) {
        const button = checkout.querySelector("[hx-target='#total']");
        htmx.trigger(button, "click");
      }
    });
  }

  // A form is sent once; the server would notice anyway.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && !event.target.matches("[hx-post], [data-stays]")) {
      setTimeout(() => { button.disabled = true; });
    }
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });

  // A message goes when it has been read.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "toast") {
      clearTimeout(window.toastTimer);
      window.toastTimer = setTimeout(() => { event.target.textContent = ""; }, 6000);
    }
  });

  // "/" goes to the search box, as people know it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      const box = document.querySelector("input[type=search]");
      if (box) { event.preventDefault(); box.focus(); }
    }
  });
})();
