import { type BoxLogEntry, useWords } from "@lifeos/core";
import type { IconName } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";

export type BoxEventWords = { title: string; icon: IconName; isWarning: boolean };

/** Puts an entry of the box's log into one line. */
export function useBoxEventWords(): (entry: BoxLogEntry) => BoxEventWords {
  const { t } = useLingui();
  const format = useWords();
  const said = (icon: IconName, title: string, isWarning = false): BoxEventWords => ({ title, icon, isWarning });
  return ({ event, detail }) => {
    const alarms = [t`it answered slowly`, t`requests failed`, t`too much waited to be written`, t`its disk was nearly full`, t`another program held its database`, t`its clock was wrong`, t`it was too hot`, t`its disk was about to fail`, t`its voltage was too low`];
    const alarm = alarms[detail - 1] ?? t`number ${detail}`;
    const more = format.number(detail);
    const words: Record<BoxLogEntry["event"], () => BoxEventWords> = {
      started: () => said("box", t`The box began to serve`),
      stopped: () => said("box", t`The box ended in order`),
      signed_in: () => said("key", t`A session began`),
      sign_in_refused: () => said("alert", detail > 0 ? t`Somebody was refused at the door, and ${more} times more` : t`Somebody was refused at the door`, true),
      session_ended: () => said("lock", t`A session was ended`),
      claimed: () => said("shield", t`The box was claimed`),
      claim_refused: () => said("alert", t`A wrong claim code was tried`, true),
      account_came: () => said("people", t`Somebody came in by an invitation`),
      invite_made: () => said("people", t`An invitation was made`),
      invite_refused: () => said("alert", t`A wrong code of an invitation was tried`, true),
      invite_late: () => said("alert", t`Somebody came with an invitation that was used or over`, true),
      invite_ended: () => said("people", t`An invitation was ended`),
      device_enrolled: () => said("laptop", t`A device was added`),
      method_added: () => said("key", t`A way to unlock was added`),
      signer_revoked: () => said("cancelled", t`A device or a way to unlock was revoked`),
      incarnation: () => said("history", t`The box was put back from a copy`, true),
      figures_read: () => said("activity", t`The figures were read, for the first time that day`),
      figures_refused: () => said("alert", t`The figures were refused to somebody`, true),
      admin_claim_code: () => said("box", t`Whoever runs the box made a new claim code`),
      admin_figures_token: () => said("box", t`Whoever runs the box made a new token for the figures`),
      admin_sessions: () => said("box", t`Whoever runs the box listed the sessions`),
      alarm_began: () => said("alert", t`An alarm began: ${alarm}`, true),
      alarm_ended: () => said("check", t`An alarm ended: ${alarm}`),
      stepped_up: () => said("shield", t`A person was verified anew`),
      half_released: () => said("key", t`The box's half of a key was given out`),
    };
    return words[event]();
  };
}
