import { useCallback, useState } from "react";
import { useProblemWords } from "../problem-words";

/** Runs one thing at a time and keeps what went wrong in words. */
export function useAttempt() {
  const words = useProblemWords();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const attempt = useCallback(
    async (act: () => Promise<void>): Promise<boolean> => {
      setBusy(true);
      setError(null);
      try {
        await act();
        return true;
      } catch (caught) {
        setError(words(caught));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [words],
  );
  return { attempt, isBusy, error, clear: () => setError(null) };
}
