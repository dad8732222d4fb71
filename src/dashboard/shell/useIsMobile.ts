import { useMediaQuery } from '@mantine/hooks';

/** Whether the window is as narrow as a phone: where the navigation is behind a button. */
export function useIsMobile(): boolean {
  return useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
}
