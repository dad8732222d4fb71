import { type Icon, IconBrandGmail } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { NAVIGATION } from './texts/navigation';

/** A page of the dashboard, below /app. Its code is loaded when it is opened for the first time. */
export interface Page {
  /** As wouter matches it: `/campaigns/:id`. */
  path: string;
  /** In the window's title, and in the navigation. */
  title: string;
  load(): Promise<ComponentType>;
  /** Where it stands in the navigation; left out for pages that others lead to. */
  section?: 'work' | 'settings' | 'operator';
  icon?: Icon;
}

/** All pages, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    path: '/integrations/gmail',
    title: NAVIGATION.gmail,
    load: async () => (await import('./integrations/GmailPage')).GmailPage,
    section: 'work',
    icon: IconBrandGmail,
  },
];
