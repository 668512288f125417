// j and k go down and up the rows of a list; Enter opens the link that has the focus, as everywhere.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) return;
    const links = [...document.querySelectorAll("[data-rows] a.open")];
    const row = document.activeElement.closest("tr");
    const here = links.findIndex((link) => link.closest("tr") === row);
    const next = here < 0 ? 0 : here + (event.key === "j" ? 1 : -1);
    if (links[next]) {
      event.preventDefault();
      links[next].focus();
      links[next].closest("tr").scrollIntoView({ block: "nearest" });
    }
  });
})();
