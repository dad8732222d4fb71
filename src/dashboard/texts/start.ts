/** The page that one comes to first: what there is to do, and how things stand. */
export const START = {
  welcome: (name: string) => `Welcome to ${name}`,
  firstLead: 'Four steps to your first conversation. Each one can be changed later.',
  lead: 'How things stand right now.',
  progress: (done: number, all: number) => `${done} of ${all} done`,
  steps: {
    connect: {
      title: 'Connect a Gmail account',
      lead: 'Emails go out from it, and answers come back to it. Takes an App Password from Google.',
      action: 'Connect Gmail',
    },
    people: {
      title: 'Bring in the people you want to reach',
      lead: 'Import a CSV file. Nobody is written to by that.',
      action: 'Import prospects',
    },
    campaign: {
      title: 'Write a campaign',
      lead: 'A first email and its follow-ups, with a preview for each person and a forecast.',
      action: 'Create a campaign',
    },
    reply: {
      title: 'Read the first reply',
      lead: 'It appears in the inbox the second it arrives, and stops the follow-ups to that person.',
      action: 'Open the inbox',
    },
  },
  done: 'done',
  figures: {
    unread: 'Unread conversations',
    sent: 'Emails in the last 24 hours',
    accounts: 'Connected accounts',
    running: 'Running campaigns',
  },
  needsYou: 'Needs you',
  look: 'Look at it',
} as const;
