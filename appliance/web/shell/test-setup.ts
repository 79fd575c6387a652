import { i18n } from "@lingui/core";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

i18n.load("en", {});
i18n.activate("en");
afterEach(cleanup);

// jsdom draws nothing, so nothing has a size; lists need one to know what is in sight.
for (const side of ["clientHeight", "clientWidth", "offsetHeight", "offsetWidth"]) {
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => (side.startsWith("client") ? 800 : 40) });
}
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
// jsdom knows no passkeys; browsers do, and what is tested is not how they ask for one.
globalThis.PublicKeyCredential ??= { parseRequestOptionsFromJSON: () => {} } as unknown as typeof PublicKeyCredential;
// A window as wide as a desktop's.
globalThis.matchMedia ??= (media) => Object.assign(new EventTarget(), { media, matches: false, onchange: null, addListener: () => {}, removeListener: () => {} }) as MediaQueryList;
globalThis.CSS ??= { escape: (text: string) => text, supports: () => true } as unknown as typeof CSS;
HTMLElement.prototype.scrollTo ??= () => {};
Blob.prototype.text ??= function text(this: Blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsText(this);
  });
};
