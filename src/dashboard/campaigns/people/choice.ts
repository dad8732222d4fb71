import type { ProspectInput } from '../../api/schema.generated';
import { readAddresses } from './readAddresses';

/** How people are chosen, and what was chosen in each of the ways; `way` is the one that counts. */
export interface Choice {
  way: 'tag' | 'import' | 'chosen' | 'pasted';
  tag: string;
  importId: string | null;
  ids: readonly string[];
  pasted: string;
  allowOtherCampaigns: boolean;
}

export const NOBODY: Choice = {
  way: 'tag',
  tag: '',
  importId: null,
  ids: [],
  pasted: '',
  allowOtherCampaigns: false,
};

/** What the server takes at once. */
export const MOST_PASTED = 1_000;

/** `nobody` when nothing is chosen yet, `wrong` when it cannot be taken as it stands. */
export function judge(choice: Choice): 'nobody' | 'wrong' | 'ready' {
  switch (choice.way) {
    case 'tag':
      return choice.tag.trim() ? 'ready' : 'nobody';
    case 'import':
      return choice.importId ? 'ready' : 'nobody';
    case 'chosen':
      return choice.ids.length > 0 ? 'ready' : 'nobody';
    case 'pasted': {
      const { people, wrong } = readAddresses(choice.pasted);
      if (wrong.length > 0 || people.length > MOST_PASTED) return 'wrong';
      return people.length > 0 ? 'ready' : 'nobody';
    }
  }
}

export type Person = Pick<ProspectInput, 'email' | 'firstName' | 'lastName'>;
