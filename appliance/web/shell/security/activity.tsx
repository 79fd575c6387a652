import { type ActivityEntry, type ActivityKind, useStatus, useWords } from "@lifeos/core";
import { Banner, Button, Empty, Icon, Link, Pill, PlainButton, Segmented, Skeleton } from "@lifeos/design";
import { HistoryDialog, useFieldWords, useRecordName } from "@lifeos/tasks";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Suspense, useState } from "react";
import { useActWords } from "./act-words";
import { nameOf, useKnownDevices } from "./device-names";
import { Page } from "./page";
import { useReply } from "./use-reply";

type Filter = "all" | "keys" | "conflicts" | "alarms";

/** Every act on keys, every conflict that was settled, everything that was set aside. */
export function ActivityScreen() {
  const { t } = useLingui();
  const words = useWords();
  const activity = useReply("activity", "activity");
  const isForked = useStatus((status) => status.forks > 0);
  const aside = useStatus((status) => status.quarantined + status.needsNewer);
  const known = useKnownDevices();
  const methods = useReply("methods", "methods");
  // A kit or passkey signs for a device that comes in by it.
  const methodName = (id: string) => {
    const method = methods.state === "ready" ? methods.reply.methods.find((other) => other.id === id) : undefined;
    return method && (method.kind === "kit" ? t`recovery kit ${id.slice(0, 8)}` : t`passkey ${id.slice(0, 8)}`);
  };
  const [filter, setFilter] = useState<Filter>("all");
  const describe = useActWords(known);
  const entries = activity.state === "ready" ? activity.reply.entries.filter((entry) => filter === "all" || kindOf(entry) === filter) : [];
  return (
    <Page title={t`Activity`} aside={t`Signed by the device that did it, and checked by every other. It cannot be forged or thinned out.`}>
      {isForked && (
        <Banner tone="danger" title={t`Two histories of your account exist`}>
          <Link href="/forks">{t`Look at both, and keep one`}</Link>
        </Banner>
      )}
      {aside > 0 && (
        <Banner tone="attention" title={plural(aside, { one: "# change was set aside", other: "# changes were set aside" })}>
          <Link href="/set-aside">{t`See which, why, and what can be done`}</Link>
        </Banner>
      )}
      <Segmented<Filter>
        label={t`Show`}
        hideLabel
        value={filter}
        onChange={setFilter}
        choices={[{ value: "all", label: t`All` }, { value: "keys", label: t({ message: "Keys", context: "of a lock" }) }, { value: "conflicts", label: t`Conflicts` }, { value: "alarms", label: t`Alarms` }]}
      />
      {activity.state === "loading" && <Skeleton label={t`Loading`} />}
      {activity.state === "failed" && <Banner tone="danger" title={t`The activity could not be read`} actions={<Button onPress={activity.again}>{t`Try again`}</Button>}>{t`What is stored is untouched.`}</Banner>}
      {activity.state === "ready" && entries.length === 0 && <Empty isInset title={t`Nothing of this kind`}>{filter === "conflicts" ? <p><Trans>When two of your devices write the same field without having seen each other, the later one counts, and it is told here.</Trans></p> : filter === "alarms" ? <p><Trans>Nothing has been wrong with the box, the clock or what is stored here.</Trans></p> : null}</Empty>}
      <ol>
        {entries.map((entry, at) => {
          const { icon, title, detail, tone } = describe(entry);
          const signer = entry.signer && (nameOf(known, entry.signer) ?? methodName(entry.signer) ?? entry.signer.slice(0, 8));
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added in front, and carry no id
            <li key={`${entry.atMs}-${at}`} className="grid grid-cols-[auto_1fr] gap-3 border-b border-line/60 py-2.5">
              <Icon name={icon} size={17} className={tone === "danger" ? "mt-0.5 text-madder" : "mt-0.5 text-ink-3"} />
              <div className="min-w-0">
                {entry.kind.type === "conflict" ? (
                  <Conflict conflict={entry.kind} lost={nameOf(known, entry.kind.lost) ?? entry.kind.lost.slice(0, 8)} />
                ) : (
                  <p className="flex flex-wrap items-center gap-2">{title}{tone === "danger" && <Pill tone="danger">{t`Alarm`}</Pill>}</p>
                )}
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

/** Two devices wrote one field: which record, which field, whose value gave way, and the way to it. */
function Conflict({ conflict, lost }: { conflict: Extract<ActivityKind, { type: "conflict" }>; lost: string }) {
  const { t } = useLingui();
  const { nameOf: fieldName } = useFieldWords();
  const name = useRecordName(conflict.record) ?? t`a record that is gone`;
  const field = fieldName(conflict.field);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <p><Trans>Two devices wrote <span className="text-ink-2">{field}</span> of <strong className="font-semibold">{name}</strong></Trans></p>
      <p className="text-ink-2"><Trans>The later one counts. What {lost} had written gave way, and is in the history.</Trans></p>
      <PlainButton onPress={() => setOpen(true)} aria-label={t`Show the history of ${name}`} className="-mx-2 inline-flex items-center gap-1.5 rounded-sm px-2 py-0.5 text-small text-accent hovered:bg-hover pointer-coarse:min-h-11">
        <Icon name="history" size={14} />{t`Show the history`}
      </PlainButton>
      {isOpen && <Suspense><HistoryDialog record={conflict.record} name={name} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
