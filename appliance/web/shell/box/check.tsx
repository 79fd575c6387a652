import { type BreakKind, type Examined, type ExaminedSpace, problemOf, useLife, useNavigation, useSpaces, useStatus, useWords } from "@lifeos/core";
import { Banner, Button, Icon, Progress } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { useProblemWords } from "../problem-words";
import { nameOf, useKnownDevices } from "../security/device-names";
import { Page, Section } from "../security/page";

type Step = { at: "begin" } | { at: "checking"; found: Examined | null } | { at: "done"; found: Examined } | { at: "failed"; why: string };

/** How long it is waited where the core has nothing new to say: it folds something of its own. */
const pause_ms = 50;

/** Replays everything that this device holds and says whether it is what it shows. It changes nothing. */
export function CheckScreen() {
  const { t } = useLingui();
  const client = useLife();
  const { go } = useNavigation();
  const format = useWords();
  const words = useProblemWords();
  const isOffline = useStatus((status) => status.sync === "offline");
  const [step, setStep] = useState<Step>({ at: "begin" });
  const turn = useRef(new AbortController());
  const heading = useRef<HTMLHeadingElement>(null);

  // Whoever leaves ends it.
  useEffect(() => () => turn.current.abort(), []);

  const check = async () => {
    turn.current.abort();
    const mine = new AbortController();
    turn.current = mine;
    const show = (next: Step) => !mine.signal.aborted && setStep(next);
    show({ at: "checking", found: null });
    heading.current?.focus();
    try {
      let before = null as Examined | null;
      while (!before?.ended) {
        const { examined }: { examined: Examined } = await client.expect("examined", { type: "examine", run: before?.run ?? null });
        if (mine.signal.aborted) return void client.call({ type: "examineEnd", run: examined.run }).catch(() => {});
        show(examined.ended ? { at: "done", found: examined } : { at: "checking", found: examined });
        if (!examined.ended && examined.done === before?.done) await new Promise((resolve) => setTimeout(resolve, pause_ms));
        before = examined;
      }
    } catch (error) {
      show({ at: "failed", why: problemOf(error).code === "notFound" ? t`It was begun anew in another window.` : words(error) });
    }
  };
  const buildAnew = async (found: Examined) => {
    try {
      for (const { space } of found.spaces.filter((one) => !one.agrees)) await client.expect("done", { type: "foldAnew", space });
    } catch (error) {
      return setStep({ at: "failed", why: words(error) });
    }
    await check();
  };
  const cancel = () => {
    turn.current.abort();
    setStep({ at: "begin" });
  };

  const begin = (text: string) => <div><Button icon="shield" onPress={() => void check()}>{text}</Button></div>;
  return (
    <Page title={t`Check everything`} heading={heading} aside={t`Whether what this device shows is what its whole history adds up to.`} actions={<Button icon="settings" onPress={() => go("/settings")}>{t`Settings`}</Button>}>
      {step.at === "begin" && (
        <>
          <p className="text-ink-2"><Trans>Every change that is stored here is read again: that none is missing, that each follows the one before it as it was signed, and that all of them together give what you see. The box cannot do this, because it can read none of it. Nothing is changed.</Trans></p>
          {isOffline && <p className="text-small text-ink-3">{t`This works without the box: all of it is on this device.`}</p>}
          {begin(t`Check everything`)}
        </>
      )}
      {step.at === "checking" && (
        <>
          <Progress label={step.found ? t`${format.number(step.found.done)} of ${format.number(step.found.of)} changes` : t`Reading`} value={step.found && step.found.of > 0 ? step.found.done / step.found.of : null} />
          <div><Button onPress={cancel}>{t`Cancel`}</Button></div>
        </>
      )}
      {step.at === "done" && (
        <>
          <Outcome found={step.found} onBuildAnew={() => void buildAnew(step.found)} />
          <Section title={t`What was found`}>
            <ul>{step.found.spaces.map((space) => <Found key={space.space} space={space} />)}</ul>
          </Section>
          {begin(t`Check again`)}
        </>
      )}
      {step.at === "failed" && (
        <Banner tone="danger" title={t`It could not be checked`} actions={<Button onPress={() => void check()}>{t`Try again`}</Button>}>{step.why} {t`What is stored is untouched.`}</Banner>
      )}
    </Page>
  );
}

/** All is well, or what to do: the least that helps. */
function Outcome({ found, onBuildAnew }: { found: Examined; onBuildAnew: () => void }) {
  const { t } = useLingui();
  const { go } = useNavigation();
  const waiting = useStatus((status) => status.waiting);
  if (found.spaces.every((space) => space.agrees)) {
    return <Banner tone="good" title={t`Everything fits`}><Trans>What this device shows is what its history adds up to, change by change.</Trans></Banner>;
  }
  if (found.spaces.every((space) => space.agrees || space.breaks?.kind === "state")) {
    return (
      <Banner tone="danger" title={t`What is shown differs from its history`} actions={<Button onPress={onBuildAnew}>{t`Build it anew`}</Button>}>
        <Trans>The history on this device is whole; only what is made of it is not. It can be built anew from there, and nothing is lost by that.</Trans>
      </Banner>
    );
  }
  return (
    <Banner
      tone="danger"
      title={t`This device's copy differs from its history`}
      actions={
        <>
          <Button onPress={() => go("/settings")}>{t`Settings`}</Button>
          <Button tone="quiet" onPress={() => go("/help/recovery")}>{t`Ways back`}</Button>
        </>
      }
    >
      <p><Trans>Take it in anew: erase the copy on this device in the settings, under “Your data”, and add this device again. What the box has comes back and is checked on its way.</Trans></p>
      {waiting > 0 && <p>{plural(waiting, { one: "# change of this device has not been sent yet. Let the box take it first, or take an export along.", other: "# changes of this device have not been sent yet. Let the box take them first, or take an export along." })}</p>}
    </Banner>
  );
}

/** One space in one line, and beneath it the place that does not fit. */
function Found({ space }: { space: ExaminedSpace }) {
  const { t } = useLingui();
  const format = useWords();
  const spaces = useSpaces();
  const known = useKnownDevices();
  const view = spaces.find((one) => one.space === space.space);
  const name = view?.personal ? t`Your own` : (view?.name ?? t`Space ${space.space.slice(0, 8)}`);
  const parts = [
    plural(space.replayed, { one: "# change replayed", other: "# changes replayed" }),
    space.erased > 0 && plural(space.erased, { one: "# with something erased", other: "# with something erased" }),
    space.setAside > 0 && plural(space.setAside, { one: "# set aside", other: "# set aside" }),
    space.leftOut > 0 && plural(space.leftOut, { one: "# by somebody who could no longer write", other: "# by somebody who could no longer write" }),
    space.held > 0 && plural(space.held, { one: "# from ahead of this clock", other: "# from ahead of this clock" }),
    space.needsNewer > 0 && plural(space.needsNewer, { one: "# event for a newer version", other: "# events for a newer version" }),
  ];
  const kinds: Record<BreakKind, string> = {
    damaged: t`A stored change is missing or damaged`,
    chain: t`A change does not follow the one before it`,
    head: t`The end of a chain is not signed`,
    unaccounted: t`A change cannot be opened, and was not set aside`,
    state: t`What is shown is not what the changes add up to`,
  };
  const { breaks } = space;
  return (
    <li className="grid grid-cols-[auto_1fr] gap-3 border-b border-line/60 py-2.5">
      <Icon name={space.agrees ? "check" : "alert"} size={17} className={space.agrees ? "mt-0.5 text-moss" : "mt-0.5 text-madder"} />
      <div className="min-w-0">
        <p className="font-medium">{name}: {space.agrees ? t`fits` : t`does not fit`}</p>
        <p className="figures text-ink-2">{parts.filter(Boolean).join(", ")}</p>
        {breaks && (
          <p className="figures text-ink-2">
            {kinds[breaks.kind]}
            {breaks.device && <>: {t`change ${format.number(breaks.counter)} of ${nameOf(known, breaks.device) ?? t`device ${breaks.device.slice(0, 8)}`}`}</>}
          </p>
        )}
      </div>
    </li>
  );
}
