import { useLife, askPasskey, useStatus } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { useProblemWords } from "../problem-words";

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
  const words = useProblemWords();
  const status = useStatus();
  const until = useRef(status.steppedUpUntilMs);
  until.current = status.steppedUpUntilMs;
  const [asks, setAsks] = useState<{ why: string | undefined; done: (verified: boolean) => void } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const ask = useCallback(
    (why?: string) => (until.current !== null && until.current > Date.now() + 5_000 ? Promise.resolve(true) : new Promise<boolean>((done) => setAsks({ why, done }))),
    [],
  );
  const answer = (done: boolean) => {
    asks?.done(done);
    setAsks(null);
    setError(null);
  };
  const verify = async () => {
    setBusy(true);
    setError(null);
    try {
      const { options } = await client.expect("usePasskey", { type: "stepUpBegin" });
      const used = await askPasskey(options, null);
      await client.call({ type: "stepUp", credential: used.credential });
      answer(true);
    } catch (caught) {
      setError(words(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <StepUpContext.Provider value={ask}>
      {children}
      <Dialog title={t`Is it you?`} width="narrow" isOpen={asks !== null} onClose={() => answer(false)}>
        <DialogBody>
          <p>{asks?.why ?? <Trans>This changes who can open your data, so your passkey is asked for once more. It then counts for a few minutes.</Trans>}</p>
          {error && <Banner tone="danger" title={error} />}
        </DialogBody>
        <DialogActions>
          <Button onPress={() => answer(false)}>{t`Cancel`}</Button>
          <Button tone="primary" icon="key" isDisabled={isBusy} onPress={() => void verify()}>{t`Use the passkey`}</Button>
        </DialogActions>
      </Dialog>
    </StepUpContext.Provider>
  );
}
