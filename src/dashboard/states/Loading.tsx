import { Center, Loader, Skeleton, Stack } from '@mantine/core';
import { STATES } from '../texts/states';

/** While something is on its way: bones of a page, or a wheel where nothing is known of what comes. */
export function Loading({ fullPage = false }: { fullPage?: boolean }) {
  if (fullPage) {
    return (
      <Center mih="100dvh" role="status" aria-label={STATES.loading}>
        <Loader />
      </Center>
    );
  }
  return (
    <Stack className="page" role="status" aria-label={STATES.loading}>
      <Skeleton height={32} width="40%" />
      <Skeleton height={120} radius="lg" />
      <Skeleton height={120} radius="lg" />
    </Stack>
  );
}
