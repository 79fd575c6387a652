import { type BoxLogEntry, type BoxLogPlace, type DeviceView, problemOf, useLife, useNavigation, useSpaces, useWords } from "@lifeos/core";
import { Banner, Button, Empty, Icon, Skeleton } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useCallback, useEffect, useRef, useState } from "react";
import { useProblemWords } from "../problem-words";
import { nameOf, useKnownDevices } from "../security/device-names";
import { Page } from "../security/page";
import { useBoxEventWords } from "./box-event-words";

/** What was read so far, newest first. */
type Read = { entries: readonly BoxLogEntry[]; next: BoxLogPlace | null; broken: number | null };

/** What happened to the box itself, for whoever owns the household. Each page is judged before it is shown. */
export function BoxLogScreen() {
  const { t } = useLingui();
  const client = useLife();
  const { go } = useNavigation();
  const known = useKnownDevices();
  const [read, setRead] = useState<Read | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [isAsking, setAsking] = useState(true);
  const isHere = useRef(true);

  const ask = useCallback(
    async (before: Read | null) => {
      setAsking(true);
      setFailed(null);
      try {
        const page = await client.expect("boxLog", { type: "boxLog", after: before?.next ?? null });
        if (!isHere.current) return;
        setRead({ entries: [...(before?.entries ?? []), ...page.entries], next: page.next, broken: before?.broken ?? page.broken });
      } catch (error) {
        if (isHere.current) setFailed(error);
      } finally {
        if (isHere.current) setAsking(false);
      }
    },
    [client],
  );
  useEffect(() => {
    isHere.current = true;
    void ask(null);
    return () => {
      isHere.current = false;
    };
  }, [ask]);

  return (
    <Page title={t`Box log`} aside={t`What happened to the box itself: who came, who was refused, what was set up. No names and no content are in it.`} actions={<Button icon="settings" onPress={() => go("/settings")}>{t`Settings`}</Button>} isReadOnly>
      {read !== null && read.broken !== null && (
        <Banner tone="danger" title={t`This log was changed`}>
          <Trans>Each entry is bound to the one before it. At entry {read.broken} it is not: something was altered or taken out on the box. Whoever runs the box can look closer with “lifeos admin doctor”.</Trans>
        </Banner>
      )}
      {read === null && isAsking && <Skeleton label={t`Loading`} rows={8} />}
      {read?.entries.length === 0 && <Empty isInset title={t`Nothing has happened yet`}><p><Trans>Sign-ins, invitations, new devices and alarms of the box will stand here, for half a year.</Trans></p></Empty>}
      {read !== null && read.entries.length > 0 && <ol>{read.entries.map((entry) => <Line key={entry.sequence} entry={entry} known={known} />)}</ol>}
      {failed !== null && <Failed error={failed} again={() => void ask(read)} />}
      {read?.next && failed === null && <div><Button isDisabled={isAsking} onPress={() => void ask(read)}>{isAsking ? t`Loading` : t`Load more`}</Button></div>}
    </Page>
  );
}

function Failed({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useLingui();
  const words = useProblemWords();
  const { code, detail } = problemOf(error);
  if (code === "refused" && detail === "forbidden") {
    return <Empty isInset title={t`Only who owns the household reads this`}><p><Trans>It tells when others come and go. Ask an owner if you need to know something of it.</Trans></p></Empty>;
  }
  const retry = <Button onPress={again}>{t`Try again`}</Button>;
  if (code === "offline") return <Banner tone="attention" title={t`The box cannot be reached`} actions={retry}>{t`Its log is kept there and nowhere else.`}</Banner>;
  return <Banner tone="danger" title={t`The log could not be read`} actions={retry}>{words(error)}</Banner>;
}

function Line({ entry, known }: { entry: BoxLogEntry; known: readonly DeviceView[] }) {
  const { t } = useLingui();
  const format = useWords();
  const spaces = useSpaces();
  const { title, icon, isWarning } = useBoxEventWords()(entry);
  const { signer, account, origin } = entry;
  const person = spaces.flatMap((space) => space.people).find((one) => one.account === account)?.name;
  const device = signer && (nameOf(known, signer) ?? signer.slice(0, 8));
  const whose = person ?? (account && !device ? account.slice(0, 8) : null);
  const from = origin?.slice(0, 8);
  return (
    <li className="grid grid-cols-[auto_1fr] gap-3 border-b border-line/60 py-2.5">
      <Icon name={icon} size={17} className={isWarning ? "mt-0.5 text-madder" : "mt-0.5 text-ink-3"} />
      <div className="min-w-0">
        <p>{title}</p>
        <p className="figures text-small text-ink-3">
          {format.moment(entry.atMs)}
          {device && <> · {device}</>}
          {whose && <> · {whose}</>}
          {from && <> · {t`network ${from}`}</>}
        </p>
      </div>
    </li>
  );
}
