interface Named {
  email: string;
  firstName: string | null;
  lastName: string | null;
}

/** Their names, or their address where none is known. */
export function sayName({ email, firstName, lastName }: Named): string {
  return [firstName, lastName].filter(Boolean).join(' ') || email;
}
