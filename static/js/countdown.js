/*
 * Counts a wait down and ends it: <span data-countdown="42" data-one="second" data-many="seconds">42 seconds</span>.
 * Until zero the buttons of the same form are disabled; then they are enabled, and whatever has [data-countdown-over] in it is shown
 * instead of [data-countdown-running]. Without script the page names the moment, and what is sent too early is answered in words.
 */
(() => {
  const end = (form) => {
    form.querySelectorAll("button:disabled").forEach((button) => { button.disabled = false; });
    form.querySelectorAll("[data-countdown-running]").forEach((part) => { part.hidden = true; });
    form.querySelectorAll("[data-countdown-over]").forEach((part) => { part.hidden = false; });
  };
  document.querySelectorAll("[data-countdown]").forEach((clock) => {
    const form = clock.closest("form");
    const over = Date.now() + Number(clock.dataset.countdown) * 1000;
    const tick = () => {
      const left = Math.ceil((over - Date.now()) / 1000);
      if (left <= 0) return end(form);
      const word = left === 1 ? clock.dataset.one : clock.dataset.many;
      clock.textContent = word ? `${left} ${word}` : String(left);
      return window.setTimeout(tick, 1000 - (Date.now() % 1000));
    };
    if (!form) return;
    if (Number(clock.dataset.countdown) > 0) form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    tick();
  });
})();
