import { createRouter, RouterProvider } from "@tanstack/react-router";
import { useEffect } from "react";
import { ScreenFailed } from "./frame/screen-failed";
import { routeTree } from "./routes";

const router = createRouter({ routeTree, defaultPreload: false, scrollRestoration: false, defaultErrorComponent: ScreenFailed });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** The app once it is open. When it locks, the address forgets which record was looked at. */
export function OpenApp() {
  useEffect(() => () => void router.navigate({ to: "/today", search: {}, replace: true }), []);
  return <RouterProvider router={router} />;
}
