import { NavigationProvider, type Navigation, SpaceProvider, SpacesProvider } from "@lifeos/core";
import { cx, lazyWhenIdle, Skeleton, useOnePane } from "@lifeos/design";
import { PrintOpener, QuickAddProvider, TaskDetail, TasksProvider } from "@lifeos/tasks";
import { useLingui } from "@lingui/react/macro";
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { type ReactNode, Suspense, useMemo } from "react";
import { RouterProvider as AriaRouterProvider } from "react-aria-components";
import { useDroppedFiles } from "../import/handed-over";
import { useSampleData } from "../import/sample-data";
import { SharedTask } from "../phone/shared-task";
import { Alarms } from "./alarms";
import { BottomBar } from "./bottom-bar";
import { useEverywhereKeys } from "./everywhere";
import { useIdleLock } from "./idle-lock";
import { KeyMapOpener, PaletteOpener } from "./openers";
import { Rail } from "./rail";
import { OfflineLine } from "./sync-line";

declare module "@tanstack/history" {
  interface HistoryState {
    /** A record was opened from the entry before this one. */
    isOpened?: boolean;
  }
}

const DropToImport = lazyWhenIdle(async () => ({ default: (await import("../import/import")).DropToImport }));

/** What stays around every screen: the rail, the detail, the palette, the keys. */
export function Frame() {
  const router = useRouter();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const record = useRouterState({ select: (state) => (state.location.search as { task?: string }).task ?? null });
  const navigation = useMemo<Navigation>(
    () => ({
      path,
      record,
      go: (to) => void router.navigate({ to: to as "/today", search: {} }),
      openRecord: (id) => {
        // What was opened from a list closes back to it: the way back never opens it again.
        if (id === null && router.state.location.state.isOpened) router.history.back();
        else void router.navigate({ to: path as "/today", search: id ? { task: id } : {}, replace: record !== null, state: { isOpened: id !== null && (record === null || router.state.location.state.isOpened === true) } });
      },
    }),
    [router, path, record],
  );
  return (
    <NavigationProvider value={navigation}>
      <AriaRouterProvider navigate={(href) => navigation.go(href)}>
        <SpacesProvider>
          <SpaceProvider space={spaceOf(path)}>
            <TasksProvider>
              <Inside record={record} />
            </TasksProvider>
          </SpaceProvider>
        </SpacesProvider>
      </AriaRouterProvider>
    </NavigationProvider>
  );
}

function Inside({ record }: { record: string | null }) {
  const { t } = useLingui();
  const sampleData = useSampleData();
  useIdleLock();
  useDroppedFiles();
  // Laid over the list, the detail is a window: nothing under it is to be come to.
  const isOver = useOnePane() && record !== null;
  const pane = { "aria-label": t`Detail`, ...(isOver ? { role: "dialog", "aria-modal": true } : { role: "complementary" }) };
  return (
    <QuickAddProvider offerSampleData={sampleData}>
      <Keys />
      <SharedTask />
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-[calc(0.5rem+var(--safe-top))] focus:rounded-sm focus:bg-raised focus:px-3 focus:py-2">{t`Skip to the content`}</a>
      <div className="flex h-seen overflow-hidden pt-(--safe-top) pr-(--safe-right) pl-(--safe-left) md:pb-(--safe-bottom)">
        <Home><Rail /></Home>
        <main id="content" inert={isOver} className="relative flex min-w-0 flex-1 flex-col">
          <OfflineLine />
          <Home><Alarms /></Home>
          <div className="min-h-0 flex-1 flex flex-col"><Suspense fallback={<Skeleton label={t`Loading`} />}><Outlet /></Suspense></div>
          <Home><BottomBar /></Home>
        </main>
        {record && (
          <div
            {...pane}
            className={cx(
              "fixed inset-0 bottom-(--covered) z-20 bg-paper animate-slide-in pt-(--safe-top) pr-(--safe-right) pb-(--safe-bottom) max-md:pl-(--safe-left) md:left-auto md:w-[calc(var(--detail)+var(--safe-right))] md:border-l md:border-line md:shadow-float",
              "lg:static lg:w-(--detail) lg:shrink-0 lg:animate-none lg:p-0 lg:shadow-none",
            )}
          >
            <Suspense><TaskDetail id={record} /></Suspense>
          </div>
        )}
      </div>
      <PaletteOpener />
      <KeyMapOpener />
      <PrintOpener />
      <Suspense><DropToImport /></Suspense>
    </QuickAddProvider>
  );
}

/** The shared space that an address leads into. */
function spaceOf(path: string): string | null {
  return /^\/spaces\/([0-9a-f]{32})$/.exec(path)?.[1] ?? null;
}

/** The places around a screen are those of the person's own space, whatever space the screen shows. */
function Home({ children }: { children: ReactNode }) {
  return <SpaceProvider space={null}><TasksProvider>{children}</TasksProvider></SpaceProvider>;
}

function Keys() {
  useEverywhereKeys();
  return null;
}
