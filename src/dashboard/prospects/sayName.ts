interface Named {
  email: string;
  firstName: string | null;
  lastName: string | null;
}

/** Their names, or their address where none is known. */
export function sayName({ email, firstName, lastName }: Named): string {
  return [firstName, lastName].filter(Boolean).join(' ') || email;
}

/** `Ines Silva, ines@example.com`, or the address alone of whom no name is known. */
export function sayNameAndAddress(person: Named): string {
  const name = sayName(person);
  return name === person.email ? name : `${name}, ${person.email}`;
}
