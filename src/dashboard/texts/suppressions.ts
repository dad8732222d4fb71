/** Who must never be written to again. */
export const SUPPRESSIONS = {
  lead: 'Nothing is ever sent to these addresses and domains, whatever a campaign or an import says.',
  search: 'Search suppressions',
  searchHint: 'Part of an address or domain',
  value: 'Address or domain',
  valueHint: 'ines@company.com or @company.com',
  valueMissing: 'Please enter an address, or a domain that begins with @.',
  reason: 'Reason',
  add: 'Never write to it again',
  added: (value: string) => `Nothing is sent to ${value} any more.`,
  reasons: {
    UNSUBSCRIBED: 'Unsubscribed',
    BOUNCED: 'Bounced',
    COMPLAINED: 'Complained',
    MANUAL: 'Your decision',
  },
  sources: {
    PERSON: 'by hand',
    LINK: 'by the link in an email',
    REPLY: 'by an answer',
    BOUNCE: 'by an email that came back',
    COMPLAINT: 'by a report of spam',
  },
  remove: 'Remove',
  removeOf: (value: string) => `Remove ${value}`,
  removeTitle: (value: string) => `Write to ${value} again?`,
  warnings: {
    UNSUBSCRIBED:
      'They asked not to be written to. Writing to them again is forbidden by law in most countries, unless they have changed their mind.',
    BOUNCED:
      'There was no such mailbox. Another email that comes back harms how Gmail looks at your account.',
    COMPLAINED: 'They reported an email as spam. Another report can cost you your account.',
    MANUAL: 'Somebody of your workspace decided that nothing is sent there. From now on campaigns may.',
  },
  removeAction: 'Allow emails again',
  removed: (value: string) => `${value} may be written to again.`,
  emptyTitle: 'No suppression',
  empty: 'Who unsubscribes, complains, or has no mailbox any more comes here by itself.',
  noMatchTitle: 'Nothing is like that',
  noMatch: 'No suppressed address or domain has this in it.',
} as const;
