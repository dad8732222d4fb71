export const ENROLMENT_STATES = [
  'WAITING',
  'HELD',
  'REPLIED',
  'BOUNCED',
  'UNSUBSCRIBED',
  'FINISHED',
  'STOPPED',
] as const;
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];

/** What can end a hold: who fills in what is missing, a person who says so, or their sender when it is back. */
export type HeldBy = 'MISSING_VALUE' | 'PERSON' | 'DISCONNECTED';

/**
 * Where somebody stands in a campaign:
 *
 *   WAITING ◄──► HELD
 *      │          │
 *      ├──────────┴──► STOPPED ──┐
 *      │                         ├──► REPLIED, BOUNCED ──► UNSUBSCRIBED
 *      └─────────────► FINISHED ─┘
 *
 * WAITING and HELD also lead to each of the last three directly. An answer may come after the last step, and after
 * somebody was taken out. Who has answered is never written to by the campaign again; only FINISHED leads back, to
 * WAITING or HELD, when a step is added, or when Gmail says that it did not send the last one after all.
 */
export const enrolmentMoves = {
  WAITING: ['HELD', 'REPLIED', 'BOUNCED', 'UNSUBSCRIBED', 'FINISHED', 'STOPPED'],
  HELD: ['WAITING', 'REPLIED', 'BOUNCED', 'UNSUBSCRIBED', 'FINISHED', 'STOPPED'],
  FINISHED: ['WAITING', 'HELD', 'REPLIED', 'BOUNCED', 'UNSUBSCRIBED'],
  STOPPED: ['REPLIED', 'BOUNCED', 'UNSUBSCRIBED'],
  REPLIED: ['UNSUBSCRIBED'],
  BOUNCED: ['UNSUBSCRIBED'],
  UNSUBSCRIBED: [],
} as const satisfies Record<EnrolmentState, readonly EnrolmentState[]>;

/** From where a state may be entered: each UPDATE of enrolments names these, so that no move can be illegal. */
export function enrolmentStatesBefore(to: EnrolmentState): EnrolmentState[] {
  return ENROLMENT_STATES.filter((state) =>
    (enrolmentMoves[state] as readonly EnrolmentState[]).includes(to),
  );
}

/** Whether their next step may still go out. */
export function isActive(state: EnrolmentState): boolean {
  return state === 'WAITING' || state === 'HELD';
}
