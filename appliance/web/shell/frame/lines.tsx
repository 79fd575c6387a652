import { useNavigation, useTasks } from "@lifeos/core";
import { Icon, IconButton, lazyWhenIdle, PlainButton } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { Suspense, useSyncExternalStore } from "react";
import { news } from "../help/news";
import { install } from "../phone/install";

const InstallOffer = lazyWhenIdle(async () => ({ default: (await import("../phone/install-offer")).InstallOffer }));

/** From how many tasks on it would be a loss if the browser cleared them away. */
const at_stake = 3;

/** What may be known and presses nobody, when nothing else does: what is new, or that it can be installed. */
export function Lines() {
  const { t } = useLingui();
  const { go, path } = useNavigation();
  const isNew = useSyncExternalStore(news.subscribe, news.isNew);
  const offer = useSyncExternalStore(install.subscribe, install.offer);
  const live = useTasks<"counts">(offer === null ? null : { type: "counts" });
  if (isNew && !path.startsWith("/help")) {
    return (
      <p role="status" className="column flex items-center gap-1 px-4 pt-2 text-small text-ink-2 sm:pl-[calc(var(--margin)+0.75rem)]">
        <Icon name="check" size={14} className="shrink-0 text-moss" />
        <PlainButton onPress={() => go("/help/new")} className="min-h-8 min-w-0 rounded-sm px-1.5 text-left underline decoration-line-strong underline-offset-3 hovered:text-ink pointer-coarse:min-h-11">
          {news.isNewVersion() ? t`Updated to ${news.version}: what is new` : t`LifeOS was updated: what is new`}
        </PlainButton>
        <IconButton icon="close" size={14} label={t`Put this line away`} onPress={news.seen} />
      </p>
    );
  }
  const counts = live.state === "ready" ? live.view.counts : null;
  const written = counts ? counts.inbox + counts.today + counts.upcoming + counts.next + counts.waiting + counts.someday : 0;
  if (offer !== null && written >= at_stake) return <Suspense><InstallOffer offer={offer} /></Suspense>;
  return null;
}
