import type { Problem } from './draft';

/** The parts of a campaign, in the order in which it is written. */
export const PARTS = ['people', 'emails', 'schedule', 'accounts', 'review'] as const;
export type PartName = (typeof PARTS)[number];

export function isPart(name: string): name is PartName {
  return PARTS.some((part) => part === name);
}

/** Where a problem is mended. */
export function partOf({ step, field }: Problem): PartName {
  if (step !== null || field === 'steps') return 'emails';
  if (field.startsWith('schedule')) return 'schedule';
  return field === 'slotIds' ? 'accounts' : 'people';
}
