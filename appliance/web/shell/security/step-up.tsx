import { useLife, askPasskey, canUsePasskeys, useStatus } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, PlainButton } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { KitCode } from "../enrol/kit-code";
import { useAttempt } from "../enrol/use-attempt";

const StepUpContext = createContext<((why?: string) => Promise<boolean>) | null>(null);

/**
 * Returns a function that makes sure of a fresh user verification, and answers whether there is one.
 * `why` is a sentence for what does not change who can open the data.
 */
export function useStepUp(): (why?: string) => Promise<boolean> {
  const ask = useContext(StepUpContext);
  if (!ask) throw new Error("no StepUpProvider above");
  return ask;
}

export function StepUpProvider({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  const client = useLife();
  const steppedUpUntil_ms = useStatus((status) => status.steppedUpUntilMs);
  const until = useRef(steppedUpUntil_ms);
  until.current = steppedUpUntil_ms;
  const { attempt, isBusy, error, clear } = useAttempt();
  const [asks, setAsks] = useState<{ why: string | undefined; done: (verified: boolean) => void } | null>(null);
  const [choseKit, setChoseKit] = useState(false);
  const withKit = choseKit || !canUsePasskeys();
  const [code, setCode] = useState("");

  const ask = useCallback(
    (why?: string) => (until.current !== null && until.current > Date.now() + 5_000 ? Promise.resolve(true) : new Promise<boolean>((done) => setAsks({ why, done }))),
    [],
  );
  const answer = (done: boolean) => {
    asks?.done(done);
    setAsks(null);
    setChoseKit(false);
    setCode("");
    clear();
  };
  const byPasskey = () =>
    attempt(async () => {
      const { options } = await client.expect("usePasskey", { type: "stepUpBegin" });
      const used = await askPasskey(options, null);
      await client.call({ type: "stepUp", credential: used.credential });
      answer(true);
    });
  const byKit = (read: () => Promise<string>) =>
    attempt(async () => {
      await client.call({ type: "stepUpKit", code: await read() });
      answer(true);
    });
  const other = (kit: boolean) => {
    clear();
    setCode("");
    setChoseKit(kit);
  };
  return (
    <StepUpContext.Provider value={ask}>
      {children}
      <Dialog title={t`Is it you?`} width="narrow" isOpen={asks !== null} onClose={() => answer(false)}>
        <form onSubmit={(event) => { event.preventDefault(); if (code.trim() !== "") void byKit(async () => code); }} className="contents">
          <DialogBody>
            <p>
              {withKit ? <Trans>Open the file of your recovery kit, or type its code line. It proves that it is you; nothing of it is kept.</Trans> : (asks?.why ?? <Trans>This changes who can open your data, so your passkey is asked for once more. It then counts for a few minutes.</Trans>)}
            </p>
            {error && <Banner tone="danger" title={error} />}
            {withKit ? (
              <>
                <KitCode isDisabled={isBusy} onRead={(read) => void byKit(read)} code={code} onCode={setCode} />
                {canUsePasskeys() && <Way onPress={() => other(false)}>{t`Use the passkey instead`}</Way>}
              </>
            ) : (
              <Way onPress={() => other(true)}>{t`No passkey at hand? Use a recovery kit`}</Way>
            )}
          </DialogBody>
          <DialogActions>
            <Button onPress={() => answer(false)}>{t`Cancel`}</Button>
            {withKit ? (
              <Button type="submit" tone="primary" isDisabled={isBusy || code.trim() === ""}>{t`Use the kit`}</Button>
            ) : (
              <Button tone="primary" icon="key" isDisabled={isBusy} onPress={() => void byPasskey()}>{t`Use the passkey`}</Button>
            )}
          </DialogActions>
        </form>
      </Dialog>
    </StepUpContext.Provider>
  );
}

function Way({ onPress, children }: { onPress: () => void; children: ReactNode }) {
  return <PlainButton onPress={onPress} className="-mx-1 self-start rounded-xs px-1 text-small text-ink-2 underline underline-offset-3 decoration-line-strong hovered:text-ink pointer-coarse:min-h-11">{children}</PlainButton>;
}
