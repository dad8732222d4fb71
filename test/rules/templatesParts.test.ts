import { type Recipient, renderTemplate, type Surroundings } from '../../src/campaigns/templates/template';

const RECIPIENT: Recipient = {
  email: 'ann@acme.example',
  firstName: 'Ann <b>',
  lastName: null,
  company: null,
  attributes: {
    lines: 'one\r\nBcc: x@y.example\u2028two',
    site: "https://x.example/?a=1&b='2'&c",
    evil: `" onmouseover="x()" a='`,
  },
};

function render(body: string, around: Partial<Surroundings> = {}, subject = 'x') {
  const rendered = renderTemplate({ subject, body }, RECIPIENT, {
    sender: { name: null, email: 'bob@x.example' },
    seed: '1',
    ...around,
  });
  if (rendered.outcome !== 'Rendered') throw new Error(JSON.stringify(rendered));
  return rendered;
}

test('the subject is one line whatever the data', () => {
  expect(render('x', {}, ' Re:\n{{ lines }}\u0000 ').subject).toBe('Re: one Bcc: x@y.example two');
});

test('text becomes HTML: paragraphs, breaks, links, and nothing of the data is a tag', () => {
  const { text, html } = render(
    'Hi {{ first_name }},\r\n{{ site }}.\n\n\n\n(see https://x.example/a) ok  \n',
  );
  expect(text).toBe("Hi Ann <b>,\nhttps://x.example/?a=1&b='2'&c.\n\n(see https://x.example/a) ok");
  expect(html).toBe(
    '<p>Hi Ann &lt;b&gt;,<br>\n' +
      '<a href="https://x.example/?a=1&amp;b=&#39;2&#39;&amp;c">https://x.example/?a=1&amp;b=&#39;2&#39;&amp;c</a>.</p>\n' +
      '<p>(see <a href="https://x.example/a">https://x.example/a</a>) ok</p>',
  );
});

test('HTML becomes text with its links, and values in it are escaped', () => {
  const { text, html } = render(
    '{% assign a = 1 %}\n<h1>Hi {{ first_name }}</h1><p>See <a href="https://x.example">this</a>, <a href="https://y.example">https://y.example</a></p>',
  );
  expect(html).toContain('<h1>Hi Ann &lt;b&gt;</h1>');
  expect(text).toBe('Hi Ann <b>\n\nSee this (https://x.example), https://y.example');
});

test.each([
  ['<p title="{{ evil }}">x</p>', '<p title="&quot; onmouseover=&quot;x()&quot; a=&#39;">x</p>'],
  ["<p title='{{ evil }}'>x</p>", "<p title='&quot; onmouseover=&quot;x()&quot; a=&#39;'>x</p>"],
])('a value cannot leave the attribute that it stands in: %s', (body, written) => {
  expect(render(body).html).toContain(written);
});

test('line breaks of a value are kept in HTML on request', () => {
  expect(render('<p>{{ lines | newline_to_br }}</p>').html).toContain('one\r<br>\nBcc');
});

test.each([
  '<p>x</p>',
  '\n<!DOCTYPE html><p>x</p>',
  "{% comment %}Note{% endcomment %}{% assign a = 'x' %}\n<p>{{ a }}</p>",
  '{% if first_name %}<p>x</p>{% endif %}',
])('%s is HTML', (body) => expect(render(body)).toMatchObject({ text: 'x' }));

test.each(['<3 you', '<https://x.example>', '1 < 2', '{{ first_name }} <p>'])('%s is text', (body) =>
  expect(render(body).html).toMatch(/^<p>.*&lt;/),
);

test('signature and footer stand below, in HTML before the end of the document', () => {
  const around = {
    signature: 'Bob\nX Inc {{ x }} {a|b}',
    footer: { optOut: 'No more: https://x.example/u/1', postalAddress: '1 Street\nTown' },
  };
  const { text, html } = render('<html><body><p>Hi</p></body></html>', around);
  expect(text).toBe('Hi\n\nBob\nX Inc {{ x }} {a|b}\n\nNo more: https://x.example/u/1\n1 Street\nTown');
  expect(html).toMatch(
    /^<html><body><p>Hi<\/p>\n<p>Bob<br>\nX Inc \{\{ x \}\} \{a\|b\}<\/p>\n<div .*<\/div>\n<\/body><\/html>$/s,
  );
  expect(html).toContain('<a href="https://x.example/u/1">');
});

test('a signature that the template places is not repeated, and keeps its form', () => {
  const signature = '<p><b>Bob</b></p>';
  expect(render('Bye\n{{ signature }}\nPS', { signature }).text).toBe('Bye\nBob\nPS');
  expect(render('<p>Bye</p>{{ signature }}', { signature }).html).toBe('<p>Bye</p><p><b>Bob</b></p>');
});

test('nothing empty goes out', () => {
  const rendered = renderTemplate({ subject: 'x', body: '{% if last_name %}x{% endif %}' }, RECIPIENT, {
    sender: { name: null, email: 'bob@x.example' },
    seed: '1',
    footer: { postalAddress: '1 Street' },
  });
  expect(rendered).toMatchObject({ outcome: 'Failed', problem: { field: 'body' } });
});
