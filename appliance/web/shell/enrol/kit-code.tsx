import { TextField } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { KitFile } from "./kit-file";

/** Takes a recovery kit: its file, or its code line typed. */
export function KitCode({ isDisabled, onRead, code, onCode }: { isDisabled: boolean; onRead: (read: () => Promise<string>) => void; code: string; onCode: (code: string) => void }) {
  const { t } = useLingui();
  return (
    <>
      <KitFile isDisabled={isDisabled} onRead={onRead} />
      <TextField label={t`Code of the kit`} value={code} onChange={onCode} autoFocus mono rows={2} spellCheck="false" />
    </>
  );
}
