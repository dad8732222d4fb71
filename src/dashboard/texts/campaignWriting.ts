const PIECES = { name: 'Name', steps: 'Emails', schedule: 'Schedule', slotIds: 'Accounts' } as const;

/** Writing a campaign: its people, emails, schedule and accounts, and the look before it starts. */
export const WRITING = {
  newTitle: 'New campaign',
  newLead: 'A name for yourself, and the people to begin with. Nothing goes out before you start it.',
  titleOf: (name: string) => `Edit ${name}`,
  pages: {
    people: 'People',
    emails: 'Emails',
    schedule: 'Schedule',
    accounts: 'Accounts',
    review: 'Review',
  },
  needsYou: 'needs you',
  nav: 'Parts of the campaign',
  back: 'Back',
  close: 'Back to the campaign',
  next: 'Continue',
  name: 'Name',
  nameHint: 'Only you see it, such as Spring, restaurants in Berlin',
  nameMissing: 'Please give it a name.',
  noSlot: 'This workspace has no slot for a Gmail account. A campaign needs one.',

  saving: {
    saved: 'Saved',
    saving: 'Saving…',
    unsaved: 'Not saved yet',
    wrong: (count: number) => (count === 1 ? '1 thing to mend' : `${count} things to mend`),
    save: 'Save changes',
    discard: 'Discard',
    tryAgain: 'Try again',
  },
  /** What was changed elsewhere while one writes. */
  meanwhile: {
    taken: (pieces: readonly Piece[]) => `Changed elsewhere, and now here as well: ${list(pieces)}.`,
    title: 'It was changed elsewhere meanwhile',
    both: (pieces: readonly Piece[]) =>
      `You changed this, too: ${list(pieces)}. Look at both, and choose which one stays. Nothing is saved until you have.`,
    choose: 'Which version stands in the form',
    mine: 'Yours',
    theirs: 'Theirs',
    decide: { mine: 'Go on with yours', theirs: 'Go on with theirs' },
    goneTitle: 'This campaign was deleted meanwhile',
    gone: 'Nothing of it can be saved any more. Copy what you want to keep.',
  },

  people: {
    title: 'Who gets it',
    count: (count: number) =>
      count === 1 ? '1 person is in it.' : `${count.toLocaleString('en')} people are in it.`,
    nobody: 'Nobody is in it yet.',
    how: 'Choose people by',
    ways: { tag: 'Tag', import: 'Import', chosen: 'Name', pasted: 'Addresses' },
    tag: 'Tag',
    tagHint: 'As you gave it at the import',
    tagged: (count: number) => (count === 1 ? '1 person has this tag' : `${count} people have this tag`),
    import: 'Import',
    importHint: 'Choose an import',
    importOf: (when: string, people: number) => `${when}, ${people.toLocaleString('en')} people`,
    noImport: 'No file was imported yet.',
    chosen: 'People',
    chosenHint: 'Search by name, address or company',
    nobodyFound: 'Nobody found',
    pasted: 'Addresses',
    pastedHint: 'ines@example.com\nJonas Weber <jonas@example.com>',
    pastedLead: 'One in each line, with or without a name. Who is new becomes a prospect.',
    found: (count: number) => (count === 1 ? '1 address' : `${count} addresses`),
    wrong: (words: string) => `This is no address: ${words}`,
    tooMany: (most: number) => `At most ${most} at once. Import a file for more.`,
    others: 'Also those who wait in another campaign',
    add: 'Add to the campaign',
    result: {
      enrolled: (count: number) => (count === 1 ? '1 person was added.' : `${count} people were added.`),
      alreadyEnrolled: (count: number) => `${count} were in it already.`,
      inOtherCampaign: (count: number) => `${count} wait in another campaign.`,
      suppressed: (count: number) => `${count} must not be written to.`,
    },
  },

  emails: {
    title: 'What they get',
    first: 'First email',
    followUp: (number: number) => `Follow-up ${number}`,
    atOnce: 'as soon as an account may send',
    after: (days: number) => (days === 1 ? 'a day later' : `${days} days later`),
    waitFirst: 'Days after joining',
    wait: 'Days after the email before',
    subject: 'Subject',
    subjectInThread: 'Empty: it answers in the same thread',
    inThread: 'In the same thread',
    body: 'Text',
    insert: 'Insert',
    variables: 'About the person',
    own: 'From their import',
    other: 'Other',
    choice: 'One of several words',
    signature: 'Signature of the account',
    senderName: 'Name of the sender',
    line: (line: number) => `Line ${line}`,
    wordings: 'Wordings',
    wording: (letter: string) => `Wording ${letter}`,
    addWording: 'Try another wording',
    removeWording: 'Remove this wording',
    weight: 'Share',
    weightMeaning: (percent: number) => `${percent} % of the people get it`,
    addStep: 'Add a follow-up',
    addedLater: 'Who has had every email and did not answer gets a follow-up that you add at the end, too.',
    more: 'more',
    moveUp: 'Move up',
    moveDown: 'Move down',
    removeStep: 'Remove this email',
  },
  /** What may be inserted, and what stands there for whom it is not known. */
  variables: {
    first_name: { label: 'First name', otherwise: 'there' },
    last_name: { label: 'Last name', otherwise: '' },
    company: { label: 'Company', otherwise: 'your company' },
    email: { label: 'Email address', otherwise: '' },
  },
  starter: {
    subject: "{{ company | default: 'Quick question' }}",
    first: "Hi {{ first_name | default: 'there' }},\n\n",
    followUp: "Hi {{ first_name | default: 'there' }},\n\n",
  },

  preview: {
    title: 'What they will read',
    person: 'As it goes to',
    nobody: 'As soon as there is a prospect, you see here what they will read.',
    mend: 'Mend what is marked, and the preview is back.',
    unsaved: 'Shown as it was saved last.',
    notSaved: 'As soon as it is saved, you see here what they will read.',
    held: 'It would not be sent to them:',
    html: 'It goes out as HTML. This is its plain text.',
  },

  schedule: {
    title: 'When it may send',
    lead: 'Follow-ups wait for the window, too.',
    timezone: 'Timezone',
    days: 'On these days',
    from: 'From',
    to: 'Until',
  },

  accounts: {
    title: 'Which accounts send',
    lead: 'They share the work by what each has left today. A conversation stays with the account that began it.',
    left: (count: number) => `${count} left today`,
    sent: (sent: number, limit: number) => `${sent} of ${limit} in 24 hours`,
    empty: (position: number) => `Slot ${position}, empty`,
    none: 'No Gmail account is connected yet. You can write the campaign now; it sends as soon as there is one.',
    connect: 'Connect a Gmail account',
    needsYou: 'Needs you',
  },

  review: {
    title: 'Before it starts',
    change: 'Change',
    changeOf: (part: string) => `Change ${part}`,
    wordings: (count: number) => `${count} wordings`,
    start: 'Start the campaign',
    resume: 'Resume the campaign',
    started: (name: string) => `“${name}” is running.`,
    nobody: 'Nobody is in it yet: add people, and it has something to do.',
  },
} as const;

type Piece = keyof typeof PIECES;

function list(pieces: readonly Piece[]): string {
  return pieces.map((piece) => PIECES[piece]).join(', ');
}
