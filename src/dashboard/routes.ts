import {
  type Icon,
  IconBrandGmail,
  IconBuildingCommunity,
  IconFlame,
  IconHome,
  IconInbox,
  IconSend,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { UnreadBadge } from './inbox/Unread';
import { NAVIGATION } from './texts/navigation';
import { SETTINGS } from './texts/settings';
import { WARM_UP } from './texts/warmup';

/** A page of the dashboard, below /app. Its code is loaded when it is opened for the first time. */
export interface Page {
  /** As wouter matches it: `/campaigns/:id`. The navigation leads to what stands before the first parameter. */
  path: string;
  /** In the window's title, and in the navigation. */
  title: string;
  load(): Promise<ComponentType>;
  /** Where it stands in the navigation; left out for pages that others lead to. */
  section?: 'work' | 'settings' | 'operator';
  icon?: Icon;
  /** Stands beside its title in the navigation. */
  Badge?: ComponentType;
}

/** All pages, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    path: '/',
    title: NAVIGATION.pages.start,
    load: async () => (await import('./start/StartPage')).StartPage,
    section: 'work',
    icon: IconHome,
  },
  {
    path: '/inbox/:conversationId?',
    title: NAVIGATION.pages.inbox,
    load: async () => (await import('./inbox/InboxPage')).InboxPage,
    section: 'work',
    icon: IconInbox,
    Badge: UnreadBadge,
  },
  {
    path: '/campaigns',
    title: NAVIGATION.pages.campaigns,
    load: async () => (await import('./campaigns/CampaignsPage')).CampaignsPage,
    section: 'work',
    icon: IconSend,
  },
  {
    path: '/campaigns/new',
    title: NAVIGATION.pages.newCampaign,
    load: async () => (await import('./campaigns/writing/NewCampaignPage')).NewCampaignPage,
  },
  {
    path: '/campaigns/:id/edit/:part?',
    title: NAVIGATION.pages.editCampaign,
    load: async () => (await import('./campaigns/writing/EditCampaignPage')).EditCampaignPage,
  },
  {
    path: '/campaigns/:id',
    title: NAVIGATION.pages.campaign,
    load: async () => (await import('./campaigns/running/CampaignPage')).CampaignPage,
  },
  {
    path: '/prospects',
    title: NAVIGATION.pages.prospects,
    load: async () => (await import('./prospects/ProspectsPage')).ProspectsPage,
    section: 'work',
    icon: IconUsers,
  },
  {
    path: '/prospects/imports',
    title: NAVIGATION.pages.imports,
    load: async () => (await import('./imports/ImportsPage')).ImportsPage,
  },
  {
    path: '/prospects/imports/:id',
    title: NAVIGATION.pages.imports,
    load: async () => (await import('./imports/ImportPage')).ImportPage,
  },
  {
    path: '/prospects/suppressions',
    title: NAVIGATION.pages.suppressions,
    load: async () => (await import('./suppressions/SuppressionsPage')).SuppressionsPage,
  },
  {
    path: '/integrations/gmail',
    title: NAVIGATION.pages.gmail,
    load: async () => (await import('./integrations/GmailPage')).GmailPage,
    section: 'work',
    icon: IconBrandGmail,
  },
  {
    path: '/warm-up',
    title: WARM_UP.title,
    load: async () => (await import('./warmup/WarmUpPage')).WarmUpPage,
    section: 'work',
    icon: IconFlame,
  },
  {
    path: '/settings',
    title: SETTINGS.title,
    load: async () => (await import('./settings/SettingsPage')).SettingsPage,
    section: 'settings',
    icon: IconSettings,
  },
  {
    path: '/operator',
    title: NAVIGATION.pages.operator,
    load: async () => (await import('./operator/OperatorPage')).OperatorPage,
    section: 'operator',
    icon: IconBuildingCommunity,
  },
];
