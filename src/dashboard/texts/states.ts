/** What pages say when there is nothing to show yet, or something went wrong. */
export const STATES = {
  loading: 'Loading',
  noAnswer: 'The server does not answer. Please check your connection and try again.',
  ourFault: 'Something went wrong on our side. Please try again.',
  failedTitle: 'This could not be loaded',
  tryAgain: 'Try again',
  more: 'Show more',
  offline: 'You are offline. What you see may be old; it is brought up to date when the connection is back.',
  reconnecting:
    'The live connection was lost and is being restored. Nothing that arrives meanwhile is missed.',
  notFoundTitle: 'There is no such page',
  notFound: 'The address may be mistyped, or the page may have moved.',
  goHome: 'Go to the start',
  brokenTitle: 'This page has a fault',
  broken: 'Reloading often helps. If it comes back, please tell whoever runs this installation.',
  reload: 'Reload the page',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  saved: 'Saved',
} as const;
