import { Badge, Button, Group, Select, SimpleGrid, Stack, Table, TagsInput, Text } from '@mantine/core';
import { useState } from 'react';
import { SectionHeader } from '../shell/SectionHeader';
import { IMPORTS } from '../texts/imports';
import { FIELDS, type Field, type FilePreview, type Mapping } from './files';
import classes from './MappingForm.module.css';

/** What each column of a file is taken for, with its first rows; to be corrected before anything is imported. */
export function MappingForm(props: {
  fileName: string;
  preview: FilePreview;
  onStart: (options: { mapping: Mapping; tags: readonly string[] }) => void;
  onCancel: () => void;
}) {
  const { fileName, preview, onStart, onCancel } = props;
  const [mapping, setMapping] = useState(() => guessedMapping(preview));
  const [tags, setTags] = useState<string[]>([]);
  const choose = (field: Field, column: string | null) => setMapping({ ...mapping, [field]: column ?? '' });
  return (
    <Stack gap="lg">
      <SectionHeader
        title={IMPORTS.mapTitle(fileName)}
        lead={IMPORTS.mapLead}
        style={{ overflowWrap: 'anywhere' }}
      />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md">
        {FIELDS.map((field) => (
          <Select
            key={field}
            label={IMPORTS.fields[field]}
            placeholder={IMPORTS.none}
            data={columnsFor(field, preview, mapping)}
            value={mapping[field] || null}
            error={field === 'email' && mapping.email === '' && IMPORTS.emailMissing}
            clearable={field !== 'email'}
            searchable={preview.columns.length > MANY}
            onChange={(column) => choose(field, column)}
          />
        ))}
        <TagsInput
          label={IMPORTS.tags}
          placeholder={tags.length === 0 ? IMPORTS.tagsHint : ''}
          value={tags}
          onChange={setTags}
        />
      </SimpleGrid>
      <FirstRows preview={preview} mapping={mapping} />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onCancel}>
          {IMPORTS.another}
        </Button>
        <Button disabled={mapping.email === ''} onClick={() => onStart({ mapping, tags })}>
          {IMPORTS.start}
        </Button>
      </Group>
    </Stack>
  );
}

function FirstRows({ preview: { columns, rows }, mapping }: { preview: FilePreview; mapping: Mapping }) {
  if (rows.length === 0) return <Text size="sm">{IMPORTS.noRows}</Text>;
  return (
    <div>
      <Text size="sm" c="dimmed" mb={4}>
        {IMPORTS.preview(rows.length)}
      </Text>
      <Table.ScrollContainer
        minWidth={columns.length * CELL_WIDTH}
        scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      >
        <Table
          fz="sm"
          verticalSpacing="xs"
          className={classes['rows']}
          data={{
            head: columns.map(({ name }) => <Head key={name} name={name} mapping={mapping} />),
            body: rows.map((row) => columns.map((_column, place) => row[place])),
          }}
        />
      </Table.ScrollContainer>
    </div>
  );
}

function Head(props: { name: string; mapping: Mapping }) {
  return (
    <>
      <div className={classes['name']}>{props.name}</div>
      <Meaning {...props} />
    </>
  );
}

function Meaning({ name, mapping }: { name: string; mapping: Mapping }) {
  const field = FIELDS.find((each) => mapping[each] !== '' && mapping[each] === name);
  if (field) return <Badge miw="max-content">{IMPORTS.fields[field]}</Badge>;
  return (
    <Badge color="gray" miw="max-content">
      {name === '' ? IMPORTS.leftOut : IMPORTS.attribute}
    </Badge>
  );
}

/** Past so many columns one types rather than scrolls. */
const MANY = 10;
const CELL_WIDTH = 130;

function guessedMapping({ columns }: FilePreview): Mapping {
  const named = FIELDS.map((field) => [field, columns.find((column) => column.field === field)?.name ?? '']);
  return Object.fromEntries(named);
}

/** The columns that this field may be: those with a name, each once, and of no other field. */
function columnsFor(field: Field, { columns }: FilePreview, mapping: Mapping): string[] {
  const taken = FIELDS.filter((other) => other !== field).map((other) => mapping[other]);
  const names = new Set(columns.map(({ name }) => name).filter((name) => name !== ''));
  return [...names].filter((name) => !taken.includes(name));
}
