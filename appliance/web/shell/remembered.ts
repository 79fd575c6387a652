/**
 * What the browser remembers in plain sight: looks, the language, what was seen. Where it refuses to,
 * as one does that blocks all cookies, nothing is remembered, and the page still says what it has to.
 */
export const remembered = {
  get(name: string): string | null {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set(name: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch {
      // It is forgotten with the page.
    }
  },
};
