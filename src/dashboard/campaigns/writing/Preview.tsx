import { Alert, Box, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from 'urql';
import { useFreshContext } from '../../api/useFreshContext';
import { MailFrame } from '../../mail/MailFrame';
import { Loaded } from '../../states/Loaded';
import { WRITING } from '../../texts/campaignWriting';
import { PersonSelect } from './PersonSelect';
import classes from './Preview.module.css';
import type { PreviewedPerson } from './usePreviewedPerson';
import type { Saving } from './useSaving';
import { PreviewStepDocument, type PreviewStepQuery } from './writing.generated';

interface PreviewProps {
  campaignId: string;
  saving: Saving;
  person: PreviewedPerson;
  step: number;
  variant: number;
  /** Something of this wording must be mended first. */
  hasProblem: boolean;
  /** Written as HTML; what is written as text goes out as both, and reads the same. */
  isHtml: boolean;
}

/** What a person will read, made by the sender's own code from what is saved, and anew with each saving. */
export function Preview(props: PreviewProps) {
  const { person } = props.person;
  return (
    <Stack component="section" gap="sm" aria-label={TEXTS.title} className={classes['preview']}>
      <Text size="sm" fw={500}>
        {TEXTS.title}
      </Text>
      {person ? (
        <>
          <PersonSelect person={person} onChoose={props.person.choose} />
          <Shown {...props} prospectId={person.id} />
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {TEXTS.nobody}
        </Text>
      )}
    </Stack>
  );
}

function Shown(props: PreviewProps & { prospectId: string }) {
  const { campaignId, saving, prospectId, step, variant, hasProblem, isHtml } = props;
  const isSaved = saving.saved.steps[step]?.variants[variant] !== undefined;
  const [result, ask] = useQuery({
    query: PreviewStepDocument,
    variables: { campaignId, prospectId, step, variant },
    context: useFreshContext(saving.saved),
    pause: !isSaved,
  });
  if (hasProblem) return <Alert color="red">{TEXTS.mend}</Alert>;
  if (!isSaved && !saving.isAutomatic) return <Note>{TEXTS.notSaved}</Note>;
  return (
    <Loaded result={result} onRetry={ask} loading={<Skeleton height={160} radius="md" />}>
      {({ previewStep }) => (
        <>
          <Email {...previewStep} html={isHtml ? previewStep.html : null} />
          {!saving.isAutomatic && saving.status !== 'saved' && <Note>{TEXTS.unsaved}</Note>}
        </>
      )}
    </Loaded>
  );
}

function Email({ subject, text, html, problems }: PreviewStepQuery['previewStep']) {
  const [problem] = problems;
  if (problem) {
    return (
      <Alert color="yellow" title={TEXTS.held}>
        {problem.message}
      </Alert>
    );
  }
  return (
    <Box className={classes['email']}>
      <Text fw={620} pb="sm" className={classes['words']}>
        {subject}
      </Text>
      {html ? (
        <>
          <MailFrame html={html} text={text} title={TEXTS.frame} />
          <Note>{TEXTS.html}</Note>
        </>
      ) : (
        <Text size="sm" className={classes['words']}>
          {text}
        </Text>
      )}
    </Box>
  );
}

function Note({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}

const TEXTS = WRITING.preview;
