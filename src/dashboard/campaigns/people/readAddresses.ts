import type { Person } from './choice';

/** What somebody pasted: `ines@example.com`, `Jonas Weber <jonas@example.com>`, in lines or between commas. */
export function readAddresses(text: string): { people: Person[]; wrong: string[] } {
  const people = new Map<string, Person>();
  const wrong: string[] = [];
  for (const entry of text.split(/[\n,;]+/)) {
    const words = entry.trim();
    if (!words) continue;
    const person = readPerson(words);
    if (person) people.set(person.email.toLowerCase(), person);
    else wrong.push(words);
  }
  return { people: [...people.values()], wrong };
}

function readPerson(words: string): Person | null {
  const [, name = '', inBrackets] = /^"?([^"<]*)"?\s*<([^<>]+)>$/.exec(words) ?? [];
  const email = inBrackets ?? words;
  // The server decides; this is for what is plainly something else.
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return null;
  const [firstName, ...rest] = name.trim().split(/\s+/).filter(Boolean);
  return { email, ...(firstName && { firstName }), ...(rest.length > 0 && { lastName: rest.join(' ') }) };
}
