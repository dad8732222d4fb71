import type { CreateCampaignInput } from '../../api/schema.generated';
import { type Draft, type Ids, toInput } from './draft';

/** What a campaign is made of. Each is kept or taken over as a whole. */
export const PIECES = ['name', 'steps', 'schedule', 'slotIds'] as const satisfies readonly (keyof Draft)[];
export type Piece = (typeof PIECES)[number];

/** A campaign in the form. What is not saved yet makes `draft` another object than `saved`. */
export interface Form {
  draft: Draft;
  /** As the server had it when it was asked last. */
  saved: Draft;
  clash: Clash | null;
}

/** What was changed here and elsewhere, each in its own way. One version stands in the draft, the other waits here. */
export interface Clash {
  pieces: readonly Piece[];
  shown: Side;
  other: Partial<Draft>;
}

export type Side = 'mine' | 'theirs';

/**
 * The form once the server has another version: what was changed only there is taken over, what was changed only here
 * stays, and of the rest both versions are kept until a person decides; the one that they look at stays in the form.
 *
 * @returns `taken`: what was taken over
 */
export function rebase(form: Form, theirs: Draft, ids: Ids): { form: Form; taken: readonly Piece[] } {
  const { draft: mine, clash: open } = show('mine', form);
  const [there, here] = [differences(form.saved, theirs, ids), differences(form.saved, mine, ids)];
  const apart = differences(mine, theirs, ids);
  const isOpen = (piece: Piece) => open?.pieces.includes(piece) === true;
  const clashing = apart.filter((piece) => (there.includes(piece) && here.includes(piece)) || isOpen(piece));
  const taken = apart.filter((piece) => there.includes(piece) && !clashing.includes(piece));
  // Their version may have been written on here; that is not lost to news of something else.
  const kept = clashing.filter((piece) => isOpen(piece) && !there.includes(piece));
  const other = { ...pick(theirs, clashing), ...pick(open?.other ?? {}, kept) };
  const clash: Clash | null = clashing.length === 0 ? null : { pieces: clashing, shown: 'mine', other };
  const next = settle({ draft: { ...mine, ...pick(theirs, taken) }, saved: theirs, clash }, ids);
  return { form: show(form.clash?.shown ?? 'mine', next), taken };
}

/** Puts the other version of what clashes into the draft. Both can still be changed. */
export function show<Held extends Form>(side: Side, form: Held): Held {
  const { draft, clash } = form;
  if (!clash || clash.shown === side) return form;
  const other = pick(draft, clash.pieces);
  return { ...form, draft: { ...draft, ...clash.other }, clash: { ...clash, shown: side, other } };
}

/** The form in which nothing counts as changed when the draft says the same as what is saved. */
export function settle<Held extends Form>(form: Held, ids: Ids): Held {
  const isSame = differences(form.draft, form.saved, ids).length === 0;
  // The draft's own objects stay: its keys are those of the fields that somebody writes in.
  return isSame ? { ...form, saved: form.draft } : form;
}

function differences(one: Draft, other: Draft, ids: Ids): Piece[] {
  const [left, right] = [toInput(one, ids), toInput(other, ids)];
  return PIECES.filter(
    (piece) => JSON.stringify(MEANING[piece](left)) !== JSON.stringify(MEANING[piece](right)),
  );
}

/** What the server keeps of each: neither the order of days and slots nor the spaces around a name. */
const MEANING: Record<Piece, (input: CreateCampaignInput) => unknown> = {
  name: ({ name }) => name.trim(),
  steps: ({ steps }) => steps,
  schedule: ({ schedule: { timezone, days, from, to } }) => [timezone, [...days].sort(), from, to],
  slotIds: ({ slotIds }) => [...slotIds].sort(),
};

function pick(draft: Partial<Draft>, pieces: readonly Piece[]): Partial<Draft> {
  return Object.fromEntries(pieces.map((piece) => [piece, draft[piece]]));
}
