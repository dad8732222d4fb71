/** An answer as a mail program writes it: HTML with a quote, the same as text, and a file. */
export function composeHtmlAnswer(mail: { from: string; to: string; inReplyTo: string }): string {
  return `From: Clara Weiss <${mail.from}>
To: ${mail.to}
Subject: Re: Ten minutes?
Date: ${new Date().toUTCString()}
Message-ID: <answer.${Date.now()}@adatum.example.com>
In-Reply-To: ${mail.inReplyTo}
References: ${mail.inReplyTo}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset=utf-8

Hi Maya,

Thursday at ten suits us well. Our figures of last year are attached, so that you know
what we talk about.

Best wishes
Clara

On Mon, 23 Nov 2026 at 09:30, Maya Lindt <${mail.to}> wrote:
> Hi,
>
> have you ten minutes on Thursday?

--inner
Content-Type: text/html; charset=utf-8

<div style="font-family: Georgia, serif"><p>Hi Maya,</p>
<p><b style="color: #2c419f">Thursday at ten</b> suits us well. Our figures of last year are attached, so that
you know what we talk about:</p>
<table border="1" cellpadding="6" style="border-collapse: collapse"><tr><th>Quarter</th><th>Orders</th></tr>
<tr><td>Q1</td><td>1,204</td></tr><tr><td>Q2</td><td>1,377</td></tr></table>
<p>Best wishes<br>Clara</p></div>
<blockquote type="cite"><p>Hi,</p><p>have you ten minutes on Thursday?</p></blockquote>

--inner--
--outer
Content-Type: application/pdf; name="Figures 2025.pdf"
Content-Disposition: attachment; filename="Figures 2025.pdf"
Content-Transfer-Encoding: base64

${Buffer.alloc(48_000, '%PDF-1.4 ').toString('base64').replace(/.{76}/g, '$&\n')}
--outer--
`;
}
