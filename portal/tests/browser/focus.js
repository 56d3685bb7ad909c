// Returns the focused element, its place in the document, and why a person might not see that it has the focus.
() => {
  const element = document.activeElement, style = getComputedStyle(element), problems = [];
  const words = (element.innerText || element.name || element.id).trim();
  const name = `${element.tagName.toLowerCase()} "${words.slice(0, 40)}"`;
  if (element === document.body) return {name: "", problems: [], order: 0};
  const pixel = document.createElement("canvas").getContext("2d");
  const light = (colour) => {
    const linear = (c) => (c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    pixel.fillStyle = colour;  // painted, since a computed colour may be in another colour space
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pixel.getImageData(0, 0, 1, 1).data].map((channel) => linear(channel / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = (part) => {
    for (; part; part = part.parentElement) {
      const colour = getComputedStyle(part).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const outside = behind(element.parentElement);
  const [bright, dark] = [light(style.outlineColor), light(outside)].sort((a, b) => b - a);
  if (element.tagName !== "MAIN") {
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) problems.push("has no ring");
    else if ((bright + .05) / (dark + .05) < 3) problems.push(`has a faint ring: ${style.outlineColor} on ${outside}`);
  }
  const box = element.getClientRects()[0];
  if (!box || !box.width) problems.push("has no place on the page");
  else if (element.tagName !== "MAIN") {
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    const isWhole = bottom - top >= Math.min(box.height, innerHeight) - 1;
    if (!isWhole || box.left < -1 || box.right > innerWidth + 1) problems.push("is out of sight");
    const at = (part) => document.elementFromPoint(box.left + box.width * part, (top + bottom) / 2);
    const labels = [...(element.labels || [])];
    const isSeen = (found) => found && [element, ...labels].some((part) => part.contains(found) || found.contains(part));
    if (![.1, .5, .9].map(at).some(isSeen)) problems.push("is covered");
  }
  if (element.tabIndex > 0) problems.push("jumps the queue");
  const all = [...document.querySelectorAll("*")];
  return {name, problems, order: all.indexOf(element)};
}
