/** The frame around every page. */
export const NAVIGATION = {
  product: 'ConnectionSphere',
  skip: 'Skip to the content',
  menu: 'Menu',
  /** The titles of all pages; their other words stay with them, and are loaded with them. */
  pages: {
    start: 'Start',
    inbox: 'Inbox',
    gmail: 'Gmail accounts',
    campaigns: 'Campaigns',
    newCampaign: 'New campaign',
    editCampaign: 'Edit a campaign',
    campaign: 'Campaign',
    prospects: 'Prospects',
    imports: 'Imports',
    suppressions: 'Suppressions',
    operator: 'Workspaces',
  },
  /** Beside the inbox, for who does not see what the figure is. */
  unread: (count: number) => `${count} unread`,
  sections: { work: 'Outreach', settings: 'Settings', operator: 'Operator' },
  explorer: 'API explorer',
  signOut: 'Sign out',
  account: 'Your account',
  reply: {
    answered: (who: string) => `${who} answered`,
    open: 'Open the conversation',
  },
  colours: { auto: 'As the system', light: 'Light', dark: 'Dark' },
} as const;
