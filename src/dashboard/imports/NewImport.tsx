import { Alert, Button, Card, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { IMPORTS } from '../texts/imports';
import { DropZone } from './DropZone';
import { type FilePreview, type Mapping, previewFile, sendFile } from './files';
import { ImportReport } from './ImportReport';
import { MappingForm } from './MappingForm';

/** What becomes of a file, from being chosen to being imported. */
type Stage =
  | { at: 'choosing'; isLooking: boolean; failure: string | null }
  | { at: 'mapping'; file: File; preview: FilePreview }
  | { at: 'sending'; file: File; share: number }
  | { at: 'running'; id: string };

const CHOOSING: Extract<Stage, { at: 'choosing' }> = { at: 'choosing', isLooking: false, failure: null };

/** A file on its way in. `onEnd` is called when an import has ended. */
export function NewImport({ onEnd }: { onEnd: () => void }) {
  const [stage, setStage] = useState<Stage>(CHOOSING);
  const fail = (error: unknown) => setStage({ ...CHOOSING, failure: (error as Error).message });
  const look = async (file: File) => {
    setStage({ ...CHOOSING, isLooking: true });
    try {
      setStage({ at: 'mapping', file, preview: await previewFile(file) });
    } catch (error) {
      fail(error);
    }
  };
  const send = async (file: File, options: { mapping: Mapping; tags: readonly string[] }) => {
    setStage({ at: 'sending', file, share: 0 });
    try {
      const id = await sendFile(file, options, (share) => setStage({ at: 'sending', file, share }));
      setStage({ at: 'running', id });
    } catch (error) {
      fail(error);
    }
  };

  switch (stage.at) {
    case 'choosing':
      return (
        <Stack gap="md">
          {stage.failure && <Alert color="red">{stage.failure}</Alert>}
          <DropZone onFile={look} isBusy={stage.isLooking} />
        </Stack>
      );
    case 'mapping':
      return (
        <Card component="section">
          <MappingForm
            fileName={stage.file.name}
            preview={stage.preview}
            onStart={(options) => send(stage.file, options)}
            onCancel={() => setStage(CHOOSING)}
          />
        </Card>
      );
    case 'sending':
      return (
        <Card component="section">
          <Stack gap="xs">
            <Text fw={600}>{IMPORTS.sendingOf(stage.file.name)}</Text>
            <Progress value={stage.share * 100} aria-label={IMPORTS.sendingOf(stage.file.name)} />
            <Text size="sm" c="dimmed" className="figures" role="status">
              {IMPORTS.sending(stage.share)}
            </Text>
            <Text size="sm">{IMPORTS.stay}</Text>
          </Stack>
        </Card>
      );
    case 'running':
      return (
        <ImportReport id={stage.id} onEnd={onEnd}>
          <Button variant="default" onClick={() => setStage(CHOOSING)}>
            {IMPORTS.next}
          </Button>
        </ImportReport>
      );
  }
}
