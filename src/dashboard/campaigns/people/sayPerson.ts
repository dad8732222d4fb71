/** `Ines Silva, ines@example.com`, or the address alone of whom no name is known. */
export function sayPerson(person: {
  email: string;
  firstName: string | null;
  lastName: string | null;
}): string {
  const name = nameOf(person);
  return name ? `${name}, ${person.email}` : person.email;
}

export function nameOf({
  firstName,
  lastName,
}: {
  firstName: string | null;
  lastName: string | null;
}): string {
  return [firstName, lastName].filter(Boolean).join(' ');
}
