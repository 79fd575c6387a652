import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { share_path, sharedQuestion, type SharedText } from "./phone/share-words";

/**
 * Keeps the page at hand, offline too, and takes what other apps share. It sees no key and no record.
 */
declare const self: {
  __WB_MANIFEST: { url: string; revision: string | null }[];
  location: Location;
  skipWaiting: () => Promise<void>;
  addEventListener: (<Kind extends keyof WorkerEvents>(type: Kind, listener: (event: WorkerEvents[Kind]) => void) => void);
};
type WorkerEvents = {
  fetch: Event & { request: Request; respondWith: (answer: Promise<Response>) => void };
  message: MessageEvent<unknown>;
};

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: [/^\/api\//, /^\/health$/, /^\/metrics$/] }));

/** What was shared last, for the page that opens now. In memory alone, and not for long. */
let held: SharedText | null = null;
let drops: ReturnType<typeof setTimeout> | undefined;
const held_ms = 60_000;
/** As much as a task takes; more was not meant to be one. */
const most_letters = 40_000;

async function take(request: Request): Promise<Response> {
  const form = await request.formData().catch(() => null);
  const text = (name: string) => {
    const value = form?.get(name);
    return typeof value === "string" ? value.slice(0, most_letters) : "";
  };
  held = { title: text("title").slice(0, 500), text: text("text"), url: text("url").slice(0, 2_000) };
  clearTimeout(drops);
  drops = setTimeout(() => {
    held = null;
  }, held_ms);
  // A page of its own: nothing of what was shared stands in its address.
  return Response.redirect("/shared", 303);
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method === "POST" && pathname === share_path && origin === self.location.origin) event.respondWith(take(event.request));
});

self.addEventListener("message", (event) => {
  // The page decides when a new version takes over: never under someone's hands.
  if ((event.data as { type?: string } | null)?.type === "SKIP_WAITING") void self.skipWaiting();
  if (event.data === sharedQuestion) {
    event.ports[0]?.postMessage(held);
    held = null;
    clearTimeout(drops);
  }
});
