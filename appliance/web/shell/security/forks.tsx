import { type ForkBranch, type ForkMember, type ForkView, useStatus, useWords } from "@lifeos/core";
import { Banner, Button, Empty, Icon, Link, Pill, Skeleton } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useActWords } from "./act-words";
import { nameOf, useKnownDevices } from "./device-names";
import { KeepHistory } from "./keep-history";
import { useMemberName } from "./member-name";
import { Page, Section } from "./page";
import { StepUpProvider } from "./step-up";
import { useReply } from "./use-reply";

/** Two valid histories of one log: what each says, what keeping one means, and the choice. */
export function ForksScreen() {
  return <StepUpProvider><Forks /></StepUpProvider>;
}

function Forks() {
  const { t } = useLingui();
  const status = useStatus((all) => all);
  const forks = useReply("forks", "forks");
  const isOffline = status.sync === "offline";
  const views = forks.state === "ready" ? forks.reply.forks : [];
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(0);
  // What is settled goes with the button that had the focus.
  useEffect(() => {
    if (views.length < shown.current && document.activeElement === document.body) heading.current?.focus();
    shown.current = views.length;
  }, [views.length]);
  return (
    <Page heading={heading} isReadOnly={isOffline || views.some((fork) => !mayBeKept(fork))} title={t`Two histories`} aside={t`Your box has shown two different histories. Each is signed as it should be, so only you can say which one is right.`}>
      {forks.state === "loading" && <Skeleton label={t`Loading`} rows={3} />}
      {forks.state === "failed" && <Banner tone="danger" title={t`This could not be read`} actions={<Button onPress={forks.again}>{t`Try again`}</Button>}>{t`What is stored is untouched.`}</Banner>}
      {forks.state === "ready" && views.length === 0 && (
        <Empty isInset title={t`There is one history, and everything is in it`}>
          <p><Trans>Nothing has to be decided. What happened is in <Link href="/activity">Activity</Link>.</Trans></p>
        </Empty>
      )}
      {views.length > 0 && isOffline && <Banner tone="attention" title={t`The box cannot be reached`}>{t`You can read both histories here. Keeping one needs the box.`}</Banner>}
      {views.map((fork) => <Fork key={fork.log} fork={fork} isOffline={isOffline} onDone={forks.again} />)}
    </Page>
  );
}

/** Whether a person at this device is one who can keep a history. */
function mayBeKept({ resolver }: ForkView): boolean {
  return resolver.type === "method" || resolver.type === "thisDevice";
}

function Fork({ fork, isOffline, onDone }: { fork: ForkView; isOffline: boolean; onDone: () => void }) {
  const { t } = useLingui();
  const [kept, setKept] = useState<ForkBranch | null>(null);
  const mayKeep = mayBeKept(fork);
  const title = fork.space ? t`The keys of your space` : t`Your account`;
  return (
    <Section title={title}>
      <div className="flex max-w-xl flex-col gap-2 py-2">
        <p><Trans>Look who was added or removed, when, and by which device. Keep the history that you know.</Trans></p>
        <ul className="flex list-disc flex-col gap-1.5 pl-5 text-ink-2">
          <li><Trans>Who is only in the other history loses access. What they have already read cannot be taken back.</Trans></li>
          <li><Trans>Everybody who stays gets new keys.</Trans></li>
          <li>{fork.waiting > 0 ? plural(fork.waiting, { one: "Where this device stays in, nothing that you wrote here is lost: # change waits, and is sent afterwards.", other: "Where this device stays in, nothing that you wrote here is lost: # changes wait, and are sent afterwards." }) : <Trans>Where this device stays in, nothing that you wrote here is lost.</Trans>}</li>
        </ul>
      </div>
      {!mayKeep && <Who fork={fork} />}
      <div className="grid gap-4 md:grid-cols-2">
        {fork.branches.map((branch, at) => (
          <Branch key={branch.head} branch={branch} name={branch.followed ? t`The one that this device followed` : fork.branches.length > 2 ? t`Another one, number ${at}` : t`The other one`} action={mayKeep && <Button tone="primary" isDisabled={isOffline} onPress={() => setKept(branch)}>{t`Keep this history`}</Button>} />
        ))}
      </div>
      {kept && <KeepHistory fork={fork} branch={kept} onClose={() => setKept(null)} onDone={() => { setKept(null); onDone(); }} />}
    </Section>
  );
}

function Branch({ branch, name, action }: { branch: ForkBranch; name: string; action: ReactNode }) {
  const { t } = useLingui();
  const words = useWords();
  const known = useKnownDevices();
  const describe = useActWords(known);
  return (
    <article aria-label={name} className="flex min-w-0 flex-col gap-3 rounded-md border border-line bg-raised p-4">
      <h3 className="flex flex-wrap items-center gap-2 font-semibold">{name}{branch.atBox === true && <Pill>{t`at your box`}</Pill>}</h3>
      <ol className="flex flex-col">
        {branch.acts.map((entry, at) => {
          const { icon, title, detail } = describe(entry);
          const signer = entry.signer && (nameOf(known, entry.signer) ?? entry.signer.slice(0, 8));
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: what a history says is never reordered, and carries no id
            <li key={at} className="grid grid-cols-[auto_1fr] gap-3 border-b border-line/60 py-2 last:border-0">
              <Icon name={icon} size={17} className="mt-0.5 text-ink-3" />
              <div className="min-w-0">
                <p>{title}</p>
                {detail && <p className="text-ink-2">{detail}</p>}
                <p className="figures text-small text-ink-3">{entry.atMs > 0 && words.moment(entry.atMs)}{signer && <> · {t`signed by ${signer}`}</>}</p>
              </div>
            </li>
          );
        })}
      </ol>
      <dl className="flex flex-col gap-2">
        <Members label={t`Only in this history`} members={branch.onlyHere} />
        <Members label={t`Out by this history`} members={branch.removes} />
      </dl>
      {!branch.keepsThisDevice && <Banner tone="attention" title={t`This device would be out`}>{t`Its copy is erased. You come in again with a passkey or kit that stays.`}</Banner>}
      {branch.atBox === false && <Banner title={t`Your box goes on with the other one`}>{t`A box never takes back what it has. Keep the other one and take out there whom you do not know, or put a backup of the box back that has this one.`}</Banner>}
      {action && <div className="mt-auto pt-1">{action}</div>}
    </article>
  );
}

function Members({ label, members }: { label: string; members: ForkMember[] }) {
  const name = useMemberName();
  if (members.length === 0) return null;
  return (
    <div>
      <dt className="text-small text-ink-3">{label}</dt>
      <dd className="break-words">{members.map(name).join(", ")}</dd>
    </div>
  );
}

/** This device cannot; who can. */
function Who({ fork }: { fork: ForkView }) {
  const { t } = useLingui();
  switch (fork.resolver.type) {
    case "ownDevice":
      return <Banner tone="attention" title={t`This device cannot settle it`}>{t`Open LifeOS on a device of your own and keep a history there. This one follows.`}</Banner>;
    case "owner":
      return <Banner tone="attention" title={t`You cannot settle it`}>{t`The owner who has been in this space for the longest keeps one: member ${fork.resolver.account.slice(0, 8)}. Your devices follow.`}</Banner>;
    default:
      return <Banner tone="attention" title={t`Your account comes first`}>{t`Keep a history of your account above. Then this one can be settled.`}</Banner>;
  }
}
