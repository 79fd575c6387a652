import { type AlarmKind, useLife, useNavigation, useStatus } from "@lifeos/core";
import { Banner, Button } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { lazy, Suspense, useEffect, useRef, useSyncExternalStore } from "react";
import { helpOf, useAlarmWords } from "../alarm-words";
import { useBoxAlarms } from "../box/box-alarms";
import { boxWords } from "../box/catalogue";
import { withWords } from "../i18n";
import { peopleWords } from "../people/catalogue";
import { invitation } from "../people/invitation";
import { useRemovedFrom } from "../people/removed";
import { newVersion } from "../version";
import { Lines } from "./lines";

const BoxNotice = lazy(async () => ({ default: (await withWords(import("../box/box-notice"), boxWords)).BoxNotice }));

const AlreadyIn = lazy(async () => ({ default: (await withWords(import("../people/already-in"), peopleWords)).AlreadyIn }));

const RemovedNotice = lazy(async () => ({ default: (await withWords(import("../people/removed-notice"), peopleWords)).RemovedNotice }));

/** What only waits: for an update, for room. Nothing was changed, and nothing is missing. */
const harmless: ReadonlySet<AlarmKind> = new Set(["needsNewerVersion", "version", "storageFull", "boxFull"]);

/** What needs a person, one thing at a time, above the screen. */
export function Alarms() {
  const { t } = useLingui();
  const client = useLife();
  const [alarm] = useStatus((status) => status.alarms);
  const isForked = useStatus((status) => status.forks > 0);
  const { go, path } = useNavigation();
  const words = useAlarmWords();
  const hasNew = useSyncExternalStore(newVersion.subscribe, newVersion.isWaiting);
  const isInvited = useSyncExternalStore(invitation.subscribe, invitation.link) !== null;
  const removed = useRemovedFrom();
  const [from] = removed.spaces;
  const box = useBoxAlarms();
  const [ofBox] = box.alarms;
  useFocusKept(alarm ? String(alarm.number) : ofBox?.kind);
  if (alarm) {
    const isSettled = alarm.kind === "logFork" && !isForked;
    const { title, means } = isSettled ? { title: t`Two histories of your account existed`, means: t`One of them was kept. The other stays as evidence and is never taken again.` } : words[alarm.kind];
    return (
      <div className="column px-3 pt-3 sm:pl-[calc(var(--margin)+0.75rem)]">
        <Banner
          tone={harmless.has(alarm.kind) ? "attention" : "danger"}
          title={title}
          actions={
            <>
              <Button onPress={() => go(alarm.kind === "logFork" && !isSettled ? "/forks" : alarm.kind === "quarantined" || alarm.kind === "needsNewerVersion" ? "/set-aside" : "/activity")}>{t`Look at it`}</Button>
              {alarm.kind === "clock" && <Button onPress={() => void client.call({ type: "clockConfirmed" }).catch(() => {})}>{t`This clock is right`}</Button>}
              <Button tone="quiet" onPress={() => go(`/help/help/${helpOf(alarm.kind)}`)}>{t`What this means`}</Button>
              <Button tone="quiet" onPress={() => void client.call({ type: "alarmSeen", alarm: alarm.number }).catch(() => {})}>{t`I have seen it`}</Button>
            </>
          }
        >
          {means}
        </Banner>
      </div>
    );
  }
  if (isForked && path !== "/forks") {
    return (
      <div className="column px-3 pt-3 sm:pl-[calc(var(--margin)+0.75rem)]">
        <Banner tone="attention" title={t`Two histories of your account exist`} actions={<Button onPress={() => go("/forks")}>{t`Look at both`}</Button>}>{t`What you write waits here until you keep one of them.`}</Banner>
      </div>
    );
  }
  if (ofBox) return <Suspense><BoxNotice alarm={ofBox} onSeen={box.seen} /></Suspense>;
  if (from) return <Suspense><RemovedNotice space={from} onSeen={removed.seen} /></Suspense>;
  if (isInvited && !invitation.isBegun()) return <Suspense><AlreadyIn /></Suspense>;
  if (hasNew) {
    return (
      <div className="column px-3 pt-3 sm:pl-[calc(var(--margin)+0.75rem)]">
        <Banner title={t`A new version is ready`} actions={<Button onPress={newVersion.take}>{t`Use it now`}</Button>}>{t`It is also used the next time you open LifeOS.`}</Banner>
      </div>
    );
  }
  return <Lines />;
}

/** Gives the focus to the screen where the button that had it went with what it pressed away. */
function useFocusKept(shown: string | undefined) {
  const before = useRef(shown);
  useEffect(() => {
    const wasShown = before.current !== undefined && before.current !== shown;
    before.current = shown;
    const screen = document.getElementById("content");
    if (!wasShown || !screen || document.activeElement !== document.body) return;
    screen.tabIndex = -1;
    screen.addEventListener("blur", () => screen.removeAttribute("tabindex"), { once: true });
    screen.focus({ preventScroll: true });
  }, [shown]);
}
