import { useNavigation, useStatus, useWords } from "@lifeos/core";
import { Banner, Button, Empty, Icon, Skeleton } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { newVersion } from "../version";
import { nameOf, useKnownDevices } from "./device-names";
import { Page, Section } from "./page";
import { bySource, ranges, useSetAsideWords } from "./set-aside-words";
import { useReply } from "./use-reply";

const shown = 12;

/** What could not be taken in: from which device, why, and what can be done. The rest went on. */
export function SetAsideScreen() {
  const { t } = useLingui();
  const { go } = useNavigation();
  const needsNewer = useStatus((status) => status.needsNewer);
  const quarantine = useReply("quarantine", "quarantine");
  const known = useKnownDevices();
  const words = useSetAsideWords();
  const groups = quarantine.state === "ready" ? bySource(quarantine.reply.items) : [];
  const sources = [...new Set(groups.map((group) => group.device))];
  return (
    <Page title={t`Set aside`} aside={t`Changes that could not be opened or applied. They are kept, and everything else went on.`} actions={<Button icon="activity" onPress={() => go("/activity")}>{t`Activity`}</Button>}>
      {quarantine.state === "loading" && <Skeleton label={t`Loading`} rows={3} />}
      {quarantine.state === "failed" && <Banner tone="danger" title={t`This could not be read`} actions={<Button onPress={quarantine.again}>{t`Try again`}</Button>}>{t`What is stored is untouched.`}</Banner>}
      {quarantine.state === "ready" && groups.length === 0 && needsNewer === 0 && (
        <Empty isInset title={t`Nothing is set aside`}><p><Trans>Everything that your devices wrote and this one has received could be opened and applied.</Trans></p></Empty>
      )}
      {needsNewer > 0 && (
        <Banner
          tone="attention"
          title={plural(needsNewer, { one: "# change needs a newer version of this app", other: "# changes need a newer version of this app" })}
          actions={<Button onPress={() => (newVersion.isWaiting() ? newVersion.take() : location.reload())}>{t`Load the page again`}</Button>}
        >
          <Trans>Another of your devices is ahead of this one. What it wrote is kept here, and shows once this app is updated.</Trans>
        </Banner>
      )}
      {sources.map((device) => {
        const name = nameOf(known, device) ?? t`Device ${device.slice(0, 8)}`;
        return (
          <Section key={device} title={t`From ${name}`}>
            <ul>
              {groups.filter((group) => group.device === device).map((group) => <Group key={group.reason} counters={group.counters} {...words(group.reason)} isForged={group.reason === "foreignStamp"} />)}
            </ul>
          </Section>
        );
      })}
    </Page>
  );
}

function Group({ why, next, counters, isForged }: { why: string; next: string; counters: readonly number[]; isForged: boolean }) {
  const { t } = useLingui();
  const { go } = useNavigation();
  const words = useWords();
  const some = counters.toSorted((a, b) => b - a).slice(0, shown);
  const more = counters.length - some.length;
  const numbers = ranges(some);
  return (
    <li className="grid grid-cols-[auto_1fr] gap-3 border-b border-line/60 py-2.5">
      <Icon name="box" size={17} className="mt-0.5 text-ink-3" />
      <div className="flex min-w-0 flex-col gap-0.5">
        <p className="font-medium">{why}</p>
        <p className="text-ink-2">{next}</p>
        <p className="figures text-small text-ink-3">
          {plural(counters.length, { one: "Change", other: "Changes" })} {numbers}
          {more > 0 && <> {t`and ${words.number(more)} more`}</>}
        </p>
        {isForged && <div className="pt-1"><Button onPress={() => go("/devices")}>{t`Devices and ways to unlock`}</Button></div>}
      </div>
    </li>
  );
}
