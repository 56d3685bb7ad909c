// Returns the texts that hang out of the page or are cut by a box. The page itself never scrolls sideways; a table may
// scroll in a box of its own.
() => {
  const found = [], width = document.documentElement.clientWidth;
  const scrolls = (element) => {
    for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(box).overflowX)) return true;
    }
    return false;
  };
  if (document.scrollingElement.scrollWidth > width) found.push(`${document.scrollingElement.scrollWidth} > ${width}`);
  const hidden = (element) => { // from the eye only
    for (let box = element; box; box = box.parentElement) if (getComputedStyle(box).clipPath !== "none") return true;
    return false;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest(".skip-link, script, style, option")) continue;
    if (element.closest(".topbar__name")) continue; // ends in an ellipsis; the user menu has the whole name
    if (hidden(element)) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (!box.width || scrolls(element)) continue;
    const clips = (part) => part && part !== document.body && (
      (["hidden", "clip"].includes(getComputedStyle(part).overflowX)
        && (box.right > part.getBoundingClientRect().right + 1 || box.left < part.getBoundingClientRect().left - 1))
      || clips(part.parentElement));
    const text = walker.currentNode.textContent.trim();
    if (box.right > width + 1 || box.left < -1 || clips(element)) found.push(text.slice(0, 60));
  }
  return found;
}
