/*
 * Keeps a list fresh while its page is looked at: <ol data-refresh="its newest entry"> and its count, [data-refresh-status].
 * The list is replaced only if its newest entry changed; otherwise only its times are. Without script the page is loaded again.
 */
(() => {
  const find = (page, name) => page.querySelector(`[${name}]`);
  const show = (page) => {
    const [old, fresh] = [document, page].map((one) => find(one, "data-refresh"));
    if (!fresh) return;
    if (fresh.dataset.refresh === old.dataset.refresh) {
      const times = fresh.querySelectorAll("time");
      old.querySelectorAll("time").forEach((time, place) => { time.textContent = times[place].textContent; });
      return;
    }
    old.replaceWith(fresh);
    find(document, "data-refresh-status").textContent = find(page, "data-refresh-status").textContent;
  };
  const refresh = async () => {
    const answer = await fetch(window.location.href);
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  };
  const wait = () => window.setTimeout(async () => {
    if (!document.hidden) await refresh().catch(() => {});
    wait();
  }, 3000);
  wait();
})();
