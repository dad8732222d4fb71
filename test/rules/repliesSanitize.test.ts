import fc from 'fast-check';
import { sanitizeMailHtml } from '../../src/replies/reading/sanitizeHtml';

describe('HTML of a stranger', () => {
  test.each([
    ['<script>alert(1)</script>Hi', 'Hi'],
    ['<p onclick="x()">Hi</p>', '<p>Hi</p>'],
    ['<form action="//x"><input name=a><button>Go</button></form>Hi', 'GoHi'],
    ['<iframe src="https://x.example"></iframe>Hi', 'Hi'],
    ['<svg><script>alert(1)</script></svg>Hi', 'Hi'],
    ['<style>@import "https://x.example"</style>Hi', 'Hi'],
    ['<link rel=stylesheet href=//x><meta http-equiv=refresh content=0><base href=//x>Hi', 'Hi'],
    ['<img src="https://x.example/open.gif">Hi', 'Hi'],
    ['<img src="//x.example/open.gif">Hi', 'Hi'],
    ['<img src="data:image/svg+xml;base64,PHN2Zz4=">Hi', 'Hi'],
    [
      '<img src="data:image/png;base64,AAAA" alt="dot">',
      '<img src="data:image/png;base64,AAAA" alt="dot" />',
    ],
    ['<a href="javascript:alert(1)">Hi</a>', '<a target="_blank" rel="noopener noreferrer nofollow">Hi</a>'],
    [
      '<a href="https://x.example/?a=b">Hi</a>',
      '<a href="https://x.example/?a=b" target="_blank" rel="noopener noreferrer nofollow">Hi</a>',
    ],
    ['<p style="position:fixed;top:0;z-index:9">Hi</p>', '<p>Hi</p>'],
    [
      '<p style="background-image:url(https://x.example/a.png);color:#f00">Hi</p>',
      '<p style="color:#f00">Hi</p>',
    ],
    ['<p style="margin-top:-500px;background:url(//x)">Hi</p>', '<p>Hi</p>'],
    ['<td background="https://x.example/a.png">Hi</td>', '<td>Hi</td>'],
    ['<a href="//evil.example">Hi</a>', '<a target="_blank" rel="noopener noreferrer nofollow">Hi</a>'],
    ['<a href="/graphql?query=x">Hi</a>', '<a target="_blank" rel="noopener noreferrer nofollow">Hi</a>'],
    [
      '<a href="java&#10;script:alert(1)">Hi</a>',
      '<a target="_blank" rel="noopener noreferrer nofollow">Hi</a>',
    ],
    ['<a href="data:text/html,x">Hi</a>', '<a target="_blank" rel="noopener noreferrer nofollow">Hi</a>'],
    [
      '<a href="https://x.example" target=_top rel=opener onclick=x()>Hi</a>',
      '<a href="https://x.example" target="_blank" rel="noopener noreferrer nofollow">Hi</a>',
    ],
    ['<p style="position:/**/fixed">Hi</p>', '<p>Hi</p>'],
    ['<p style="POSITION : FIXED">Hi</p>', '<p>Hi</p>'],
    ['<p style="color:red\\;position:fixed">Hi</p>', '<p>Hi</p>'],
    ['<p style="background:u\\72l(https://x)">Hi</p>', '<p>Hi</p>'],
    ['<p style="width:expression(alert(1))">Hi</p>', '<p>Hi</p>'],
    ['<p style="-moz-binding:url(x);behavior:url(x)">Hi</p>', '<p>Hi</p>'],
    ['<p style="transform:translate(0,-500px);opacity:0;z-index:9">Hi</p>', '<p>Hi</p>'],
    ['<p style="line-height:-5;max-width:-5px">Hi</p>', '<p>Hi</p>'],
    ['<p style="line-height:9999px">Hi</p>', '<p>Hi</p>'],
    ['<p style="list-style-image:url(x);cursor:url(x)">Hi</p>', '<p>Hi</p>'],
    ['<p style="border:1px solid url(x)">Hi</p>', '<p>Hi</p>'],
    ['<img src=x onerror=alert(1)>Hi', 'Hi'],
    ['<img srcset="https://x 2x" src="data:image/png;base64,AA">', '<img src="data:image/png;base64,AA" />'],
    ['<input type=image src=https://x>Hi', 'Hi'],
    ['<video src=https://x poster=https://y></video>Hi', 'Hi'],
    ['<object data=https://x></object><embed src=https://x>Hi', 'Hi'],
    ['<svg onload=alert(1)><a xlink:href="javascript:1">x</a></svg>Hi', 'Hi'],
    ['<meta http-equiv=refresh content="0;url=https://x">Hi', 'Hi'],
    ['<base href=https://x target=_top>Hi', 'Hi'],
    ['<body background=https://x onload=x()>Hi</body>', 'Hi'],
    ['<p id="app" class="modal" contenteditable>Hi</p>', '<p>Hi</p>'],
    ['<!--[if mso]><img src=https://x><![endif]-->Hi', 'Hi'],
    ['<button formaction=javascript:1>Hi</button>', 'Hi'],
    ['<textarea></textarea><script>1</script>Hi', 'Hi'],
    ['<b>Hi</b><br><blockquote>you</blockquote>', '<b>Hi</b><br /><blockquote>you</blockquote>'],
  ])('%s', (html, shown) => {
    expect(sanitizeMailHtml(html)).toBe(shown);
  });

  test('nothing of it loads, runs or leaves, whatever it is made of', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '/',
      '=',
      ' ',
      'script',
      'img',
      'src',
      'style',
      'url(',
      ')',
      'https://x.example',
      'javascript:',
      'onerror',
      'svg',
      'math',
      '<!--',
      '-->',
      '<![CDATA[',
      '&lt;',
      'data:',
      'a',
      'href',
      ':',
      ';',
      'position',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const shown = sanitizeMailHtml(pieces.join(''));
        const tags = shown.match(/<[^>]*>?/g)?.join('') ?? '';
        expect(tags).not.toMatch(
          /<(?:script|svg|math|style|iframe|form)|\son\w+=|javascript:|url\(|src="http|position/i,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
