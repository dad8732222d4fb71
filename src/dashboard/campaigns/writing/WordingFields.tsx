import { Stack } from '@mantine/core';
import { WRITING } from '../../texts/campaignWriting';
import type { DraftVariant, Problem } from './draft';
import { TemplateField } from './TemplateField';

/** Subject and text of a wording, both templates. */
export function WordingFields(props: {
  variant: DraftVariant;
  isFirstStep: boolean;
  attributes: readonly string[];
  problems: readonly Problem[];
  onChange: (change: Partial<DraftVariant>) => void;
}) {
  const { variant, isFirstStep, attributes, problems, onChange } = props;
  const problemOf = (name: string) => problems.find(({ field }) => field === name) ?? null;
  return (
    <Stack gap="md">
      <TemplateField
        label={TEXTS.subject}
        placeholder={isFirstStep ? undefined : TEXTS.subjectInThread}
        value={variant.subject}
        // A subject is one line, whatever is pasted.
        onChange={(subject) => onChange({ subject: subject.replace(/\s*\n\s*/g, ' ') })}
        attributes={attributes}
        problem={problemOf('subject')}
      />
      <TemplateField
        label={TEXTS.body}
        minRows={9}
        value={variant.body}
        onChange={(body) => onChange({ body })}
        attributes={attributes}
        problem={problemOf('body')}
      />
    </Stack>
  );
}

const TEXTS = WRITING.emails;
