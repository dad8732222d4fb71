/** Signing in and up, and coming by an invitation. */
export const ACCOUNT = {
  claim: 'Cold outreach from your own Gmail accounts, and every reply the second it arrives.',
  signIn: {
    title: 'Sign in',
    submit: 'Sign in',
    other: 'No account yet?',
    otherLink: 'Sign up',
  },
  signUp: {
    title: 'Create your workspace',
    submit: 'Sign up',
    other: 'You have an account already?',
    otherLink: 'Sign in',
  },
  invitation: {
    title: 'Join your team',
    lead: 'You were invited to a workspace. Choose a password, and you are in.',
    submit: 'Join',
    noToken: 'This link is incomplete. Please open the whole link that you were sent.',
  },
  email: 'Email',
  emailHint: 'you@company.com',
  password: 'Password',
  passwordRule: 'At least 10 characters',
  passwordTooShort: 'A password has at least 10 characters.',
  workspace: 'Workspace',
  workspaceHint: 'Your company or team',
  workspaceMissing: 'Please give your workspace a name.',
  name: 'Your name',
  emailMissing: 'Please enter your email address.',
} as const;
