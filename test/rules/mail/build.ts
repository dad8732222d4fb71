/** A mail as bytes: fields in the order given, CRLF lines, UTF-8 text unless the fields say otherwise. */
export function mail(fields: Record<string, string>, body: string): Buffer {
  const head = Object.entries({
    From: 'Ann Example <ann@prospect.example>',
    To: 'Me <me@ours.example>',
    Subject: 'Re: Your new site',
    Date: 'Mon, 3 Mar 2025 10:00:00 +0100',
    'Message-ID': '<answer@prospect.example>',
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...fields,
  });
  const lines = [
    ...head.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ];
  return Buffer.from(lines.join('\n').replace(/\r?\n/g, '\r\n'));
}

/** A multipart mail; each part is its own fields and body. */
export function multipart(
  fields: Record<string, string>,
  type: string,
  parts: readonly (readonly [string, string])[],
): Buffer {
  const body = [...parts.map(([head, text]) => `--edge\n${head}\n\n${text}\n`), '--edge--\n'].join('');
  return mail({ 'Content-Type': `multipart/${type}; boundary=edge`, ...fields }, body);
}

/** An answer that has a text and an HTML side, as every mail client of people sends. */
export function alternative(fields: Record<string, string>, text: string, html: string): Buffer {
  return multipart(fields, 'alternative', [
    ['Content-Type: text/plain; charset=utf-8', text],
    ['Content-Type: text/html; charset=utf-8', html],
  ]);
}

/** A delivery report after RFC 3464, with what it says of each recipient. */
export function deliveryReport(
  fields: Record<string, string>,
  words: string,
  ...recipients: string[]
): Buffer {
  return multipart(
    {
      From: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
      Subject: 'Delivery Status Notification (Failure)',
      ...fields,
    },
    'report; report-type=delivery-status',
    [
      ['Content-Type: text/plain; charset=utf-8', words],
      [
        'Content-Type: message/delivery-status',
        [
          'Reporting-MTA: dns; googlemail.com\nX-Original-Message-ID: <ours@ours.example>',
          ...recipients,
        ].join('\n\n'),
      ],
      [
        'Content-Type: message/rfc822',
        'Message-ID: <ours@ours.example>\nFrom: me@ours.example\nTo: ann@prospect.example\nSubject: Your new site\n\nHello',
      ],
    ],
  );
}
