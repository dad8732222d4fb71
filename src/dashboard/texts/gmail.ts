/** The page of the Gmail accounts: slots, connecting, disconnecting, settings. */
export const GMAIL = {
  lead: 'Emails go out from these accounts, and every answer to them is watched for.',
  total: (label: string) => `${label} connected`,
  kinds: {
    SELF: { title: 'Your own accounts', lead: 'Connect a Gmail account of your own in each of these slots.' },
    FLY: { title: 'Done for you', lead: 'Our team connects accounts here and looks after them for you.' },
  },
  free: {
    connect: 'Connect Gmail',
    slot: (position: number) => `Slot ${position}`,
  },
  managed: {
    badge: 'Managed for you',
    free: 'Our team will fill this slot for you.',
    ask: 'Ask support about it',
  },
  used: (used: number, capacity: number) => `${used} of ${capacity} slots are used`,
  none: 'There is no slot of this kind in your workspace.',

  states: {
    CONNECTING: { label: 'Connecting', meaning: 'The mailbox is being opened.' },
    WATCHING: { label: 'Watching', meaning: 'New mail is seen the second it arrives.' },
    STALE: { label: 'Unproven', meaning: 'Connected, as far as we know, but without proof for minutes.' },
    RECONNECTING: { label: 'Reconnecting', meaning: 'The connection broke and is being restored by itself.' },
    REJECTED: { label: 'Needs you', meaning: 'Gmail refused. Please read what to do.' },
    PAUSED: {
      label: 'Resting',
      meaning: 'Gmail asked to be left alone for a while. Watching goes on by itself.',
    },
  },
  facts: {
    today: 'Today',
    todayOf: (sent: number, allowance: number) => `${sent} of ${allowance}`,
    last24h: 'Last 24 hours',
    rampOff: 'Warm-up is off',
    next: 'Next email',
    nothingNext: 'None planned',
    proof: 'Last proof',
    noProof: 'None yet',
    proofMeaning: 'When we last proved that new mail would have been seen.',
  },
  blockers: 'Why nothing goes out right now',
  until: (when: string) => `Until ${when}.`,
  actions: { settings: 'Settings', recheck: 'Check again', reconnect: 'Reconnect', disconnect: 'Disconnect' },

  connect: {
    title: 'Connect Gmail',
    reconnectTitle: 'Reconnect Gmail',
    email: 'Gmail address',
    emailHint: 'you@gmail.com',
    emailMissing: 'Please enter the address of the Gmail account.',
    name: 'Name that recipients see',
    nameHint: 'Optional, such as Maya Lindt',
    password: 'App Password',
    passwordLead: 'The 16 letters from Google, not your regular password. Spaces do not matter.',
    letters: (count: number) => `${count} of 16 letters`,
    complete: 'All 16 letters are there',
    incomplete: (count: number) =>
      count === 0
        ? 'Please paste the App Password that Google shows you.'
        : `An App Password has 16 letters, and this has ${count}. Please copy the whole of it.`,
    tooLong: 'More than 16 letters',
    foreign: 'An App Password has only letters from a to z. This looks like your regular password.',
    submit: 'Connect Gmail',
    again: 'Try again',
    done: 'Done',
    connected: (email: string) => `${email} is connected`,
    connectedLead: 'New mail is being watched for. What you queue from this account goes out from now on.',
    checks: 'What we try with Gmail',
  },
  checks: {
    ADDRESS_AND_PASSWORD_FORMAT: 'Address and App Password',
    SMTP_CONNECT: 'Reach Gmail for sending',
    SMTP_LOGIN: 'Sign in for sending',
    IMAP_CONNECT: 'Reach Gmail for reading',
    IMAP_LOGIN: 'Sign in for reading',
    IMAP_IDLE: 'Instant news of mail',
    FOLDERS: 'Inbox, Sent, Spam, All Mail',
    DOMAIN_AUTHENTICATION: 'SPF, DKIM and DMARC',
  },
  outcomes: {
    RUNNING: 'running',
    PASSED: 'passed',
    WARNING: 'warning',
    FAILED: 'failed',
    SKIPPED: 'skipped',
  },
  problem: { remedy: 'What to do', help: 'Read more at Google', reply: 'The server’s own words' },

  disconnect: {
    title: (email: string) => `Disconnect ${email}?`,
    consequences: [
      'Emails that still wait to go out from it are cancelled.',
      'Campaigns go on from their other accounts. Whoever got an email from this one waits until it is back.',
      'Its App Password is erased here. In Google you can revoke it, too.',
      'Its replies are not watched for any more. Conversations so far stay in the inbox.',
      'Limits, warm-up and settings are kept: connect it again, and it goes on where it was.',
    ],
    submit: 'Disconnect',
    done: (email: string) => `${email} is disconnected.`,
    cancelled: (count: number) =>
      count === 1 ? 'One waiting email was cancelled.' : `${count} waiting emails were cancelled.`,
  },
  rechecked: 'All checks passed.',

  settings: {
    title: (email: string) => `Settings of ${email}`,
    paused: 'Pause sending',
    pausedLead: 'Nothing of a campaign goes out. Replies are still watched for.',
    dailyLimit: 'At most this many recipients in 24 hours',
    dailyLimitLead: 'Gmail allows 500 for regular accounts and 2,000 for Google Workspace.',
    ramp: 'Warm up',
    rampLead: 'Begins small and grows with each good day, so that Gmail learns to trust you.',
    rampStart: 'Emails on the first day',
    rampGrowth: 'More each day',
    rampCeiling: 'Up to',
    gap: 'Minutes between two campaign emails',
    gapMin: 'At least',
    gapMax: 'At most',
    displayName: 'Name that recipients see',
    signature: 'Signature',
    signatureLead: 'Stands under every email of this account.',
  },
} as const;

/** The three guides to an App Password. `link` stands under the steps. */
export const GUIDES = [
  {
    title: 'Turn on 2-Step Verification',
    steps: [
      'Open the security page of your Google Account.',
      'Under “Signing in to Google”, select 2-Step Verification.',
      'Follow the steps to turn it on.',
    ],
    link: { label: 'Open Google security settings', url: 'https://myaccount.google.com/security' },
  },
  {
    title: 'Generate an App Password',
    steps: [
      'Go back to the security page. Under “2-Step Verification”, find App passwords; sign in again if you are asked to.',
      'Select Mail as the app and Other as the device, and name it “ConnectionSphere”. Where Google asks for a name only, give it that.',
      'Click Generate, and copy the 16 letters that appear.',
    ],
    link: { label: 'Open App passwords', url: 'https://myaccount.google.com/apppasswords' },
  },
  {
    title: 'Enable IMAP',
    steps: [
      'In Gmail, click the gear and select See all settings.',
      'Go to the tab Forwarding and POP/IMAP.',
      'Under “IMAP access”, select Enable IMAP, and click Save Changes.',
    ],
    link: {
      label: 'Open Gmail’s IMAP settings',
      url: 'https://mail.google.com/mail/u/0/#settings/fwdandpop',
    },
  },
] as const;

export const GUIDE_FRAME = {
  title: 'Before you connect, in Google',
  more: 'Google’s own page: Sign in with App Passwords',
  moreUrl: 'https://support.google.com/accounts/answer/185833',
} as const;
