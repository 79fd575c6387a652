/** What leads out of a worker, or to what other parts of this origin keep and tell each other. */
const doors = [
  "fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "EventSource", "WebTransport", "RTCPeerConnection", "importScripts",
  "Worker", "SharedWorker", "BroadcastChannel", "MessageChannel", "Notification",
  "indexedDB", "IDBFactory", "caches", "CacheStorage", "cookieStore", "crypto", "Crypto", "SubtleCrypto",
];
const devices = ["storage", "locks", "serviceWorker", "credentials", "usb", "hid", "serial", "bluetooth", "gpu", "permissions"];

/**
 * Takes out of a worker's global what it does not need to read a file, before it is given one: the
 * network, which its policy forbids as well, and the stores and channels of the origin, which no
 * policy forbids. What was there once cannot be had again.
 */
export function confine(scope: object): void {
  take(scope, doors);
  const navigator = (scope as { navigator?: object }).navigator;
  if (navigator) take(navigator, devices);
}

function take(from: object, names: readonly string[]): void {
  for (const name of names) {
    for (let at: object | null = from; at && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
      Reflect.deleteProperty(at, name);
    }
    Reflect.defineProperty(from, name, { value: undefined, writable: false, configurable: false });
  }
}
