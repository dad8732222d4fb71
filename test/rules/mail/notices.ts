/** A notice of failure in words alone, as a mail system of this kind sends it, about ann@p.example. */
export interface Notice {
  what: string;
  from: string;
  subject: string;
  /** Whether it proves that nobody has the address. */
  dead: boolean;
  words: string;
}

/** The copy of our email that many put below. */
export const copy = [
  'Received: from ours.example (ours.example [192.0.2.1]) by mx.example; Mon, 3 Mar 2025 10:00:00 +0100',
  'Message-ID: <ours@ours.example>',
  'From: me@ours.example',
  'To: ann@p.example',
  'Subject: Your new site',
  '',
  'Hello Ann',
].join('\n');

/** What the programs send that people run themselves. */
export const noticesOfServers: readonly Notice[] = [
  {
    what: 'imail unknown user',
    from: 'postmaster@mx.example',
    subject: 'Undeliverable Mail',
    dead: true,
    words: `Unknown user: ann@p.example


Original message follows.


${copy}`,
  },
  {
    what: 'imail unknown host',
    from: 'postmaster@mx.example',
    subject: 'Undeliverable Mail',
    dead: true,
    words: `Unknown host: ann@p.example

Original message follows.


${copy}`,
  },
  {
    what: 'imail invalid final',
    from: 'postmaster@mx.example',
    subject: 'Undeliverable Mail',
    dead: true,
    words: `Invalid final delivery userid: ann@p.example

Original message follows.


${copy}`,
  },
  {
    what: 'x6',
    from: 'admin@mx.example',
    subject: 'There was an error sending your mail',
    dead: true,
    words: `We had trouble delivering your message. Full details follow:

Subject: 'Nyaaan'
Date: 'Thu, 29 Apr 2017 23:34:45 +0900'

1 error(s):

SMTP Server <mx.p.example> rejected recipient <ann@p.example> 
  (Error following RCPT command). It responded as follows: [550 5.1.1 <ann@p.example>... User Unknown]

The attachment contains the original mail headers.`,
  },
  {
    what: 'surfcontrol',
    from: 'postmaster@mx.example',
    subject: 'Message not delivered',
    dead: true,
    words: `Your Email message could not be delivered, mail will be returned.

Your message could not be delivered:
Recipient: ann@p.example
Reason: 550 5.1.1 <ann@p.example>... User Unknown`,
  },
  {
    what: 'mailfoundry',
    from: 'postmaster@mx.example',
    subject: 'Message delivery has failed',
    dead: true,
    words: `Unable to deliver message to: <ann@p.example>
Delivery failed for the following reason:
Server mx.p.example[192.0.2.1] failed with: 550 5.1.1 <ann@p.example> No such user here

This has been a permanent failure.  No further delivery attempts will be made.`,
  },
  {
    what: 'dma',
    from: 'mailer-daemon@ours.example',
    subject: 'Mail delivery failed',
    dead: true,
    words: `This is the DragonFly Mail Agent v0.13 at mx.example.

There was an error delivering your mail to <ann@p.example>.

mx.p.example [192.0.2.1] did not like our RCPT TO:
550 5.1.1 <ann@p.example>: Recipient address rejected: User unknown

Message headers follow.


${copy}`,
  },
  {
    what: 'dma host',
    from: 'mailer-daemon@ours.example',
    subject: 'Mail delivery failed',
    dead: true,
    words: `This is the DragonFly Mail Agent v0.13 at mx.example.

There was an error delivering your mail to <ann@p.example>.

MX lookup failed: host not found

Original message follows.


${copy}`,
  },
  {
    what: 'opensmtpd',
    from: 'MAILER-DAEMON@ours.example',
    subject: 'Delivery status notification: error',
    dead: true,
    words: `    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this email.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

ann@p.example: Domain does not exist

    Below is a copy of the original message:


${copy}`,
  },
  {
    what: 'opensmtpd nomx',
    from: 'MAILER-DAEMON@ours.example',
    subject: 'Delivery status notification: error',
    dead: true,
    words: `    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this email.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

ann@p.example: No MX found for domain

    Below is a copy of the original message:


${copy}`,
  },
  {
    what: 'opensmtpd net',
    from: 'MAILER-DAEMON@ours.example',
    subject: 'Delivery status notification: error',
    dead: false,
    words: `    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this email.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

ann@p.example: Network error on destination MXs

    Below is a copy of the original message:


${copy}`,
  },
  {
    what: 'courier dns',
    from: 'postmaster@ours.example',
    subject: 'NOTICE: mail delivery status.',
    dead: true,
    words: `This is a delivery status notification from mx.example,
running the Courier mail server, version 0.65.2.

The original message was received on Sat, 11 Dec 2010 12:19:57 +0900

---------------------------------------------------------------------------

                           UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<ann@p.example>:
    No such domain.

---------------------------------------------------------------------------


${copy}`,
  },
  {
    what: 'qmail rcpt',
    from: 'MAILER-DAEMON@mx.example',
    subject: 'failure notice',
    dead: true,
    words: `Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ann@p.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 Unknown user
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.


${copy}`,
  },
  {
    what: 'qmail timeout',
    from: 'MAILER-DAEMON@mx.example',
    subject: 'failure notice',
    dead: false,
    words: `Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ann@p.example>:
Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)
I'm not going to try again; this message has been in the queue too long.

--- Below this line is a copy of the message.


${copy}`,
  },
  {
    what: 'exchange 5.5',
    from: 'System Administrator <postmaster@mx.example>',
    subject: 'Undeliverable: Your new site',
    dead: true,
    words: `Your message

  To:      ann@p.example
  Subject: Your new site
  Sent:    Thu, 29 Apr 2010 18:14:35 +0000

did not reach the following recipient(s):

ann@p.example on Thu, 29 Apr 2010 16:50:00 -0500
    The e-mail account does not exist at the organization this message was sent to.  Check the e-mail address, or contact the recipient directly to find out the correct address.
    <mx.example #5.1.1>`,
  },
  {
    what: 'notes',
    from: 'postmaster@mx.example',
    subject: 'DELIVERY FAILURE: User ann (ann@p.example) not listed in Domino Directory',
    dead: true,
    words: `Your message

  Subject: Your new site

was not delivered to:

  ann@p.example

because:

  User ann (ann@p.example) not listed in Domino Directory`,
  },
  {
    what: 'barracuda',
    from: 'postmaster@barracuda.example',
    subject: '**Message you sent blocked by our bulk email filter**',
    dead: false,
    words: `Your message to: ann@p.example
was blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:

Subject: Your new site`,
  },
  {
    what: 'trend',
    from: 'postmaster@mx.example',
    subject: 'Mail delivery failed',
    dead: true,
    words: `Unable to deliver message to <ann@p.example>.

****** Message from InterScan Messaging Security Suite ******

Sent <<< RCPT TO:<ann@p.example>
Received >>> 550 5.1.1 <ann@p.example>... user unknown`,
  },
  {
    what: 'sendmail v5',
    from: 'MAILER-DAEMON@mx.example',
    subject: 'Returned mail: User unknown',
    dead: true,
    words: `   ----- Transcript of session follows -----
While talking to p.example:
>>> RCPT To:<ann@p.example>
<<< 550 <ann@p.example>, User Unknown
550 <ann@p.example>... User unknown

   ----- Unsent message follows -----


${copy}`,
  },
  {
    what: 'x2',
    from: 'MAILER-DAEMON@x2.example',
    subject: 'Delivery failure',
    dead: true,
    words: `Message from  x2.example.
Unable to deliver message to the following address(es).

<ann@p.example>:
This user doesn't have a x2.example account (ann@p.example) [0]

--- Original message follows.


${copy}`,
  },
  {
    what: 'x4',
    from: 'MAILER-DAEMON@x4.example',
    subject: 'Undeliverable: Your new site',
    dead: true,
    words: `We're sorry. There's a problem with the e-mail address(es) you're trying to send to. Please verify the address(es) and try again. If you continue to have problems, please contact Customer Support

<ann@p.example>:
Sorry, no mailbox here by that name`,
  },
  {
    what: 'mdaemon',
    from: 'MDaemon@mx.example',
    subject: '[MDaemon] Permanent Delivery Failure',
    dead: true,
    words: `The following data may be shown in error:

Delivery Failure Information
----------------------------
ann@p.example - no such user here`,
  },
  {
    what: 'kerio',
    from: 'mailer-daemon@mx.example',
    subject: 'Undeliverable mail',
    dead: true,
    words: `Your mail message to the following address(es) could not be delivered. This is a permanent error. Please verify the addresses and try again.

<ann@p.example>: 550 5.1.1 User unknown`,
  },
];
