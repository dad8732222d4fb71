import { copy, type Notice } from './notices';

/** What the large providers of mail send. */
export const noticesOfProviders: readonly Notice[] = [
  {
    what: 'gmail old dns',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Failure)',
    dead: true,
    words: `Delivery to the following recipient failed permanently:

     ann@p.example

Technical details of permanent failure: 
DNS Error: Domain name not found

----- Original message -----


${copy}`,
  },
  {
    what: 'qq',
    from: 'PostMaster@qq.com',
    subject: '来自qq.com的退信',
    dead: true,
    words: `抱歉，您的邮件被退回来了……

收件人：ann@p.example

退信原因： 收件人邮件地址（ann@p.example）不存在，邮件无法送达。
host mx3.qq.com[192.0.2.3] said: 550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?id=20022
`,
  },
  {
    what: 'gmail old 550',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Failure)',
    dead: true,
    words: `Delivery to the following recipient failed permanently:

     ann@p.example

Technical details of permanent failure: 
Google tried to deliver your message, but it was rejected by the recipient domain. We recommend contacting the other email provider for further information about the cause of this error. The error that the other server returned was: 550 550 5.1.1 <ann@p.example>... User Unknown (state 14).

----- Original message -----


${copy}`,
  },
  {
    what: 'gmail old full',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Failure)',
    dead: false,
    words: `Delivery to the following recipient failed permanently:

     ann@p.example

Technical details of permanent failure: 
The email account that you tried to reach is over quota. Learn more at http://support.google.com

----- Original message -----


${copy}`,
  },
  {
    what: 'kddi domain',
    from: 'no-reply@kddi.example',
    subject: 'Mail could not be delivered',
    dead: true,
    words: `Your mail sent on: Thu, 29 Apr 2013 00:00:00 +0900
  Could not be delivered to:
		<ann@p.example>
  As the remote domain doesn't exist.


${copy}`,
  },
  {
    what: 'kddi relay',
    from: 'postmaster@kddi.example',
    subject: 'Mail could not be delivered',
    dead: false,
    words: `Your mail sent on: Thu, 29 Apr 2013 00:00:00 +0900
  Could not be delivered to:
		<ann@p.example>
  Due to the following SMTP relay error


${copy}`,
  },
  {
    what: 'verizon vtext',
    from: 'post_master@vtext.example',
    subject: 'Undeliverable Message',
    dead: true,
    words: `Message could not be delivered to mobile.
Error: No valid recipients for this MM

Message details:
 Subject: x
To: ann@p.example
From: me@ours.example`,
  },
  {
    what: 'facebook',
    from: 'mailer-daemon@mx.facebook.example',
    subject: 'Sorry, your message could not be delivered',
    dead: true,
    words: `This message was created automatically by Facebook.

Sorry, your message could not be delivered:

<ann@p.example>
550 5.1.1 RCP-P1 http://postmaster.facebook.com/response_codes Refused due to recipient preferences`,
  },
  {
    what: 'gmx',
    from: 'mailer-daemon@gmx.example',
    subject: 'Mail delivery failed: returning message to sender',
    dead: true,
    words: `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address
failed:

"ann@p.example":
SMTP error from remote server after RCPT command:
host: mx.p.example
5.1.1 <ann@p.example>... User Unknown

--- The header of the original message is following. ---


${copy}`,
  },
  {
    what: 'einsundeins',
    from: 'mailer-daemon@kundenserver.example',
    subject: 'Mail delivery failed: returning message to sender',
    dead: false,
    words: `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of
its recipients. The following addresses failed:

<ann@p.example>:

Mail size limit exceeded. For explanation visit <http://postmaster.1and1.com/en/error-messages?ip=%1s>

--- The header of the original message is following. ---


${copy}`,
  },
  {
    what: 'yahoo no mx',
    from: 'MAILER-DAEMON@yahoo.example',
    subject: 'Failure Notice',
    dead: true,
    words: `Sorry, we were unable to deliver your message to the following address.

<ann@p.example>:
No MX or A records for p.example

--- Below this line is a copy of the message.


${copy}`,
  },
  {
    what: 'yahoo user',
    from: 'MAILER-DAEMON@yahoo.example',
    subject: 'Failure Notice',
    dead: true,
    words: `Sorry, we were unable to deliver your message to the following address.

<ann@p.example>:
554: delivery error: dd This user doesn't have a yahoo.com account (ann@p.example) [0] - mta1

--- Below this line is a copy of the message.


${copy}`,
  },
  {
    what: 'mimecast',
    from: 'postmaster@mimecast.example',
    subject: '[Postmaster] Email Delivery Failure',
    dead: true,
    words: `This is a system-generated message to inform you that your email could not
be delivered to one or more recipients. Details of the email and the error are as follows:

<ann@p.example>

Remote mail server rejected with: 550 5.1.1 User Unknown`,
  },
  {
    what: 'mailru ru',
    from: 'mailer-daemon@corp.mail.example',
    subject: 'Mail failure.',
    dead: true,
    words: `Ваше сообщение не может быть доставлено.

Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.

  ann@p.example
    SMTP error from remote mail server after RCPT TO:<ann@p.example>:
    host mx.p.example [192.0.2.1]: 550 5.1.1 Пользователь не найден`,
  },
  {
    what: 'zoho',
    from: 'mailer-daemon@mail.zoho.example',
    subject: 'Undelivered Mail Returned to Sender',
    dead: true,
    words: `This message was created automatically by mail delivery software.
 A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.

ann@p.example Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 <ann@p.example>... User Unknown`,
  },
  {
    what: 'german t-online',
    from: 'mailer-daemon@t-online.example',
    subject: 'Mail delivery failed: returning message to sender',
    dead: true,
    words: `Die E-Mail konnte nicht zugestellt werden.

  ann@p.example

Grund: Die Adresse existiert nicht.`,
  },
  {
    what: 'french orange',
    from: 'mailer-daemon@orange.example',
    subject: 'Undelivered Mail Returned to Sender',
    dead: true,
    words: `Bonjour,

Votre message n'a pas pu être remis au destinataire suivant :

<ann@p.example>: host smtp-in.orange.fr said: 550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416] (in reply to RCPT TO command)`,
  },
  {
    what: 'office365 html only',
    from: 'postmaster@outlook.example',
    subject: 'Undeliverable: Your new site',
    dead: true,
    words: `Your message to ann@p.example couldn't be delivered.

ann wasn't found at p.example.

The address may be misspelled or may not exist. Try one or more of the following: ...
Status code: 550 5.1.10`,
  },
];
