import { Button } from '@mantine/core';
import { Link, useParams } from 'wouter';
import { ProspectsFrame } from '../prospects/ProspectsFrame';
import { IMPORTS } from '../texts/imports';
import { ImportReport } from './ImportReport';

/** /app/prospects/imports/:id: one import, also while it runs. */
export function ImportPage() {
  const { id = '' } = useParams<{ id: string }>();
  return (
    <ProspectsFrame>
      <ImportReport id={id}>
        <Button component={Link} href="/prospects/imports" variant="default">
          {IMPORTS.all}
        </Button>
      </ImportReport>
    </ProspectsFrame>
  );
}
