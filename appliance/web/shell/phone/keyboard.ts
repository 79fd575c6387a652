/**
 * Tells the page how much of it the keyboard covers. Browsers that make the page itself smaller
 * (`interactive-widget` in index.html) cover nothing; Safari lays the keyboard over it.
 */
export function followKeyboard(): void {
  const view = window.visualViewport;
  if (!view) return;
  const follow = () => {
    // Who has zoomed in sees a part of the page: that is no keyboard.
    const covered = view.scale > 1.01 ? 0 : Math.max(0, Math.round(window.innerHeight - view.height - view.offsetTop));
    document.documentElement.style.setProperty("--covered", `${covered}px`);
    const field = document.activeElement;
    if (covered > 0 && field instanceof HTMLElement && field.matches("input, textarea")) requestAnimationFrame(() => field.scrollIntoView({ block: "nearest" }));
  };
  view.addEventListener("resize", follow);
  view.addEventListener("scroll", follow);
}
