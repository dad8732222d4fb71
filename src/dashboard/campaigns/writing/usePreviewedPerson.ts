import { useState } from 'react';
import { useQuery } from 'urql';
import { KnownPeopleDocument } from '../people/people.generated';
import type { SavedCampaign } from './draft';
import { PreviewedPersonDocument, type PreviewedPersonQuery } from './writing.generated';

export interface PreviewedPerson {
  /** Null while there is no prospect at all. */
  person: PreviewedPersonQuery['prospect'];
  /** The names of what else is known of them. */
  attributes: readonly string[];
  choose(id: string): void;
}

/** For whom the emails are shown: somebody of the campaign, else the newest prospect, until another is chosen. */
export function usePreviewedPerson({ enrolments }: SavedCampaign): PreviewedPerson {
  const [chosen, choose] = useState<string | null>(null);
  const enrolled = enrolments.edges[0]?.node.prospect.id;
  const [{ data: newest }] = useQuery({
    query: KnownPeopleDocument,
    variables: { first: 1 },
    pause: enrolled !== undefined,
  });
  const id = chosen ?? enrolled ?? newest?.prospects.edges[0]?.node.id;
  const [{ data }] = useQuery({ query: PreviewedPersonDocument, variables: { id: id ?? '' }, pause: !id });
  const person = data?.prospect ?? null;
  return { person, attributes: person?.attributes.map(({ name }) => name) ?? [], choose };
}
