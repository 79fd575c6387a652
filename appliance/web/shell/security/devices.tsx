import { useNavigation, useWords } from "@lifeos/core";
import { Banner, Button, Icon, Pill, Skeleton } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { AddKit } from "./add-kit";
import { AddPasskey } from "./add-passkey";
import { Page, Section } from "./page";
import { Revoke, type RevokeTarget } from "./revoke";
import { StepUpProvider } from "./step-up";
import { useReply } from "./use-reply";

/** Who can open this account: devices, ways to unlock, sessions. */
export function DevicesScreen() {
  return <StepUpProvider><Devices /></StepUpProvider>;
}

function Devices() {
  const { t } = useLingui();
  const words = useWords();
  const { go } = useNavigation();
  const devices = useReply("devices", "devices");
  const methods = useReply("methods", "methods");
  const sessions = useReply("sessions", "sessions");
  const [revokes, setRevokes] = useState<RevokeTarget | null>(null);
  const again = () => {
    devices.again();
    methods.again();
    sessions.again();
  };
  const classes: Record<string, string> = { full: t`yours`, shared: t`shared`, agent: t`home agent` };
  const liveMethods = methods.state === "ready" ? methods.reply.methods.filter((method) => !method.revoked) : [];
  return (
    <Page title={t`Devices and ways to unlock`} aside={t`Who and what can open your data, since when.`} actions={<Button tone="primary" icon="phone" onPress={() => go("/approve")}>{t`Add a device`}</Button>}>
      <Section title={t`Devices`}>
        {devices.state === "loading" && <Skeleton label={t`Loading`} rows={2} />}
        {devices.state === "failed" && <Failed again={again} />}
        {devices.state === "ready" && (
          <ul>
            {devices.reply.devices.map((device) => (
              <Line
                key={device.id}
                icon="laptop"
                title={device.name ?? t`Unnamed device`}
                pills={<>{device.this && <Pill tone="good">{t`this device`}</Pill>}{device.revoked && <Pill tone="danger">{t`revoked`}</Pill>}</>}
                detail={<>{t`${classes[device.class] ?? device.class}, since ${words.moment(device.sinceMs)}`}<br /><span className="font-mono text-micro">{device.words.join(" ")}</span></>}
                action={!device.revoked && <Button tone="quiet" aria-label={t`Revoke ${device.name ?? t`Unnamed device`}`} onPress={() => setRevokes({ kind: "device", ids: [device.id], name: device.name ?? t`Unnamed device`, isThis: device.this })}>{t`Revoke`}</Button>}
              />
            ))}
          </ul>
        )}
      </Section>
      <Section title={t`Ways to unlock`} aside={<span className="-mx-3 flex flex-wrap gap-x-1"><AddPasskey onDone={again} /><AddKit hasOne={liveMethods.some((method) => method.kind === "kit")} onDone={again} /></span>}>
        {methods.state === "loading" && <Skeleton label={t`Loading`} rows={2} />}
        {methods.state === "failed" && <Failed again={again} />}
        {liveMethods.length === 1 && <Banner tone="attention" title={t`Only one way is left`}><Trans>If it is lost, so is everything here. Add a second one now.</Trans></Banner>}
        {methods.state === "ready" && (
          <ul>
            {methods.reply.methods.map((method) => {
              const name = method.kind === "kit" ? t`Recovery kit` : t`Passkey`;
              return (
                <Line
                  key={method.id}
                  icon={method.kind === "kit" ? "print" : "key"}
                  title={name}
                  pills={method.revoked && <Pill tone="danger">{t`revoked`}</Pill>}
                  detail={<span className="flex flex-wrap items-baseline gap-x-2"><span>{t`since ${words.moment(method.sinceMs)}`}</span><span className="font-mono text-micro">{method.id.slice(0, 8)}</span></span>}
                  action={!method.revoked && (
                    <span className="flex flex-wrap justify-end">
                      {method.kind === "kit" && <AddKit replaces={method.id} onDone={again} />}
                      {liveMethods.length > 1 && <Button tone="quiet" aria-label={t`Revoke ${name} ${method.id.slice(0, 8)}`} onPress={() => setRevokes({ kind: "method", ids: [method.id], name, isThis: false })}>{t`Revoke`}</Button>}
                    </span>
                  )}
                />
              );
            })}
          </ul>
        )}
      </Section>
      <Section title={t`Sessions at the box`}>
        {sessions.state === "loading" && <Skeleton label={t`Loading`} rows={1} />}
        {sessions.state === "failed" && <p className="py-2 text-ink-2"><Trans>Sessions are known to the box only. It cannot be reached now.</Trans></p>}
        {sessions.state === "ready" && (
          <ul>
            {sessions.reply.sessions.map((session) => {
              const device = devices.state === "ready" ? devices.reply.devices.find((other) => other.id === session.signer) : undefined;
              return <Line key={session.id} icon="clock" title={device?.name ?? t`Session ${session.id}`} pills={session.this && <Pill tone="good">{t`this one`}</Pill>} detail={t`opened ${words.moment(session.createdMs)}, last seen ${words.moment(session.lastSeenMs)}`} />;
            })}
          </ul>
        )}
      </Section>
      <Revoke target={revokes} onClose={() => setRevokes(null)} onDone={again} />
    </Page>
  );
}

function Line({ icon, title, pills, detail, action }: { icon: "laptop" | "key" | "print" | "clock"; title: string; pills?: ReactNode; detail: ReactNode; action?: ReactNode }) {
  return (
    <li className="grid grid-cols-[auto_1fr_auto] items-start gap-3 border-b border-line/60 py-2.5">
      <Icon name={icon} size={18} className="mt-0.5 text-ink-3" />
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium">{title}{pills}</p>
        <p className="figures text-small text-ink-3">{detail}</p>
      </div>
      {action}
    </li>
  );
}

function Failed({ again }: { again: () => void }) {
  const { t } = useLingui();
  return <Banner tone="danger" title={t`This could not be read`} actions={<Button onPress={again}>{t`Try again`}</Button>}>{t`What is stored is untouched.`}</Banner>;
}
