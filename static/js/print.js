/* Shows and serves the Print buttons, which need script: without it the browser's own menu prints the page. */
document.querySelectorAll("[data-print]").forEach((place) => {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => window.print());
});
