import { type ActivityEntry, type DeviceView, useWords } from "@lifeos/core";
import { Banner, Empty, Icon, type IconName, Pill, Segmented, Skeleton } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useAlarmWords } from "../alarm-words";
import { Page, Section } from "./page";
import { useReply } from "./use-reply";

type Filter = "all" | "keys" | "conflicts" | "alarms";

/** Every act on keys, every conflict that was settled, everything that was set aside. */
export function ActivityScreen() {
  const { t } = useLingui();
  const words = useWords();
  const activity = useReply("activity", "activity");
  const quarantine = useReply("quarantine", "quarantine");
  const devices = useReply("devices", "devices");
  const [filter, setFilter] = useState<Filter>("all");
  const known = devices.state === "ready" ? devices.reply.devices : [];
  const describe = useDescribe(known);
  const entries = activity.state === "ready" ? activity.reply.entries.filter((entry) => filter === "all" || kindOf(entry) === filter) : [];
  const items = quarantine.state === "ready" ? quarantine.reply.items : [];
  return (
    <Page title={t`Activity`} aside={t`Signed by the device that did it, and checked by every other. It cannot be forged or thinned out.`}>
      {items.length > 0 && (
        <Section title={t`Set aside`}>
          <p className="text-ink-2"><Trans>These could not be opened or applied. They are kept, and tried again after an update or a new key.</Trans></p>
          <ul>
            {items.map((item) => (
              <li key={`${item.device}-${item.counter}`} className="figures flex flex-wrap justify-between gap-2 border-b border-line/60 py-2">
                <span>{t`Change ${item.counter} of ${nameOf(known, item.device) ?? item.device.slice(0, 8)}`}</span>
                <span className="font-mono text-small text-ink-3">{item.reason}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Segmented<Filter>
        label={t`Show`}
        hideLabel
        value={filter}
        onChange={setFilter}
        choices={[{ value: "all", label: t`All` }, { value: "keys", label: t`Keys` }, { value: "conflicts", label: t`Conflicts` }, { value: "alarms", label: t`Alarms` }]}
      />
      {activity.state === "loading" && <Skeleton label={t`Loading`} />}
      {activity.state === "failed" && <Banner tone="danger" title={t`The activity could not be read`} />}
      {activity.state === "ready" && entries.length === 0 && <Empty title={t`Nothing of this kind`} />}
      <ol>
        {entries.map((entry, at) => {
          const { icon, title, detail, tone } = describe(entry);
          const signer = entry.signer && (nameOf(known, entry.signer) ?? entry.signer.slice(0, 8));
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added in front, and carry no id
            <li key={`${entry.atMs}-${at}`} className="grid grid-cols-[auto_1fr] gap-3 border-b border-line/60 py-2.5">
              <Icon name={icon} size={17} className={tone === "danger" ? "mt-0.5 text-madder" : "mt-0.5 text-ink-3"} />
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-2">{title}{tone === "danger" && <Pill tone="danger">{t`Alarm`}</Pill>}</p>
                {detail && <p className="text-ink-2">{detail}</p>}
                <p className="figures text-small text-ink-3">{words.moment(entry.atMs)}{signer && <> · {t`signed by ${signer}`}</>}</p>
              </div>
            </li>
          );
        })}
      </ol>
    </Page>
  );
}

function kindOf(entry: ActivityEntry): Filter {
  return entry.kind.type === "conflict" ? "conflicts" : entry.kind.type === "alarm" ? "alarms" : "keys";
}

function nameOf(devices: readonly DeviceView[], id: string): string | null {
  return devices.find((device) => device.id === id)?.name ?? null;
}

function useDescribe(devices: readonly DeviceView[]) {
  const { t } = useLingui();
  const alarms = useAlarmWords();
  const name = (id: string) => nameOf(devices, id) ?? id.slice(0, 8);
  return ({ kind }: ActivityEntry): { icon: IconName; title: string; detail?: string; tone?: "danger" } => {
    switch (kind.type) {
      case "accountCreated":
        return { icon: "shield", title: t`The account began` };
      case "deviceAdded":
        return { icon: "laptop", title: t`${name(kind.device)} was added` };
      case "methodAdded":
        return { icon: "key", title: kind.kind === "kit" ? t`A recovery kit was made` : t`A passkey was added` };
      case "revoked":
        return { icon: "close", title: t`Revoked: ${kind.targets.map(name).join(", ")}`, detail: t`The account got a new key in the same statement.` };
      case "spaceCreated":
        return { icon: "box", title: t`A space began` };
      case "rekeyed":
        return { icon: "sync", title: t`A space got a new key`, detail: t`Key number ${kind.epoch}.` };
      case "erased":
        return { icon: "trash", title: plural(kind.count, { one: "# event was erased for good", other: "# events were erased for good" }) };
      case "conflict":
        return { icon: "history", title: t`Two devices wrote the same field (${kind.field})`, detail: t`The later one counts. What ${name(kind.lost)} had written is in the record's history.` };
      case "alarm":
        return { icon: "alert", tone: "danger", title: alarms[kind.alarm.kind].title, detail: alarms[kind.alarm.kind].means };
      case "other":
        return { icon: "activity", title: t`Another act on keys` };
    }
  };
}
