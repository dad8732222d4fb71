import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useQuery } from 'urql';
import { sayNameAndAddress } from '../../prospects/sayName';
import { WRITING } from '../../texts/campaignWriting';
import { KnownPeopleDocument } from '../people/people.generated';
import type { PreviewedPerson } from './usePreviewedPerson';

const TYPING_MS = 250;
const FOUND = 20;

/** Chooses for whom a preview is. */
export function PersonSelect(props: {
  person: NonNullable<PreviewedPerson['person']>;
  onChoose: (id: string) => void;
}) {
  const { person, onChoose } = props;
  const label = sayNameAndAddress(person);
  const [typed, setTyped] = useState(label);
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  // The field shows who is chosen: that is nothing to search for.
  const variables = { first: FOUND, ...(search && search !== label && { search }) };
  const [{ data }] = useQuery({ query: KnownPeopleDocument, variables });
  const found = data?.prospects.edges.map(({ node }) => node) ?? [];
  const others = found.filter(({ id }) => id !== person.id);
  return (
    <Select
      aria-label={WRITING.preview.person}
      data={[person, ...others].map((each) => ({ value: each.id, label: sayNameAndAddress(each) }))}
      filter={({ options }) => options}
      searchable
      allowDeselect={false}
      nothingFoundMessage={WRITING.people.nobodyFound}
      searchValue={typed}
      onSearchChange={setTyped}
      value={person.id}
      onChange={(id) => id && onChoose(id)}
    />
  );
}
