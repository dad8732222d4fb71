import type { Notice } from './notices';

/** What scanners and gateways send under names of their own, and old servers under subjects of their own. */
export const noticesOfGateways: readonly Notice[] = [
  {
    what: 'a scanner that lists whom it did not reach',
    from: 'Gateway_Scanner@mx.example',
    subject: 'Delivery failure notification',
    dead: false,
    words: `Your message with Subject: Your new site
could not be delivered to the following recipients:

Ann@p.example

Please do not resend your original message.
`,
  },
  {
    what: 'a gateway that labels its recipient',
    from: '"System Administrator"@mx.example',
    subject: 'Delivery Failure',
    dead: true,
    words: `Could not deliver message to the following recipient(s):

Failed Recipient: ann@p.example
Reason: Remote host said: 550 5.1.1 unknown user <ann@p.example>

   -- The header and top 20 lines of the message follows --
`,
  },
  {
    what: 'a directory that has no such name',
    from: 'postmaster@p.example',
    subject: 'FAILED MAIL to "ann" regarding "Your new site"',
    dead: false,
    words: `The address to which your message was sent could not be delivered:

ann@p.example

It did not exactly match an address of ours.
`,
  },
  {
    what: 'a server that says it permanently failed',
    from: 'MDaemon@p.example',
    subject: 'Permanent Delivery Failure',
    dead: true,
    words: `The attached message had PERMANENT fatal delivery errors!

ann@p.example - no such user here
`,
  },
  {
    what: 'a server with a sentence for it',
    from: 'postmaster@p.example',
    subject: '',
    dead: true,
    words: "You sent mail to ann@p.example. That's not a valid user here.",
  },
  {
    what: 'an account that only forwards',
    from: 'Mailer-Daemon@p.example',
    subject: 'Mail delivery failed: returning message to sender',
    dead: true,
    words: `A message that you sent could not be delivered to one or more of its
recipients. The following address(es) failed:

  bob@inner.example
    (ultimately generated from Ann@p.example)
    SMTP error from remote mail server after RCPT TO:<bob@inner.example>:
    550 5.1.1 User unknown
`,
  },
  {
    what: 'a forwarding that it keeps to itself',
    from: 'Mailer-Daemon@p.example',
    subject: 'Mail delivery failed: returning message to sender',
    dead: false,
    words: `The following address(es) failed:

  an undisclosed address
    (generated from ann@p.example)
`,
  },
  {
    what: 'an Exchange that writes addresses as X.400',
    from: 'System Administrator <postmaster@p.example>',
    subject: 'Undeliverable: Your new site',
    dead: true,
    words: `Your message

  To:      team@p.example
  Subject: Your new site

did not reach the following recipient(s):

c=US;a= ;p=P;o=Site;dda:SMTP=ann@p.example; on Fri, 4 Oct 2002
    The recipient name is not recognized
`,
  },
];
