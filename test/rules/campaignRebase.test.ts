import type { Draft, DraftStep } from '../../src/dashboard/campaigns/writing/draft';
import { type Form, rebase, settle, show } from '../../src/dashboard/campaigns/writing/rebase';

const step = (key: string, body: string): DraftStep => ({
  key,
  waitDays: 0,
  variants: [{ key: `${key}-a`, subject: 'Hi', body, weight: 1 }],
});
const BASE: Draft = {
  name: 'Spring',
  steps: [step('one', 'Hello')],
  schedule: { timezone: 'UTC', days: ['MON', 'TUE'], from: '09:00', to: '17:00' },
  slotIds: ['s1', 's2'],
};
const OURS = { ...BASE, steps: [step('one', 'Good morning')] };
const THEIRS = { ...BASE, steps: [step('one', 'Good evening')] };

const ids = new Map(['one', 'one-a', 'two', 'two-a'].map((id) => [id, id]));
const edited = (draft: Draft): Form => ({ draft, saved: BASE, clash: null });

test('what was changed only elsewhere is taken over, what was changed only here stays', () => {
  const { form, taken } = rebase(edited(OURS), { ...BASE, name: 'Summer', slotIds: ['s1'] }, ids);
  expect(form.draft).toEqual({ ...OURS, name: 'Summer', slotIds: ['s1'] });
  expect(form.saved).toMatchObject({ name: 'Summer', steps: BASE.steps });
  expect(form.clash).toBeNull();
  expect(taken).toEqual(['name', 'slotIds']);
});

test.each([
  ['of the same words', BASE],
  ['with another order of days and slots', { ...BASE, slotIds: ['s2', 's1'] }],
  ['with spaces around its name', { ...BASE, name: ' Spring ' }],
])('a version %s changes nothing', (_, theirs) => {
  const untouched = rebase({ draft: BASE, saved: BASE, clash: null }, theirs, ids);
  expect(untouched.form.draft).toBe(untouched.form.saved);
  expect(untouched.taken).toEqual([]);
  expect(rebase(edited(OURS), theirs, ids).form.draft).toEqual(OURS);
});

test('the same change here and there is no clash, and nothing is left to save', () => {
  const { form, taken } = rebase(edited(OURS), structuredClone(OURS), ids);
  expect(form).toMatchObject({ draft: OURS, clash: null });
  expect(form.saved).toBe(form.draft);
  expect(taken).toEqual([]);
});

test('what is new here has no id there yet: it clashes with another that is new there', () => {
  const { form } = rebase(
    edited({ ...BASE, steps: [...BASE.steps, step('new', 'Again')] }),
    { ...BASE, steps: [...BASE.steps, step('two', 'Again')] },
    ids,
  );
  expect(form.clash?.pieces).toEqual(['steps']);
});

test('of what both changed, each version can be looked at and changed until one is chosen', () => {
  const { form } = rebase(edited(OURS), THEIRS, ids);
  expect(form.draft).toEqual(OURS);
  const theirs = show('theirs', form);
  expect(theirs.draft).toEqual(THEIRS);
  expect(settle(theirs, ids).saved).toBe(theirs.draft);
  const better = { ...theirs, draft: { ...theirs.draft, steps: [step('one', 'Good night')] } };
  expect(show('mine', better).draft).toEqual(OURS);
  expect(show('theirs', show('mine', better)).draft).toEqual(better.draft);
});

test('a clash stays open over what comes in next, and ends where both come to agree', () => {
  const { form } = rebase(edited(OURS), THEIRS, ids);
  const next = rebase(show('theirs', form), { ...THEIRS, name: 'Summer' }, ids);
  expect(next.form.draft).toEqual({ ...THEIRS, name: 'Summer' });
  expect(show('mine', next.form).draft).toEqual({ ...OURS, name: 'Summer' });
  expect(next.form.clash?.pieces).toEqual(['steps']);
  expect(next.taken).toEqual(['name']);
  expect(rebase(next.form, { ...OURS, name: 'Summer' }, ids).form.clash).toBeNull();
});

test('what is written on either version of a clash outlives news of something else, not a newer version', () => {
  const { form } = rebase(edited(OURS), THEIRS, ids);
  const better = { ...show('theirs', form), draft: { ...THEIRS, steps: [step('one', 'Good night')] } };
  const { form: next } = rebase(better, { ...THEIRS, name: 'Summer' }, ids);
  expect(next.draft).toEqual({ ...better.draft, name: 'Summer' });
  expect(rebase(show('mine', next), { ...THEIRS, name: 'Summer' }, ids).form).toEqual(show('mine', next));
  const newer = { ...THEIRS, steps: [step('one', 'Good day')] };
  expect(rebase(next, newer, ids).form).toMatchObject({
    draft: newer,
    clash: { other: { steps: OURS.steps } },
  });
});
