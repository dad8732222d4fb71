import { Autocomplete, MultiSelect, Select, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useQuery } from 'urql';
import { sayNameAndAddress } from '../../prospects/sayName';
import { WRITING } from '../../texts/campaignWriting';
import { sayMoment } from '../../time/sayTime';
import { type Choice, MOST_PASTED } from './choice';
import { KnownPeopleDocument, PeopleTagsDocument, RecentImportsDocument } from './people.generated';
import { readAddresses } from './readAddresses';

interface WayProps {
  choice: Choice;
  onChange: (change: Partial<Choice>) => void;
}

/** While somebody types, the server is asked when they pause. Milliseconds. */
const TYPING_MS = 250;
const SUGGESTIONS = 50;

/** Everybody with a tag. */
export function ByTag({ choice, onChange }: WayProps) {
  const [{ data }] = useQuery({ query: PeopleTagsDocument, variables: {} });
  const tags = data?.prospectTags ?? [];
  const chosen = tags.find(({ name }) => name === choice.tag.trim());
  return (
    <div>
      <Autocomplete
        label={TEXTS.tag}
        placeholder={TEXTS.tagHint}
        data={tags.map(({ name }) => name)}
        value={choice.tag}
        onChange={(tag) => onChange({ tag })}
      />
      {chosen && <Note>{TEXTS.tagged(chosen.prospects)}</Note>}
    </div>
  );
}

/** Everybody who was in a file. */
export function ByImport({ choice, onChange }: WayProps) {
  const [{ data, fetching }] = useQuery({ query: RecentImportsDocument, variables: { first: SUGGESTIONS } });
  const imports = data?.prospectImports.edges.map(({ node }) => node) ?? [];
  const done = imports.filter(({ state }) => state === 'DONE');
  return (
    <Select
      label={TEXTS.import}
      placeholder={!fetching && done.length === 0 ? TEXTS.noImport : TEXTS.importHint}
      data={done.map(({ id, createdAt, created, updated }) => ({
        value: id,
        label: TEXTS.importOf(sayMoment(createdAt), created + updated),
      }))}
      value={choice.importId}
      onChange={(importId) => onChange({ importId })}
    />
  );
}

/** One by one, from those whom the search finds. */
export function ByName({ choice, onChange }: WayProps) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const [{ data }] = useQuery({
    query: KnownPeopleDocument,
    variables: { first: SUGGESTIONS, ...(search && { search }) },
  });
  const found =
    data?.prospects.edges.map(({ node }) => ({ value: node.id, label: sayNameAndAddress(node) })) ?? [];
  // Whoever was chosen keeps a name when the search has moved on.
  const [labels, setLabels] = useState<ReadonlyMap<string, string>>(new Map());
  const chosen = choice.ids
    .filter((id) => found.every(({ value }) => value !== id))
    .map((id) => ({ value: id, label: labels.get(id) ?? id }));
  const choose = (ids: string[]) => {
    setLabels(new Map([...labels, ...found.map(({ value, label }) => [value, label] as const)]));
    onChange({ ids });
  };
  return (
    <MultiSelect
      label={TEXTS.chosen}
      placeholder={choice.ids.length === 0 ? TEXTS.chosenHint : ''}
      data={[...found, ...chosen]}
      // The server has searched, also in what the label does not say.
      filter={({ options }) => options}
      searchable
      hidePickedOptions
      nothingFoundMessage={TEXTS.nobodyFound}
      maxDropdownHeight={260}
      searchValue={typed}
      onSearchChange={setTyped}
      value={[...choice.ids]}
      onChange={choose}
    />
  );
}

/** Addresses from elsewhere: whoever is new becomes a prospect. */
export function Pasted({ choice, onChange }: WayProps) {
  const { people, wrong } = readAddresses(choice.pasted);
  const [first] = wrong;
  const isTooMany = people.length > MOST_PASTED;
  return (
    <div>
      <Textarea
        label={TEXTS.pasted}
        description={TEXTS.pastedLead}
        placeholder={TEXTS.pastedHint}
        autosize
        minRows={4}
        maxRows={12}
        value={choice.pasted}
        onChange={({ currentTarget }) => onChange({ pasted: currentTarget.value })}
        error={(first && TEXTS.wrong(first)) || (isTooMany && TEXTS.tooMany(MOST_PASTED))}
      />
      {people.length > 0 && <Note>{TEXTS.found(people.length)}</Note>}
    </div>
  );
}

function Note({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" pt={4} className="figures" role="status">
      {children}
    </Text>
  );
}

const TEXTS = WRITING.people;
