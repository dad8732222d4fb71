/** The frame around every page. */
export const NAVIGATION = {
  product: 'ConnectionSphere',
  skip: 'Skip to the content',
  menu: 'Menu',
  sections: { work: 'Outreach', settings: 'Settings', operator: 'Operator' },
  start: 'Start',
  gmail: 'Gmail accounts',
  explorer: 'API explorer',
  signOut: 'Sign out',
  account: 'Your account',
  colours: { auto: 'As the system', light: 'Light', dark: 'Dark' },
  newReply: (from: string) => `${from} answered`,
} as const;
