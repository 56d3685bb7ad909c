/*
 * A second click on the button of <form data-submit-once> sends nothing: the first is on its way.
 * The server decides anyway; this spares the person an answer to the wrong one of two.
 */
(() => {
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-submit-once")) return;
    if (sent.has(form)) event.preventDefault();
    else sent.add(form);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("[data-submit-once]").forEach((form) => sent.delete(form));
  });
})();
