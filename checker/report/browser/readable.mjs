// SPDX-License-Identifier: MIT
// Runs inside the page: what somebody could not read or reach. Contrast is WCAG 2.1's, level AA.
export function readable() {
  const problems = [];
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, channel) => {
    const value = rgba(colour)[channel] / 255;
    return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0);
  const background = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (rgba(colour)[3] === 255) return colour;
    }
    return "white";
  };
  const known = new Map();
  const contrast = (front, back) => {
    const key = `${front} on ${back}`;
    if (!known.has(key)) {
      const [light, dark] = [luminance(front), luminance(back)].sort((one, other) => other - one);
      known.set(key, (light + 0.05) / (dark + 0.05));
    }
    return known.get(key);
  };
  const named = (one) => one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.[0]?.textContent;
  for (const one of document.querySelectorAll("a, button, select, input"))
    if (!named(one)) problems.push(`no name: ${one.outerHTML.slice(0, 80)}`);
  for (const one of document.querySelectorAll("body *")) {
    const text = [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!text || !one.checkVisibility() || one.closest(".hidden, .off, script, noscript, option")) continue;
    const found = contrast(getComputedStyle(one).color, background(one));
    if (found < 4.5) problems.push(`contrast ${found.toFixed(2)}: ${one.className} ${one.textContent.slice(0, 30)}`);
  }
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 0) problems.push(`${wide} pixels stick out at the side`);
  return [...new Set(problems)].slice(0, 5);
}
