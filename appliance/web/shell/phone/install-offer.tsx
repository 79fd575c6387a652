import { Banner, Button, Dialog, DialogActions, DialogBody } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { install, type InstallWay } from "./install";

/** Why and how to install, in one sentence each; "not now" is remembered on this device. */
export function InstallOffer({ offer }: { offer: InstallWay }) {
  const { t } = useLingui();
  const [showsHow, setShowsHow] = useState(false);
  return (
    <div className="column px-3 pt-3 sm:pl-[calc(var(--margin)+0.75rem)]">
      <Banner
        icon="phone"
        title={t`Keep LifeOS on this device`}
        actions={
          <>
            {offer === "prompt" ? <Button tone="primary" onPress={() => void install.ask()}>{t`Install`}</Button> : <Button tone="primary" onPress={() => setShowsHow(true)}>{t`Show how`}</Button>}
            <Button tone="quiet" onPress={install.notNow}>{t`Not now`}</Button>
          </>
        }
      >
        {offer === "prompt" ? (
          <Trans>What a page stores, a browser may clear when room gets short. What is installed it keeps.</Trans>
        ) : (
          <Trans>Safari deletes what a page has stored after seven days of use without opening it. On the Home Screen it stays.</Trans>
        )}
      </Banner>
      <Dialog title={t`To the Home Screen`} width="narrow" isOpen={showsHow} onClose={() => setShowsHow(false)}>
        <DialogBody isReadOnly>
          <ol className="flex flex-col gap-4">
            <Step at={1} picture={<ShareMenu />}><Trans>Press “Share” in Safari's bar.</Trans></Step>
            <Step at={2} picture={<AddRow />}><Trans>Scroll down and choose “Add to Home Screen”, then “Add”.</Trans></Step>
            <Step at={3} picture={<HomeScreen />}><Trans>Open LifeOS from there. It begins empty, as a new device: let it in with your passkey. Safari's copy is another one; erase it in its settings when all is well.</Trans></Step>
          </ol>
        </DialogBody>
        <DialogActions><Button tone="primary" onPress={() => setShowsHow(false)}>{t`Close`}</Button></DialogActions>
      </Dialog>
    </div>
  );
}

function Step({ at, picture, children }: { at: number; picture: ReactNode; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[7.5rem_1fr] items-center gap-4">
      <span aria-hidden className="rounded-md border border-line bg-sunken text-ink-2">{picture}</span>
      <span><span aria-hidden className="figures pr-1.5 font-semibold text-accent">{at}</span>{children}</span>
    </li>
  );
}

const drawing = { viewBox: "0 0 120 72", fill: "none", stroke: "currentColor", strokeWidth: 2, strokeLinecap: "round", strokeLinejoin: "round" } as const;

/** The foot of Safari, with its share sign in the middle. */
function ShareMenu() {
  return (
    <svg {...drawing} aria-hidden>
      <path d="M10 22h100" className="text-line-strong" />
      <path d="m22 46-6-6 6-6M36 46l6-6-6-6" className="text-line-strong" />
      <g className="text-accent"><path d="M60 48V30m-6 6 6-6 6 6" /><path d="M53 40h-4v18h22V40h-4" /></g>
      <path d="M84 36h10v16H84zM98 34h8v16" className="text-line-strong" />
    </svg>
  );
}

/** A row of the share menu, with a plus in a square. */
function AddRow() {
  return (
    <svg {...drawing} aria-hidden>
      <path d="M14 14h60M14 58h44" className="text-line-strong" />
      <rect x="8" y="24" width="104" height="24" rx="6" className="text-accent" />
      <path d="M18 36h52" className="text-accent" />
      <g className="text-accent"><rect x="90" y="29" width="14" height="14" rx="3" /><path d="M97 32.500v7M93.500 36h7" /></g>
    </svg>
  );
}

/** Signs on a screen, one of them ours. */
function HomeScreen() {
  return (
    <svg {...drawing} aria-hidden>
      {[24, 60, 96].flatMap((x) => [20, 52].map((y) => <rect key={`${x} ${y}`} x={x - 11} y={y - 11} width="22" height="22" rx="6" className={x === 60 && y === 20 ? "text-accent" : "text-line-strong"} />))}
      <path d="m55 20 4 4 7-8" className="text-accent" />
    </svg>
  );
}
