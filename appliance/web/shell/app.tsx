import { ClockProvider, useStatus, useStorage } from "@lifeos/core";
import { ShortcutProvider, ToastProvider } from "@lifeos/design";
import { I18nProvider as AriaI18nProvider } from "react-aria-components";
import { useLingui } from "@lingui/react/macro";
import { lazy, Suspense, useSyncExternalStore } from "react";
import { Appearance } from "./appearance";
import { useLockOfOtherTabs } from "./frame/lock";
import { withWords } from "./i18n";
import { OpenApp } from "./open-app";
import { peopleWords } from "./people/catalogue";
import { invitation } from "./people/invitation";
import { SharedWaits } from "./phone/shared-task";
import { preferences } from "./preferences";
import { Starting } from "./starting";

const Claim = lazy(async () => ({ default: (await import("./enrol/claim")).Claim }));
const Join = lazy(async () => ({ default: (await import("./enrol/join")).Join }));
const Accept = lazy(async () => ({ default: (await withWords(import("./people/accept"), peopleWords)).Accept }));
const Unlock = lazy(async () => ({ default: (await import("./enrol/unlock")).Unlock }));
const Revoked = lazy(async () => ({ default: (await import("./enrol/revoked")).Revoked }));
const NoStorage = lazy(async () => ({ default: (await import("./enrol/no-storage")).NoStorage }));
const Unreachable = lazy(async () => ({ default: (await import("./enrol/unreachable")).Unreachable }));

/** One face for each phase of the client. Only `open` shows anything of a life. */
export function App() {
  const { t, i18n } = useLingui();
  const singleLetters = useSyncExternalStore(preferences.subscribe, () => preferences.get("singleLetters")) !== "off";
  return (
    <AriaI18nProvider locale={i18n.locale}>
      <ShortcutProvider singleLetters={singleLetters}>
        <ToastProvider closeLabel={t`Close`} regionLabel={t`Messages`}>
          <SharedWaits />
          <Suspense fallback={<Starting />}>
            <Face />
          </Suspense>
        </ToastProvider>
      </ShortcutProvider>
    </AriaI18nProvider>
  );
}

function Face() {
  const phase = useStatus((status) => status.phase);
  // Before anything else: where nothing is kept, there may be no channel to other tabs either.
  if (useStorage() === "none" && phase.type !== "open") return <NoStorage />;
  return <Kept />;
}

function Kept() {
  const phase = useStatus((status) => status.phase);
  const invited = useSyncExternalStore(invitation.subscribe, invitation.link);
  useLockOfOtherTabs();
  switch (phase.type) {
    case "starting":
      return <Starting />;
    case "unreachable":
      return <Unreachable />;
    case "unclaimed":
      return <Claim />;
    case "claiming":
      return invitation.isBegun() ? <Accept key={invited} /> : <Claim />;
    case "fresh":
      return invited !== null ? <Accept key={invited} /> : <Join step={null} />;
    case "joining":
      return <Join step={phase.step} />;
    case "locked":
      return <Unlock ways={phase.ways} isOpening={false} />;
    case "opening":
      return <Unlock ways={null} isOpening />;
    case "revoked":
      return <Revoked />;
    case "open":
      return (
        <ClockProvider>
          <Appearance />
          <OpenApp />
        </ClockProvider>
      );
  }
}
