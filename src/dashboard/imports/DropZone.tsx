import { Button, FileButton, Text, ThemeIcon } from '@mantine/core';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { IMPORTS } from '../texts/imports';
import classes from './DropZone.module.css';

/** Where a file is dropped, or chosen by the button in it. */
export function DropZone({ onFile, isBusy }: { onFile: (file: File) => void; isBusy: boolean }) {
  const [isOver, setOver] = useState(false);
  const take = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <section
      className={classes['zone']}
      aria-label={IMPORTS.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault(); // a browser would open the file
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={take}
    >
      <ThemeIcon size={44} radius="xl" variant="light">
        <IconFileTypeCsv size={24} stroke={1.6} aria-hidden />
      </ThemeIcon>
      <Text fw={600}>{IMPORTS.drop}</Text>
      <Text size="sm" c="dimmed">
        {IMPORTS.dropLead}
      </Text>
      <FileButton accept=".csv,.tsv,.txt,text/csv" onChange={(file) => file && onFile(file)}>
        {(props) => (
          <Button {...props} loading={isBusy} mt="xs">
            {IMPORTS.choose}
          </Button>
        )}
      </FileButton>
    </section>
  );
}
