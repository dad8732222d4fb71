import { openSocket } from '../support/client';
import type { TestPerson } from '../support/people';

/** Imports a file as a program would, and resolves when the import has ended. */
export async function importPeople(url: string, owner: TestPerson, file: string): Promise<void> {
  const authorization = `Bearer ${owner.token}`;
  const response = await fetch(`${url}/import/prospects`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv' },
    body: file,
  });
  const { id } = (await response.json()) as { id: string };
  const socket = await openSocket(url, { payload: { authorization } });
  const changes = socket.subscribe<{ importChanged: { state: string } }>(
    'subscription ($id: ID!) { importChanged(id: $id) { state } }',
    { id },
  );
  while ((await changes.next()).importChanged.state === 'RUNNING');
  await socket.close();
}

/** As a trade fair hands it out: the names of the columns are its own, and three rows are no good. */
export const FAIR = `E-Mail;Vorname;Nachname;Firma;Stadt;Tags
ilda@northwind.example.com;Ilda;Durão;Northwind Traders;Lisboa;fair-2026,decider
jan@contoso.example.com;Jan;Berg;Contoso;Berlin;fair-2026
ruth@fabrikam.example.com;Ruth;Okafor;Fabrikam;Lagos;fair-2026
uma@tailspin.example.com;Uma;Varga;Tailspin Toys;Budapest;fair-2026
not an address;Nils;Holm;Adventure Works;Oslo;fair-2026
lena@wingtip.example.com;Lena;Moreau;Wingtip Toys;Paris;fair-2026,decider,newsletter,partner
oliver@proseware.example.com;Oliver;Chen;Proseware;Singapore;fair-2026
kim@litware;Kim;Larsen;Litware;København;fair-2026
paulo@adatum.example.com;"Paulo;Ribeiro
mara@vanarsdel.example.com;Mara;Santos;VanArsdel;Porto;fair-2026
noah@treyresearch.example.com;Noah;Fischer;Trey Research;Wien;
`;
